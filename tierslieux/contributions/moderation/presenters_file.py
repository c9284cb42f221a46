"""What a page of the queue shows, decided here; words that pages of moderation share. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from tierslieux.comptes import journal
from tierslieux.comptes.droits import NATIONAL, Personne, Role
from tierslieux.contributions.champs import get_libelle
from tierslieux.contributions.enums import Demarche, MotifRefus, Statut
from tierslieux.contributions.fusion import list_modifies
from tierslieux.contributions.models import Proposition
from tierslieux.contributions.moderation.dossiers import Attente, FileAttente
from tierslieux.contributions.moderation.enums import STATUTS_DECIDES, Vue
from tierslieux.contributions.moderation.params import DEMARCHES, Filtres, write_territoire
from tierslieux.contributions.moderation.services import find_tenant
from tierslieux.contributions.versions.differences import order_champs
from tierslieux.core.db import Rangee
from tierslieux.filtres import format_instant, join_liste
from tierslieux.territoires.enums import Niveau

# What each part of a score says, by its name in contributions.confiance.PARTS.
LIBELLES_PARTS: Mapping[str, str] = {
    "antecedents": "propositions d’avant presque toutes acceptées",
    "refus": "propositions d’avant souvent refusées",
    "compte": "compte du site",
    "gestionnaire": "lien envoyé au lieu",
    "liens": "liens dans le texte",
    "majuscules": "nom en majuscules",
    "repetition": "même texte sur plusieurs lieux",
    "rafale": "beaucoup d’envois en une heure",
    "coordonnees": "téléphone, e-mail ou site changé",
    "blocage": "auteur ou réseau mis de côté",
}

_AGES = ((60, 1, "minute", "minutes"), (24 * 60, 60, "heure", "heures"), (14 * 1440, 1440, "jour", "jours"))
_MOIS_MIN = 60 * 1440
_SEMAINE_MIN = 7 * 1440


@dataclass(frozen=True, slots=True)
class Onglet:
    """A page of the queue; `nombre` is None when nobody counts."""

    libelle: str
    args: Mapping[str, str]
    nombre: int | None
    est_ici: bool


@dataclass(frozen=True, slots=True)
class Choix:
    """An option of a filter."""

    valeur: str
    libelle: str
    est_choisi: bool


@dataclass(frozen=True, slots=True)
class LigneFile:
    """A proposal in the queue. What only those who decide may know is None for the others.

    `retour`: how to take back what was decided, an endpoint and its button.
    """

    public_id: str
    titre: str
    demarche: str
    statut: str
    commune: str | None
    champs: str
    age: str
    recue: str
    auteur: str | None
    score: str | None
    raisons: str | None
    verrou: str | None
    decision: str | None
    retour: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class FilePage:
    """The page /moderation."""

    vue: Vue
    filtres: Filtres
    onglets: tuple[Onglet, ...]
    lignes: tuple[LigneFile, ...]
    demarches: tuple[Choix, ...]
    territoires: tuple[tuple[str, tuple[Choix, ...]], ...]
    args: Mapping[str, str]
    suite: int | None
    est_suite: bool
    perimetres: str
    est_moderateur: bool
    est_national: bool


def build_file_page(file: FileAttente, personne: Personne, filtres: Filtres, *, now: dt.datetime) -> FilePage:
    """A page of the queue."""
    return FilePage(
        vue=filtres.vue,
        filtres=filtres,
        onglets=build_onglets(file.attente, filtres),
        lignes=tuple(build_ligne(rangee, personne, now=now) for rangee in file.lignes),
        demarches=tuple(Choix(d.value, d.libelle, d is filtres.demarche) for d in DEMARCHES),
        territoires=_build_territoires(file, filtres),
        args=filtres.to_args(),
        suite=file.suite,
        est_suite=filtres.apres is not None,
        perimetres=join_liste(file.perimetres.values()),
        est_moderateur=personne.has_role(Role.MODERATEUR),
        est_national=is_national(personne),
    )


def build_onglets(attente: Attente, filtres: Filtres, *, est_file: bool = True) -> tuple[Onglet, ...]:
    """The pages of the queue, with how many proposals wait in each."""
    return tuple(
        Onglet(vue.libelle, filtres.change(vue).to_args(), attente.comptes.get(vue), est_file and vue is filtres.vue)
        for vue in Vue
    )


def is_national(personne: Personne) -> bool:
    """Whether somebody administers the whole country."""
    return NATIONAL in personne.list_perimetres(Role.ADMINISTRATEUR)


def build_ligne(rangee: Rangee, personne: Personne, *, now: dt.datetime) -> LigneFile:
    """A proposal in the queue, as this person may see it."""
    champs = order_champs(list_modifies(rangee.avant, rangee.apres))
    est_decidable = bool(rangee.est_decidable)
    return LigneFile(
        public_id=rangee.public_id,
        titre=rangee.nom,
        demarche=Demarche(rangee.demarche).libelle,
        statut=Statut(rangee.statut).libelle,
        commune=rangee.commune,
        champs=", ".join(get_libelle(champ) for champ in champs),
        age=format_age(now - rangee.recue_at),
        recue=format_instant(rangee.recue_at),
        auteur=_name_auteur(rangee.auteur, rangee.source) if est_decidable else None,
        score=format_score(rangee.score) if est_decidable else None,
        raisons=format_raisons(rangee.parts) if est_decidable else None,
        verrou=describe_verrou(rangee, personne, now=now) if est_decidable else None,
        decision=describe_decision(rangee) if est_decidable else None,
        retour=_RETOURS.get(Statut(rangee.statut)) if est_decidable and rangee.statut in STATUTS_DECIDES else None,
    )


def format_age(age: dt.timedelta) -> str:
    """How long somebody has waited, in words: "à l’instant", "il y a 5 heures", "il y a 3 semaines"."""
    minutes = max(0, int(age.total_seconds() // 60))
    if not minutes:
        return "à l’instant"
    for borne, pas, singulier, pluriel in _AGES:
        if minutes < borne:
            nombre = minutes // pas
            return f"il y a {nombre} {singulier if nombre < 2 else pluriel}"
    if minutes < _MOIS_MIN:
        return f"il y a {minutes // _SEMAINE_MIN} semaines"
    return f"il y a {minutes // (_MOIS_MIN // 2)} mois"


def format_score(score: float) -> str:
    """0.62 → "62 %"."""
    return f"{round(100 * score)} %"


def format_raisons(parts: Mapping[str, float]) -> str | None:
    """Why a score is what it is, the heaviest reason first."""
    ordre = sorted(parts.items(), key=lambda part: -abs(part[1]))
    raisons = [f"{LIBELLES_PARTS.get(nom, nom)} ({_write_points(valeur)})" for nom, valeur in ordre if valeur]
    return ", ".join(raisons) or None


def _write_points(part: float) -> str:
    return f"{'+' if part > 0 else '−'} {abs(round(100 * part))}"


def _build_territoires(file: FileAttente, filtres: Filtres) -> tuple[tuple[str, tuple[Choix, ...]], ...]:
    """One's own territories, then the communes where proposals wait."""

    def build(niveau: str, code: str, libelle: str) -> Choix:
        return Choix(write_territoire((Niveau(niveau), code)), libelle, filtres.territoire == (niveau, code))

    siens = [build(niveau, code, nom) for (niveau, code), nom in file.perimetres.items()]
    communes = [
        build(rangee.niveau, rangee.code, f"{rangee.nom} ({rangee.nombre})")
        for rangee in sorted(file.communes, key=lambda r: (r.nom_tri, r.code))
    ]
    groupes = (("Vos territoires", siens if len(siens) > 1 else []), ("Communes", communes))
    return tuple((titre, tuple(choix)) for titre, choix in groupes if choix)


