"""What is done with a proposal: keep it, accept all or some of it, refuse, ask, answer, undo.

What moderators do directly is a proposal accepted at once.

Rights are checked by the routes (comptes.acces). Every function flushes and never commits. An act is a row of the audit
log; what it changes of a place is written by lieux.publication, as everything else.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from tierslieux.comptes import journal
from tierslieux.comptes.jetons import digest_jeton
from tierslieux.contributions import annonces, confiance, fiches, rafraichissement
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.donnees.opposees import load_opposees
from tierslieux.contributions.enums import (
    STATUTS_OUVERTS,
    STATUTS_PUBLIES,
    Action,
    Demarche,
    MotifRefus,
    Statut,
    Voie,
)
from tierslieux.contributions.errors import EditionConcurrenteError, TraiteeError, VerrouilleeError
from tierslieux.contributions.fusion import build_fiche, is_vide, list_modifies, merge
from tierslieux.contributions.liens_prives import is_jeton
from tierslieux.contributions.models import MessageProposition, Proposition
from tierslieux.contributions.perimetres import Perimetre, build_filtre
from tierslieux.contributions.sources import find_source
from tierslieux.core.errors import ConflictError, InvalidInputError, NotFoundError
from tierslieux.core.textes import gettext as _
from tierslieux.lieux import historique, publication
from tierslieux.lieux.enums import Statut as StatutLieu
from tierslieux.lieux.identite import ALPHABET
from tierslieux.lieux.models import Lieu

# How long a moderator keeps a proposal to themselves without doing anything.
DUREE_VERROU = dt.timedelta(minutes=15)
LONGUEUR_ID = 10


@dataclass(frozen=True, slots=True)
class Recu:
    """A proposal that was kept, and the secret of its private address, known to nobody else."""

    proposition: Proposition
    jeton: str


# --- Coming in --------------------------------------------------------------------------------------------------------


def submit(session: Session, depot: Depot, *, now: dt.datetime) -> Recu:
    """Keep a proposal until somebody looks at it; a suspicious one is set aside.

    Raises InvalidInputError when it changes nothing or does not say a whole new place, NotFoundError for an unknown
    place or version.
    """
    # Before it is one of those that it is compared with.
    evaluation = confiance.evaluate(session, depot, now=now)
    proposition, jeton = _insert(session, depot, now=now)
    proposition.score, proposition.parts = evaluation.score, evaluation.parts
    proposition.statut = Statut.QUARANTAINE if evaluation.est_suspecte else Statut.EN_ATTENTE
    session.flush()
    _record(session, Action.DEPOSER, proposition, depot.auteur, now=now)
    return Recu(proposition, jeton)


def apply(session: Session, depot: Depot, *, now: dt.datetime) -> Recu:
    """Keep a proposal and publish it at once: whoever proposes may decide it, or needs nobody to.

    Raises as `submit`, and EditionConcurrenteError when the place has changed in the same fields since.
    """
    if depot.lieu_id is not None:
        lieu_id = fiches.lock_lieu(session, depot.lieu_id)
        avant = historique.get_valeurs(session, depot.lieu_id, depot.version)
        fusion = merge(avant, depot.apres, historique.get_valeurs(session, lieu_id))
        if fusion.conflits:
            raise EditionConcurrenteError(fusion.conflits, historique.get_version(session, lieu_id))
    proposition, jeton = _insert(session, depot, now=now)
    proposition.score, proposition.parts = 1.0, {}
    session.flush()
    _publish(session, proposition, list_modifies(proposition.avant, proposition.apres), acteur=depot.auteur, now=now)
    action = Action.RESTAURER if depot.demarche is Demarche.RESTAURATION else Action.MODIFIER
    _record(session, action, proposition, depot.auteur, now=now)
    return Recu(proposition, jeton)


def confirm(session: Session, depot: Depot, *, now: dt.datetime) -> Recu | None:
    """Say that a place is still as it is shown; None when the same author said so today.

    `depot.apres` is left out: what is confirmed is what was shown, `depot.version`. It is published at once, since it
    changes no value.
    """
    if depot.lieu_id is None:
        raise NotFoundError
    lieu_id = fiches.lock_lieu(session, depot.lieu_id)
    deja = session.scalar(
        select(Proposition.id).where(
            Proposition.lieu_id == lieu_id,
            Proposition.demarche == Demarche.CONFIRMATION,
            Proposition.auteur == depot.auteur,
            Proposition.statut == Statut.ACCEPTEE,
            Proposition.recue_at >= now - dt.timedelta(days=1),
        )
    )
    if deja is not None:
        return None
    vues = historique.get_valeurs(session, depot.lieu_id, depot.version)
    proposition, jeton = _insert(session, depot, now=now, apres=vues)
    proposition.score, proposition.parts = 1.0, {}
    session.flush()
    source = find_source(Demarche.CONFIRMATION, depot.voie)
    proposition.fiche_id = fiches.write_fiche(session, source, proposition, lieu_id, valeurs=vues, retraits={}, now=now)
    _close(proposition, Statut.ACCEPTEE, depot.auteur, now=now)
    publication.publish(session, [lieu_id], now=now, auteur=depot.auteur, motif=fiches.build_motif(proposition))
    _record(session, Action.MODIFIER, proposition, depot.auteur, now=now)
    return Recu(proposition, jeton)


def _insert(
    session: Session, depot: Depot, *, now: dt.datetime, apres: Mapping[str, Any] | None = None
) -> tuple[Proposition, str]:
    voulues = dict(depot.apres if apres is None else apres)
    avant: dict[str, Any] = {}
    nom, commune_code = voulues.get("nom"), voulues.get("commune_code")
    if depot.lieu_id is not None:
        valeurs = historique.get_valeurs(session, depot.lieu_id, depot.version)
        nom, commune_code = valeurs.get("nom"), valeurs.get("commune_code")
        avant = {champ: valeurs.get(champ) for champ in voulues}
    if is_vide(nom) or is_vide(voulues.get("nom", nom)):
        raise InvalidInputError("nom", "", "le nom du lieu")
    if depot.lieu_id is None and is_vide(voulues.get("position")) and is_vide(commune_code):
        raise InvalidInputError("commune_code", "", "la commune ou la position du lieu")
    if depot.demarche is not Demarche.CONFIRMATION and not list_modifies(avant, voulues):
        raise InvalidInputError("proposition", "aucun changement", "au moins une information nouvelle")
    _check_opposees(session, voulues, commune_code)
    jeton = secrets.token_urlsafe(24)
    proposition = Proposition(
        public_id="".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR_ID)),
        jeton_sha256=digest_jeton(jeton),
        demarche=depot.demarche,
        statut=Statut.EN_ATTENTE,
        voie=depot.voie,
        lieu_id=depot.lieu_id,
        version=depot.version,
        nom=nom,
        commune_code=commune_code,
        avant=avant,
        apres=voulues,
        retenus=[],
        auteur=depot.auteur,
        compte_id=depot.compte_id,
        courriel=depot.courriel,
        commentaire=depot.commentaire,
        reseau=depot.reseau,
        langue=depot.langue,
        score=0.0,
        parts={},
        recue_at=now,
    )
    session.add(proposition)
    return proposition, jeton


def _check_opposees(session: Session, voulues: Mapping[str, Any], commune_code: str | None) -> None:
    """Raises InvalidInputError for a value that the person whom it concerns does not want shown; it is not repeated."""
    opposees = load_opposees(session)
    if opposees is None:
        return
    for champ, valeur in voulues.items():
        if opposees.clean_champ(champ, valeur, commune_code) != valeur:
            raise InvalidInputError(champ, "…", _("une information que la personne concernée accepte de montrer"))


def get_par_jeton(session: Session, public_id: str, jeton: str) -> Proposition:
    """The proposal of a private address (liens_prives.py); raises NotFoundError, the same for a wrong secret."""
    proposition = session.scalar(select(Proposition).where(Proposition.public_id == public_id))
    reglages = annonces.find_reglages(session)
    secret = reglages.secret if reglages else None
    if proposition is None or not is_jeton(jeton, public_id, proposition.jeton_sha256, secret):
        raise NotFoundError
    return proposition


# --- Moderation -------------------------------------------------------------------------------------------------------


def take(session: Session, public_id: str, *, acteur: str, now: dt.datetime) -> Proposition:
    """Keep a proposal to this moderator for a while; raises VerrouilleeError when somebody else has it."""
    proposition = _lock(session, public_id)
    _check_verrou(proposition, acteur, now=now)
    proposition.verrou_par, proposition.verrou_jusqua_at = acteur, now + DUREE_VERROU
    session.flush()
    return proposition


def release(session: Session, public_id: str, *, acteur: str) -> None:
    """Let others have the proposal, if this moderator had it."""
    proposition = _lock(session, public_id)
    if proposition.verrou_par == acteur:
        proposition.verrou_par = proposition.verrou_jusqua_at = None
        session.flush()


def accept(
    session: Session,
    public_id: str,
    *,
    acteur: str,
    now: dt.datetime,
    champs: Collection[str] | None = None,
    corrections: Mapping[str, Any] | None = None,
) -> Proposition:
    """Publish a proposal, or the fields of it that are named; it becomes a record that outranks every publisher's.

    `corrections` are values that the moderator wants instead, already cleaned: they follow at once as a change of the
    moderator's own, so that the history says who wrote what. Raises TraiteeError, VerrouilleeError, InvalidInputError
    for a field that is not proposed or when none is left.
    """
    proposition = _lock_ouverte(session, public_id, acteur, now=now)
    proposes = list_modifies(proposition.avant, proposition.apres)
    retenus = proposes if champs is None else [champ for champ in proposes if champ in champs]
    inconnus = set(champs or ()) - set(proposes)
    if inconnus or not retenus:
        raise InvalidInputError("champs", ", ".join(sorted(inconnus)), ", ".join(proposes))
    _publish(session, proposition, retenus, acteur=acteur, now=now)
    _record(session, Action.ACCEPTER, proposition, acteur, now=now, champs=retenus)
    if corrections and proposition.lieu_id is not None:
        version = historique.get_version(session, fiches.lock_lieu(session, proposition.lieu_id))
        depot = Depot(
            Demarche.CORRECTION, corrections, acteur, Voie.MODERATION, lieu_id=proposition.lieu_id, version=version
        )
        # A later instant, since the last record accepted is the one that holds.
        apply(session, depot, now=now + dt.timedelta(microseconds=1))
    annonces.announce(session, proposition, now=now)
    return proposition


def refuse(
    session: Session, public_id: str, motif: MotifRefus, *, acteur: str, now: dt.datetime, reponse: str | None = None
) -> Proposition:
    """Refuse a proposal, with a reason of the list and perhaps a word more. Raises TraiteeError, VerrouilleeError."""
    proposition = _lock_ouverte(session, public_id, acteur, now=now)
    proposition.motif_refus, proposition.reponse = motif, reponse
    _close(proposition, Statut.REFUSEE, acteur, now=now)
    session.flush()
    _record(session, Action.REFUSER, proposition, acteur, now=now, motif=motif.value)
    annonces.announce(session, proposition, now=now)
    return proposition


def ask(session: Session, public_id: str, texte: str, *, acteur: str, now: dt.datetime) -> Proposition:
    """Ask the contributor something; the proposal waits for the answer. Raises TraiteeError, VerrouilleeError."""
    proposition = _lock_ouverte(session, public_id, acteur, now=now)
    proposition.statut = Statut.QUESTION
    _add_message(session, proposition, texte, auteur=acteur, est_moderation=True, now=now)
    _record(session, Action.DEMANDER, proposition, acteur, now=now)
    annonces.announce(session, proposition, now=now)
    return proposition


def answer(session: Session, public_id: str, jeton: str, texte: str, *, now: dt.datetime) -> Proposition:
    """What the contributor answers; the proposal is to be looked at again. Raises NotFoundError, TraiteeError."""
    get_par_jeton(session, public_id, jeton)
    proposition = _lock(session, public_id)
    if Statut(proposition.statut) not in STATUTS_OUVERTS:
        raise TraiteeError
    if proposition.statut == Statut.QUESTION:
        proposition.statut = Statut.EN_ATTENTE
    _add_message(session, proposition, texte, auteur=proposition.auteur, est_moderation=False, now=now)
    _record(session, Action.REPONDRE, proposition, proposition.auteur, now=now)
    return proposition


def withdraw(session: Session, public_id: str, jeton: str, *, now: dt.datetime) -> Proposition:
    """Take one's own proposal back before it is answered. Raises NotFoundError, TraiteeError."""
    get_par_jeton(session, public_id, jeton)
    proposition = _lock(session, public_id)
    if Statut(proposition.statut) not in STATUTS_OUVERTS:
        raise TraiteeError
    _close(proposition, Statut.RETIREE, proposition.auteur, now=now)
    session.flush()
    _record(session, Action.RETIRER, proposition, proposition.auteur, now=now)
    return proposition


