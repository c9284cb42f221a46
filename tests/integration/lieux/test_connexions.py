"""The connection of a commune on residents' pages. U+00A0 is read as a space."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne
from tierslieux.indicateurs.models import EditionIndicateurs, ValeurIndicateur
from tierslieux.lieux.enums import Service

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
TITRE = "Internet dans cette commune"
ADRESSES = ("/recherche?commune=29019", "/territoires/commune/29019/lieux", "/recherche?lon=-4.55&lat=48.39")


def _load(session: Session, part: float, *, indicateur: str = "part_locaux_8", millesime: int = 2019) -> None:
    valeur = ValeurIndicateur(
        indicateur=indicateur, millesime=millesime, niveau="commune", code="29019", valeur=part, bas=None, haut=None
    )
    session.add(valeur)
    session.flush()


def _add_edition(session: Session, source_id: str, edition: str) -> None:
    champs = {"millesime": None, "sha256": "0", "empreinte": "0", "lues": 0, "chargees": 0, "rejets": {}, "communes": 0}
    session.add(EditionIndicateurs(source_id=source_id, edition=edition, remarques={}, chargee_at=NOW, **champs))
    session.flush()


def _read(client: FlaskClient, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return reponse.text.replace("\u00a0", " ")


@pytest.fixture
def _brest(session: Session) -> None:
    make_bretagne(session)
    make_lieu(session, "Mairie de Brest", lon=-4.55, lat=48.391)
    make_lieu(session, "Cyberbase", lon=-4.55, lat=48.40, services=(Service.ACCES.value,))
    session.commit()


@pytest.mark.usefixtures("_brest")
@pytest.mark.parametrize("adresse", ADRESSES)
def test_without_a_figure_no_sentence_is_made_up(client: FlaskClient, adresse: str) -> None:
    assert TITRE not in _read(client, adresse)


@pytest.mark.usefixtures("_brest")
@pytest.mark.parametrize("adresse", ADRESSES)
def test_a_good_connection_is_one_sentence_with_its_date(session: Session, client: FlaskClient, adresse: str) -> None:
    _load(session, 0.98)
    _add_edition(session, "arcep-fixe-2019", "30 septembre 2019")
    texte = _read(client, adresse)
    assert (
        "À Brest, 98 % des logements et locaux pouvaient avoir un bon débit Internet (Arcep, 30 septembre 2019)."
        in texte
    )
    assert "La situation a pu changer depuis." in texte
    assert "lieu avec Internet" not in texte
    assert "4G" not in texte


@pytest.mark.usefixtures("_brest")
@pytest.mark.parametrize("adresse", ADRESSES)
def test_a_poor_one_shows_where_there_is_internet(session: Session, client: FlaskClient, adresse: str) -> None:
    _load(session, 0.5)
    _load(session, 0.75, millesime=2026)
    _load(session, 0.03, indicateur="part_population_blanche_4g", millesime=2026)
    _add_edition(session, "arcep-fixe", "2026-03-31")
    _add_edition(session, "arcep-mobile", "2026-06-30")
    bloc = _read(client, adresse).split(TITRE)[1].split("</section>")[0]
    # The latest table is the one that is told.
    assert "À Brest, 75 % des logements et locaux pouvaient avoir un bon débit Internet (Arcep, 31 mars 2026)." in bloc
    assert "À Brest, 3 % des habitants n’avaient pas la 4G, même dehors (Arcep, 30 juin 2026)." in bloc
    assert "Ce lieu proche a Internet." in bloc
    assert "Cyberbase" in bloc
    assert "Mairie de Brest" not in bloc
    assert "/recherche?commune=29019&amp;service=acces-internet-et-materiel-informatique" in bloc


@pytest.mark.usefixtures("_brest")
def test_the_following_pages_and_wider_territories_do_not_repeat_it(session: Session, client: FlaskClient) -> None:
    _load(session, 0.5)
    assert TITRE not in _read(client, "/recherche?commune=29019&apres=QFkAAAAAAAAAAAAAAAAAAQ")
    assert TITRE not in _read(client, "/territoires/departement/29/lieux")


@pytest.mark.usefixtures("_brest")
def test_the_easy_register_has_it_too(session: Session, client: FlaskClient) -> None:
    _load(session, 0.5)
    bloc = _read(client, "/falc/recherche?commune=29019").split('id="connexion"')[1].split("</section>")[0]
    assert "Cyberbase" in bloc
    assert "/falc/recherche?commune=29019" in bloc
