"""`python -m tests.benchmarks.couverture`: coverage of the whole country beside plain trees and geopandas, in one run.

On the database of DATABASE_URL, which holds the real territories and places and is computed (`flask couverture
compute`); what is written is rolled back. Bounded: --repetitions of each measure in turn, the least time of each is
kept. Exit status 1 when a target is missed.

- national access: all six kinds, from every point where people live, all starting from degrees. Ours: nearest and
  second place without crossing a sea, minutes by three modes, means and shares by commune, all processors. Beside it
  `scipy.spatial.cKDTree.query(k=2)` by kind as it is used by default, and nothing else; and `geopandas.sjoin_nearest`
  of the métropole alone, which gives one neighbour on a plane;
- one added place brought up to date against all computed again, reading and writing included in both.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import geopandas as gpd
import numpy as np
from scipy.spatial import cKDTree
from sqlalchemy import text
from sqlalchemy.orm import Session

from tierslieux.config import Settings
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.core.geo import CRS_WGS84, SRID_LAMBERT93
from tierslieux.core.progress import ignore_progress
from tierslieux.couverture import blocs, lecture
from tierslieux.couverture.actualisation import update
from tierslieux.couverture.calcul import compute, compute_toutes_distances
from tierslieux.couverture.communes import Communes
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.geodesie import locate
from tierslieux.couverture.methodes import Flottants, Points
from tierslieux.couverture.volets import Calcul, Lieux

# Mende: a small town of the countryside.
AJOUT = text(
    "INSERT INTO lieu (public_id, nom, genres, services, besoins, est_aide, est_tiers_lieu, horaires, commune_code,"
    " geom, provenance) VALUES (:public_id, 'Banc', ARRAY['conseiller-numerique'], '{}', ARRAY['apprendre'], true,"
    " false, 'Mo-Fr 09:00-12:00', '48095', ST_SetSRID(ST_MakePoint(3.5, 44.52), 4326), '{}')"
)


@dataclass(frozen=True, slots=True)
class Mesure:
    """Seconds of two ways of doing, their ratio, and what it had to be."""

    nom: str
    secondes: float
    autre: str
    secondes_autre: float
    rapport: float
    cible: str
    tenue: bool


def main() -> int:
    """Run the measures and print them."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.couverture", description=__doc__)
    options.add_argument("--repetitions", type=int, default=5, help="of each measure, 20 at most (default 5)")
    options.add_argument("--json", action="store_true", help="print one JSON object")
    choix = options.parse_args()
    fois = max(1, min(choix.repetitions, 20))
    url = Settings.from_env({"TIERSLIEUX_SECRET_KEY": "x", "TIERSLIEUX_DEVELOPMENT": "1", **os.environ}).database_url
    if url is None:
        raise SystemExit("DATABASE_URL is not set")
    fabrique = session_factory(create_engine_for(url))
    with fabrique() as session:
        communes, points, lieux = read(session)
        mesures = [*measure_proches(communes, points, lieux, fois), measure_ajout(session, fois)]
        session.rollback()
    tailles = {"points": len(points), "communes": len(communes), "lieux": len(lieux)}
    if choix.json:
        sys.stdout.write(json.dumps(tailles | {"mesures": [asdict(m) for m in mesures]}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"{tailles}\n")
        for m in mesures:
            sys.stdout.write(
                f"{m.nom}: {m.secondes:.3f} s; {m.autre}: {m.secondes_autre:.3f} s; ratio {m.rapport:.2f}"
                f" (target {m.cible}): {'met' if m.tenue else 'MISSED'}\n"
            )
    return int(not all(m.tenue for m in mesures))


def read(session: Session) -> tuple[Communes, Points, Lieux]:
    """What both sides start from."""
    communes = blocs.read_communes(session)
    if communes is None:
        raise SystemExit("nothing is computed yet: flask couverture compute")
    lus = lecture.read_lieux(session, dt.datetime.now(dt.UTC).year)
    return communes, lecture.read_points(session, communes), lecture.build_lieux(lus)


def measure_proches(communes: Communes, points: Points, lieux: Lieux, fois: int) -> list[Mesure]:
    """Ours, the trees and geopandas, one after the other, `fois` times."""

    def ours() -> None:
        departs = replace(points, xyz=locate(points.lon, points.lat, points.bassin))
        calcul = Calcul(communes, departs, lieux, dict.fromkeys(Cible, 20.0), np.arange(len(communes)))
        compute_toutes_distances(calcul)

    def trees() -> None:
        departs = build_sphere(points.lon, points.lat)
        for cible in Cible:
            rangs = lieux.list_de(cible)
            cKDTree(build_sphere(lieux.lon[rangs], lieux.lat[rangs])).query(departs, k=2)

    def frames() -> None:
        departs = build_frame(points.lon, points.lat)
        for cible in Cible:
            rangs = lieux.list_de(cible)
            arrivees = build_frame(lieux.lon[rangs], lieux.lat[rangs])
            jointes = gpd.sjoin_nearest(departs, arrivees, distance_col="distance_m")
            jointes[~jointes.index.duplicated()]  # one row a point: equals come several times

    durees_s = time_in_turn([ours, trees, frames], fois)
    return [
        build_mesure("national access", durees_s[0], "cKDTree", durees_s[1], plafond=1.5),
        build_mesure("national access", durees_s[0], "sjoin_nearest", durees_s[2], plafond=1 / 4),
    ]


def build_sphere(lon: Flottants, lat: Flottants) -> Flottants:
    """Positions on a sphere of radius 1."""
    x, y = np.radians(lon), np.radians(lat)
    return np.column_stack((np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)))


