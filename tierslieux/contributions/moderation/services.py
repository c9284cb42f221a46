"""Deciding, as moderators do it from the pages: within their territories, on what they saw, one at a time.

The acts themselves are those of contributions.services; here is what surrounds them. Every function flushes and never
commits. A proposal that stands outside of one's territories does not exist: NotFoundError.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tierslieux.comptes import journal
from tierslieux.comptes.droits import Personne, Role
from tierslieux.contributions import fiches, rafraichissement, services
from tierslieux.contributions.enums import STATUTS_OUVERTS, STATUTS_PUBLIES, Action, Demarche, MotifRefus, Statut
from tierslieux.contributions.errors import TraiteeError, VerrouilleeError
from tierslieux.contributions.fusion import get_cle, is_ensemble, list_modifies
from tierslieux.contributions.models import Proposition
from tierslieux.contributions.moderation import queries
from tierslieux.contributions.moderation.errors import PropositionChangeeError
from tierslieux.contributions.moderation.params import DEMARCHES
from tierslieux.contributions.perimetres import find_echelle
from tierslieux.core.db import Rangee
from tierslieux.core.errors import ConflictError, NotFoundError
from tierslieux.lieux import decisions, historique, liens
from tierslieux.lieux.enums import Statut as StatutLieu

LONGUEUR_EMPREINTE = 16


@dataclass(frozen=True, slots=True)
class Geste:
    """Who decides what, and when. `empreinte`: what the page showed (digest_dossier), None when it does not matter."""

    personne: Personne
    public_id: str
    now: dt.datetime
    empreinte: str | None = None

    @property
    def acteur(self) -> str:
        """The pseudonym under which histories tell it."""
        return self.personne.pseudonyme


# --- Who may see and decide -------------------------------------------------------------------------------------------


def get_proposition(
    session: Session, public_id: str, personne: Personne, role: Role, *, verrou: bool = False
) -> Proposition:
    """A proposal, if the role is held where it stands and these pages are about it; raises NotFoundError."""
    proposition = queries.find_proposition(session, public_id, verrou=verrou)
    if proposition is None or proposition.demarche not in DEMARCHES:
        raise NotFoundError
    if not personne.can(role, find_echelle(session, proposition.commune_code)):
        raise NotFoundError
    return proposition


def is_opposition(session: Session, public_id: str, personne: Personne) -> bool:
    """Whether this is a person's opposition, in one's territories: other pages are about it."""
    proposition = queries.find_proposition(session, public_id)
    if proposition is None or proposition.demarche != Demarche.OPPOSITION:
        return False
    return personne.can(Role.MODERATEUR, find_echelle(session, proposition.commune_code))


def get_cible(session: Session, public_id: str, personne: Personne) -> Rangee:
    """A place that is shown, in one's territories; raises NotFoundError."""
    lieu = queries.find_lieu(session, public_id=public_id.strip())
    if lieu is None or lieu.statut == StatutLieu.MASQUE:
        raise NotFoundError("Ce lieu n’existe pas, ou n’existe plus.")
    if not personne.can(Role.MODERATEUR, find_echelle(session, lieu.commune_code)):
        raise NotFoundError("Ce lieu n’est pas dans votre territoire.")
    return lieu


def list_proposees(proposition: Proposition) -> dict[str, Any]:
    """What a proposal would change, by field."""
    champs = list_modifies(proposition.avant, proposition.apres)
    return {champ: proposition.apres[champ] for champ in champs}


def digest_dossier(session: Session, proposition: Proposition) -> str:
    """What a moderator has before their eyes, in a word: it changes when any of it does."""
    garde = find_garde(session, proposition)
    version = 0 if garde is None else historique.get_version(session, garde.id)
    vu = [
        proposition.demarche,
        proposition.lieu_id,
        proposition.avant,
        proposition.apres,
        version,
        queries.count_messages(session, proposition.id),
    ]
    return hashlib.sha256(json.dumps(vu, sort_keys=True).encode()).hexdigest()[:LONGUEUR_EMPREINTE]


def find_garde(session: Session, proposition: Proposition) -> Rangee | None:
    """The place of a proposal, or the one that has taken over its records; None for a new place."""
    if proposition.lieu_id is None:
        return None
    lieu = queries.find_lieu(session, lieu_id=proposition.lieu_id)
    while lieu is not None and lieu.statut == StatutLieu.MASQUE:
        heritier = liens.find_heritier(session, lieu.public_id)
        if heritier is None:
            break
        lieu = queries.find_lieu(session, public_id=heritier)
    return lieu


# --- Locks ------------------------------------------------------------------------------------------------------------


