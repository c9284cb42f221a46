"""Load of a source: every level, former codes, weights of other sources, idempotence, all or nothing."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.indicateurs import build_comparateur, read_data
from tests.factories.territoires import make_bretagne, make_territoire
from tierslieux.config import RACINE
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.core.errors import NotFoundError, SourceError
from tierslieux.indicateurs import services
from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.indicateurs.chargement import RapportSource, Territoires, load_source
from tierslieux.indicateurs.fichiers import read_fichiers
from tierslieux.indicateurs.models import EditionIndicateurs, ValeurIndicateur
from tierslieux.territoires.enums import Niveau

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
NOMS = {
    "recensement-2017": ("rp2017_diplome_age_menages_commune.csv", "recensement_2017.csv"),
    "arcep-fixe": ("commune_debit_filaire_2026.csv", "commune_debit_filaire.csv"),
    "illectronisme-hdf-2019": ("illectronisme-insee-hdf-epci-2019.json", "illectronisme_epci.json"),
    "quartiers-prioritaires": ("anct_centroide-4326_qpv.geojson", "quartiers.geojson"),
    "zonage-frr": ("communes_frr_2025.csv", "frr.csv"),
}
COMPARATEUR = "base_cc_comparateur_2018_csv.zip"


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """A folder of publishers' files."""
    (tmp_path / "indicateurs").mkdir()
    for publie, invente in NOMS.values():
        (tmp_path / "indicateurs" / publie).write_bytes(read_data(invente))
    return tmp_path


@pytest.fixture(autouse=True)
def _territoires(request: pytest.FixtureRequest) -> None:
    if "session" in request.fixturenames:
        session = request.getfixturevalue("session")
        make_bretagne(session)
        session.commit()


def ecrire_comparateur(dossier: Path, lignes: dict[str, dict[str, str]]) -> None:
    (dossier / "indicateurs" / COMPARATEUR).write_bytes(build_comparateur(lignes))


def charger(fabrique: sessionmaker[Session], dossier: Path, *source_ids: str, dry_run: bool = False) -> RapportSource:
    rapports = services.load_sources(fabrique, source_ids, dossier, telechargement=False, now=NOW, dry_run=dry_run)
    return rapports[-1]


def lire(session: Session, indicateur: str, millesime: int) -> dict[tuple[str, str], float]:
    stmt = select(ValeurIndicateur).where(
        ValeurIndicateur.indicateur == indicateur, ValeurIndicateur.millesime == millesime
    )
    return {(v.niveau, v.code): v.valeur for v in session.scalars(stmt)}


def test_counts_add_up_at_every_level(session: Session, fabrique, dossier: Path) -> None:
    # Brest and its former commune 29990, then Guipavas; Landerneau and Plourin are not in the file.
    lignes = {"29019": {"P18_MEN": "70"}, "29990": {"P18_MEN": "5"}, "29075": {"P18_MEN": "9"}, "99999": {}}
    ecrire_comparateur(dossier, lignes | {"98765": {"P18_MEN": "1"}})
    rapport = charger(fabrique, dossier, "comparateur-2018")
    assert (rapport.lues, rapport.chargees) == (5, 3)
    assert rapport.rejets == {"CODE_INCONNU": 1, "SANS_VALEUR": 1}
    assert (rapport.communes, rapport.part_communes) == (2, 0.4)
    # Brest and Guipavas hold 154,664 of the 171,564 people of Finistère: 90.1 %.
    assert lire(session, "menages", 2018) == {
        ("commune", "29019"): 75,
        ("commune", "29075"): 9,
        ("epci", "242900314"): 84,
        ("departement", "29"): 84,
        ("region", "53"): 84,
        ("france", "FR"): 84,
    }


