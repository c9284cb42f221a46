"""No position, no answer, no word of a visitor is kept: neither in a log nor in the database, errors included.

The site is the real one, by the command line of `flask serve`, on a private cluster with its real settings. Visits
carry marks that stand nowhere else; then every log file is read, and every table.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import Engine, MetaData, Table, Text, cast, create_engine, inspect, literal_column, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tests.conftest import SECRET
from tests.factories.lieux import INSTANT, make_lieu
from tests.factories.territoires import make_bretagne
from tierslieux.config import RACINE
from tierslieux.installation import cluster, schema
from tierslieux.installation.cli import build_site_command
from tierslieux.lieux.publication import refresh_grappe
from tierslieux.territoires.models import EditionTerritoires

ATTENTE_S = 30
MOT = "zqxmarque"
# In Brest; their digits, whole or rounded to a metre, stand nowhere else.
LON, LAT = "-4.5527139", "48.3527246"
MARQUES = (MOT, LON[1:8], LAT[:8], quote(f"{MOT}é"))
OU = f"lon={LON}&lat={LAT}"

VISITES = (
    f"/recherche?{OU}",
    f"/recherche?{OU}&quand=maintenant&mode=a-pied&a_temps=1&prise_en_charge=surdite",
    f"/recherche?q={MOT}",
    f"/recherche?q=brest+{MOT}&besoin={MOT}&genre={MOT}&apres={MOT}",
    f"/recherche?lon={MOT}&lat=48.39",
    f"/recherche?lon={LON}9e999&lat={LAT}",
    f"/recherche?lon=4.3527139&lat=50.{LAT[3:]}",
    f"/recherche?commune={MOT}&quand={MOT}",
    f"/recherche?q={MOT}%00%F0%9F%A6%86%3Cscript%3E",
    f"/recherche?q={MOT}" + "x" * 3_000,
    f"/recherche/liste.pdf?{OU}",
    f"/orientation?mots={MOT}",
    f"/orientation?besoin=demarche&ou={MOT}",
    f"/orientation?besoin=demarche&{OU}&deplacement=a-pied&quand=passe&savoir=fauteuil&savoir={MOT}",
    f"/orientation?besoin={MOT}&ou={MOT}&commune={MOT}&deplacement={MOT}&quand={MOT}&savoir={MOT}&etape={MOT}",
    f"/en/orientation?besoin=demarche&{OU}",
    f"/falc/recherche?{OU}",
    f"/mes-lieux?l={MOT}&l=essai00001",
    f"/lieux/{MOT}",
    f"/lieux/{MOT}/telephoner",
    f"/{MOT}",
    f"/bretagne/finistere/{MOT}",
    f"/bretagne/finistere/brest/{MOT}-{MOT}9",
    f"/carte?{OU}&zoom=14",
    f"/api/v1/lieux?proche={LON},{LAT}",
    f"/api/v1/communes?q={MOT}",
    f"/api/v1/{MOT}?q={MOT}",
)
# What the database is asked when it fails.
PENDANT_UNE_PANNE = (
    f"/recherche?{OU}",
    f"/recherche?q=brest+{MOT}",
    f"/orientation?besoin=demarche&{OU}&deplacement=a-pied&quand=passe&savoir=rien",
    f"/mes-lieux?l={MOT}",
    f"/api/v1/lieux?proche={LON},{LAT}",
)
# What the web server refuses by itself.
DEMANDES_BRUTES = (
    f"GET /recherche?{OU}&q={MOT} HTTP/7.9\r\n\r\n",
    f"GE{{T /recherche?{OU}&q={MOT} HTTP/1.1\r\n\r\n",
    f"GET /recherche?{OU}&q={MOT} HTTP/1.1\r\n{MOT} {MOT}\r\n\r\n",
    f"GET /recherche?{OU}&q={MOT}{'x' * 9_000} HTTP/1.1\r\nHost: x\r\n\r\n",
    f"{MOT}\r\n\r\n",
)


@dataclass(frozen=True, slots=True)
class Installation:
    """A running site with its private cluster."""

    adresse: str
    var_dir: Path
    engine: Engine


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A site with some territories and places, whose database and logs are its own."""
    var_dir = tmp_path_factory.mktemp("installation") / "var"
    engine = create_engine(cluster.ensure_running(var_dir), poolclass=NullPool)
    try:
        schema.upgrade(engine)
        with Session(engine) as session:
            make_bretagne(session)
            for rang in range(3):
                make_lieu(session, f"France Services numéro {rang}", lon=-4.55 + rang / 1_000, lat=48.35)
            session.add(EditionTerritoires(id=1, edition="essai", sha256="0", chargee_at=INSTANT, remarques={}))
            refresh_grappe(session)
            session.commit()
        with _serve(var_dir) as adresse:
            yield Installation(adresse, var_dir, engine)
    finally:
        cluster.stop(var_dir)


