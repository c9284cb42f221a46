"""The queue of pairs that people review: list, one pair with both sides, decide, undo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tierslieux.core.errors import ConflictError, NotFoundError
from tierslieux.core.sql import load_block
from tierslieux.lieux import decisions, publication
from tierslieux.lieux.models import FicheSource, Lieu, Paire, Source

SQL = Path(__file__).parent / "sql" / "revue.sql"

PAR_PAGE = 20
MOTIF = "Revue des doublons"
AUTEUR = "lien privé"


@dataclass(frozen=True, slots=True)
class PaireResume:
    """A pair in the queue, with what both records call the place."""

    id: int
    nom_a: str
    nom_b: str
    source_a: str
    source_b: str
    commune: str | None
    score: float
    vue_at: dt.datetime


@dataclass(frozen=True, slots=True)
class FileRevue:
    """A page of the queue; `total` counts every pair of it."""

    paires: tuple[PaireResume, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Cote:
    """One side of a pair: the record, its source, and the place where it is published."""

    fiche_id: int
    lieu_id: int
    public_id: str
    source: str
    valeurs: Mapping[str, Any]
    date_maj: dt.date | None


@dataclass(frozen=True, slots=True)
class PaireDetail:
    """Both sides of a pair, why the program thinks what it thinks, and what was decided (None: nothing yet)."""

    id: int
    a: Cote
    b: Cote
    score: float
    parts: Mapping[str, float]
    decision_id: int | None
    decision: str | None
    fait_at: dt.datetime | None

    @property
    def est_un_lieu(self) -> bool:
        """Whether both records are published as one place now."""
        return self.a.lieu_id == self.b.lieu_id


def list_revue(session: Session, *, departement: str | None = None, page: int = 1, reunies: bool = False) -> FileRevue:
    """A page of pairs, oldest first: those to review, or with `reunies` those that the program merged by itself."""
    rangees = session.execute(
        load_block(SQL, "list_paires"),
        {
            "bande": "meme" if reunies else "a-revoir",
            "departement": departement,
            "limite": PAR_PAGE,
            "decalage": (page - 1) * PAR_PAGE,
        },
    ).all()
    paires = tuple(
        PaireResume(r.id, r.nom_a, r.nom_b, r.source_a, r.source_b, r.commune, r.score, r.vue_at) for r in rangees
    )
    return FileRevue(paires, rangees[0].total if rangees else 0)


def find_suivante(session: Session, paire_id: int) -> int | None:
    """The next pair to review after this one, else the first of the queue."""
    for apres in (paire_id, 0):
        suivante: int | None = session.scalar(load_block(SQL, "find_suivante"), {"id": apres})
        if suivante is not None and suivante != paire_id:
            return suivante
    return None


def get_paire(session: Session, paire_id: int) -> PaireDetail:
    """Both sides of a pair; raises NotFoundError."""
    paire = session.get(Paire, paire_id)
    if paire is None:
        raise NotFoundError("Cette paire n’existe pas, ou n’existe plus.", paire=paire_id)
    decision = session.execute(load_block(SQL, "find_decision"), {"id": paire_id}).one_or_none()
    return PaireDetail(
        id=paire.id,
        a=_get_cote(session, paire.fiche_a_id),
        b=_get_cote(session, paire.fiche_b_id),
        score=paire.score,
        parts=paire.parts,
        decision_id=decision.id if decision else None,
        decision=decision.decision if decision else None,
        fait_at=decision.fait_at if decision else None,
    )


def _get_cote(session: Session, fiche_id: int) -> Cote:
    fiche, lieu, source = session.execute(
        select(FicheSource, Lieu, Source)
        .join(Lieu, Lieu.id == FicheSource.lieu_id)
        .join(Source, Source.id == FicheSource.source_id)
        .where(FicheSource.id == fiche_id)
    ).one()
    return Cote(fiche.id, lieu.id, lieu.public_id, source.libelle, fiche.valeurs, fiche.date_maj)


def decide(session: Session, paire_id: int, *, est_meme: bool, now: dt.datetime) -> None:
    """Record what a person says of a pair, and do it: merge two places, keep them two, or take one out of the other.

    Raises NotFoundError, and ConflictError when it is decided already. Flushes, never commits.
    """
    detail = get_paire(session, paire_id)
    if detail.decision is not None:
        raise ConflictError("Une décision est déjà prise pour ces deux lieux : annulez-la d’abord.", paire=paire_id)
    if detail.est_un_lieu and est_meme:
        decisions.confirm_meme(session, detail.a.fiche_id, detail.b.fiche_id, now=now, auteur=AUTEUR, motif=MOTIF)
    elif detail.est_un_lieu:
        decisions.unmerge(session, [_choose_partante(detail)], now=now, auteur=AUTEUR, motif=MOTIF)
    elif est_meme:
        decisions.decide_meme(session, detail.a.lieu_id, detail.b.lieu_id, now=now, auteur=AUTEUR, motif=MOTIF)
    else:
        decisions.decide_different(session, detail.a.lieu_id, detail.b.lieu_id, now=now, auteur=AUTEUR, motif=MOTIF)
    publication.refresh_grappe(session)


def _choose_partante(detail: PaireDetail) -> int:
    """The later record leaves: the place was the earlier one's."""
    return max(detail.a.fiche_id, detail.b.fiche_id)


def undo(session: Session, paire_id: int, *, now: dt.datetime) -> None:
    """Take back the last decision on a pair; raises NotFoundError without one, ConflictError when more followed."""
    detail = get_paire(session, paire_id)
    if detail.decision_id is None:
        raise NotFoundError("Il n’y a pas de décision à annuler.", paire=paire_id)
    acte = decisions.find_acte(session, detail.decision_id)
    decisions.undo(session, acte, now=now, auteur=AUTEUR, motif="Décision annulée")
    publication.refresh_grappe(session)