def set_quarantaine(
    session: Session, public_id: str, *, est_isolee: bool, acteur: str, now: dt.datetime
) -> Proposition:
    """Set an open proposal aside, or put it back in the queue. Raises TraiteeError, VerrouilleeError."""
    proposition = _lock_ouverte(session, public_id, acteur, now=now)
    proposition.statut = Statut.QUARANTAINE if est_isolee else Statut.EN_ATTENTE
    session.flush()
    _record(session, Action.ISOLER if est_isolee else Action.LIBERER, proposition, acteur, now=now)
    return proposition


# --- Undoing ----------------------------------------------------------------------------------------------------------


def undo(session: Session, public_id: str, *, acteur: str, now: dt.datetime) -> Proposition:
    """Take back what accepting a proposal published: its record is withdrawn, a place that it opened is hidden.

    What was said after it stays. Raises TraiteeError when it is not published.
    """
    proposition = _lock(session, public_id)
    if Statut(proposition.statut) not in STATUTS_PUBLIES:
        raise TraiteeError("Cette proposition n’est pas publiée.")
    if proposition.fiche_id is not None:
        _set_parole(session, proposition, retiree_at=now, acteur=acteur, now=now)
    proposition.statut = Statut.ANNULEE
    session.flush()
    _record(session, Action.ANNULER, proposition, acteur, now=now)
    return proposition


