"""Statements of the forms: places of a commune, places with a phone number. Positions EPSG:4326."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from tierslieux.core.db import Stmt
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.models import Lieu
from tierslieux.territoires.models import Territoire

_LIEU = Lieu.__table__.c
_TERRITOIRE = Territoire.__table__.c
# The biggest commune has 600 places: a whole one is read.
DE_COMMUNE_MAX = 2_000


def list_codes_stmt(code: str) -> Stmt:
    """The code of a commune, and those of its arrondissements; of an arrondissement, also that of its commune."""
    commune = select(_TERRITOIRE.commune_code).where(_TERRITOIRE.code == code).scalar_subquery()
    return select(_TERRITOIRE.code).where(
        or_(_TERRITOIRE.code == code, _TERRITOIRE.commune_code == code, _TERRITOIRE.code == commune)
    )


def list_de_commune_stmt(codes: Sequence[str]) -> Stmt:
    """Places of these communes that are shown, closed ones included."""
    return (
        select(*_list_colonnes())
        .where(_LIEU.commune_code.in_(codes), *_SONT_LA)
        .order_by(_LIEU.id)
        .limit(DE_COMMUNE_MAX)
    )


def list_telephone_stmt(numero: str, limite: int) -> Stmt:
    """Places, wherever they are, that answer at this number (E.164)."""
    return select(*_list_colonnes()).where(_LIEU.telephone == numero, *_SONT_LA).order_by(_LIEU.id).limit(limite)


_SONT_LA = (_LIEU.statut != Statut.MASQUE.value,)


def _list_colonnes() -> tuple[ColumnElement[Any], ...]:
    return (
        _LIEU.public_id,
        _LIEU.statut,
        _LIEU.nom,
        _LIEU.genres,
        _LIEU.adresse,
        _LIEU.commune_code,
        _LIEU.commune_nom,
        _LIEU.telephone,
        _LIEU.precision,
        func.ST_X(_LIEU.geom).label("lon"),
        func.ST_Y(_LIEU.geom).label("lat"),
    )
