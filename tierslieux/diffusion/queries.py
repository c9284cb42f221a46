"""What maps and forms read of territories beyond their outlines. Positions in EPSG:4326."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tierslieux.cartes.fond import Ville
from tierslieux.core.db import Stmt
from tierslieux.core.geo import SRID_WGS84
from tierslieux.core.types import Bbox
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire

# Enough for the names that do not fit to leave room for others.
VILLES_LUES = 400
# Up to this zoom only towns have a chance to be named. Reading their population first spares the outlines of 34,000
# communes: 5 ms instead of 40 for the whole country.
_ZOOM_VILLES = 7
_POPULATION_VILLE = 10_000


def list_villes_stmt(bbox: Bbox, zoom: int) -> Stmt:
    """(nom, lon, lat) of the biggest communes whose middle is in the box, biggest first, VILLES_LUES at most."""
    population_min = _POPULATION_VILLE if zoom <= _ZOOM_VILLES else None
    boite = func.ST_MakeEnvelope(bbox.ouest, bbox.sud, bbox.est, bbox.nord, SRID_WGS84)
    return (
        select(Territoire.nom, func.ST_X(Territoire.centre).label("lon"), func.ST_Y(Territoire.centre).label("lat"))
        .where(
            # PostgreSQL looks at conditions in this order.
            *([Territoire.population >= population_min] if population_min else []),
            Territoire.niveau == Niveau.COMMUNE,
            # The index is on outlines: that of a commune whose middle is in the box touches it.
            Territoire.contour.bool_op("&&")(boite),
            Territoire.centre.bool_op("&&")(boite),
        )
        .order_by(Territoire.population.desc().nulls_last(), Territoire.code)
        .limit(VILLES_LUES)
    )


def list_villes(session: Session, bbox: Bbox, zoom: int) -> list[Ville]:
    """The biggest communes of the box, biggest first: those that a map at this zoom may name."""
    return [Ville(rangee.nom, rangee.lon, rangee.lat) for rangee in session.execute(list_villes_stmt(bbox, zoom))]


def list_departements(session: Session) -> list[tuple[str, str]]:
    """(code, name) of every département, by code."""
    stmt = select(Territoire.code, Territoire.nom).where(Territoire.niveau == Niveau.DEPARTEMENT)
    return [(rangee.code, rangee.nom) for rangee in session.execute(stmt.order_by(Territoire.code))]