def test_an_average_waits_for_its_weights_and_follows_them(session: Session, fabrique, dossier: Path) -> None:
    charger(fabrique, dossier, "recensement-2017")
    # Brest: its two parts weigh the same; no household is known yet, so nothing is said above.
    assert lire(session, "part_menages_seuls", 2017) == {("commune", "29019"): pytest.approx(0.4025)}
    (dossier / "indicateurs" / NOMS["recensement-2017"][0]).write_bytes(
        read_data("recensement_2017.csv").replace(b"5,75110,Paris 10e,75,n.c.", b"5,29075,Guipavas,29,50.0")
    )
    ecrire_comparateur(dossier, {"29019": {"P18_MEN": "300"}, "29075": {"P18_MEN": "100"}})
    charger(fabrique, dossier, "recensement-2017")
    charger(fabrique, dossier, "comparateur-2018")
    valeurs = lire(session, "part_menages_seuls", 2017)
    # (300 × 0.4025 + 100 × 0.6) / 400
    assert valeurs["epci", "242900314"] == pytest.approx(0.451875)
    ecrire_comparateur(dossier, {"29019": {"P18_MEN": "100"}, "29075": {"P18_MEN": "100"}})
    charger(fabrique, dossier, "comparateur-2018")
    assert lire(session, "part_menages_seuls", 2017)["epci", "242900314"] == pytest.approx(0.50125)


def test_a_second_load_changes_nothing(session: Session, fabrique, dossier: Path) -> None:
    premier = charger(fabrique, dossier, "recensement-2017")
    edition = session.get(EditionIndicateurs, "recensement-2017")
    assert edition is not None
    avant = lire(session, "part_sans_bac", 2017)
    second = charger(fabrique, dossier, "recensement-2017")
    assert (premier.statut, second.statut, second.valeurs) == ("chargee", "inchangee", 0)
    assert (second.lues, second.chargees, second.rejets) == (premier.lues, premier.chargees, premier.rejets)
    session.expire_all()
    assert lire(session, "part_sans_bac", 2017) == avant
    assert edition.chargee_at == NOW


def test_another_edition_replaces_the_values_and_its_vintage(session: Session, fabrique, dossier: Path) -> None:
    charger(fabrique, dossier, "arcep-fixe")
    assert lire(session, "locaux", 2026)[("commune", "29019")] == 1000
    autre = read_data("commune_debit_filaire.csv").replace(b"2026-03-31", b"2027-03-31").replace(b"29019", b"29075")
    (dossier / "indicateurs/commune_debit_filaire_2027.csv").write_bytes(autre)
    assert charger(fabrique, dossier, "arcep-fixe").edition == "2027-03-31"
    assert lire(session, "locaux", 2026) == {}
    assert set(lire(session, "locaux", 2027)) == {("commune", "29075")}


def test_a_dry_run_writes_nothing(session: Session, fabrique, dossier: Path) -> None:
    rapport = charger(fabrique, dossier, "recensement-2017", dry_run=True)
    assert (rapport.statut, rapport.lues) == ("chargee", 6)
    assert session.scalar(select(func.count()).select_from(ValeurIndicateur)) == 0
    assert session.scalar(select(func.count()).select_from(EditionIndicateurs)) == 0


def test_a_refused_or_absent_source_leaves_the_others(session: Session, fabrique, dossier: Path) -> None:
    charger(fabrique, dossier, "recensement-2017")
    avant = lire(session, "part_sans_bac", 2017)
    (dossier / "indicateurs" / NOMS["recensement-2017"][0]).write_bytes(b"CODE_INSEE,AUTRE\n29019,1\n")
    rapports = services.load_sources(
        fabrique, ["recensement-2017", "densite", "zonage-frr"], dossier, telechargement=False, now=NOW
    )
    assert [rapport.statut for rapport in rapports] == ["refusee", "absente", "chargee"]
    assert "TX_NSCOL15P" in (rapports[0].message or "")
    assert lire(session, "part_sans_bac", 2017) == avant
    assert lire(session, "communes_frr", 2025)["commune", "29019"] == 0
    with pytest.raises(NotFoundError):
        services.load_sources(fabrique, ["astrologie"], dossier, telechargement=False, now=NOW)


def test_a_file_of_unknown_codes_alone_is_refused(session: Session, fabrique, dossier: Path) -> None:
    ecrire_comparateur(dossier, {"98765": {"P18_MEN": "1"}})
    assert charger(fabrique, dossier, "comparateur-2018").statut == "refusee"
    assert session.get(EditionIndicateurs, "comparateur-2018") is None


def test_published_values_of_epci(session: Session, fabrique, dossier: Path) -> None:
    rapport = charger(fabrique, dossier, "illectronisme-hdf-2019")
    assert rapport.rejets == {"CODE_MAL_FORME": 1, "SANS_VALEUR": 1, "VALEUR_ILLISIBLE": 1}
    assert lire(session, "part_illectronisme_publiee", 2019) == {
        ("epci", "242900314"): pytest.approx(0.187),
        ("epci", "200000001"): pytest.approx(0.2),
    }