def redo(session: Session, public_id: str, *, acteur: str, now: dt.datetime) -> Proposition:
    """Publish again what `undo` took back. Raises TraiteeError."""
    proposition = _lock(session, public_id)
    if proposition.statut != Statut.ANNULEE:
        raise TraiteeError("Cette proposition n’est pas annulée.")
    if proposition.fiche_id is not None:
        _set_parole(session, proposition, retiree_at=None, acteur=acteur, now=now)
    entiere = set(list_modifies(proposition.avant, proposition.apres)) <= set(proposition.retenus)
    proposition.statut = Statut.ACCEPTEE if entiere else Statut.PARTIELLE
    session.flush()
    _record(session, Action.RETABLIR, proposition, acteur, now=now)
    return proposition


def undo_auteur(
    session: Session,
    auteur: str,
    *,
    acteur: str,
    now: dt.datetime,
    perimetres: Sequence[Perimetre] | None = None,
) -> tuple[int, int]:
    """Take back all that one author has published, the last first, and set aside what waits; how many of each.

    `perimetres`: only what concerns these territories; None: everywhere.
    """
    stmt = (
        select(Proposition)
        .where(
            Proposition.auteur == auteur,
            Proposition.statut.in_([*STATUTS_PUBLIES, *STATUTS_OUVERTS - {Statut.QUARANTAINE}]),
            true() if perimetres is None else build_filtre(Proposition.commune_code, perimetres),
        )
        .order_by(Proposition.id.desc())
    )
    annulees = isolees = 0
    for proposition in session.scalars(stmt).all():
        if Statut(proposition.statut) in STATUTS_PUBLIES:
            undo(session, proposition.public_id, acteur=acteur, now=now)
            annulees += 1
        else:
            proposition.statut = Statut.QUARANTAINE
            _record(session, Action.ISOLER, proposition, acteur, now=now)
            isolees += 1
    session.flush()
    journal.record(
        session,
        Action.ANNULER_AUTEUR,
        f"auteur:{auteur}",
        acteur=acteur,
        now=now,
        details={"annulees": annulees, "isolees": isolees},
    )
    return annulees, isolees


