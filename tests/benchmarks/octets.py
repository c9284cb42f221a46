"""`python -m tests.benchmarks.octets`: what pages weigh with the data of DATABASE_URL, which is only read.

Every département, every EPCI, the widest communes, the fullest places, steps of the orientation: each document is asked
for as a browser does, compressed. Then the heaviest of each kind, and the places that users named (Paris, a hamlet, La
Réunion, Nouvelle-Calédonie), are visited for the first time in Chromium, which counts everything. Exit status 1 when a
page is over 50 kB or 8 requests. Some four minutes for the whole country.
"""

from __future__ import annotations

import http.client
import os
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from tests.benchmarks.serveur import serve

CHROMIUM = "/usr/bin/chromium"
OCTETS_MAX = 50_000
DEMANDES_MAX = 8
# The widest communes by inhabitants, and as many by number of places.
COMMUNES = 200
FICHES = 150
CHOISIS = 30
LARGEUR = 150

NOMMEES = (
    "/",
    "/recherche?q=paris",
    "/ile-de-france/paris/paris",
    "/grand-est/meuse/bezonvaux",
    "/recherche?commune=55050",
    "/la-reunion",
    "/la-reunion/la-reunion/saint-denis",
    "/recherche?commune=97411",
    "/recherche?lon=166.4572&lat=-22.2735",
    "/orientation",
    "/orientation?besoin=demarche&commune=75056&deplacement=a-pied&quand=passe&savoir=rien",
    "/orientation?besoin=demarche&commune=97411&deplacement=voiture&quand=samedi&savoir=fauteuil&savoir=surdite",
    "/hors-connexion",
    "/hors-connexion/75",
    "/territoires",
    "/temps-de-trajet",
)


@dataclass(frozen=True, slots=True)
class Visite:
    """A first visit in the browser: bytes on the wire by kind, requests, elements of the page."""

    adresse: str
    octets: Counter[str]
    demandes: int
    elements: int

    @property
    def tient(self) -> bool:
        """Whether the page is within the bounds."""
        return self.octets.total() <= OCTETS_MAX and self.demandes <= DEMANDES_MAX


def main() -> None:
    """Sweep, visit, print a table."""
    url = os.environ.get("DATABASE_URL", "").replace("+psycopg", "", 1)
    if not url:
        sys.exit("DATABASE_URL is not set: give a database with the real places")
    dire = Console(stderr=True, soft_wrap=True).print
    with psycopg.connect(url) as connexion:
        connexion.read_only = True
        familles = list_familles(connexion)
    with serve(url) as port:
        pires = []
        for famille, adresses in familles.items():
            tailles = sorted(measure_documents(port, adresses), reverse=True)
            dire(f"{famille}: {len(tailles)} documents, heaviest {tailles[0][0]:,} bytes at {tailles[0][1]}")
            pires.append(tailles[0][1])
        with sync_playwright() as playwright:
            navigateur = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            site = f"http://127.0.0.1:{port}"
            visites = [visit(navigateur, site, adresse) for adresse in dict.fromkeys([*NOMMEES, *pires])]
            navigateur.close()
    Console(width=LARGEUR).print(_build_table(visites))
    sys.exit(not all(visite.tient for visite in visites))