def _name_auteur(auteur: str, source: str | None) -> str:
    if auteur != journal.PROGRAMME:
        return f"de {auteur}"
    return f"du fichier « {source} »" if source else "du programme"


def describe_verrou(rangee: Rangee | Proposition, personne: Personne, *, now: dt.datetime) -> str | None:
    """Who is looking at a proposal, and until when; None when nobody is."""
    tenant = find_tenant(rangee, now=now)
    if tenant is None or rangee.verrou_jusqua_at is None:
        return None
    jusqua = format_instant(rangee.verrou_jusqua_at)
    if tenant == personne.pseudonyme:
        return f"Vous l’examinez, jusqu’au {jusqua}."
    return f"{tenant} l’examine, jusqu’au {jusqua}."


def describe_decision(rangee: Rangee | Proposition) -> str | None:
    """What was decided, when, by whom and why; None before."""
    if rangee.decidee_at is None:
        return None
    qui = "" if rangee.decidee_par in {None, journal.PROGRAMME} else f" par {rangee.decidee_par}"
    quand = f"le {format_instant(rangee.decidee_at)}{qui}"
    # The row keeps who accepted it; the audit log tells who took that back.
    if rangee.statut == Statut.ANNULEE:
        return f"Acceptée {quand}, annulée depuis."
    motif = f" {MotifRefus(rangee.motif_refus).libelle}" if rangee.motif_refus else ""
    return f"{Statut(rangee.statut).libelle} {quand}.{motif}"


@dataclass(frozen=True, slots=True)
class Fait:
    """What has just been done, on the next page, with the way back if there is one: an endpoint and its button."""

    public_id: str
    nom: str
    phrase: str
    retour: tuple[str, str] | None


_RETOURS: Mapping[Statut, tuple[str, str]] = {
    Statut.ACCEPTEE: ("moderation.undo", "Annuler"),
    Statut.PARTIELLE: ("moderation.undo", "Annuler"),
    Statut.REFUSEE: ("moderation.reopen", "Annuler ce refus"),
    Statut.ANNULEE: ("moderation.redo", "Publier de nouveau"),
    Statut.QUARANTAINE: ("moderation.set_aside", "Remettre dans la file"),
}


def build_fait(proposition: Proposition) -> Fait:
    """What was done of a proposal, and how to take it back."""
    statut = Statut(proposition.statut)
    return Fait(proposition.public_id, proposition.nom, statut.libelle, _RETOURS.get(statut))