def restore(
    session: Session,
    lieu_id: int,
    version: int,
    *,
    acteur: str,
    now: dt.datetime,
    compte_id: int | None = None,
    sans: Collection[str] = (),
) -> Recu:
    """Make a place what it was at a version, by one more record. Raises NotFoundError, ConflictError when it is so.

    `sans`: fields that stay as they are now, because somebody does not want what they held to be shown.
    """
    lieu_id = fiches.lock_lieu(session, lieu_id)
    voulues = historique.get_valeurs(session, lieu_id, version)
    actuelles = historique.get_valeurs(session, lieu_id)
    apres = {champ: voulues.get(champ) for champ in (*voulues, *actuelles) if champ not in sans}
    differents = list_modifies(actuelles, apres)
    if not differents:
        raise ConflictError("Le lieu est déjà comme à cette date.", lieu=lieu_id)
    depot = Depot(
        demarche=Demarche.RESTAURATION,
        apres={champ: apres[champ] for champ in differents},
        auteur=acteur,
        voie=Voie.MODERATION,
        lieu_id=lieu_id,
        version=historique.get_version(session, lieu_id),
        compte_id=compte_id,
    )
    return apply(session, depot, now=now)


# --- What all of them share -------------------------------------------------------------------------------------------


def _publish(
    session: Session, proposition: Proposition, retenus: Collection[str], *, acteur: str, now: dt.datetime
) -> None:
    """Make a record of these fields of a proposal, and publish its place."""
    source = find_source(Demarche(proposition.demarche), Voie(proposition.voie))
    voulues = {champ: proposition.apres[champ] for champ in retenus}
    if proposition.lieu_id is None:
        valeurs = {champ: valeur for champ, valeur in voulues.items() if not is_vide(valeur)}
        if "nom" not in valeurs or {"position", "commune_code"}.isdisjoint(valeurs):
            raise InvalidInputError("champs", ", ".join(retenus), "le nom du lieu, et sa commune ou sa position")
        proposition.lieu_id, proposition.fiche_id = fiches.open_lieu(session, source, proposition, valeurs, now=now)
    else:
        lieu_id = fiches.lock_lieu(session, proposition.lieu_id)
        actuelles = historique.get_valeurs(session, lieu_id)
        fusion = merge(proposition.avant, voulues, actuelles)
        valeurs, retraits = build_fiche(actuelles, fusion.valeurs, retenus)
        if valeurs or retraits:
            proposition.fiche_id = fiches.write_fiche(
                session, source, proposition, lieu_id, valeurs=valeurs, retraits=retraits, now=now
            )
            motif = fiches.build_motif(proposition)
            publication.publish(session, [lieu_id], now=now, auteur=proposition.auteur, motif=motif)
    proposition.retenus = list(retenus)
    entiere = set(list_modifies(proposition.avant, proposition.apres)) <= set(retenus)
    _close(proposition, Statut.ACCEPTEE if entiere else Statut.PARTIELLE, acteur, now=now)
    session.flush()
    rafraichissement.request(session)


