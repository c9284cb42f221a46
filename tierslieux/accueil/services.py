"""What the home page and the legal pages ask of the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.accueil import queries
from tierslieux.lieux.models import Source
from tierslieux.lieux.services import count_offres
from tierslieux.territoires.enums import CODE_FRANCE, Niveau


@dataclass(frozen=True, slots=True)
class Chiffres:
    """How many places the site knows, when a source was last read (UTC), and whether some places are invented."""

    aides: int
    tiers_lieux: int
    lu_at: dt.datetime | None
    has_inventes: bool


def count_lieux(session: Session) -> Chiffres:
    """The figures of the whole country."""
    aides, tiers_lieux = count_offres(session, Niveau.FRANCE, CODE_FRANCE)
    return Chiffres(aides, tiers_lieux, queries.find_derniere_lecture(session), queries.has_inventes(session))


def list_sources(session: Session) -> Sequence[Source]:
    """The real sources in use, most trusted first."""
    return queries.list_sources(session)


def is_pret(session: Session) -> bool:
    """Whether the site can answer: the database does, and the boundaries are there."""
    return queries.has_territoires(session)
