"""Reading the audit log: what was done in some territories, by whom, when; on a page or in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy.orm import Session

from tierslieux.comptes.enums import Acte
from tierslieux.comptes.models_journal import Journal
from tierslieux.contributions.enums import Action
from tierslieux.contributions.perimetres import Perimetre
from tierslieux.contributions.versions import queries
from tierslieux.contributions.versions.params import FiltreJournal

PAR_PAGE = 50
LOT = 1_000
# A file beyond this asks for narrower dates; it stays under 10 MB.
LIGNES_MAX = 50_000
COLONNES = ("numero", "fait_at", "acteur", "action", "libelle", "objet", "details")

# What the actions of the log are called, whichever part of the program writes them.
ACTIONS: Mapping[str, str] = MappingProxyType({membre.value: membre.libelle for membre in (*Action, *Acte)})


@dataclass(frozen=True, slots=True)
class Lecture:
    """A page of the log, the last act first; `suivante`: the number below which the next page begins."""

    lignes: tuple[Journal, ...]
    suivante: int | None


def read_journal(session: Session, perimetres: Sequence[Perimetre], filtre: FiltreJournal, *, moi: str) -> Lecture:
    """A page of what concerns these territories, or was done by oneself."""
    lignes = _list(session, perimetres, filtre, moi=moi, avant=filtre.avant, limite=PAR_PAGE + 1)
    return Lecture(tuple(lignes[:PAR_PAGE]), lignes[PAR_PAGE - 1].id if len(lignes) > PAR_PAGE else None)


def iter_journal(
    session: Session, perimetres: Sequence[Perimetre], filtre: FiltreJournal, *, moi: str
) -> Iterator[tuple[str, ...]]:
    """The rows of a file (COLONNES), the last act first, at most LIGNES_MAX."""
    avant, restent = filtre.avant, LIGNES_MAX
    while restent:
        lignes = _list(session, perimetres, filtre, moi=moi, avant=avant, limite=min(LOT, restent))
        for ligne in lignes:
            yield build_ligne(ligne)
        if len(lignes) < LOT:
            return
        avant, restent = lignes[-1].id, restent - len(lignes)
        session.expunge_all()


def build_ligne(ligne: Journal) -> tuple[str, ...]:
    """An act as texts (COLONNES)."""
    return (
        str(ligne.id),
        ligne.fait_at.isoformat(timespec="seconds"),
        ligne.acteur,
        ligne.action,
        ACTIONS.get(ligne.action, ligne.action),
        ligne.objet,
        json.dumps(ligne.details, ensure_ascii=False, sort_keys=True) if ligne.details else "",
    )


def _list(
    session: Session,
    perimetres: Sequence[Perimetre],
    filtre: FiltreJournal,
    *,
    moi: str,
    avant: int | None,
    limite: int,
) -> Sequence[Journal]:
    stmt = queries.list_journal_stmt(
        perimetres,
        moi=moi,
        acteur=filtre.acteur,
        actions=[filtre.action] if filtre.action else [],
        objet=filtre.objet,
        debut=filtre.debut_at,
        fin=filtre.fin_at,
        avant=avant,
        limite=limite,
    )
    return session.scalars(stmt).all()
