"""Opening hours as a lever: a study's territory half-day by half-day, and the openings that serve most people. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierslieux.core.enums import Libelle
from tierslieux.planification.bilan import Compte, apply_gestes, count_groupes
from tierslieux.planification.creneaux.creneaux import (
    CRENEAUX,
    Creneau,
    Gains,
    Partie,
    build_matrice,
    compute_gains,
    compute_ouvertures,
    find_creneau,
    find_meilleurs,
    group_lieu,
)
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude
from tierslieux.planification.terrain import Booleens, Site, Terrain

SAMEDI, DIMANCHE = 5, 6


class Periode(Libelle):
    """Among which half-days an opening may be proposed."""

    JOURNEE = "journee", "du lundi au samedi, avant 18 heures"
    SEMAINE = "semaine", "du lundi au vendredi, avant 18 heures"
    SAMEDI = "samedi", "le samedi"
    SOIR = "soir", "en soirée, du lundi au vendredi"
    TOUT = "tout", "toute la semaine"


def is_dans(creneau: Creneau, periode: Periode) -> bool:
    """Whether a half-day may be proposed."""
    en_semaine, est_soir = creneau.jour < SAMEDI, creneau.partie is Partie.SOIR
    return {
        Periode.JOURNEE: creneau.jour < DIMANCHE and not est_soir,
        Periode.SEMAINE: en_semaine and not est_soir,
        Periode.SAMEDI: creneau.jour == SAMEDI,
        Periode.SOIR: en_semaine and est_soir,
        Periode.TOUT: True,
    }[periode]


@dataclass(frozen=True, slots=True)
class Ouverture:
    """A place of the territory, a half-day at which it does not say that it opens, the people this would gain.

    `autres`: half-days that would gain as many.
    """

    site: Site
    creneau: Creneau
    gagnes: Compte
    autres: tuple[Creneau, ...] = ()


@dataclass(frozen=True, slots=True)
class LigneCreneau:
    """A half-day: how many places near are open then, who has one near, whom opening all places would add.

    `meilleure`: the place of the territory that would gain most by opening then, None when none gains anybody.
    """

    creneau: Creneau
    lieux: int
    servis: Compte
    manquants: Compte
    meilleure: Ouverture | None


@dataclass(frozen=True, slots=True)
class LigneLieu:
    """A half-day of one place: whether it says that it opens then, else whom it would gain."""

    creneau: Creneau
    est_ouvert: bool
    gagnes: Compte


@dataclass(frozen=True, slots=True)
class SemaineLieu:
    """One place over the week; `sans_horaires`: nobody knows its hours."""

    site: Site
    sans_horaires: bool
    lignes: tuple[LigneLieu, ...]


@dataclass(frozen=True, slots=True)
class Semaine:
    """The week of a territory.

    `besoin`: its people in need; `portee`: those with a place near, whatever its hours. `lieux`: places near somebody
    of the territory, `sans_horaires` those whose hours nobody knows: they are counted as never open, and not proposed.
    `meilleures`: openings, each counted once those before stand. `lieu`: the week of the place that was asked for.
    """

    besoin: Compte
    portee: Compte
    lignes: tuple[LigneCreneau, ...]
    meilleures: tuple[Ouverture, ...]
    lieux: int
    sans_horaires: int
    lieu: SemaineLieu | None


def compute_creneaux(
    terrain: Terrain,
    etude: Etude,
    *,
    annee: int,
    periode: Periode = Periode.JOURNEE,
    limite: int = 10,
    lieu: str | None = None,
) -> Semaine:
    """The week after the changes of the study, hours included; `annee`: of which year dates are read.

    Only places of the territory whose hours are known are proposed; those around it serve its people all the same.
    `lieu`: code of a place to tell half-day by half-day. Raises InvalidInputError for a change of what is not there.
    """
    terrain, ouverts = apply_gestes(terrain, etude)
    temps = terrain.build_temps(np.flatnonzero(ouverts), float(etude.minutes))
    utiles = np.flatnonzero(np.diff(temps.indptr) > 0)
    rangs, temps = np.flatnonzero(ouverts)[utiles], temps[utiles]
    sites = [terrain.sites[rang] for rang in rangs.tolist()]
    lues = [compute_ouvertures(site.horaires, annee) for site in sites]
    inconnus = np.array([ouvertures is None for ouvertures in lues], dtype=bool)
    matrice = build_matrice(lues)
    _add_gestes(matrice, sites, etude)
    gains = compute_gains(temps, terrain.poids, matrice)
    ici = np.isin([site.commune for site in sites], terrain.rangs)
    permis = np.zeros_like(matrice)
    permis[ici & ~inconnus] = [is_dans(creneau, periode) for creneau in CRENEAUX]
    meilleurs = find_meilleurs(temps, terrain.poids, matrice, permis, limite)
    par_creneau = [_find_meilleur(gains, ici & ~inconnus, k) for k in range(len(CRENEAUX))]
    demande = next((k for k, site in enumerate(sites) if site.code == lieu), None)

    def group(ligne: int, creneau: Creneau) -> Booleens:
        nouveaux: Booleens = group_lieu(temps, ligne) & ~gains.servis[CRENEAUX.index(creneau)]
        return nouveaux

    groupes = [
        np.ones(len(terrain.points), dtype=bool),
        gains.portee,
        *gains.servis,
        *(gains.portee & ~servis for servis in gains.servis),
        *(m.nouveaux for m in meilleurs),
        *(group(k, creneau) for k, creneau in zip(par_creneau, CRENEAUX, strict=True) if k is not None),
        *(group(demande, creneau) for creneau in CRENEAUX if demande is not None),
    ]
    comptes = iter(count_groupes(terrain, etude, np.array(groupes)))
    besoin, portee = next(comptes), next(comptes)
    servis = [next(comptes) for _ in CRENEAUX]
    manquants = [next(comptes) for _ in CRENEAUX]
    meilleures = tuple(Ouverture(sites[m.lieu], m.creneau, next(comptes), m.autres) for m in meilleurs)
    ouvertures = [
        None if k is None else Ouverture(sites[k], creneau, next(comptes))
        for k, creneau in zip(par_creneau, CRENEAUX, strict=True)
    ]
    semaine = None
    if demande is not None:
        lignes = tuple(LigneLieu(c, bool(matrice[demande, k]), next(comptes)) for k, c in enumerate(CRENEAUX))
        semaine = SemaineLieu(sites[demande], bool(inconnus[demande]), lignes)
    return Semaine(
        besoin=besoin,
        portee=portee,
        lignes=tuple(
            LigneCreneau(creneau, int(matrice[:, k].sum()), servis[k], manquants[k], ouvertures[k])
            for k, creneau in enumerate(CRENEAUX)
        ),
        meilleures=meilleures,
        lieux=len(sites),
        sans_horaires=int(inconnus.sum()),
        lieu=semaine,
    )


def _add_gestes(matrice: Booleens, sites: list[Site], etude: Etude) -> None:
    """Open the half-days that the changes of the study add."""
    for geste in etude.gestes:
        creneau = find_creneau(geste.creneau or "") if geste.action is Action.HORAIRES else None
        if creneau is None:
            continue
        for ligne, site in enumerate(sites):
            if site.code == geste.code:
                matrice[ligne, CRENEAUX.index(creneau)] = True


def _find_meilleur(gains: Gains, permis: Booleens, creneau: int) -> int | None:
    """The place that gains most at a half-day, the first of equals; None when none gains anybody."""
    gens = np.where(permis, gains.gens[:, creneau], 0.0)
    return int(gens.argmax()) if gens.size and gens.max() > 0 else None
