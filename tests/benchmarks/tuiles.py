"""`python -m tests.benchmarks.tuiles --tipg VENV`: tiles and boxes of places, beside tipg on the same PostGIS.

Needs a database with the real data (DATABASE_URL) in which a schema `banc_tuiles` may be made: tipg reads tables of its
own there, each with the rows of one layer alone, its index and its key. Both sides have two workers and answer the same
16 connections, in turns, --tours times; the best turn of each counts. Their tiles are decoded and compared first.
Exit status 1 when a target is missed. Bounded by --secondes a turn: some two minutes by default.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

import mapbox_vector_tile
import psycopg
import shapely
from rich.console import Console
from rich.table import Table
from sqlalchemy import URL, make_url

from tests.benchmarks.charge import build_requete, measure_debit, measure_plafond
from tests.benchmarks.serveur import _find_port, serve
from tierslieux.config import Settings
from tierslieux.diffusion.tuiles.params import Tuile, list_tuiles

WORKERS = 2
CLIENTS = 16
DEMARRAGE_MAX_S = 60
COMPARAISONS = 40
CIBLE_SANS_MEMOIRE = 2.0
CIBLE_EN_MEMOIRE = 5.0
CIBLE_BOITES = 4.0
GRAINE = 7

SCHEMA = """
DROP SCHEMA IF EXISTS banc_tuiles CASCADE;
CREATE SCHEMA banc_tuiles;
CREATE TABLE banc_tuiles.communes AS
    SELECT code, nom, population, geom_3857 AS geom FROM dessin_territoire
    WHERE zoom_min = 10 AND niveau = 'commune';
CREATE TABLE banc_tuiles.communes_4326 AS
    SELECT code, nom, population, ST_Transform(geom, 4326)::geometry(MultiPolygon, 4326) AS geom
    FROM banc_tuiles.communes;
CREATE TABLE banc_tuiles.lieux AS
    SELECT public_id, nom, array_to_string(genres, ',') AS genres, est_aide, est_tiers_lieu, commune_code AS commune,
        geom
    FROM lieu WHERE statut = 'publie' AND geom IS NOT NULL;
