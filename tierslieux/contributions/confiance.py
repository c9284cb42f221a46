"""How far a proposal can be trusted at first sight: its score, why, and whether it is set aside.

The score orders nothing and refuses nothing: the queue is oldest first, and people decide. It tells them where to look.
What is set aside waits in the same queue under its own heading.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tierslieux.contributions.blocages import is_bloque
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import STATUTS_PUBLIES, Demarche, Statut, Voie
from tierslieux.contributions.models import Proposition

DEPART = 0.5
# What each thing that is known adds to the score, or takes from it.
PARTS: Mapping[str, float] = {
    "antecedents": 0.3,
    "refus": -0.4,
    "compte": 0.1,
    "gestionnaire": 0.4,
    "liens": -0.3,
    "majuscules": -0.1,
    "repetition": -0.5,
    "rafale": -0.4,
    "coordonnees": -0.1,
    "blocage": -0.5,
}
# One who was right this many times, and rarely wrong, is known.
ACCEPTEES_CONNU = 3
REFUS_MIN = 3
# A whole town meeting adds a dozen places in an hour from one hall; a script, more.
RAFALE = 20
FENETRE_RAFALE = dt.timedelta(hours=1)
# The same long text on several places of a day is copied, by a person or a program.
REPETITIONS, FENETRE_REPETITION = 3, dt.timedelta(days=1)
LONGUEUR_COPIEE = 40
LIENS_MAX = 2
_LIEN = re.compile(r"https?://|www\.", re.IGNORECASE)
_TEXTES = ("presentation", "presentation_detail")
_COORDONNEES = frozenset({"telephone", "courriel", "site_web", "prise_rdv"})


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`score` (0 to 1) is DEPART and the sum of `parts`, by what they look at; `est_suspecte` sets it aside."""

    score: float
    parts: dict[str, float]
    est_suspecte: bool


def evaluate(session: Session, depot: Depot, *, now: dt.datetime) -> Evaluation:
    """What is known of a proposal when it comes."""
    acceptees, refusees = _count_antecedents(session, depot.auteur)
    signes = {
        "antecedents": acceptees >= ACCEPTEES_CONNU and refusees * 4 <= acceptees,
        "refus": refusees >= REFUS_MIN and refusees > acceptees,
        "compte": depot.compte_id is not None,
        "gestionnaire": depot.voie is Voie.GESTIONNAIRE,
        "liens": has_liens(depot.apres),
        "majuscules": is_crie(depot.apres.get("nom")),
        "repetition": _is_repete(session, depot, now=now),
        "rafale": _is_rafale(session, depot, now=now),
        # A new phone number on a place that many call is where a fraud would be.
        "coordonnees": depot.demarche is Demarche.CORRECTION and not _COORDONNEES.isdisjoint(depot.apres),
        "blocage": is_bloque(session, depot, now=now),
    }
    parts = {nom: PARTS[nom] for nom, est_vu in signes.items() if est_vu}
    suspects = {"liens", "repetition", "rafale", "blocage", "refus"} & set(parts)
    return Evaluation(
        score=round(min(max(DEPART + sum(parts.values()), 0.0), 1.0), 2),
        parts=parts,
        est_suspecte=bool(suspects) and depot.voie is not Voie.GESTIONNAIRE,
    )


def has_liens(apres: Mapping[str, Any]) -> bool:
    """Whether a presentation is mostly there for its links."""
    return any(len(_LIEN.findall(texte)) > LIENS_MAX for texte in _list_textes(apres))


def is_crie(nom: object) -> bool:
    """Whether a name of some length is written in capitals alone."""
    lettres = [c for c in nom if c.isalpha()] if isinstance(nom, str) else []
    return len(lettres) > 12 and all(c.isupper() for c in lettres)


def _list_textes(apres: Mapping[str, Any]) -> Iterable[str]:
    return (texte for champ in _TEXTES if isinstance(texte := apres.get(champ), str))


def _count_antecedents(session: Session, auteur: str) -> tuple[int, int]:
    """How many proposals of an author were accepted, and refused or undone; confirmations do not make anybody known."""
    rangee = session.execute(
        select(
            func.count().filter(Proposition.statut.in_(STATUTS_PUBLIES)),
            func.count().filter(Proposition.statut.in_([Statut.REFUSEE, Statut.ANNULEE])),
        ).where(Proposition.auteur == auteur, Proposition.demarche != Demarche.CONFIRMATION)
    ).one()
    return rangee[0], rangee[1]


def _is_repete(session: Session, depot: Depot, *, now: dt.datetime) -> bool:
    textes = [texte for texte in _list_textes(depot.apres) if len(texte) >= LONGUEUR_COPIEE]
    for champ in _TEXTES:
        if depot.apres.get(champ) not in textes:
            continue
        stmt = (
            select(func.count())
            .select_from(Proposition)
            .where(
                Proposition.recue_at > now - FENETRE_REPETITION,
                Proposition.apres[champ].astext == depot.apres[champ],
            )
        )
        if (session.scalar(stmt) or 0) >= REPETITIONS:
            return True
    return False


def _is_rafale(session: Session, depot: Depot, *, now: dt.datetime) -> bool:
    if depot.reseau is None:
        return False
    stmt = (
        select(func.count())
        .select_from(Proposition)
        .where(Proposition.reseau == depot.reseau, Proposition.recue_at > now - FENETRE_RAFALE)
    )
    return (session.scalar(stmt) or 0) >= RAFALE
