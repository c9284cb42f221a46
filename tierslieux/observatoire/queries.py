"""Statements on what is loaded, for the page of methods."""

from __future__ import annotations

from sqlalchemy import func, select, true, tuple_
from sqlalchemy.orm import aliased

from tierslieux.core.db import Stmt
from tierslieux.indicateurs.models import ValeurIndicateur
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire


def list_charges_stmt() -> Stmt:
    """(indicateur, millesime) that are loaded at any level: the key is walked from one to the next, 80 steps in all.

    A plain DISTINCT reads the two million rows.
    """
    cles = (ValeurIndicateur.indicateur, ValeurIndicateur.millesime)
    pas = select(*cles).order_by(*cles).limit(1).cte("pas", recursive=True)
    suivant = aliased(ValeurIndicateur)
    apres = (
        select(suivant.indicateur, suivant.millesime)
        .where(tuple_(suivant.indicateur, suivant.millesime) > tuple_(pas.c.indicateur, pas.c.millesime))
        .order_by(suivant.indicateur, suivant.millesime)
        .limit(1)
        .lateral("apres")
    )
    pas = pas.union_all(select(apres.c.indicateur, apres.c.millesime).select_from(pas.join(apres, true())))
    return select(pas.c.indicateur, pas.c.millesime)


def count_valeurs_stmt(indicateur: str, millesime: int) -> Stmt:
    """How many communes have a value: some 10 ms, read from the key."""
    return (
        select(func.count())
        .select_from(ValeurIndicateur)
        .where(
            ValeurIndicateur.indicateur == indicateur,
            ValeurIndicateur.millesime == millesime,
            ValeurIndicateur.niveau == Niveau.COMMUNE,
        )
    )


def count_communes_stmt() -> Stmt:
    """How many communes there are today."""
    return select(func.count()).select_from(Territoire).where(Territoire.niveau == Niveau.COMMUNE)