def build_frame(lon: Flottants, lat: Flottants) -> gpd.GeoDataFrame:
    """Positions of the métropole on the plane of Lambert-93, made beforehand: only the search is measured."""
    ici = (lat > 41) & (lon > -6) & (lon < 10)
    points = gpd.points_from_xy(lon[ici], lat[ici], crs=CRS_WGS84)
    return gpd.GeoDataFrame(geometry=points).to_crs(SRID_LAMBERT93)


def measure_ajout(session: Session, fois: int) -> Mesure:
    """All computed again, then places added one by one; nothing is kept."""
    now = dt.datetime.now(dt.UTC)
    debut_s = time.perf_counter()
    compute(session, None, now=now, progress=ignore_progress)
    entier_s = time.perf_counter() - debut_s
    ajouts_s = []
    for rang in range(fois):
        session.execute(AJOUT, {"public_id": f"banc{rang:06d}"})
        debut_s = time.perf_counter()
        rapport = update(session, None, now=now)
        ajouts_s.append(time.perf_counter() - debut_s)
        if rapport.statut != "actualisee":
            raise SystemExit(f"one place added: {rapport.statut}")
    return build_mesure("one place added", min(ajouts_s), "all computed again", entier_s, plafond=1 / 50)


def time_in_turn(faire: list[Callable[[], None]], fois: int) -> list[float]:
    """The least seconds of each, all of them in turn `fois` times after one that is not counted."""
    durees_s = [float("inf")] * len(faire)
    for tour in range(fois + 1):
        for rang, chose in enumerate(faire):
            debut_s = time.perf_counter()
            chose()
            if tour:
                durees_s[rang] = min(durees_s[rang], time.perf_counter() - debut_s)
    return durees_s


def build_mesure(nom: str, secondes: float, autre: str, secondes_autre: float, *, plafond: float) -> Mesure:
    """The measure, met when the ratio of the times is at most `plafond`."""
    rapport = secondes / secondes_autre
    cible = f"≤ {plafond:g} ×" if plafond >= 1 else f"≥ {1 / plafond:g} × faster"
    return Mesure(
        nom, secondes, autre, secondes_autre, rapport if plafond >= 1 else 1 / rapport, cible, rapport <= plafond
    )


if __name__ == "__main__":
    sys.exit(main())
