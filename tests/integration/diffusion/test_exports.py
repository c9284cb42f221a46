"""Downloads over HTTP and by the command: what is sent, what is refused, and that nothing is left behind."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import Bases, build_settings
from tests.factories.lieux import make_lieu, make_source
from tests.factories.territoires import make_bretagne
from tierslieux import create_app, envois
from tierslieux.core import classeurs
from tierslieux.core.db import create_engine_for, open_instantane, session_factory
from tierslieux.diffusion.exports.registre import FORMATS
from tierslieux.extensions import CLE
from tierslieux.lieux import extraction

CODES = [forme.code for forme in FORMATS]
EXACT = {"adresse": "1 rue Inventée", "code_postal": "29200", "commune_nom": "Brest"}


@pytest.fixture(scope="module")
def fabrique_exports(bases: Bases, modele: str) -> Iterator[sessionmaker[Session]]:
    """Sessions on a database of this module: exports open transactions of their own, which see what is committed."""
    nom = bases.create(f"exports_{uuid4().hex[:8]}", modele)
    engine = create_engine_for(bases.address(nom))
    fabrique = session_factory(engine)
    with fabrique() as session:
        make_bretagne(session)
        make_source(session, "bretagne", libelle="Tiers-lieux de Bretagne", licence="CC BY 4.0")
        make_source(session, "demonstration", libelle="Lieux inventés (démonstration)", est_inventee=True)
        make_lieu(session, "Fablab de Brest", genres=("fablab",), source_id="bretagne", **EXACT)
        make_lieu(session, "Sans adresse", telephone="3949", date_maj=None)
        make_lieu(session, "Maison du Trégor", commune_code="22387", source_id="demonstration", **EXACT)
        make_lieu(session, "Mairie de Brest", genres=("mairie",), **EXACT)
        session.commit()
    yield fabrique
    engine.dispose()
    bases.drop(nom)


@pytest.fixture(scope="module")
def application(fabrique_exports: sessionmaker[Session], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    adresse = fabrique_exports.kw["bind"].url.render_as_string(hide_password=False)
    app = create_app(build_settings(adresse, tmp_path_factory.mktemp("var"), TIERSLIEUX_LIMITES=1000))
    app.testing = True
    yield app
    app.extensions[CLE].session_factory.kw["bind"].dispose()


@pytest.fixture
def navigateur(application: Flask) -> FlaskClient:
    return application.test_client()


def read_csv(corps: bytes, separateur: str = ";") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(corps.decode("utf-8-sig"), newline=""), delimiter=separateur))


# --- Files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_each_format_is_sent_with_a_name_and_leaves_nothing(
    navigateur: FlaskClient, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    reponse = navigateur.get(f"/donnees/export/{code}")
    assert reponse.status_code == 200
    assert len(reponse.data) > 100
    assert "attachment" in reponse.headers["Content-Disposition"]
    assert f"{dt.datetime.now(dt.UTC):%Y%m%d}_tierslieux_" in reponse.headers["Content-Disposition"]
    assert reponse.headers["X-Lieux"] == "3"
    assert 'rel="license"' in reponse.headers["Link"]
    assert reponse.headers["X-Licences"] == "CC BY 4.0 ; Licence Ouverte 2.0"
    assert list(tmp_path.iterdir()) == []
    # The place is free again for the next one.
    assert navigateur.get(f"/donnees/export/{code}").status_code == 200


def test_places_are_chosen_by_the_query_string(navigateur: FlaskClient) -> None:
    def list_noms(args: str) -> list[str]:
        reponse = navigateur.get(f"/donnees/export/csv?{args}")
        assert reponse.status_code == 200, reponse.text
        return [ligne["nom"] for ligne in read_csv(reponse.data)]

    assert list_noms("") == ["Fablab de Brest", "Sans adresse", "Maison du Trégor"]
    assert list_noms("candidats=1") == ["Fablab de Brest", "Sans adresse", "Maison du Trégor", "Mairie de Brest"]
    assert list_noms("commune=22387") == ["Maison du Trégor"]
    assert list_noms("departement=29&genre=fablab") == ["Fablab de Brest"]
    assert list_noms("q=maison&source=demonstration") == ["Maison du Trégor"]


def test_streams_have_no_length_and_files_have_one(navigateur: FlaskClient) -> None:
    assert "Content-Length" not in navigateur.get("/donnees/export/geojson").headers
    reponse = navigateur.get("/donnees/export/ods")
    assert int(reponse.headers["Content-Length"]) == len(reponse.data)


def test_a_compressed_stream_is_the_same(navigateur: FlaskClient) -> None:
    clair = navigateur.get("/donnees/export/geojson").data
    reponse = navigateur.get("/donnees/export/geojson", headers={"Accept-Encoding": "br"})
    assert reponse.headers["Content-Encoding"] == "br"
    assert brotli.decompress(reponse.data) == clair
    reponse = navigateur.get("/donnees/export/geojson", headers={"Accept-Encoding": "gzip"})
    octets = gzip.decompress(reponse.data) if "Content-Encoding" in reponse.headers else reponse.data
    assert octets == clair


def test_an_invented_place_says_so(navigateur: FlaskClient) -> None:
    corps = json.loads(navigateur.get("/donnees/export/geojson?commune=22387").data)
    assert corps["features"][0]["properties"]["invente"] is True
    assert "inventés" in corps["metadonnees"]["avertissement"]
    assert corps["metadonnees"]["filtre"] == "Lieux d’aide numérique et tiers-lieux. Commune : Le Vieux-Marché (22387)."
    (ligne,) = read_csv(navigateur.get("/donnees/export/mediation-csv?commune=22387").data, ",")
    assert ligne["source"] == "Lieux inventés (démonstration)"


def test_what_the_national_standard_leaves_out_is_counted_and_listed(navigateur: FlaskClient) -> None:
    reponse = navigateur.get("/donnees/export/mediation-csv")
    assert (reponse.headers["X-Lieux-Exportes"], reponse.headers["X-Lieux-Non-Exportes"]) == ("2", "1")
    assert '/donnees/export/mediation-non-exportes>; rel="describedby"' in reponse.headers["Link"]
    assert "lieux-de-mediation-numerique_France.csv" in reponse.headers["Content-Disposition"]
    assert len(read_csv(reponse.data, ",")) == 2
    reponse = navigateur.get("/donnees/export/mediation-non-exportes")
    assert "-non-exportes.csv" in reponse.headers["Content-Disposition"]
    assert [(ligne["nom"], ligne["champ"]) for ligne in read_csv(reponse.data)] == [
        ("Sans adresse", "commune"),
        ("Sans adresse", "adresse"),
        ("Sans adresse", "code_postal"),
        ("Sans adresse", "date_maj"),
    ]


# --- What costs nothing ---------------------------------------------------------------------------------------------


@pytest.fixture
def sans_lecture(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, reading a place is a failure."""

    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("a place was read")

    monkeypatch.setattr(extraction, "stream_lieux", refuse)
    monkeypatch.setattr(extraction, "count_lieux", refuse)


