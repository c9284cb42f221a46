"""`python -m tests.benchmarks`: build or find the database, serve the site, measure, print a table (or --json).

`python -m tests.benchmarks NAME` runs another one: those of BANCS.

Exit status 1 when a target is missed. Bounded: about a minute to build the database the first time, then
--questions × 4 kinds of questions, some 30 s for the default.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from importlib import import_module

from rich.console import Console
from rich.table import Table

from tests.benchmarks.base import build_base
from tests.benchmarks.mesures import MESURES, Resultat, run_mesure
from tests.benchmarks.serveur import THREADS, WORKERS, serve
from tierslieux.config import RACINE, Settings
from tierslieux.installation import cluster

QUESTIONS_MAX = 2_000
# Each is a module beside this one, with its own options and its own targets.
BANCS = ("couverture", "exports", "octets", "planification", "simulation", "tuiles")
# The table is as wide as it needs, in a pipe too.
LARGEUR = 150


def main() -> None:
    """Run every measure and say which targets are met; or the bench that is named."""
    if sys.argv[1:] and sys.argv[1] in BANCS:
        banc = import_module(f"tests.benchmarks.{sys.argv.pop(1)}")
        sys.exit(banc.main())
    lecteur = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    lecteur.add_argument("--lieux", type=int, default=200_000, help="invented places (default 200,000)")
    lecteur.add_argument("--questions", type=int, default=400, help=f"per kind, {QUESTIONS_MAX} at most (default 400)")
    lecteur.add_argument("--json", action="store_true", help="print one JSON object")
    options = lecteur.parse_args()
    nombre = max(20, min(options.questions, QUESTIONS_MAX))
    console = Console(stderr=True)
    base = build_base(_find_serveur(), options.lieux, dire=console.print)
    with serve(base.url.render_as_string(hide_password=False)) as port:
        resultats = []
        for mesure in MESURES:
            console.print(f"{mesure.nom}: {nombre} questions…")
            resultats.append(run_mesure(mesure, port, base.conninfo, nombre))
    if options.json:
        print(_format_json(base.nombre, resultats))  # noqa: T201  (the command's result)
    else:
        Console(width=LARGEUR).print(_build_table(base.nombre, resultats))
    sys.exit(any(resultat.tenue is False for resultat in resultats))


def _find_serveur() -> str:
    """Address of the PostgreSQL server: DATABASE_URL's, else the private cluster's."""
    settings = Settings.from_env({"TIERSLIEUX_SECRET_KEY": "x", "TIERSLIEUX_DEVELOPMENT": "1", **os.environ})
    return settings.database_url or cluster.ensure_running(RACINE / "var")


def _format_json(lieux: int, resultats: list[Resultat]) -> str:
    lignes = [dataclasses.asdict(resultat) for resultat in resultats]
    return json.dumps({"lieux": lieux, "workers": WORKERS, "threads": THREADS, "mesures": lignes}, ensure_ascii=False)


def _build_table(lieux: int, resultats: list[Resultat]) -> Table:
    table = Table(title=f"{lieux:,} places, gunicorn {WORKERS} × {THREADS}, times in ms")
    for colonne in ("question", "n", "HTTP p50", "HTTP p95", "SQL p50", "SQL p95", "target p95", "met", "bytes p95"):
        table.add_column(colonne, justify="left" if colonne == "question" else "right")
    for r in resultats:
        sql = [f"{valeur:.1f}" if valeur is not None else "–" for valeur in (r.sql_p50_ms, r.sql_p95_ms)]
        cible = f"{r.cible} = {r.cible_ms:.1f}" if r.cible_ms is not None else "–"
        tenue = {True: "yes", False: "NO", None: "–"}[r.tenue]
        table.add_row(
            r.nom,
            str(r.questions),
            f"{r.http_p50_ms:.1f}",
            f"{r.http_p95_ms:.1f}",
            *sql,
            cible,
            tenue,
            str(r.octets_p95),
        )
    return table


if __name__ == "__main__":
    main()