def find_tenant(proposition: Proposition | Rangee, *, now: dt.datetime) -> str | None:
    """Who is looking at a proposal now, if anybody."""
    est_libre = proposition.verrou_jusqua_at is None or proposition.verrou_jusqua_at <= now
    tenant: str | None = None if est_libre else proposition.verrou_par
    return tenant


def take(session: Session, geste: Geste) -> Proposition:
    """Keep an open proposal to oneself for a while, and let others have the one before.

    Raises NotFoundError, TraiteeError, VerrouilleeError.
    """
    _open(session, geste)
    queries.release_autres(session, geste.acteur, sauf=geste.public_id)
    return services.take(session, geste.public_id, acteur=geste.acteur, now=geste.now)


def release(session: Session, geste: Geste) -> None:
    """Let others have the proposal."""
    get_proposition(session, geste.public_id, geste.personne, Role.MODERATEUR)
    services.release(session, geste.public_id, acteur=geste.acteur)


# --- Decisions --------------------------------------------------------------------------------------------------------


def accept(
    session: Session, geste: Geste, *, champs: Collection[str] | None, corrections: Mapping[str, Any]
) -> Proposition:
    """Publish a proposal or these fields of it, some of them otherwise than proposed; see contributions.services."""
    _open(session, geste)
    return services.accept(
        session, geste.public_id, acteur=geste.acteur, now=geste.now, champs=champs, corrections=corrections
    )


def refuse(session: Session, geste: Geste, motif: MotifRefus, reponse: str | None) -> Proposition:
    """Refuse a proposal; see contributions.services."""
    _open(session, geste)
    return services.refuse(session, geste.public_id, motif, acteur=geste.acteur, now=geste.now, reponse=reponse)


def ask(session: Session, geste: Geste, texte: str) -> Proposition:
    """Ask the contributor something, and let others have the proposal meanwhile."""
    if _open(session, geste).demarche == Demarche.DESACCORD:
        raise ConflictError("Personne ne peut répondre : c’est un fichier qui dit cela.")
    proposition = services.ask(session, geste.public_id, texte, acteur=geste.acteur, now=geste.now)
    services.release(session, geste.public_id, acteur=geste.acteur)
    return proposition


def set_quarantaine(session: Session, geste: Geste, *, est_isolee: bool) -> Proposition:
    """Set a proposal aside, or put it back in the queue, for whoever comes."""
    _open(session, geste)
    proposition = services.set_quarantaine(
        session, geste.public_id, est_isolee=est_isolee, acteur=geste.acteur, now=geste.now
    )
    services.release(session, geste.public_id, acteur=geste.acteur)
    return proposition


def attach(session: Session, geste: Geste, lieu_public_id: str) -> Proposition:
    """Say that a new place is one that is known: the proposal becomes a correction of it, to be looked at.

    What it says is left as it is; of kinds and services, it only adds. One that says nothing new is refused for being
    there already. Raises as `accept`, NotFoundError for a place that is not one's own.
    """
    proposition = _open(session, geste)
    if proposition.demarche != Demarche.NOUVEAU:
        raise ConflictError("Cette proposition parle déjà d’un lieu connu.")
    lieu = get_cible(session, lieu_public_id, geste.personne)
    garde = fiches.lock_lieu(session, lieu.id)
    actuelles = historique.get_valeurs(session, garde)
    proposition.demarche = Demarche.CORRECTION
    proposition.lieu_id, proposition.version = garde, historique.get_version(session, garde)
    proposition.nom, proposition.commune_code = lieu.nom, lieu.commune_code
    proposition.avant = {
        champ: _read_vu(champ, actuelles.get(champ), voulu) for champ, voulu in proposition.apres.items()
    }
    session.flush()
    _record(session, geste, Action.REUNIR, {"lieu": lieu.public_id})
    if not list_modifies(proposition.avant, proposition.apres):
        return services.refuse(session, geste.public_id, MotifRefus.DEJA_LA, acteur=geste.acteur, now=geste.now)
    return proposition


def detach(session: Session, geste: Geste) -> Proposition:
    """Take `attach` back: the proposal is that of a new place again."""
    proposition = _open(session, geste)
    if not is_attached(session, proposition):
        raise ConflictError("Cette proposition n’a pas été rattachée à un lieu.")
    proposition.demarche, proposition.lieu_id, proposition.version = Demarche.NOUVEAU, None, 0
    proposition.nom, proposition.commune_code = proposition.apres["nom"], proposition.apres.get("commune_code")
    proposition.avant = {}
    session.flush()
    _record(session, geste, Action.SEPARER, {})
    return proposition


def is_attached(session: Session, proposition: Proposition) -> bool:
    """Whether a moderator has made a correction of what was proposed as a new place."""
    if proposition.demarche != Demarche.CORRECTION:
        return False
    acte = queries.find_acte(session, proposition.public_id, [Action.REUNIR, Action.SEPARER])
    return acte is not None and acte.action == Action.REUNIR and "lieu" in acte.details


