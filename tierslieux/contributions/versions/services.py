"""What moderators do to a place from its history: a former version, hiding, separating, and taking each of them back.

Rights are checked by the routes. Every function flushes and never commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.comptes import journal
from tierslieux.comptes.droits import Personne, Role
from tierslieux.contributions import fiches, rafraichissement
from tierslieux.contributions import services as contributions
from tierslieux.contributions.enums import Action
from tierslieux.contributions.models import Proposition
from tierslieux.contributions.perimetres import find_echelle
from tierslieux.contributions.versions import queries
from tierslieux.contributions.versions.enums import (
    PREFIXE_MASQUAGE,
    PREFIXE_RETOUR,
    REUNION,
    SEPARATION,
    MotifMasquage,
    MotifRetour,
)
from tierslieux.contributions.versions.histoires import LieuLu, list_caches, list_opposes
from tierslieux.core.db import Rangee
from tierslieux.core.errors import ConflictError, NotFoundError
from tierslieux.lieux import decisions, historique, publication
from tierslieux.lieux.enums import NatureSource, Statut
from tierslieux.lieux.models import DecisionPaire

CHANGE = "Le lieu a changé pendant que vous lisiez : relisez avant de continuer."


@dataclass(frozen=True, slots=True)
class DecisionLue:
    """One decision of people about records of a place: `numero` names it, `lieux` are the places that it touched."""

    numero: int
    decision: str
    auteur: str | None
    fait_at: dt.datetime
    fiches: int
    lieux: tuple[Rangee, ...]

    @property
    def est_reunion(self) -> bool:
        """Whether it said that places are one."""
        return self.decision == decisions.MEME


def restore(
    session: Session, lieu: LieuLu, version: int, *, vue: int, acteur: str, compte_id: int, now: dt.datetime
) -> Proposition:
    """Make a place what it was at a version. `vue`: the version that the moderator had under the eyes.

    What somebody does not want to be shown does not come back. Raises NotFoundError for a version that is not one of
    the place's, ConflictError when it has changed since, is so already, or was merged into another.
    """
    if lieu.heritier is not None:
        raise ConflictError("Ce lieu a été réuni à un autre : séparez-les d’abord.")
    fiches.lock_lieu(session, lieu.id)
    if historique.get_version(session, lieu.id) != vue:
        raise ConflictError(CHANGE)
    if all(une.id != version for une in historique.list_versions(session, lieu.id)):
        raise NotFoundError("Cette version n’existe pas.")
    sans = list_opposes(list_caches(session, lieu.id))
    recu = contributions.restore(session, lieu.id, version, acteur=acteur, now=now, compte_id=compte_id, sans=sans)
    return recu.proposition


def mask(session: Session, lieu: LieuLu, motif: MotifMasquage, *, acteur: str, now: dt.datetime) -> None:
    """Stop showing a place, whatever its records become; raises ConflictError when it is not shown."""
    fiches.lock_lieu(session, lieu.id)
    texte = f"{PREFIXE_MASQUAGE}{motif.value}"
    if not publication.set_statut(session, [lieu.id], Statut.MASQUE, now=now, auteur=acteur, motif=texte):
        raise ConflictError("Ce lieu n’est déjà plus montré.")
    _record(session, Action.MASQUER, lieu, acteur, now=now, motif=motif.value)


def show_again(session: Session, lieu: LieuLu, motif: MotifRetour, *, acteur: str, now: dt.datetime) -> None:
    """Show a hidden place again, as its records say it now. Raises ConflictError when it is shown, or has none left."""
    fiches.lock_lieu(session, lieu.id)
    siennes = publication.list_fiches(session, [lieu.id])[lieu.id]
    # A place that people alone said, and took back, comes back with what they said: by undoing that.
    if not any(f.est_entiere and (not f.est_retiree or f.nature is NatureSource.FLUX) for f in siennes):
        raise ConflictError("Plus aucune source ne parle de ce lieu : il ne peut pas être montré.")
    texte = f"{PREFIXE_RETOUR}{motif.value}"
    if not publication.set_statut(session, [lieu.id], Statut.PUBLIE, now=now, auteur=acteur, motif=texte):
        raise ConflictError("Ce lieu est déjà montré.")
    publication.publish(session, [lieu.id], now=now, auteur=acteur, motif=texte)
    _record(session, Action.REMONTRER, lieu, acteur, now=now, motif=motif.value)


def separate(
    session: Session, lieu: LieuLu, fiche_ids: Collection[int], *, vue: int, acteur: str, now: dt.datetime
) -> tuple[Rangee, ...]:
    """Take records out of a place, back to where they came from or into a place of their own; the places touched.

    Raises ConflictError when the place has changed since `vue`, or as decisions.unmerge.
    """
    fiches.lock_lieu(session, lieu.id)
    if historique.get_version(session, lieu.id) != vue:
        raise ConflictError(CHANGE)
    siennes = {fiche.id for fiche in publication.list_fiches(session, [lieu.id])[lieu.id]}
    if not set(fiche_ids) <= siennes:
        raise ConflictError(CHANGE)
    acte = decisions.unmerge(session, fiche_ids, now=now, auteur=acteur, motif=SEPARATION)
    lieux = queries.list_lieux(session, {*acte.avant.values(), *acte.apres.values()})
    _record(session, Action.SEPARER, lieu, acteur, now=now, lieux=[autre.public_id for autre in lieux])
    return tuple(lieux)


def list_decisions(session: Session, lieu: LieuLu) -> list[DecisionLue]:
    """The decisions of people about records of a place, each act once, the last first."""
    actes: dict[tuple[object, ...], list[DecisionPaire]] = {}
    for rangee in queries.list_decisions(session, lieu.id):
        actes.setdefault((rangee.fait_at, rangee.decision, rangee.auteur), []).append(rangee)
    lues = []
    for rangees in actes.values():
        premiere = min(rangees, key=lambda rangee: rangee.id)
        acte = decisions.find_acte(session, premiere.id)
        touches = queries.list_lieux(session, {*acte.avant.values(), *acte.apres.values()})
        lues.append(
            DecisionLue(
                premiere.id, premiere.decision, premiere.auteur, premiere.fait_at, len(acte.apres), tuple(touches)
            )
        )
    return lues


def undo_decision(session: Session, lieu: LieuLu, numero: int, *, personne: Personne, now: dt.datetime) -> None:
    """Take back a decision about records of a place.

    Raises NotFoundError, also when it moved records of a place that the moderator does not look after; ConflictError
    when they have moved since.
    """
    lue = next((une for une in list_decisions(session, lieu) if une.numero == numero), None)
    if lue is None or not all(
        personne.can(Role.MODERATEUR, find_echelle(session, touche.commune_code)) for touche in lue.lieux
    ):
        raise NotFoundError("Cette décision n’existe pas, ou a été annulée.")
    fiches.lock_lieu(session, lieu.id)
    acte = decisions.find_acte(session, numero)
    acteur, motif = personne.pseudonyme, SEPARATION if lue.est_reunion else REUNION
    decisions.undo(session, acte, now=now, auteur=acteur, motif=motif)
    _record(session, Action.SEPARER if lue.est_reunion else Action.REUNIR, lieu, acteur, now=now, annule=numero)


def get_proposition(session: Session, lieu: LieuLu, public_id: str) -> Proposition:
    """A return to a version of this place; raises NotFoundError for anything else."""
    proposition = session.scalar(queries.get_restauration_stmt(lieu.id, public_id))
    if proposition is None:
        raise NotFoundError
    return proposition


def _record(
    session: Session, action: Action, lieu: LieuLu, acteur: str, *, now: dt.datetime, **details: object
) -> None:
    """Write an act on a place in the audit log, and let what follows from it be counted again."""
    journal.record(session, action, f"lieu:{lieu.public_id}", acteur=acteur, now=now, details=details)
    rafraichissement.request(session)
