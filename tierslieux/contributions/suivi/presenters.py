"""Contexts of the pages: what became of a proposal, places to look at, what a place publishes, figures. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tierslieux.contributions.champs import CHAMPS_PROPOSABLES, format_valeur, get_libelle
from tierslieux.contributions.enums import (
    STATUTS_OUVERTS,
    STATUTS_PUBLIES,
    Demarche,
    MotifRefus,
    Statut,
)
from tierslieux.contributions.fusion import is_vide, list_modifies
from tierslieux.contributions.models import MessageProposition, Proposition
from tierslieux.contributions.suivi.services import Suivi
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.filtres import lower_initiale
from tierslieux.lieux.departs import Depart
from tierslieux.lieux.fraicheur import Fraicheur
from tierslieux.lieux.horaires.semaines import describe_horaires
from tierslieux.lieux.verifications import LieuDouteux

_TITRES: Mapping[str, str] = MappingProxyType(
    {
        Statut.EN_ATTENTE: N_("Votre proposition attend une réponse"),
        # Being set aside is no answer: a person looks at it all the same.
        Statut.QUARANTAINE: N_("Votre proposition attend une réponse"),
        Statut.QUESTION: N_("Nous avons une question"),
        Statut.ACCEPTEE: N_("Votre proposition est publiée"),
        Statut.PARTIELLE: N_("Une partie de votre proposition est publiée"),
        Statut.REFUSEE: N_("Votre proposition n’est pas publiée"),
        Statut.RETIREE: N_("Vous avez retiré cette proposition"),
        Statut.ANNULEE: N_("Cette proposition n’est plus publiée"),
    }
)


@dataclass(frozen=True, slots=True)
class Ligne:
    """A field that was proposed; `avant` and `apres` are None when there was, or is to be, nothing.

    `est_publie`: True and False once there is an answer, None before.
    """

    libelle: str
    avant: str | None
    apres: str | None
    est_publie: bool | None


@dataclass(frozen=True, slots=True)
class Parole:
    """What one side wrote to the other."""

    est_moderation: bool
    texte: str
    fait_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SuiviPage:
    """The private page of a proposal. `etape` is 1 received, 2 being looked at, 3 answered."""

    public_id: str
    nom: str
    demarche: Demarche
    statut: Statut
    titre: str
    etape: int
    recue_at: dt.datetime
    decidee_at: dt.datetime | None
    lignes: tuple[Ligne, ...]
    commentaire: str | None
    motif: str | None
    reponse: str | None
    paroles: tuple[Parole, ...]
    lieu_id: str | None
    est_reuni: bool
    peut_repondre: bool
    peut_retirer: bool
    annulable_jusqua: dt.datetime | None
    has_courriel: bool


def build_suivi_page(suivi: Suivi) -> SuiviPage:
    """The page of a proposal, for whoever made it."""
    proposition = suivi.proposition
    statut = Statut(proposition.statut)
    est_ouverte = statut in STATUTS_OUVERTS
    est_regardee = bool(suivi.messages) or statut is Statut.QUESTION
    return SuiviPage(
        public_id=proposition.public_id,
        nom=proposition.nom,
        demarche=Demarche(proposition.demarche),
        statut=statut,
        titre=_(_TITRES[statut]),
        etape=3 if not est_ouverte else 2 if est_regardee else 1,
        recue_at=proposition.recue_at,
        decidee_at=proposition.decidee_at,
        lignes=tuple(_list_lignes(proposition)),
        commentaire=proposition.commentaire,
        motif=_(MotifRefus(proposition.motif_refus).libelle) if proposition.motif_refus else None,
        reponse=proposition.reponse,
        paroles=tuple(_read_message(message) for message in suivi.messages),
        lieu_id=suivi.lieu_id,
        est_reuni=suivi.est_reuni,
        peut_repondre=est_ouverte,
        peut_retirer=est_ouverte,
        annulable_jusqua=suivi.annulable_jusqua,
        has_courriel=proposition.courriel is not None,
    )


def _list_lignes(proposition: Proposition) -> Iterable[Ligne]:
    """What was proposed; of a confirmation, what was confirmed."""
    avant, apres = proposition.avant, proposition.apres
    est_confirmation = proposition.demarche == Demarche.CONFIRMATION
    champs = list(apres) if est_confirmation else list_modifies(avant, apres)
    rangs = {champ: rang for rang, champ in enumerate(CHAMPS_PROPOSABLES)}
    est_repondue = proposition.statut in {*STATUTS_PUBLIES, Statut.REFUSEE} and not est_confirmation
    for champ in sorted(champs, key=lambda un: (rangs.get(un, len(rangs)), un)):
        yield Ligne(
            get_libelle(champ),
            None if est_confirmation else _format(champ, avant.get(champ), proposition.commune_code),
            _format(champ, apres[champ], proposition.commune_code),
            champ in proposition.retenus if est_repondue else None,
        )


def _format(champ: str, valeur: Any, code: str | None) -> str | None:  # noqa: ANN401  (whatever a field holds)
    return None if is_vide(valeur) else format_valeur(champ, valeur, code)


def _read_message(message: MessageProposition) -> Parole:
    return Parole(message.est_moderation, message.texte, message.fait_at)


# --- What a place publishes, for its team -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntretienPage:
    """The page that a mail to a place opens: (label, value) of what is published."""

    public_id: str
    nom: str
    version: int
    valeurs: tuple[tuple[str, str], ...]
    expire_at: dt.datetime


def build_entretien_page(
    public_id: str, valeurs: Mapping[str, Any], version: int, *, expire_at: dt.datetime
) -> EntretienPage:
    """What is published of a place at a version."""
    code = valeurs.get("commune_code")
    # A code says nothing to those who know the commune by its name.
    champs = [champ for champ in CHAMPS_PROPOSABLES if champ != "commune_code" and not is_vide(valeurs.get(champ))]
    lues = tuple((get_libelle(champ), format_valeur(champ, valeurs[champ], code)) for champ in champs)
    return EntretienPage(public_id, valeurs["nom"], version, lues, expire_at)


# --- Places to look at ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AVoir:
    """A place of the list, and in words what to look at."""

    lieu: LieuDouteux
    fraicheur: Fraicheur
    horaires: str | None
    anciens: tuple[str, ...]
    manquants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VerificationPage:
    """The page /a-verifier. `alternatives`: other communes that the words may mean, with their code."""

    champ: str
    ou: Depart | None
    lieux: tuple[AVoir, ...]
    alternatives: tuple[tuple[str, str], ...]
    erreurs: tuple[str, ...]
    retour: tuple[tuple[str, str], ...]
    today: dt.date


def build_a_voir(lieu: LieuDouteux) -> AVoir:
    """What to look at, in the words of a list inside a sentence."""
    resume = lieu.resume
    return AVoir(
        lieu,
        resume.fraicheur,
        describe_horaires(resume.horaires, resume.commune_code) if resume.horaires else None,
        *(tuple(lower_initiale(get_libelle(champ)) for champ in champs) for champs in (lieu.anciens, lieu.manquants)),
    )


@dataclass(frozen=True, slots=True)
class Mienne:
    """One of the proposals of who reads. `jeton`: the secret of its private page, None once it was erased."""

    public_id: str
    jeton: str | None
    nom: str
    demarche: str
    statut: str
    recue_at: dt.datetime


def build_miennes(propositions: Iterable[Proposition], jetons: Mapping[str, str]) -> tuple[Mienne, ...]:
    """The list of one's own proposals."""
    return tuple(
        Mienne(
            proposition.public_id,
            jetons.get(proposition.public_id),
            proposition.nom,
            _(Demarche(proposition.demarche).libelle),
            # Being set aside is no answer.
            _((Statut.EN_ATTENTE if proposition.statut == Statut.QUARANTAINE else Statut(proposition.statut)).libelle),
            proposition.recue_at,
        )
        for proposition in propositions
    )