def test_arrondissements_and_their_city(session: Session, fabrique, dossier: Path) -> None:
    make_territoire(session, Niveau.COMMUNE, "75056", "Paris", departement_code="75", population=30)
    for code, population in (("75110", 10), ("75119", 20)):
        make_territoire(session, Niveau.ARRONDISSEMENT, code, code, commune_code="75056", population=population)
    session.commit()
    # The city is published: it stays so. Without it, it is made from all of its arrondissements.
    ecrire_comparateur(
        dossier, {"75056": {"P18_MEN": "100"}, "75110": {"P18_MEN": "30", "P18_LOG": "7"}, "75119": {"P18_LOG": "8"}}
    )
    charger(fabrique, dossier, "comparateur-2018")
    menages = lire(session, "menages", 2018)
    assert (menages["commune", "75056"], menages["arrondissement", "75110"]) == (100, 30)
    assert lire(session, "logements", 2018)["commune", "75056"] == 15


def test_a_list_of_all_that_exists_gives_zero_elsewhere(session: Session, fabrique, dossier: Path) -> None:
    charger(fabrique, dossier, "quartiers-prioritaires")
    quartiers = lire(session, "quartiers_prioritaires", 2024)
    assert quartiers["commune", "29019"] == 2
    assert quartiers["commune", "22387"] == 0
    assert lire(session, "communes_avec_quartier_prioritaire", 2024)["france", "FR"] == 1


def test_a_load_that_fails_in_the_middle_leaves_what_was_before(session: Session, fabrique, dossier: Path) -> None:
    charger(fabrique, dossier, "recensement-2017")
    avant = lire(session, "part_sans_bac", 2017)
    source = get_catalogue().get_source("recensement-2017")
    fichiers = read_fichiers(source, dossier, telechargement=False)

    def casser(stage: str, _done: int, _total: int | None) -> None:
        if stage.endswith("writing"):
            raise SourceError("coupure")

    with fabrique() as ouverte:
        territoires = Territoires(ouverte)
        neufs = replace(fichiers, sha256="autre")
        with pytest.raises(SourceError, match="coupure"):
            load_source(ouverte, source, neufs, get_catalogue(), territoires, now=NOW, progress=casser)
        ouverte.rollback()
    assert lire(session, "part_sans_bac", 2017) == avant


TUEUR = """
import datetime as dt, os, signal, sys
from pathlib import Path
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.indicateurs import chargement, services

def suicide(*_arguments, **_nommes):
    os.kill(os.getpid(), signal.SIGKILL)

chargement.refresh_moyennes = suicide  # after the values are replaced, before the edition is written
fabrique = session_factory(create_engine_for(sys.argv[1]))
now = dt.datetime.now(dt.UTC)
services.load_sources(fabrique, ["recensement-2017"], Path(sys.argv[2]), telechargement=False, now=now)
"""


@pytest.fixture
def fabrique_neuve(base_neuve: str) -> Iterator[sessionmaker[Session]]:
    engine = create_engine_for(base_neuve)
    fabrique = session_factory(engine)
    with fabrique() as ouverte:
        make_bretagne(ouverte)
        ouverte.commit()
    yield fabrique
    engine.dispose()


def test_a_load_killed_in_the_middle_leaves_what_was_before(
    fabrique_neuve: sessionmaker[Session], base_neuve: str, dossier: Path
) -> None:
    charger(fabrique_neuve, dossier, "recensement-2017")
    with fabrique_neuve() as ouverte:
        avant = lire(ouverte, "part_sans_bac", 2017)
    chemin = dossier / "indicateurs" / NOMS["recensement-2017"][0]
    chemin.write_bytes(chemin.read_bytes().replace(b"45.5", b"99.5"))
    mort = subprocess.run(
        [sys.executable, "-c", TUEUR, base_neuve, str(dossier)],
        cwd=RACINE,
        check=False,
        timeout=60,
        env=dict(os.environ),
    )
    assert mort.returncode == -signal.SIGKILL
    with fabrique_neuve() as ouverte:
        assert lire(ouverte, "part_sans_bac", 2017) == avant
    assert charger(fabrique_neuve, dossier, "recensement-2017").statut == "chargee"
