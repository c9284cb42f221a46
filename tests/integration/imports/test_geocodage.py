"""Geocoding over HTTP, against an addok of the test's own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from tierslieux.core.errors import SourceError
from tierslieux.lieux.enums import Precision
from tierslieux.lieux.geocodage import AdressePostale, build_client, build_geocodeur


class Addok(BaseHTTPRequestHandler):
    """Finds the rue du Port, is busy the first time it is asked for the quai, and is silent about the rest."""

    demandes: ClassVar[list[dict[str, list[str]]]] = []

    def do_GET(self) -> None:
        adresse = urlsplit(self.path)
        demande = parse_qs(adresse.query)
        self.demandes.append(demande)
        if adresse.path != "/search":
            self.send_error(404)
        elif "quai" in demande["q"][0] and len(self.demandes) == 1:
            self.send_response(429)
            self.send_header("Retry-After", "0")
            self.end_headers()
        elif "panne" in demande["q"][0]:
            self.send_response(503)
            self.send_header("Retry-After", "120")
            self.end_headers()
        else:
            self.answer(demande)

    def answer(self, demande: dict[str, list[str]]) -> None:
        trouve = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [-4.49, 48.39]},
            "properties": {"score": 0.8, "type": "street", "citycode": demande["citycode"][0]},
        }
        connu = any(nom in demande["q"][0] for nom in ("rue du Port", "quai"))
        corps = json.dumps({"type": "FeatureCollection", "features": [trouve] if connu else []}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(corps)))
        self.end_headers()
        self.wfile.write(corps)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def addok() -> Iterator[str]:
    Addok.demandes.clear()
    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Addok)
    fil = threading.Thread(target=serveur.serve_forever, daemon=True)
    fil.start()
    yield f"http://127.0.0.1:{serveur.server_port}"
    serveur.shutdown()
    serveur.server_close()
    fil.join()


def test_an_addok_finds_waits_and_gives_up(addok: str) -> None:
    with build_client() as client:
        service = build_geocodeur("addok", addok, client)
        assert service is not None
        trouvee = service.geocode(AdressePostale("29019", "Brest", "29200", "1 quai de la Douane"))
        assert trouvee is not None
        assert (trouvee.lon, trouvee.lat, trouvee.precision, trouvee.source) == (-4.49, 48.39, Precision.RUE, "addok")
        assert len(Addok.demandes) == 2  # the first was put off
        assert Addok.demandes[1]["q"] == ["1 quai de la Douane 29200 Brest"]
        assert service.geocode(AdressePostale("29019", "Brest", "29200", "3 impasse inconnue")) is None
        with pytest.raises(SourceError, match="503"):
            service.geocode(AdressePostale("29019", "Brest", "29200", "rue de la panne"))
        assert len(Addok.demandes) == 4  # two minutes are too long to wait: it is asked once


def test_an_addok_that_is_not_there_is_told() -> None:
    with build_client() as client:
        # Nobody listens on this port of this machine: the connection is refused at once.
        service = build_geocodeur("addok", "http://127.0.0.1:9", client)
        assert service is not None
        with pytest.raises(SourceError, match="hors d’atteinte"):
            service.geocode(AdressePostale("29019", "Brest", "29200", "2 rue du Port"))