def test_an_unchanged_base_is_not_written_again(navigateur: FlaskClient, request: pytest.FixtureRequest) -> None:
    etags = {code: navigateur.get(f"/donnees/export/{code}").headers["ETag"] for code in ("csv", "xlsx")}
    assert etags["csv"] != etags["xlsx"]
    request.getfixturevalue("sans_lecture")
    for code, etag in etags.items():
        reponse = navigateur.get(f"/donnees/export/{code}", headers={"If-None-Match": etag})
        assert (reponse.status_code, reponse.data) == (304, b"")


def test_a_change_gives_a_new_validator(navigateur: FlaskClient, fabrique_exports: sessionmaker[Session]) -> None:
    avant = navigateur.get("/donnees/export/csv").headers
    assert avant["ETag"] != navigateur.get("/donnees/export/csv?candidats=1").headers["ETag"]
    with fabrique_exports() as session:
        session.execute(
            text(
                "INSERT INTO changement (lieu_id, champ, fait_at)"
                " SELECT id, 'nom', '2026-11-22 10:00Z' FROM lieu LIMIT 1"
            )
        )
        session.commit()
    apres = navigateur.get("/donnees/export/csv").headers
    assert apres["ETag"] != avant["ETag"]
    assert apres["Last-Modified"] == "Sun, 22 Nov 2026 10:00:00 GMT"
    assert apres["X-Date-Donnees"] == "2026-11-22"


@pytest.mark.usefixtures("sans_lecture")
def test_asking_for_the_headers_reads_no_place(navigateur: FlaskClient) -> None:
    reponse = navigateur.head("/donnees/export/xlsx")
    assert (reponse.status_code, reponse.data) == (200, b"")
    assert "ETag" in reponse.headers


# --- What is refused ------------------------------------------------------------------------------------------------


def test_an_unknown_format_is_a_page_that_names_the_formats(navigateur: FlaskClient) -> None:
    reponse = navigateur.get("/donnees/export/shapefile")
    assert reponse.status_code == 404
    assert all(code in reponse.text for code in CODES)


@pytest.mark.parametrize(
    ("args", "dit"),
    [
        ("genre=licorne", "genre"),
        ("departement=999", "departement"),
        ("commune=29999", "commune"),
        ("commune=29990", "commune"),  # a commune of yesterday
        ("source=inconnue", "bretagne, demonstration, essai"),
        ("departmnt=29", "departmnt"),
        ("q=%00", "q"),
    ],
)
def test_a_wrong_filter_is_named(navigateur: FlaskClient, args: str, dit: str) -> None:
    for adresse in ("/donnees/export/csv", "/donnees/export/xlsx", "/donnees/telecharger"):
        reponse = navigateur.get(f"{adresse}?{args}")
        assert reponse.status_code == 422
        assert dit in reponse.text


