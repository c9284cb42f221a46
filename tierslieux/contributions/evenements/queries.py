"""Places that have events or travel, for the agenda. Positions are EPSG:4326, distances metres on the ellipsoid."""

from __future__ import annotations

import datetime as dt

from geoalchemy2 import Geography
from sqlalchemy import ColumnElement, cast, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from tierslieux.contributions.evenements.params import Ou
from tierslieux.core.db import Stmt
from tierslieux.core.geo import SRID_WGS84
from tierslieux.lieux.models import Lieu, Source
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire

LIEU = Lieu.__table__.c
SOURCE = Source.__table__.c

# Written out, never bound: the planner uses a partial index only when it can see that its condition holds.
A_UN_AGENDA: ColumnElement[bool] = literal_column(
    "(lieu.statut = 'publie' AND (lieu.evenements <> '[]'::jsonb OR lieu.itinerant))"
)
_POSITION = literal_column("(lieu.geom::geography)", Geography)
# What is over stays in the record of a place and is not read again: dates in ISO form compare as texts.
_A_VENIR = "$[*] ? (exists(@.recurrence) || @.fin >= $depuis)"


def _mention(champ: str, colonne: ColumnElement[str]) -> ColumnElement[str | None]:
    """A word of the source that says a field of the place."""
    return select(colonne).where(SOURCE.id == LIEU.provenance[champ]["source"].astext).scalar_subquery()


def list_lieux_stmt(ou: Ou, *, depuis: dt.datetime, limite: int) -> Stmt:
    """Published places with an event that is not over at `depuis` (naive), or with travelling hours, by private id."""
    evenements_a_venir = func.jsonb_path_exists(
        LIEU.evenements,
        literal_column(f"'{_A_VENIR}'::jsonpath"),
        func.jsonb_build_object("depuis", depuis.isoformat(timespec="minutes"), type_=JSONB),
    )
    return (
        select(
            LIEU.id,
            LIEU.public_id,
            LIEU.nom,
            LIEU.adresse,
            LIEU.code_postal,
            LIEU.commune_code,
            LIEU.commune_nom,
            LIEU.itinerant,
            LIEU.horaires,
            LIEU.evenements,
            LIEU.precision,
            func.ST_X(LIEU.geom).label("lon"),
            func.ST_Y(LIEU.geom).label("lat"),
            _mention("evenements", SOURCE.libelle).label("source_libelle"),
            _mention("evenements", SOURCE.licence).label("source_licence"),
            _mention("horaires", SOURCE.libelle).label("source_horaires_libelle"),
            _mention("horaires", SOURCE.licence).label("source_horaires_licence"),
        )
        .where(
            A_UN_AGENDA,
            or_(LIEU.itinerant.is_(True) & LIEU.horaires.is_not(None), evenements_a_venir),
            *_build_filtres(ou),
        )
        .order_by(LIEU.id)
        .limit(limite)
    )


def _build_filtres(ou: Ou) -> list[ColumnElement[bool]]:
    if ou.bbox is not None:
        boite = func.ST_MakeEnvelope(ou.bbox.ouest, ou.bbox.sud, ou.bbox.est, ou.bbox.nord, SRID_WGS84)
        return [LIEU.geom.bool_op("&&")(boite)]
    if ou.position is not None:
        point = cast(func.ST_SetSRID(func.ST_MakePoint(ou.position.lon, ou.position.lat), SRID_WGS84), Geography)
        return [func.ST_DWithin(_POSITION, point, ou.rayon_m)]
    if ou.niveau is None or ou.niveau is Niveau.FRANCE:
        return []
    codes = select(Territoire.code).where(Territoire.niveau.in_((Niveau.COMMUNE, Niveau.ARRONDISSEMENT)))
    if ou.niveau in {Niveau.COMMUNE, Niveau.ARRONDISSEMENT}:
        codes = codes.where(or_(Territoire.code == ou.code, Territoire.commune_code == ou.code))
    else:
        codes = codes.where(getattr(Territoire, f"{ou.niveau.value}_code") == ou.code)
    return [LIEU.commune_code.in_(codes)]
