"""`python -m tests.benchmarks.simulation`: changes of a simulation, asked one after the other as an agent makes them.

On the database of DATABASE_URL, which holds the real territories and places and is computed (`flask couverture
compute`); nothing is written. The site is served by gunicorn on the loopback; each question is a study of one to five
changes drawn with a fixed seed (a building opens, a place closes, a point opens where people live) with one more click,
answered as the page asks it: figures, lists, table and map. Beside it, the computation alone. Cold: the very first
question on a territory. Bounded: --questions by territory (200 at most). Exit status 1 when the p95 of
a département is over 200 ms or that of a région over 1 s.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from tests.benchmarks.mesures import compute_centile
from tests.benchmarks.serveur import WORKERS, serve
from tierslieux.config import Settings
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.evaluation import evaluate
from tierslieux.planification.lecture import read_terrain
from tierslieux.planification.terrain import Terrain
from tierslieux.territoires.enums import Niveau

GRAINE = 7
CIBLES_MS = {Niveau.EPCI: 200.0, Niveau.DEPARTEMENT: 200.0, Niveau.REGION: 1_000.0}
TERRITOIRES = (
    (Niveau.EPCI, "242900314"),
    (Niveau.DEPARTEMENT, "48"),
    (Niveau.DEPARTEMENT, "62"),
    (Niveau.DEPARTEMENT, "974"),
    (Niveau.REGION, "53"),
    (Niveau.REGION, "75"),
    (Niveau.REGION, "84"),
)
# Each worker reads the ground of a territory once: that is measured apart.
ECHAUFFEMENT = 4 * WORKERS
CHANGEMENTS_MAX = 5
LARGEUR = 150
DELAI_S = 60


@dataclass(frozen=True, slots=True)
class Mesure:
    """Milliseconds on one territory; `calcul_*`: the computation alone, in this process. `octets`: of an answer."""

    territoire: str
    communes: int
    lieux: int
    candidats: int
    questions: int
    froid_ms: float
    p50_ms: float
    p95_ms: float
    calcul_p50_ms: float
    calcul_p95_ms: float
    octets: int
    cible_ms: float
    tenue: bool


def main() -> int:
    """Ask, print the table, and say which targets are met."""
    lecteur = argparse.ArgumentParser(prog="python -m tests.benchmarks.simulation", description=__doc__)
    lecteur.add_argument("--questions", type=int, default=60, help="by territory, 200 at most (default 60)")
    lecteur.add_argument("--json", action="store_true", help="print one JSON object")
    options = lecteur.parse_args()
    nombre = max(20, min(options.questions, 200))
    url = Settings.from_env({"TIERSLIEUX_SECRET_KEY": "x", "TIERSLIEUX_DEVELOPMENT": "1", **os.environ}).database_url
    if url is None:
        raise SystemExit("DATABASE_URL is not set")
    fabrique = session_factory(create_engine_for(url))
    with serve(url) as port, fabrique() as session:
        mesures = [measure(session, port, Etude(niveau, code), nombre) for niveau, code in TERRITOIRES]
    if options.json:
        sys.stdout.write(json.dumps([asdict(mesure) for mesure in mesures], ensure_ascii=False) + "\n")
    else:
        Console(width=LARGEUR).print(build_table(mesures))
    return int(not all(mesure.tenue for mesure in mesures))


def measure(session: Session, port: int, etude: Etude, nombre: int) -> Mesure:
    """The questions of one territory, over HTTP then alone."""
    terrain = read_terrain(session, etude)
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=DELAI_S)
    adresse = f"/territoires/{etude.niveau.value}/{etude.code}/simuler.json"
    froid_ms, _ = ask(client, f"{adresse}?fragments=1&complet=1")
    etudes = draw(terrain, etude)
    http_ms, calcul_ms, octets = [], [], []
    for rang in range(ECHAUFFEMENT + nombre):
        question = next(etudes)
        args = question.to_args() | {"fragments": ["1"], "rayon_m": ["500"]}
        args["clic"] = [f"{terrain.points.lon[rang % len(terrain.points)]:.5f},{terrain.points.lat[0]:.5f}"]
        duree_ms, taille = ask(client, f"{adresse}?{urlencode(args, doseq=True)}")
        debut_s = time.perf_counter()
        evaluate(terrain, question)
        if rang >= ECHAUFFEMENT:
            calcul_ms.append((time.perf_counter() - debut_s) * 1_000)
            http_ms.append(duree_ms)
            octets.append(taille)
    client.close()
    p95_ms, cible_ms = compute_centile(http_ms, 95), CIBLES_MS[etude.niveau]
    return Mesure(
        territoire=f"{etude.niveau.value} {etude.code}",
        communes=len(terrain.rangs),
        lieux=terrain.nombre_ouverts,
        candidats=len(terrain.candidats),
        questions=nombre,
        froid_ms=froid_ms,
        p50_ms=compute_centile(http_ms, 50),
        p95_ms=p95_ms,
        calcul_p50_ms=compute_centile(calcul_ms, 50),
        calcul_p95_ms=compute_centile(calcul_ms, 95),
        octets=int(compute_centile(octets, 95)),
        cible_ms=cible_ms,
        tenue=p95_ms <= cible_ms,
    )


def draw(terrain: Terrain, etude: Etude) -> Iterator[Etude]:
    """Scenarios of one to CHANGEMENTS_MAX changes that can all be made."""
    tirage = random.Random(GRAINE)  # noqa: S311  (a benchmark, not a secret)
    while True:
        gestes = []
        for _ in range(tirage.randint(1, CHANGEMENTS_MAX)):
            point = tirage.randrange(len(terrain.points))
            lon, lat = (round(float(axe[point]), 5) for axe in (terrain.points.lon, terrain.points.lat))
            choix = [
                Geste(Action.OUVRIR, None, lon, lat),
                Geste(Action.FERMER, terrain.sites[tirage.randrange(terrain.nombre_ouverts)].code),
                Geste(Action.OUVRIR, terrain.sites[tirage.choice(terrain.candidats.tolist())].code),
            ]
            gestes.append(tirage.choice(choix))
        yield etude.add(*gestes)


def ask(client: http.client.HTTPConnection, adresse: str) -> tuple[float, int]:
    """Milliseconds from the request to the last byte of its answer, and its bytes as browsers ask for them."""
    debut_s = time.perf_counter()
    client.request("GET", adresse, headers={"Accept-Encoding": "gzip, deflate, br"})
    reponse = client.getresponse()
    corps = reponse.read()
    duree_ms = (time.perf_counter() - debut_s) * 1_000
    # Closing the last place of a point, or a click on the sea, is answered too, with 422.
    if reponse.status not in {http.HTTPStatus.OK, http.HTTPStatus.UNPROCESSABLE_ENTITY}:
        raise SystemExit(f"{adresse}: status {reponse.status}")
    return duree_ms, len(corps)


def build_table(mesures: list[Mesure]) -> Table:
    """The figures, one territory a line."""
    table = Table(title="a change of a simulation, times in ms")
    colonnes = ("territory", "communes", "open places", "candidates", "n", "cold", "p50", "p95")
    for colonne in (*colonnes, "computed p50", "p95 ", "bytes p95", "target", "met"):
        table.add_column(colonne, justify="left" if colonne == "territory" else "right")
    for m in mesures:
        entiers = [f"{nombre:,}" for nombre in (m.communes, m.lieux, m.candidats, m.questions)]
        durees = [f"{m.froid_ms:.0f}", f"{m.p50_ms:.0f}", f"{m.p95_ms:.0f}"]
        calculs = [f"{m.calcul_p50_ms:.1f}", f"{m.calcul_p95_ms:.1f}"]
        fin = [f"{m.octets:,}", f"{m.cible_ms:.0f}", "yes" if m.tenue else "NO"]
        table.add_row(m.territoire, *entiers, *durees, *calculs, *fin)
    return table


if __name__ == "__main__":
    sys.exit(main())
