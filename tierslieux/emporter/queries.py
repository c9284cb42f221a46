"""Statements of what is carried away."""

from __future__ import annotations

from sqlalchemy import select

from tierslieux.core.db import Stmt
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire


def list_departements_stmt() -> Stmt:
    """(code, nom) of every département, by code."""
    return (
        select(Territoire.code, Territoire.nom)
        .where(Territoire.niveau == Niveau.DEPARTEMENT.value)
        .order_by(Territoire.code)
    )
