"""What the pages of authors, of flows and of the audit log say. For those at work: French only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tierslieux.comptes.models_journal import Journal
from tierslieux.contributions.enums import Demarche, Statut
from tierslieux.contributions.versions.audit import ACTIONS, Lecture
from tierslieux.contributions.versions.enums import GenreBlocage, MotifBlocage
from tierslieux.contributions.versions.params import FiltreJournal
from tierslieux.contributions.versions.surveillance import PERIODE, SEUIL, Auteur, Flux, Mesure
from tierslieux.core.db import Rangee

# Signs of a digest that are enough to tell networks apart on a page.
SIGNES_RESEAU = 8


@dataclass(frozen=True, slots=True)
class BlocageVu:
    """A measure in force; `qui` is a pseudonym, or the beginning of a network's digest."""

    genre: str
    valeur: str
    qui: str
    territoire: str
    motif: str
    jusqua_at: dt.datetime
    pose_par: str


@dataclass(frozen=True, slots=True)
class PropositionVue:
    """A proposal of an author; `lieu` is the public id of its place, if it has one."""

    public_id: str
    quoi: str
    nom: str
    statut: str
    recue_at: dt.datetime
    lieu: str | None


@dataclass(frozen=True, slots=True)
class AuteurPage:
    """The page of an author; `comptes`: (state, how many)."""

    pseudonyme: str
    total: int
    publiees: int
    ouvertes: int
    comptes: tuple[tuple[str, int], ...]
    propositions: tuple[PropositionVue, ...]
    suivante: int | None
    blocages: tuple[BlocageVu, ...]


@dataclass(frozen=True, slots=True)
class Rafale:
    """Many proposals of one author, one network or about one place. `adresse`: the author, or the place."""

    par: str
    valeur: str
    nom: str
    adresse: str | None
    nombre: int
    ouvertes: int
    refusees: int
    lieux: int
    auteurs: int
    premiere_at: dt.datetime
    derniere_at: dt.datetime


@dataclass(frozen=True, slots=True)
class FluxPage:
    """The page of flows; `isolees` and `laissees`: what the last act set aside, and could not."""

    jours: int
    seuil: int
    auteurs: tuple[Rafale, ...]
    reseaux: tuple[Rafale, ...]
    lieux: tuple[Rafale, ...]
    blocages: tuple[BlocageVu, ...]
    isolees: int | None
    laissees: int


@dataclass(frozen=True, slots=True)
class ActeVu:
    """A row of the audit log. `genre` and `cle`: the two parts of its object."""

    fait_at: dt.datetime
    acteur: str
    action: str
    objet: str
    genre: str
    cle: str
    details: str


@dataclass(frozen=True, slots=True)
class JournalPage:
    """A page of the audit log; `args` is the query string of its filter, `actions` (code, label) can be chosen."""

    actes: tuple[ActeVu, ...]
    filtre: FiltreJournal
    args: dict[str, str]
    actions: tuple[tuple[str, str], ...]
    suivante: int | None


def build_auteur(auteur: Auteur) -> AuteurPage:
    """The page of an author."""
    return AuteurPage(
        auteur.pseudonyme,
        auteur.total,
        auteur.publiees,
        auteur.ouvertes,
        tuple((statut.libelle, auteur.comptes[statut]) for statut in Statut if statut in auteur.comptes),
        tuple(_build_proposition(rangee) for rangee in auteur.propositions),
        auteur.suivante,
        tuple(map(_build_blocage, auteur.blocages)),
    )


def build_flux(flux: Flux, *, isolees: int | None, laissees: int | None) -> FluxPage:
    """The page of flows."""
    return FluxPage(
        jours=PERIODE.days,
        seuil=SEUIL,
        auteurs=tuple(_build_rafale("auteur", r, nom=r.cle, adresse=r.cle) for r in flux.auteurs),
        reseaux=tuple(_build_rafale("reseau", r, nom=r.cle[:SIGNES_RESEAU], adresse=None) for r in flux.reseaux),
        lieux=tuple(
            _build_rafale("lieu_id", rangee, nom=lieu.nom, adresse=lieu.public_id) for rangee, lieu in flux.lieux
        ),
        blocages=tuple(map(_build_blocage, flux.blocages)),
        isolees=isolees,
        laissees=laissees or 0,
    )


def build_journal(lecture: Lecture, filtre: FiltreJournal) -> JournalPage:
    """A page of the audit log."""
    return JournalPage(
        tuple(map(_build_acte, lecture.lignes)),
        filtre,
        filtre.to_args(),
        tuple(sorted(ACTIONS.items(), key=lambda paire: paire[1])),
        lecture.suivante,
    )


def _build_proposition(rangee: Rangee) -> PropositionVue:
    return PropositionVue(
        rangee.public_id,
        Demarche(rangee.demarche).libelle,
        rangee.nom,
        Statut(rangee.statut).libelle,
        rangee.recue_at,
        rangee.lieu,
    )


def _build_rafale(par: str, rangee: Rangee, *, nom: str, adresse: str | None) -> Rafale:
    return Rafale(
        par,
        str(rangee.cle),
        nom,
        adresse,
        rangee.nombre,
        rangee.ouvertes,
        rangee.refusees,
        rangee.lieux,
        rangee.auteurs,
        rangee.premiere_at,
        rangee.derniere_at,
    )


def _build_blocage(mesure: Mesure) -> BlocageVu:
    blocage = mesure.blocage
    est_reseau = blocage.genre == GenreBlocage.RESEAU
    return BlocageVu(
        blocage.genre,
        blocage.valeur,
        blocage.valeur[:SIGNES_RESEAU] if est_reseau else blocage.valeur,
        mesure.territoire,
        MotifBlocage(blocage.motif).libelle if blocage.motif in list(MotifBlocage) else blocage.motif,
        blocage.jusqua_at,
        blocage.pose_par,
    )


def _build_acte(ligne: Journal) -> ActeVu:
    genre, _, cle = ligne.objet.partition(":")
    return ActeVu(
        ligne.fait_at,
        ligne.acteur,
        ACTIONS.get(ligne.action, ligne.action),
        ligne.objet,
        genre,
        cle,
        " ; ".join(f"{nom} : {_write(valeur)}" for nom, valeur in ligne.details.items()),
    )


def _write(valeur: object) -> str:
    """A detail as text."""
    if isinstance(valeur, list | tuple):
        return ", ".join(str(un) for un in valeur)
    return str(valeur)