def _set_parole(
    session: Session, proposition: Proposition, *, retiree_at: dt.datetime | None, acteur: str, now: dt.datetime
) -> None:
    """Silence a proposal's record or let it speak; a place that nobody else says is hidden, or shown again."""
    if proposition.fiche_id is None:
        return
    motif = fiches.build_motif(proposition)
    lieu_id = fiches.set_retiree(session, proposition.fiche_id, retiree_at)
    if proposition.demarche == Demarche.NOUVEAU:
        autres = [
            fiche
            for fiche in publication.list_fiches(session, [lieu_id])[lieu_id]
            if fiche.id != proposition.fiche_id and fiche.vouches and not fiche.est_retiree
        ]
        statut = session.scalar(select(Lieu.statut).where(Lieu.id == lieu_id))
        if not autres and retiree_at is not None:
            publication.set_statut(session, [lieu_id], StatutLieu.MASQUE, now=now, auteur=acteur, motif=motif)
        elif statut == StatutLieu.MASQUE and retiree_at is None:
            publication.set_statut(session, [lieu_id], StatutLieu.PUBLIE, now=now, auteur=acteur, motif=motif)
    publication.publish(session, [lieu_id], now=now, auteur=acteur, motif=motif)
    rafraichissement.request(session)


def _lock(session: Session, public_id: str) -> Proposition:
    proposition = session.scalar(
        select(Proposition)
        .where(Proposition.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if proposition is None:
        raise NotFoundError
    return proposition


def _lock_ouverte(session: Session, public_id: str, acteur: str, *, now: dt.datetime) -> Proposition:
    proposition = _lock(session, public_id)
    if Statut(proposition.statut) not in STATUTS_OUVERTS:
        raise TraiteeError
    _check_verrou(proposition, acteur, now=now)
    return proposition


def _check_verrou(proposition: Proposition, acteur: str, *, now: dt.datetime) -> None:
    libre = proposition.verrou_jusqua_at is None or proposition.verrou_jusqua_at <= now
    if not libre and proposition.verrou_par != acteur:
        raise VerrouilleeError


def _close(proposition: Proposition, statut: Statut, acteur: str, *, now: dt.datetime) -> None:
    proposition.statut, proposition.decidee_at, proposition.decidee_par = statut, now, acteur
    proposition.verrou_par = proposition.verrou_jusqua_at = None


def _add_message(
    session: Session, proposition: Proposition, texte: str, *, auteur: str, est_moderation: bool, now: dt.datetime
) -> None:
    session.add(
        MessageProposition(
            proposition_id=proposition.id, auteur=auteur, est_moderation=est_moderation, texte=texte, fait_at=now
        )
    )
    session.flush()


def _record(
    session: Session, action: Action, proposition: Proposition, acteur: str, *, now: dt.datetime, **details: object
) -> None:
    journal.record(session, action, f"proposition:{proposition.public_id}", acteur=acteur, now=now, details=details)
