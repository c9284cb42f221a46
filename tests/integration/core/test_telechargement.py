"""Publishers' addresses, against a server of the test's own."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.imports import REFERENTIEL
from tests.integration.imports.conftest import NOW
from tierslieux.core.errors import SourceError
from tierslieux.core.telechargement import fetch_url
from tierslieux.imports import services
from tierslieux.imports.fichiers import Endroits
from tierslieux.imports.registre import get_source

ECHANTILLON = (Path(__file__).parents[2] / "data" / "france_services.csv").read_bytes()


class Editeur(BaseHTTPRequestHandler):
    """A publisher: right, gone, slow, endless, or a liar."""

    protocol_version = "HTTP/1.0"
    arret: ClassVar[threading.Event] = threading.Event()

    def do_GET(self) -> None:
        getattr(self, self.path.strip("/").replace("-", "_"), self.absent)()

    def absent(self) -> None:
        self.send_error(404)

    def juste(self) -> None:
        self.send_response(200)
        self.send_header("Last-Modified", "Fri, 02 Aug 2024 07:28:00 GMT")
        self.end_headers()
        self.wfile.write(ECHANTILLON)

    def redirige(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/juste")
        self.end_headers()

    def boucle(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/boucle")
        self.end_headers()

    def lent(self) -> None:
        self.arret.wait(5)

    def goutte_a_goutte(self) -> None:
        self.send_response(200)
        self.end_headers()
        while not self.arret.wait(0.05):
            self.wfile.write(b"x")

    def enorme(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(1_000):
            self.wfile.write(b"x" * 10_000)

    def annonce_enorme(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "200000000")
        self.end_headers()

    def coupe(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5000")
        self.end_headers()
        self.wfile.write(b"x")

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def handle(self) -> None:
        # The client goes away when it has seen enough: that is what is tested.
        with suppress(BrokenPipeError, ConnectionResetError):
            super().handle()


@pytest.fixture(scope="module")
def editeur() -> Iterator[str]:
    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Editeur)
    fil = threading.Thread(target=serveur.serve_forever, daemon=True)
    fil.start()
    yield f"http://127.0.0.1:{serveur.server_port}"
    Editeur.arret.set()
    serveur.shutdown()
    serveur.server_close()
    fil.join()


@pytest.mark.parametrize("chemin", ["juste", "redirige"])
def test_a_file_and_its_date(editeur: str, chemin: str) -> None:
    assert fetch_url(f"{editeur}/{chemin}") == (ECHANTILLON, dt.date(2024, 8, 2))


@pytest.mark.parametrize(
    ("chemin", "raison"),
    [
        ("absent", "répond 404"),
        ("boucle", "hors d’atteinte"),
        ("lent", "pas de réponse à temps"),
        ("goutte-a-goutte", "pas fini après 1 s"),
        ("enorme", "plus de 50000 octets"),
        ("annonce-enorme", "200000000 octets annoncés"),
        ("coupe", "hors d’atteinte"),
    ],
)
def test_a_publisher_that_fails_is_refused_soon(editeur: str, chemin: str, raison: str) -> None:
    debut_s = time.monotonic()
    with pytest.raises(SourceError, match=raison):
        fetch_url(f"{editeur}/{chemin}", taille_max=50_000, attente_s=0.5, duree_max_s=1.0)
    assert time.monotonic() - debut_s < 3


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "ftp://127.0.0.1/x", "http://[::1", "nimporte quoi"])
def test_an_address_that_leads_nowhere(url: str) -> None:
    with pytest.raises(SourceError, match="hors d’atteinte"):
        fetch_url(url)


def test_a_source_is_imported_from_its_address(editeur: str, fabrique: sessionmaker[Session], tmp_path: Path) -> None:
    source = replace(get_source("france-services"), url=f"{editeur}/juste")
    endroits = Endroits(None, tmp_path, telechargement=True)
    rapport = services.run_import(fabrique, source, endroits, now=NOW, communes=REFERENTIEL)
    assert (rapport.statut, rapport.origine, rapport.created) == ("reussie", f"{editeur}/juste", 3)
    sans = Endroits(None, tmp_path, telechargement=False)
    assert services.run_import(fabrique, source, sans, now=NOW, communes=REFERENTIEL).statut == "refusee"
