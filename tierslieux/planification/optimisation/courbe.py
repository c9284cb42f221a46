"""How many people one, two, three… sites serve at best: one reduced instance, one program whose bound moves. Pure."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from tierslieux.planification.optimisation.contraintes import explain_impossible
from tierslieux.planification.optimisation.couverture_maximale import Recherche, prepare
from tierslieux.planification.optimisation.probleme import Entiers, Instance, Plan, Regles
from tierslieux.planification.optimisation.solveur import Modele


def compute_courbe(instance: Instance, regles: Regles, sites_max: int, *, temps_max_s: float = 60.0) -> list[Plan]:
    """The plan of each number of sites up to `sites_max`, in place of the number of `regles`; raises InfaisableError.

    The last one is that of `sites_max` sites; the first ones are missing where the rules ask for more sites. More sites
    never serve fewer people. `secondes`: what each plan took by itself.
    """
    debut_s = time.perf_counter()
    regles = replace(regles, sites_max=sites_max)
    regles.check(instance)
    recherche = prepare(instance, regles)
    modele = Modele(recherche.programme)
    ligne = recherche.contraintes.ligne_sites
    if ligne is None:
        raise ValueError("the number of sites is not counted")
    plans: list[Plan] = []
    avant: Entiers | None = None
    for nombre in range(max(1, len(regles.imposes)), sites_max + 1):
        debut_plan_s = time.perf_counter()
        modele.change_ligne(ligne, -np.inf, float(nombre))
        relaxe = modele.solve(temps_max_s=debut_s + temps_max_s - debut_plan_s)
        de_ce_nombre = _count_to(recherche, nombre)
        # Each number may take its share of what is left, the hardest being often in the middle.
        fin_s = debut_plan_s + max(debut_s + temps_max_s - debut_plan_s, 0.0) / max(1.0, (sites_max - nombre + 1) / 4)
        trouve = de_ce_nombre.decide(relaxe, [] if avant is None else [avant], fin_s)
        if trouve is None:
            continue
        sites, borne = trouve
        if avant is not None and recherche.compute_valeur(sites) < recherche.compute_valeur(avant):
            sites = avant
        avant = sites
        plans.append(recherche.conclude(instance, sites, borne, debut_plan_s))
    if not plans:
        raise explain_impossible(regles, instance.couts, instance.candidats)
    return plans


def _count_to(recherche: Recherche, nombre: int) -> Recherche:
    """The same search with another number of sites."""
    contraintes, programme = recherche.contraintes, recherche.programme
    haut, lignes_haut = contraintes.lignes_haut.copy(), programme.lignes_haut.copy()
    haut[contraintes.ligne_sites] = lignes_haut[contraintes.ligne_sites] = float(nombre)
    return Recherche(
        recherche.reduite,
        replace(contraintes, lignes_haut=haut),
        replace(programme, lignes_haut=lignes_haut),
        replace(recherche.regles, sites_max=nombre),
    )
