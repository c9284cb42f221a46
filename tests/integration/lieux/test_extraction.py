"""Reading the base as a stream: every field, the right places, one state, and the same counts as the export's rule."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu, make_source
from tests.factories.publies import read_valeurs
from tests.factories.territoires import make_bretagne
from tierslieux.diffusion.exports.mediation import list_manques
from tierslieux.lieux import publication
from tierslieux.lieux.extraction import (
    LieuPublie,
    Selection,
    count_lieux,
    find_date,
    list_sources,
    read_version,
    split_liste,
    stream_lieux,
)
from tierslieux.lieux.params import Criteres
from tierslieux.territoires.enums import Niveau

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)

COMPLET: dict[str, Any] = {
    "horaires": "Mo-Fr 09:00-12:00",
    "telephone": "+33298000001",
    "courriel": "accueil@exemple.fr",
    "site_web": "https://exemple.fr/",
    "prise_rdv": "https://rdv.exemple/",
    "adresse": "1 rue Inventée",
    "complement_adresse": "2e étage",
    "code_postal": "29200",
    "commune_nom": "Brest",
    "itinerant": False,
    "accessible": True,
    "presentation": "Un lieu.",
    "presentation_detail": "Un lieu inventé.",
    "structure_parente": "Ville inventée",
    "fiche_acces_libre": "https://acceslibre.exemple/",
    "pivot": "43493312300029",
    "publics": ["jeunes", "seniors"],
    "prises_en_charge": ["surdite"],
    "frais": ["gratuit"],
    "modalites_acces": ["se-presenter"],
    "accompagnements": ["a-distance"],
    "formations_labels": ["arnia-mednum-bfc"],
    "typologies": ["ESS", "CC"],
    "autres_formations_labels": ["Label « bête »"],
    "autres_telephones": ["3949"],
    "autres_courriels": ["contact@exemple.fr"],
    "autres_sites_web": ["https://exemple.org/"],
    "services": ["aide-aux-demarches-administratives"],
    "programmes": ["aidants-connect"],
}


def read(session: Session, selection: Selection | None = None, **options: Any) -> list[LieuPublie]:
    return [lieu for lot in stream_lieux(session, selection or Selection(), **options) for lieu in lot]


def list_noms(session: Session, **champs: Any) -> list[str]:
    return [lieu.nom for lieu in read(session, Selection(**champs))]


def test_every_field_is_read_as_it_is_published(session: Session) -> None:
    make_lieu(session, "Complet", genres=("fablab", "coworking"), **COMPLET)
    make_lieu(session, "Nu", lon=None, commune_code=None, date_maj=None)
    complet, nu = read(session)
    attendu = COMPLET | {
        "nom": "Complet",
        "genres": ["coworking", "fablab"],
        "commune_code": "29019",
        "position": {"lon": -4.49, "lat": 48.39, "precision": "adresse"},
    }
    assert read_valeurs(complet) == attendu
    assert find_date(complet.dates) == "2026-01-01"
    assert split_liste(complet.mentions) == ["essai 2026-01-01"]
    assert read_valeurs(nu) == {"nom": "Nu", "genres": ["france-services"]}
    assert find_date(nu.dates) is None
    assert split_liste(nu.mentions) == ["essai"]


def test_only_published_places_and_candidates_when_asked_for(session: Session) -> None:
    make_lieu(session, "aide")
    make_lieu(session, "mairie", genres=("mairie",))
    make_lieu(session, "fermé", statut="ferme")
    make_lieu(session, "masqué", statut="masque")
    assert list_noms(session) == ["aide"]
    assert list_noms(session, criteres=Criteres(candidats=True)) == ["aide", "mairie"]


def test_a_part_of_the_base(session: Session) -> None:
    make_bretagne(session)
    make_source(session, "autre")
    make_lieu(session, "Fablab de Brest", genres=("fablab",))
    make_lieu(session, "Atelier du Trégor", commune_code="22387", source_id="autre", frais=["gratuit"])
    assert list_noms(session, niveau=Niveau.DEPARTEMENT, code="29") == ["Fablab de Brest"]
    assert list_noms(session, niveau=Niveau.COMMUNE, code="29019") == ["Fablab de Brest"]
    assert list_noms(session, texte="atel") == ["Atelier du Trégor"]
    assert list_noms(session, source_id="autre") == ["Atelier du Trégor"]
    assert list_noms(session, criteres=Criteres(gratuit=True)) == ["Atelier du Trégor"]
    selection = Selection(source_id="autre")
    assert count_lieux(session, selection).lieux == 1
    assert [source.id for source in list_sources(session, selection)] == ["autre"]
    assert [source.id for source in list_sources(session, Selection())] == ["autre", "essai"]


def test_every_source_that_speaks_of_a_place_is_named_and_none_that_was_withdrawn(session: Session) -> None:
    make_source(session, "retiree", confiance=90)
    make_source(session, "autre", confiance=10)
    garde, absorbe, ancien = (
        make_lieu(session, nom, source_id=source, date_maj=dt.date(annee, 5, 1))
        for nom, source, annee in (("un", "essai", 2025), ("deux", "autre", 2026), ("trois", "retiree", 2024))
    )
    session.execute(
        text("UPDATE fiche_source SET lieu_id = :garde WHERE lieu_id IN (:a, :b)"),
        {"garde": garde.id, "a": absorbe.id, "b": ancien.id},
    )
    session.execute(text("UPDATE fiche_source SET retiree_at = :now WHERE source_id = 'retiree'"), {"now": NOW})
    publication.publish(session, [garde.id, absorbe.id, ancien.id], now=NOW)
    (lieu,) = read(session)
    assert sorted(split_liste(lieu.mentions)) == ["autre 2026-05-01", "essai 2025-05-01"]
    assert [source.id for source in list_sources(session, Selection())] == ["autre", "essai"]


@pytest.mark.parametrize(
    "manque",
    [
        {},
        {"adresse": None},
        {"adresse": ""},
        {"code_postal": None},
        {"code_postal": "9880"},
        {"code_postal": "29200 "},
        {"commune_nom": None},
        {"date_maj": None},
    ],
)
def test_places_counted_as_complete_are_those_that_the_standard_takes(session: Session, manque: dict[str, Any]) -> None:
    make_lieu(session, "Lieu", **({"adresse": "1 rue", "code_postal": "29200", "commune_nom": "Brest"} | manque))
    (lieu,) = read(session)
    assert count_lieux(session, Selection()).complets == (0 if list_manques(lieu) else 1)


def test_places_come_by_lots_from_a_cursor_of_the_server(session: Session) -> None:
    for rang in range(5):
        make_lieu(session, f"Lieu {rang}")
    ordres: list[str] = []
    event.listen(
        session.get_bind(),
        "before_cursor_execute",
        lambda _connexion, curseur, *_: ordres.append(type(curseur).__name__),
    )
    lots = list(stream_lieux(session, Selection(), lot=2))
    assert [[lieu.nom for lieu in lot] for lot in lots] == [["Lieu 0", "Lieu 1"], ["Lieu 2", "Lieu 3"], ["Lieu 4"]]
    assert ordres == ["ServerCursor"]


def test_the_version_changes_with_each_published_change(session: Session) -> None:
    lieu = make_lieu(session, "Avant")
    versions = [read_version(session)]
    session.execute(text('UPDATE fiche_source SET valeurs = valeurs || \'{"nom": "Après"}\''))
    publication.publish(session, [lieu.id], now=NOW)
    versions += [read_version(session), read_version(session)]
    assert versions[0].cle != versions[1].cle
    assert versions[1] == versions[2]
    assert versions[1].modifiee_at == NOW
