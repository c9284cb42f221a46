"""Statements on how fresh places are."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Float, func, literal, or_, select

from tierslieux.core.db import Stmt
from tierslieux.core.types import Position
from tierslieux.lieux.queries import COLONNES_CARTE, EST_OFFRE, EST_PUBLIE, LIEU, POSITION, VERSION, build_point


def list_douteux_stmt(position: Position, *, avant: dt.date, rayon_m: float, limite: int) -> Stmt:
    """Offers within `rayon_m` metres last checked on `avant` or before, or nobody knows when; nearest first.

    Columns of COLONNES_CARTE, and `distance_m`, `version`, `provenance`. The order is the distance alone, so that the
    index on positions is walked outwards and left as soon as there are enough (see queries.list_proches_stmt).
    """
    point = build_point(literal(position.lon, Float()), literal(position.lat, Float()))
    distance = POSITION.op("<->", return_type=Float())(point)
    nom = LIEU.provenance["nom"]
    # Dates in ISO form compare as texts; a missing one gives way.
    date = func.greatest(nom["date"].astext, nom["confirme"].astext)
    return (
        select(*COLONNES_CARTE, VERSION.label("version"), LIEU.provenance, distance.label("distance_m"))
        .where(
            EST_PUBLIE,
            EST_OFFRE,
            func.ST_DWithin(POSITION, point, rayon_m),
            or_(date.is_(None), date <= avant.isoformat()),
        )
        .order_by(distance)
        .fetch(limite, with_ties=True)
    )