def list_familles(connexion: psycopg.Connection) -> dict[str, list[str]]:
    """Addresses to ask for, by kind of page."""

    def lister(requete: str, *valeurs: object) -> list[str]:
        return [code for (code,) in connexion.execute(requete, valeurs)]  # type: ignore[call-overload]

    niveau = "SELECT code FROM territoire WHERE niveau = %s"
    peuplees = lister(f"{niveau} ORDER BY population DESC NULLS LAST LIMIT %s", "commune", COMMUNES)
    fournies = lister(
        "SELECT l.commune_code FROM lieu l JOIN territoire t ON t.code = l.commune_code AND t.niveau = 'commune'"
        " WHERE l.statut = 'publie' GROUP BY 1 ORDER BY count(*) DESC LIMIT %s",
        COMMUNES,
    )
    communes = list(dict.fromkeys([*peuplees, *fournies]))
    arrondissements = lister(niveau, "arrondissement")
    fiches = lister(
        "SELECT public_id FROM lieu WHERE statut = 'publie' ORDER BY length(provenance::text)"
        " + 2 * coalesce(length(presentation), 0) + coalesce(length(horaires), 0) DESC LIMIT %s",
        FICHES,
    )
    return {
        "région": [f"/territoires/region/{code}/lieux" for code in lister(niveau, "region")],
        "département": [f"/territoires/departement/{code}/lieux" for code in lister(niveau, "departement")],
        "EPCI": [f"/territoires/epci/{code}/lieux" for code in lister(niveau, "epci")],
        "commune": [f"/territoires/commune/{code}/lieux" for code in communes],
        "arrondissement": [f"/territoires/arrondissement/{code}/lieux" for code in arrondissements],
        "results": [f"/recherche?commune={code}" for code in [*communes, *arrondissements]],
        "results in English": [f"/en/recherche?commune={code}" for code in communes[:40]],
        "place": [f"/lieux/{public_id}" for public_id in fiches],
        "call": [f"/lieux/{public_id}/telephoner" for public_id in fiches[:40]],
        "chosen places": ["/mes-lieux?" + "&".join(f"l={public_id}" for public_id in fiches[:CHOISIS])],
        "orientation": [
            f"/orientation?besoin=demarche&commune={code}&deplacement=voiture&quand=passe&savoir=fauteuil"
            for code in communes[:60]
        ],
    }


def measure_documents(port: int, adresses: Iterable[str]) -> list[tuple[int, str]]:
    """(compressed bytes, address) of each document; raises SystemExit for one that is not served."""
    connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    tailles = []
    for adresse in adresses:
        connexion.request("GET", adresse, headers={"Accept-Encoding": "br"})
        reponse = connexion.getresponse()
        corps = reponse.read()
        if reponse.status != http.HTTPStatus.OK:
            raise SystemExit(f"{adresse}: {reponse.status}")
        tailles.append((len(corps), adresse))
    connexion.close()
    return tailles


def visit(navigateur: Browser, site: str, adresse: str) -> Visite:
    """A first visit, nothing in the cache."""
    contexte = navigateur.new_context(viewport={"width": 360, "height": 800})
    octets, demandes, elements = weigh(contexte.new_page(), site + adresse, "networkidle")
    contexte.close()
    return Visite(adresse, octets, demandes, elements)


def weigh(page: Page, adresse: str, attente: Literal["load", "networkidle"]) -> tuple[Counter[str], int, int]:
    """Bytes by kind of resource (headers included), number of requests, number of elements of a first visit."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    genres: dict[str, str] = {}
    octets: Counter[str] = Counter()

    def receive(evenement: dict[str, Any]) -> None:
        # Chromium's own icons of date and time fields come as data addresses.
        if not evenement["response"]["url"].startswith("data:"):
            genres[evenement["requestId"]] = evenement["type"]

    def finish(evenement: dict[str, Any]) -> None:
        if evenement["requestId"] in genres:
            octets[genres[evenement["requestId"]]] += int(evenement["encodedDataLength"])

    session.on("Network.responseReceived", receive)
    session.on("Network.loadingFinished", finish)
    page.goto(adresse, wait_until=attente)
    elements: int = page.evaluate("document.querySelectorAll('*').length")
    return octets, len(genres), elements


def _build_table(visites: list[Visite]) -> Table:
    table = Table(title=f"First visits, bytes on the wire (bounds: {OCTETS_MAX:,} bytes, {DEMANDES_MAX} requests)")
    for colonne in ("page", "total", "document", "style", "script", "requests", "elements", "met"):
        table.add_column(colonne, justify="left" if colonne == "page" else "right", max_width=60, no_wrap=True)
    for v in sorted(visites, key=lambda visite: -visite.octets.total()):
        table.add_row(
            v.adresse,
            f"{v.octets.total():,}",
            *(f"{v.octets[genre]:,}" for genre in ("Document", "Stylesheet", "Script")),
            str(v.demandes),
            str(v.elements),
            "yes" if v.tient else "NO",
        )
    return table


if __name__ == "__main__":
    main()