def _read_vu(champ: str, present: Any, voulu: Any) -> Any:  # noqa: ANN401  (whatever a field holds)
    """What a new place's author would have seen of a field: of a set, the part that they say too."""
    if not is_ensemble(champ):
        return present
    cles = {get_cle(element) for element in voulu or []}
    return [element for element in present or [] if get_cle(element) in cles]


# --- Going back -------------------------------------------------------------------------------------------------------


def undo(session: Session, geste: Geste) -> Proposition:
    """Take back what accepting published; see contributions.services."""
    get_proposition(session, geste.public_id, geste.personne, Role.MODERATEUR)
    return services.undo(session, geste.public_id, acteur=geste.acteur, now=geste.now)


def redo(session: Session, geste: Geste) -> Proposition:
    """Publish again what `undo` took back."""
    get_proposition(session, geste.public_id, geste.personne, Role.MODERATEUR)
    return services.redo(session, geste.public_id, acteur=geste.acteur, now=geste.now)


def reopen(session: Session, geste: Geste) -> Proposition:
    """Take a refusal back: the proposal is to be looked at again. Raises TraiteeError when it is not refused."""
    proposition = get_proposition(session, geste.public_id, geste.personne, Role.MODERATEUR, verrou=True)
    if proposition.statut != Statut.REFUSEE:
        raise TraiteeError("Cette proposition n’est pas refusée.")
    proposition.statut = Statut.EN_ATTENTE
    proposition.motif_refus = proposition.reponse = None
    proposition.decidee_at = proposition.decidee_par = None
    session.flush()
    _record(session, geste, Action.ROUVRIR, {})
    return proposition


def merge(session: Session, geste: Geste, lieu_public_id: str) -> Proposition:
    """Make one of the place that a proposal opened or changed and of another; `unmerge` takes it back.

    Raises TraiteeError when the proposal is not published, NotFoundError, ConflictError when they are one already.
    """
    proposition = get_proposition(session, geste.public_id, geste.personne, Role.MODERATEUR, verrou=True)
    if Statut(proposition.statut) not in STATUTS_PUBLIES:
        raise TraiteeError("Cette proposition n’est pas publiée.")
    autre = get_cible(session, lieu_public_id, geste.personne)
    sien = find_garde(session, proposition)
    if sien is None:
        raise TraiteeError("Cette proposition n’est pas publiée.")
    acte = decisions.decide_meme(
        session, sien.id, autre.id, now=geste.now, auteur=geste.acteur, motif=fiches.build_motif(proposition)
    )
    rafraichissement.request(session)
    _record(session, geste, Action.REUNIR, {"avec": autre.public_id, "decision": acte.decisions[0]})
    return proposition


def unmerge(session: Session, geste: Geste) -> Proposition:
    """Take `merge` back; raises ConflictError when there is none to take back, or when records moved since."""
    proposition = get_proposition(session, geste.public_id, geste.personne, Role.MODERATEUR, verrou=True)
    decision = find_reunion(session, proposition)
    if decision is None:
        raise ConflictError("Ce lieu n’a pas été réuni avec un autre ici.")
    acte = decisions.find_acte(session, decision)
    decisions.undo(session, acte, now=geste.now, auteur=geste.acteur, motif=fiches.build_motif(proposition))
    rafraichissement.request(session)
    _record(session, geste, Action.SEPARER, {"decision": decision})
    return proposition


def find_reunion(session: Session, proposition: Proposition) -> int | None:
    """The decision by which the place of a proposal was merged here, if it still holds."""
    acte = queries.find_acte(session, proposition.public_id, [Action.REUNIR, Action.SEPARER])
    if acte is None or acte.action != Action.REUNIR or "decision" not in acte.details:
        return None
    return int(acte.details["decision"])


# --- What all of them share -------------------------------------------------------------------------------------------


def _open(session: Session, geste: Geste) -> Proposition:
    """Lock an open proposal of one's territories that is what the page showed, and that nobody else has."""
    proposition = get_proposition(session, geste.public_id, geste.personne, Role.MODERATEUR, verrou=True)
    if Statut(proposition.statut) not in STATUTS_OUVERTS:
        raise TraiteeError
    if find_tenant(proposition, now=geste.now) not in {None, geste.acteur}:
        raise VerrouilleeError
    if geste.empreinte is not None and geste.empreinte != digest_dossier(session, proposition):
        raise PropositionChangeeError
    return proposition


def _record(session: Session, geste: Geste, action: Action, details: dict[str, object]) -> None:
    journal.record(
        session, action, f"proposition:{geste.public_id}", acteur=geste.acteur, now=geste.now, details=details
    )
