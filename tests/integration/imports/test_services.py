"""Loading what is missing, refusing what cannot be trusted, and saying where every source stands."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import build_settings
from tests.factories.imports import REFERENTIEL
from tests.integration.imports.conftest import ENDROITS, NOW, write_lieux
from tierslieux.config import Settings
from tierslieux.core.errors import NotFoundError, SourceError
from tierslieux.imports import services
from tierslieux.imports.registre import DEMONSTRATION, SOURCES, get_source
from tierslieux.lieux.models import Execution, FicheSource, Lieu

DATA = Path(__file__).parents[2] / "data"
ECHANTILLONS = {
    "france_services.csv": "france-services_2024-08-01.csv",
    "conseillers_numeriques.json": "mediation_national_cnfs_2022-12.json",
    "tiers_lieux_cget.csv": "tiers-lieux_cget_2019.csv",
    "bibliotheques.csv": "bibliotheques_2025.csv",
}


@pytest.fixture
def settings(base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with neither raw files nor the package of boundaries; the small reference of communes."""
    monkeypatch.setattr(services, "load_communes", lambda _: REFERENTIEL)
    (tmp_path / "geodata" / "demonstration").mkdir(parents=True)
    write_lieux(tmp_path / "geodata" / "demonstration" / "lieux.csv", [{"id": str(n)} for n in range(3)])
    return replace(build_settings(base, tmp_path), geodata_dir=tmp_path / "geodata")


@pytest.fixture
def settings_pleins(settings: Settings, tmp_path: Path) -> Settings:
    """The same with the samples in a folder of raw files."""
    (tmp_path / "raw" / "lieux").mkdir(parents=True)
    for echantillon, nom in ECHANTILLONS.items():
        shutil.copy(DATA / echantillon, tmp_path / "raw" / "lieux" / nom)
    return replace(settings, raw_dir=tmp_path / "raw")


def load(fabrique: sessionmaker[Session], settings: Settings) -> dict[str, str]:
    """(source, status) of what a start loads."""
    return {r.source: r.statut for r in services.run_all_missing(fabrique, settings, now=NOW)}


def count_visibles(session: Session, source_id: str) -> int | None:
    session.expire_all()
    return session.scalar(
        select(func.count())
        .select_from(Lieu)
        .join(FicheSource, FicheSource.lieu_id == Lieu.id)
        .where(FicheSource.source_id == source_id, Lieu.statut == "publie")
    )


def test_without_any_source_the_invented_places_are_loaded_and_what_is_missing_is_said(
    fabrique: sessionmaker[Session], session: Session, settings: Settings
) -> None:
    premier = load(fabrique, settings)
    assert premier == dict.fromkeys([source.id for source in SOURCES], "refusee") | {"demonstration": "reussie"}
    assert count_visibles(session, "demonstration") == 3
    etats = {etat.source.id: etat for etat in services.list_sources(session, settings)}
    assert etats["demonstration"].lieux == 3
    assert "TIERSLIEUX_RAW_DIR" in (etats["france-services"].absence or "")
    assert etats["france-services"].derniere is not None
    assert etats["france-services"].derniere.origine == "aucune"
    # The next start says the same without writing it again, and loads nothing twice.
    assert "demonstration" not in load(fabrique, settings)
    assert session.scalar(select(func.count()).select_from(Execution)) == len(SOURCES) + 1


def test_each_source_is_loaded_once_and_again_when_its_file_is_another(
    fabrique: sessionmaker[Session], session: Session, settings_pleins: Settings
) -> None:
    premier = load(fabrique, settings_pleins)
    absentes = {source for source, statut in premier.items() if statut == "refusee"}
    assert {source for source, statut in premier.items() if statut == "reussie"} == {
        "france-services",
        "conseillers-numeriques",
        "tiers-lieux-cget",
        "bibliotheques",
    }
    assert "mairies" in absentes
    assert set(load(fabrique, settings_pleins)) == absentes
    assert settings_pleins.raw_dir is not None
    fichier = settings_pleins.raw_dir / "lieux" / "tiers-lieux_cget_2019.csv"
    fichier.write_bytes(fichier.read_bytes() + b"\n")
    assert set(load(fabrique, settings_pleins)) == {"tiers-lieux-cget"} | absentes
    assert count_visibles(session, "demonstration") == 0