@contextmanager
def _serve(var_dir: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as libre:
        port = libre.getsockname()[1]
    environ = {
        **{nom: valeur for nom, valeur in os.environ.items() if nom != "TIERSLIEUX_RAW_DIR"},
        "DATABASE_URL": "",
        "TIERSLIEUX_SECRET_KEY": SECRET,
        "TIERSLIEUX_VAR_DIR": str(var_dir),
        "TIERSLIEUX_TELECHARGEMENT": "0",
    }
    with (var_dir / "site.log").open("w") as journal:
        serveur = subprocess.Popen(
            build_site_command("127.0.0.1", port, 1, 4), cwd=RACINE, env=environ, stdout=journal, stderr=journal
        )
        adresse = f"http://127.0.0.1:{port}"
        try:
            for _ in range(ATTENTE_S * 10):
                try:
                    if httpx.get(f"{adresse}/sante", timeout=5).status_code == HTTPStatus.OK:
                        break
                except httpx.TransportError:
                    time.sleep(0.1)
            else:
                pytest.fail((var_dir / "site.log").read_text(encoding="utf-8"))
            yield adresse
        finally:
            serveur.terminate()
            serveur.wait(timeout=25)


def _ask(site: Installation, adresse: str) -> httpx.Response:
    entetes = {
        "Referer": f"{site.adresse}/recherche?{OU}&q={MOT}",
        "Cookie": f"essai={MOT}; session={MOT}",
        "User-Agent": MOT,
        "X-Forwarded-For": MOT,
    }
    return httpx.get(site.adresse + adresse, headers=entetes, timeout=30)


def _send_raw(site: Installation, demande: str) -> None:
    _, _, port = site.adresse.rpartition(":")
    with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as prise:
        prise.sendall(demande.encode())
        while prise.recv(65536):
            pass


def _read_journaux(site: Installation) -> dict[str, str]:
    """Every file of the installation but the data files of PostgreSQL, which are read as tables."""
    donnees = site.var_dir / "postgresql" / "data"
    fichiers = [f for f in site.var_dir.rglob("*") if f.is_file() and donnees not in f.parents]
    return {str(f.relative_to(site.var_dir)): f.read_text(encoding="utf-8", errors="replace") for f in fichiers}


def _find_marques(texte: str) -> list[str]:
    return [marque for marque in MARQUES if marque in texte]


def _list_tables(engine: Engine) -> list[tuple[str, str]]:
    inspecteur = inspect(engine)
    schemas = [nom for nom in inspecteur.get_schema_names() if nom != "information_schema"]
    return [(nom, table) for nom in schemas for table in inspecteur.get_table_names(schema=nom)]


def test_nothing_of_a_visit_is_kept(installation: Installation) -> None:
    site = installation
    for adresse in VISITES:
        reponse = _ask(site, adresse)
        assert reponse.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, adresse
        assert "Set-Cookie" not in reponse.headers, adresse
        # Neither another site nor a proxy of ours learns from the next page what this one was asked.
        assert reponse.headers["Referrer-Policy"] in {"strict-origin", "no-referrer"}, adresse
    for demande in DEMANDES_BRUTES:
        _send_raw(site, demande)

    # The database fails: a table is away, then a statement is cancelled while it waits.
    with site.engine.begin() as connexion:
        connexion.execute(text("ALTER TABLE lieu RENAME TO lieu_absent"))
    for adresse in PENDANT_UNE_PANNE:
        assert _ask(site, adresse).status_code >= HTTPStatus.INTERNAL_SERVER_ERROR, adresse
    with site.engine.begin() as connexion:
        connexion.execute(text("ALTER TABLE lieu_absent RENAME TO lieu"))
    _cancel_while_waiting(site)
    assert _ask(site, VISITES[0]).status_code == HTTPStatus.OK, "back to work"

    with site.engine.connect() as connexion:
        requetes = connexion.scalars(text("SELECT query FROM pg_stat_activity WHERE query IS NOT NULL")).all()
        assert [marques for requete in requetes if (marques := _find_marques(requete))] == []
        for nom, table in _list_tables(site.engine):
            rangees = select(cast(literal_column("t"), Text)).select_from(
                Table(table, MetaData(), schema=nom).alias("t")
            )
            lignes = connexion.scalars(rangees).all()
            assert _find_marques("\n".join(lignes)) == [], f"{nom}.{table}"

    journaux = _read_journaux(site)
    postgresql = "".join(texte for nom, texte in journaux.items() if nom.startswith("postgresql/log/"))
    # The failures are there, and can be understood: it is their values that are not.
    assert 'relation "lieu" does not exist' in postgresql
    assert "canceling statement" in postgresql
    assert "event=database_error" in journaux["site.log"]
    assert "sqlstate=42P01" in journaux["site.log"]
    assert "event=invalid_request" in journaux["site.log"]
    for nom, texte in journaux.items():
        lignes = [ligne for ligne in texte.splitlines() if _find_marques(ligne) or "127.0.0.1" in ligne]
        assert lignes == [], nom


def _cancel_while_waiting(site: Installation) -> None:
    """Ask a page whose statement waits for a lock, and cancel the statement."""
    _, _, port = site.adresse.rpartition(":")
    with site.engine.connect() as verrou, site.engine.connect() as autre:
        verrou.execute(text("LOCK TABLE lieu IN ACCESS EXCLUSIVE MODE"))
        with socket.create_connection(("127.0.0.1", int(port)), timeout=30) as prise:
            prise.sendall(f"GET {VISITES[0]} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            annuler = text("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            for _ in range(ATTENTE_S * 10):
                if autre.scalars(annuler).all():
                    break
                autre.rollback()
                time.sleep(0.1)
            assert b" 503 " in prise.recv(65536)
