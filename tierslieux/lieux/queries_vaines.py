"""Statements on searches that found nothing near."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, Delete, delete, func, or_, select
from sqlalchemy.dialects.postgresql import Insert, insert

from tierslieux.core.db import Stmt
from tierslieux.lieux.models import RechercheVaine
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire

# Those of an arrondissement count for its commune.
_COMMUNE = func.coalesce(Territoire.commune_code, RechercheVaine.commune_code)


def count_stmt(commune_code: str, mois: dt.date, besoin: str) -> Insert:
    """One search more."""
    cle = {"commune_code": commune_code, "mois": mois, "besoin": besoin}
    stmt = insert(RechercheVaine).values(**cle, nombre=1)
    return stmt.on_conflict_do_update(index_elements=list(cle), set_={"nombre": RechercheVaine.nombre + 1})


def list_sommes_stmt(codes: Collection[str], depuis: dt.date) -> Stmt:
    """(code, nombre) of these communes that have any, from a month on."""
    return _select_sommes(depuis, _COMMUNE.in_(list(codes)))


def list_sommes_territoire_stmt(niveau: Niveau, code: str, depuis: dt.date) -> Stmt:
    """(code, nombre) of the communes of a territory that have any, from a month on."""
    conditions: list[ColumnElement[bool]] = []
    if niveau in {Niveau.COMMUNE, Niveau.ARRONDISSEMENT}:
        conditions.append(or_(Territoire.code == code, Territoire.commune_code == code))
    elif niveau is not Niveau.FRANCE:
        conditions.append(getattr(Territoire, f"{niveau.value}_code") == code)
    return _select_sommes(depuis, *conditions)


def _select_sommes(depuis: dt.date, *conditions: ColumnElement[bool]) -> Stmt:
    return (
        select(_COMMUNE.label("code"), func.sum(RechercheVaine.nombre).label("nombre"))
        .join(Territoire, Territoire.code == RechercheVaine.commune_code)
        .where(
            Territoire.niveau.in_((Niveau.COMMUNE, Niveau.ARRONDISSEMENT)), RechercheVaine.mois >= depuis, *conditions
        )
        .group_by(_COMMUNE)
        .order_by(_COMMUNE)
    )


def purge_stmt(avant: dt.date) -> Delete:
    """Forget the months before this one."""
    return delete(RechercheVaine).where(RechercheVaine.mois < avant)