def test_invented_places_are_hidden_when_a_real_source_comes_and_their_source_leaves_the_list(
    fabrique: sessionmaker[Session], session: Session, settings: Settings, settings_pleins: Settings
) -> None:
    load(fabrique, replace(settings, raw_dir=None))
    assert count_visibles(session, "demonstration") == 3
    assert "demonstration" not in load(fabrique, settings_pleins)
    assert count_visibles(session, "demonstration") == 0
    assert count_visibles(session, "france-services") == 4
    assert DEMONSTRATION.id not in {etat.source.id for etat in services.list_sources(session, settings_pleins)}
    assert "demonstration" not in load(fabrique, settings_pleins)


@pytest.mark.parametrize(
    ("contenu", "raison"),
    [
        (b"", "vide"),
        (b"id,nom\n1,a\n", "colonnes absentes"),
        ((DATA / "tiers_lieux_cget.csv").read_bytes()[:-40], "tronqué"),
        (b"PK\x03\x04", "ZIP"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_and_changes_nothing(
    fabrique: sessionmaker[Session], session: Session, tmp_path: Path, contenu: bytes, raison: str
) -> None:
    source = get_source("tiers-lieux-cget")
    bonne = services.run_import(
        fabrique, source, ENDROITS, now=NOW, communes=REFERENTIEL, fichier=DATA / "tiers_lieux_cget.csv"
    )
    assert bonne.created == 5
    mauvais = tmp_path / "mauvais.csv"
    mauvais.write_bytes(contenu)
    rapport = services.run_import(fabrique, source, ENDROITS, now=NOW, communes=REFERENTIEL, fichier=mauvais)
    assert (rapport.statut, rapport.read) == ("refusee", 0)
    assert raison in (rapport.message or "")
    assert count_visibles(session, source.id) == 5
    derniere = session.scalars(select(Execution).order_by(Execution.id.desc())).first()
    assert derniere is not None
    assert (derniere.statut, derniere.origine, derniere.octets) == ("refusee", "mauvais.csv", len(contenu))
    assert session.scalar(select(func.count()).where(FicheSource.disparue_execution_id.is_not(None))) == 0


def test_a_latin_1_file_is_read_right(fabrique: sessionmaker[Session], session: Session, tmp_path: Path) -> None:
    fichier = tmp_path / "latin1.csv"
    texte = (DATA / "france_services.csv").read_text(encoding="utf-8")
    fichier.write_bytes(texte.encode("latin-1"))
    rapport = services.run_import(
        fabrique, get_source("france-services"), ENDROITS, now=NOW, communes=REFERENTIEL, fichier=fichier
    )
    assert (rapport.statut, rapport.reconnu["encodage"]) == ("reussie", "Windows-1252")
    noms = session.scalars(select(Lieu.nom)).all()
    assert "Bus France Services Inventé" in noms


def test_a_file_too_large_is_refused_unread(fabrique: sessionmaker[Session], tmp_path: Path) -> None:
    fichier = tmp_path / "enorme.csv"
    with fichier.open("wb") as sortie:
        sortie.truncate(200_000_000)
    rapport = services.run_import(
        fabrique, get_source("france-services"), ENDROITS, now=NOW, communes=REFERENTIEL, fichier=fichier
    )
    assert (rapport.statut, rapport.sha256) == ("refusee", None)
    assert "200000000 octets" in (rapport.message or "")


def test_an_unexpected_error_is_recorded_then_raised(
    fabrique: sessionmaker[Session], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(services.chargement, "load", fail)
    with pytest.raises(ZeroDivisionError):
        services.run_import(
            fabrique,
            get_source("tiers-lieux-cget"),
            ENDROITS,
            now=NOW,
            communes=REFERENTIEL,
            fichier=DATA / "tiers_lieux_cget.csv",
        )
    execution = session.scalars(select(Execution)).one()
    assert (execution.statut, execution.message) == ("echouee", "Arrêt imprévu (ZeroDivisionError).")


def test_without_territories_nothing_can_be_placed(fabrique: sessionmaker[Session]) -> None:
    with pytest.raises(SourceError, match="flask territoires load"):
        services.load_communes(fabrique)


def test_rejected_rows_of_the_last_success(fabrique: sessionmaker[Session], session: Session) -> None:
    with pytest.raises(NotFoundError, match="pas encore été chargée"):
        services.list_rejets(session, "bibliotheques")
    services.run_import(
        fabrique,
        get_source("bibliotheques"),
        ENDROITS,
        now=NOW,
        communes=REFERENTIEL,
        fichier=DATA / "bibliotheques.csv",
    )
    assert [rejet.code for rejet in services.list_rejets(session, "bibliotheques")] == [
        *["NON_OUVERT_AU_PUBLIC"] * 3,
        "IDENTIFIANT_MANQUANT",
    ]