@pytest.mark.parametrize(("code", "place"), [("xlsx", "_fichiers"), ("csv", "_flux")])
def test_too_many_at_once_are_asked_to_come_back(
    navigateur: FlaskClient, code: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envois, place, type(getattr(envois, place))(1))
    with getattr(envois, place):
        reponse = navigateur.get(f"/donnees/export/{code}")
        assert reponse.status_code == 503
        assert reponse.headers["Retry-After"] == "60"
        assert "Réessayez" in reponse.text
    assert navigateur.get(f"/donnees/export/{code}").status_code == 200


def test_a_reader_who_leaves_frees_its_place_and_its_connection(
    navigateur: FlaskClient, fabrique_exports: sessionmaker[Session]
) -> None:
    for _ in range(2 * envois.FLUX_MAX):
        reponse = navigateur.get("/donnees/export/csv", buffered=False)
        next(iter(reponse.response))
        reponse.close()
    assert navigateur.get("/donnees/export/csv").status_code == 200
    with fabrique_exports() as session:
        ouvertes = session.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
            )
        )
    assert ouvertes == 0


def test_a_full_disk_is_said_in_french_and_leaves_nothing(
    navigateur: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(classeurs, "_write", fill)
    reponse = navigateur.get("/donnees/export/xlsx")
    assert reponse.status_code == 500
    assert "plus assez de place" in reponse.text
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    assert navigateur.get("/donnees/export/xlsx").status_code == 200


def test_time_is_lifted_for_the_export_alone(fabrique_exports: sessionmaker[Session]) -> None:
    def show(session: Session, nom: str) -> str:
        return str(session.scalar(text("SELECT current_setting(:nom)"), {"nom": nom}))

    with open_instantane(fabrique_exports) as session:
        assert show(session, "statement_timeout") == "2min"
        assert show(session, "transaction_isolation") == "repeatable read"
        assert show(session, "transaction_read_only") == "on"
    with fabrique_exports() as session:
        assert show(session, "statement_timeout") != "2min"
        assert show(session, "transaction_read_only") == "off"


# --- The page and the command ---------------------------------------------------------------------------------------


def test_the_page_links_every_format_with_the_filters(navigateur: FlaskClient) -> None:
    page = navigateur.get("/donnees/telecharger?departement=29").text
    assert "<strong>2 lieux.</strong>" in page
    assert "Département : Finistère (29)." in page.replace("\xa0", " ")
    for code in CODES:
        assert f'href="/donnees/export/{code}?departement=29"' in page
    assert "1 n’est pas dans ces fichiers" in page
    assert "Aucun lieu ne correspond" in navigateur.get("/donnees/telecharger?q=licorne").text


def export(application: Flask, *arguments: str) -> Any:
    return application.test_cli_runner().invoke(args=["diffusion", "export", *arguments])


@pytest.mark.parametrize("code", [code for code in CODES if code != "mediation-non-exportes"])
def test_the_command_writes_each_format(application: Flask, code: str, tmp_path: Path) -> None:
    resultat = export(application, code, "--sortie", str(tmp_path / "sortie"), "--json")
    assert resultat.exit_code == 0, resultat.output
    rapport = json.loads(resultat.output)
    assert (rapport["lieux"], rapport["format"]) == (3, code)
    assert rapport["exportes"] + rapport["non_exportes"] == 3
    assert (tmp_path / "sortie").stat().st_size == rapport["octets"]


def test_the_command_writes_beside_what_it_leaves_out(application: Flask, tmp_path: Path) -> None:
    resultat = export(application, "mediation-csv", "--sortie", str(tmp_path), "--candidats")
    assert resultat.exit_code == 0, resultat.output
    assert "3 places" in resultat.output
    assert "1 of 4 places" in resultat.output
    nom = f"{dt.datetime.now(dt.UTC):%Y%m%d}_tierslieux_lieux-de-mediation-numerique_France"
    assert sorted(chemin.name for chemin in tmp_path.iterdir()) == [f"{nom}-non-exportes.csv", f"{nom}.csv"]
    assert len(read_csv((tmp_path / f"{nom}-non-exportes.csv").read_bytes())) == 4


def test_the_command_says_what_is_wrong(application: Flask, tmp_path: Path) -> None:
    for arguments, dit in (
        (("csv", "--sortie", str(tmp_path / "a"), "--genre", "licorne"), "genre"),
        (("csv", "--sortie", str(tmp_path / "absent" / "a")), "absent"),
    ):
        resultat = export(application, *arguments)
        assert resultat.exit_code == 1
        assert dit in resultat.output
    assert list(tmp_path.iterdir()) == []
