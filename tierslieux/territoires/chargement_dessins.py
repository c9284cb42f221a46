"""Draw the loaded territories for vector tiles: the only writer of `dessin_territoire`."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import psycopg
import shapely
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tierslieux.core.geo import CRS_WGS84, SRID_WEB_MERCATOR
from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.core.sql import load_block, load_blocks
from tierslieux.territoires.dessins import TOLERANCES_M, Dessins, build_dessins
from tierslieux.territoires.models import DessinTerritoire, EditionDessins, EditionTerritoires

SQL = Path(__file__).parent / "sql" / "dessins.sql"
# Raised when the same territories are drawn in another way: an installation then draws them again.
VERSION_DESSINS = "1"


@dataclass(frozen=True, slots=True)
class RapportDessins:
    """What was drawn: `dessins` counts rows, all levels and zooms together."""

    edition: str
    empreinte: str
    dessins: int
    secondes: float

    def to_dict(self) -> dict[str, object]:
        """The report as one JSON object."""
        return asdict(self)


def is_drawn(session: Session) -> bool:
    """Whether the territories that are loaded are drawn; True when none is loaded, since nothing is to be drawn."""
    territoires = session.scalar(select(EditionTerritoires))
    return territoires is None or session.scalar(select(EditionDessins.empreinte)) == _build_empreinte(territoires)


def draw_territoires(session: Session, *, now: dt.datetime, progress: Progress | None = None) -> RapportDessins | None:
    """Replace the drawings by those of the territories that are loaded, None when none is; the caller commits.

    Readers see the edition before until the commit. About 20 s for the whole country.
    """
    debut_s = time.perf_counter()
    progress = progress or ignore_progress
    session.execute(load_block(SQL, "lift_timeout"))
    session.execute(load_block(SQL, "lock"))
    territoires = session.scalar(select(EditionTerritoires))
    if territoires is None:
        return None
    progress("Territories: tiles", 0, None)
    dessins = build_dessins(_read_communes(session))
    for modele in (EditionDessins, DessinTerritoire):
        session.execute(delete(modele))
    nombre = _write(session, dessins)
    session.execute(load_block(SQL, "analyze_dessin_territoire"))
    empreinte = _build_empreinte(territoires)
    session.add(EditionDessins(id=1, edition=territoires.edition, empreinte=empreinte, dessinee_at=now))
    session.flush()
    progress("Territories: tiles", 1, 1)
    return RapportDessins(territoires.edition, empreinte, nombre, round(time.perf_counter() - debut_s, 1))


def _build_empreinte(territoires: EditionTerritoires) -> str:
    tolerances = " ".join(f"{zoom}:{tolerance:g}" for zoom, tolerance in TOLERANCES_M.items())
    return hashlib.sha256(f"{VERSION_DESSINS} {tolerances} {territoires.sha256}".encode()).hexdigest()


def _read_communes(session: Session) -> gpd.GeoDataFrame:
    rangees = session.execute(load_block(SQL, "list_communes")).all()
    return gpd.GeoDataFrame(
        {
            "epci": [rangee.epci for rangee in rangees],
            "departement": [rangee.departement for rangee in rangees],
            "region": [rangee.region for rangee in rangees],
        },
        index=[rangee.code for rangee in rangees],
        geometry=shapely.from_wkb([bytes(rangee.wkb) for rangee in rangees]),
        crs=CRS_WGS84,
    )


def _write(session: Session, dessins: Dessins) -> int:
    """Send the rows through COPY on the session's own connection, hence in its transaction."""
    noms = {(r.niveau, r.code): (r.nom, r.population) for r in session.execute(load_block(SQL, "list_noms"))}
    connexion = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    nombre = 0
    with connexion.cursor() as curseur, curseur.copy(load_blocks(SQL)["copy_dessin_territoire"]) as copie:
        for (zoom_min, niveau), formes in sorted(dessins.items()):
            valeurs = shapely.set_srid(formes.to_numpy(), SRID_WEB_MERCATOR)
            for code, ewkb in zip(formes.index, shapely.to_wkb(valeurs, hex=True, include_srid=True), strict=True):
                copie.write_row((zoom_min, niveau.value, code, *noms[niveau.value, code], ewkb))
            nombre += len(formes)
    return nombre