CREATE INDEX ON banc_tuiles.communes USING gist (geom);
CREATE INDEX ON banc_tuiles.communes_4326 USING gist (geom);
CREATE INDEX ON banc_tuiles.lieux USING gist (geom);
ALTER TABLE banc_tuiles.communes ADD PRIMARY KEY (code);
ALTER TABLE banc_tuiles.communes_4326 ADD PRIMARY KEY (code);
ALTER TABLE banc_tuiles.lieux ADD PRIMARY KEY (public_id);
ANALYZE banc_tuiles.communes;
ANALYZE banc_tuiles.communes_4326;
ANALYZE banc_tuiles.lieux
"""


@dataclass(frozen=True, slots=True)
class Mesure:
    """Requests per second of both sides on the same questions; `cible` is the ratio to reach, None without target."""

    nom: str
    tipg: float
    site: float
    cible: float | None

    @property
    def rapport(self) -> float:
        """How many times faster the site is."""
        return self.site / self.tipg


@contextmanager
def serve_tipg(venv: Path, url: URL) -> Iterator[int]:
    """Start tipg by uvicorn on this database, its limit of features a tile raised; give its port, stop it."""
    port = _find_port()
    hote = url.query.get("host") or url.host or "127.0.0.1"
    acces = quote(url.username or "") + (f":{quote(url.password)}" if url.password else "")
    adresse = f"{quote(str(hote), safe='')}:{url.port or 5432}"
    environ = os.environ | {
        "DATABASE_URL": f"postgresql://{acces}@{adresse}/{url.database}",
        "TIPG_DB_SCHEMAS": '["banc_tuiles"]',
        "TIPG_MAX_FEATURES_PER_TILE": "1000000",
        "TIPG_MAX_FEATURES_PER_QUERY": "1000000",
        # The site's margin around a tile, of 4,096 units.
        "TIPG_TILE_BUFFER": "64",
        # As many connections a worker as the site has threads.
        "DB_MAX_CONN_SIZE": "4",
        "TIPG_CATALOG_TTL": "0",
    }
    commande = [str(venv / "bin" / "python"), "-m", "uvicorn", "tipg.main:app", "--host", "127.0.0.1"]
    commande += ["--port", str(port), "--workers", str(WORKERS), "--log-level", "warning", "--no-access-log"]
    processus = subprocess.Popen(commande, env=environ)
    try:
        _wait(port, processus)
        yield port
    finally:
        processus.terminate()
        processus.wait(timeout=30)


def _wait(port: int, processus: subprocess.Popen[bytes]) -> None:
    limite_s = time.monotonic() + DEMARRAGE_MAX_S
    while time.monotonic() < limite_s and processus.poll() is None:
        try:
            _read(port, "/healthz")
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise SystemExit("tipg did not start: see its words above")


def _read(port: int, chemin: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{chemin}", timeout=60) as reponse:
        corps: bytes = reponse.read()
    return corps


def _list_tuiles(
    connexion: psycopg.Connection[tuple[float, float, float, float]], zoom: int, nombre: int
) -> list[Tuile]:
    """Tiles with communes in them, evenly over the list of all."""
    boites = connexion.execute(
        "SELECT ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom) FROM banc_tuiles.communes"
    ).fetchall()
    toutes = list_tuiles(((b[0], b[1], b[2], b[3]) for b in boites), zoom)
    pas = max(1, len(toutes) // nombre)
    return toutes[::pas][:nombre]


# --- The same content -------------------------------------------------------------------------------------------------


def _decode(tuile: bytes, cle: str) -> dict[str, tuple[dict[str, object], shapely.Geometry]]:
    """By key, attributes and the part of the shape that is inside the tile itself, without the margin around it.

    The margin is left out because tipg takes no feature that only meets the margin, and the site does.
    """
    calques = mapbox_vector_tile.decode(tuile, default_options={"geojson": False}) if tuile else {}
    carre = shapely.box(0, 0, 4096, 4096)
    sortie = {}
    for calque in calques.values():
        for trait in calque["features"]:
            forme = shapely.make_valid(shapely.from_geojson(json.dumps(trait["geometry"])))
            dedans = shapely.intersection(forme, carre)
            # A point on the edge may have been rounded to it from the margin.
            if dedans.area > 0 or (forme.area == 0 and carre.contains(forme)):
                attributs = {nom: valeur for nom, valeur in trait["properties"].items() if valeur is not None}
                sortie[str(attributs[cle])] = (attributs, dedans)
    return sortie


def compare_tuiles(site: bytes, tipg: bytes, *, cle: str) -> list[str]:
    """What differs between two tiles, in words; shapes may differ by one unit along their outline."""
    a, b = _decode(site, cle), _decode(tipg, cle)
    ecarts = [f"only on one side: {code}" for code in sorted(a.keys() ^ b.keys())]
    for code in sorted(a.keys() & b.keys()):
        (attributs_a, forme_a), (attributs_b, forme_b) = a[code], b[code]
        if attributs_a != attributs_b:
            ecarts.append(f"attributes of {code}: {attributs_a} / {attributs_b}")
        if forme_a.symmetric_difference(forme_b).area > max(forme_a.length, forme_b.length) + 1:
            ecarts.append(f"shape of {code}")
    return ecarts


def compare_boites(site: bytes, tipg: bytes) -> list[str]:
    """What differs between two collections of places: order, attributes, positions, how many there are in all."""
    a, b = json.loads(site), json.loads(tipg)
    ecarts = [] if a["total"] == b["numberMatched"] else [f"matched: {a['total']} / {b['numberMatched']}"]
    if [trait["id"] for trait in a["features"]] != [trait["id"] for trait in b["features"]]:
        return [*ecarts, "places, or their order"]
    for trait_a, trait_b in zip(a["features"], b["features"], strict=True):
        # The site rounds to the sixth decimal.
        positions = zip(trait_a["geometry"]["coordinates"], trait_b["geometry"]["coordinates"], strict=True)
        if trait_a["properties"] != trait_b["properties"] or any(abs(x - y) > 1e-6 for x, y in positions):
            ecarts.append(f"place {trait_a['id']}")
    return ecarts


# --- Rates ------------------------------------------------------------------------------------------------------------


def _measure(
    port_a: int, chemins_a: Sequence[str], port_b: int, chemins_b: Sequence[str], options: argparse.Namespace
) -> tuple[float, float]:
    """Best of the turns, requests per second of a then of b; an answer that is no success ends everything."""
    meilleurs = [0.0, 0.0]
    for _ in range(options.tours):
        for rang, (port, chemins) in enumerate(((port_a, chemins_a), (port_b, chemins_b))):
            requetes = [build_requete(chemin, gzip=True) for chemin in chemins]
            debit = measure_debit(
                port, requetes, clients=CLIENTS, nombre=options.requetes, secondes_max=options.secondes
            )
            if debit.echecs:
                raise SystemExit(f"{debit.echecs} answers of port {port} are no success, from {chemins[0]} on")
            meilleurs[rang] = max(meilleurs[rang], debit.par_seconde)
    return meilleurs[0], meilleurs[1]


def main() -> None:
    """Compare, measure, print."""
    lecteur = argparse.ArgumentParser(prog="python -m tests.benchmarks.tuiles", description=__doc__)
    lecteur.add_argument("--tipg", default=os.environ.get("TIPG_VENV"), help="its virtual environment (or TIPG_VENV)")
    lecteur.add_argument("--tours", type=int, default=3, help="turns of each side (default 3, 10 at most)")
    lecteur.add_argument("--secondes", type=float, default=3.0, help="at most, a turn (default 3, 30 at most)")
    lecteur.add_argument("--requetes", type=int, default=20_000, help="at most, a turn (default 20,000)")
    lecteur.add_argument("--tuiles", type=int, default=400, help="different tiles of each kind (default 400)")
    lecteur.add_argument("--json", action="store_true", help="print one JSON object")
    options = lecteur.parse_args()
    options.tours, options.secondes = min(options.tours, 10), min(options.secondes, 30.0)
    if not options.tipg or not Path(options.tipg, "bin", "python").is_file():
        raise SystemExit("--tipg (or TIPG_VENV) names no virtual environment: see docs/performances.md")
    settings = Settings.from_env({"TIERSLIEUX_SECRET_KEY": "x", "TIERSLIEUX_DEVELOPMENT": "1", **os.environ})
    if settings.database_url is None:
        raise SystemExit("DATABASE_URL is not set: it names a database with the real data, where a schema may be made")
    url = make_url(settings.database_url)
    console = Console(stderr=True)
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as connexion:
        connexion.execute(SCHEMA)
        connexion.commit()
        cas, boites = _list_cas(connexion, options.tuiles), _build_cas_boites(connexion, options.tuiles)
    plafond = measure_plafond(clients=CLIENTS, secondes=1.0)
    console.print(f"the client alone, against answers made in advance: {plafond:,.0f}/s at most")
    mesures = _run(url, Path(options.tipg), cas, boites, options=options, dire=console.print)
    if options.json:
        print(json.dumps([asdict(mesure) | {"rapport": mesure.rapport} for mesure in mesures]))  # noqa: T201  (what the command prints)
    else:
        Console(width=120).print(_build_table(mesures))
    sys.exit(any(mesure.cible is not None and mesure.rapport < mesure.cible for mesure in mesures))


@dataclass(frozen=True, slots=True)
class Cas:
    """The same questions to both sides, and what tells whether their answers are the same."""

    nom: str
    site: Sequence[str]
    tipg: Sequence[str]
    compare: Callable[[bytes, bytes], list[str]]


def _list_cas(connexion: psycopg.Connection[tuple[float, ...]], nombre: int) -> list[Cas]:
    cas = []
    for nom, couche, table, zoom in (
        ("boundaries z10", "communes", "communes", 10),
        ("boundaries z10, tipg from 4326", "communes", "communes_4326", 10),
        ("boundaries z12", "communes", "communes", 12),
        ("boundaries z12, tipg from 4326", "communes", "communes_4326", 12),
        ("places z10", "lieux", "lieux", 10),
    ):
        tuiles = [f"{t.z}/{t.x}/{t.y}" for t in _list_tuiles(connexion, zoom, nombre)]
        base = f"/collections/banc_tuiles.{table}/tiles/WebMercatorQuad"
        cle = "public_id" if couche == "lieux" else "code"
        cas.append(
            Cas(
                nom,
                [f"/tuiles/{couche}/{tuile}.mvt" for tuile in tuiles],
                [f"{base}/{tuile}" for tuile in tuiles],
                partial(compare_tuiles, cle=cle),
            )
        )
    return cas


def _build_cas_boites(connexion: psycopg.Connection[tuple[float, ...]], nombre: int) -> Cas:
    """Boxes around places drawn evenly, from a town to a département, all places of each in one answer."""
    tirage = random.Random(GRAINE)  # noqa: S311 - the same questions each time
    points = connexion.execute("SELECT ST_X(geom), ST_Y(geom) FROM banc_tuiles.lieux ORDER BY public_id").fetchall()
    boites = []
    for _ in range(nombre):
        (lon, lat), demi = tirage.choice(points), tirage.choice((0.05, 0.1, 0.2))
        boites.append(f"{lon - demi:.4f},{lat - demi:.4f},{lon + demi:.4f},{lat + demi:.4f}")
    return Cas(
        "places in a box",
        [f"/tuiles/lieux.geojson?bbox={boite}&limite=10000" for boite in boites],
        [
            f"/collections/banc_tuiles.lieux/items?bbox={boite}&limit=10000&sortby=public_id&f=geojson"
            for boite in boites
        ],
        compare_boites,
    )


def _run(
    url: URL, venv: Path, cas: list[Cas], boites: Cas, *, options: argparse.Namespace, dire: Callable[[str], None]
) -> list[Mesure]:
    adresse = url.render_as_string(hide_password=False)
    mesures = []
    sans, avec = "tests.benchmarks.tuiles_sans_memoire:app", "app:app"
    with serve_tipg(venv, url) as port_tipg:
        for suffixe, application, liste, cible in (
            (", not cached", sans, cas, CIBLE_SANS_MEMOIRE),
            (", cached", avec, cas, CIBLE_EN_MEMOIRE),
            ("", avec, [boites], CIBLE_BOITES),
        ):
            with serve(adresse, application) as port:
                for un in liste:
                    _check(port, port_tipg, un, dire)
                    # Both have met every question: the database's caches are warm, and the site's if it has one.
                    tipg, nous = _measure(port_tipg, un.tipg, port, un.site, options)
                    mesures.append(Mesure(f"{un.nom}{suffixe}", tipg, nous, cible))
                    dire(f"{mesures[-1].nom}: tipg {tipg:.0f}/s, site {nous:.0f}/s, × {nous / tipg:.1f}")
    return mesures


def _check(port: int, port_tipg: int, cas: Cas, dire: Callable[[str], None]) -> None:
    """Ask everything once, compare one answer in some."""
    pas = max(1, len(cas.site) // COMPARAISONS)
    vus = 0
    for rang, (a, b) in enumerate(zip(cas.site, cas.tipg, strict=True)):
        reponse_a, reponse_b = _read(port, a), _read(port_tipg, b)
        if rang % pas == 0:
            ecarts = cas.compare(reponse_a, reponse_b)
            if ecarts:
                raise SystemExit(f"{a} and {b} differ: {ecarts[:5]}")
            vus += 1
    dire(f"{cas.nom}: {vus} answers compared, equal")


def _build_table(mesures: Sequence[Mesure]) -> Table:
    table = Table(title=f"requests per second, {WORKERS} workers each, {CLIENTS} connections")
    for colonne in ("question", "tipg", "site", "ratio", "target", "met"):
        table.add_column(colonne, justify="left" if colonne == "question" else "right")
    for m in mesures:
        cible = "–" if m.cible is None else f"≥ {m.cible:g}"
        tenue = "–" if m.cible is None else "yes" if m.rapport >= m.cible else "NO"
        table.add_row(m.nom, f"{m.tipg:,.0f}", f"{m.site:,.0f}", f"{m.rapport:.1f}", cible, tenue)
    return table


if __name__ == "__main__":
    main()
