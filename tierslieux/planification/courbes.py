"""The curve of a study: the best plan of 1, 2, … sites, each with its bound. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tierslieux.planification.enums import Objectif
from tierslieux.planification.etude import Etude
from tierslieux.planification.optimisation import courbe
from tierslieux.planification.plans import build_resultat, prepare, solve
from tierslieux.planification.resultats import Resultat
from tierslieux.planification.terrain import Terrain


def compute_courbe(terrain: Terrain, etude: Etude, sites_max: int, *, temps_max_s: float = 60.0) -> Iterator[Resultat]:
    """The plan of each number of sites, at most as many as candidates; raises InfaisableError.

    `temps_max_s` is for all of them when people covered are counted, for each of them else.
    """
    preparation = prepare(terrain, etude)
    nombres = range(max(1, len(etude.imposes)), min(sites_max, len(preparation.candidats)) + 1)
    if etude.objectif is Objectif.COUVERTURE and preparation.capacites is None:
        instance, regles = preparation.build_instance(), preparation.build_regles()
        plans = courbe.compute_courbe(instance, regles, nombres[-1], temps_max_s=temps_max_s)
        # The first numbers are missing where the rules ask for more sites.
        for nombre, plan in enumerate(plans, start=nombres[-1] - len(plans) + 1):
            yield build_resultat(replace(preparation, etude=replace(etude, sites=nombre)), plan)
        return
    for nombre in nombres:
        ici = replace(preparation, etude=replace(etude, sites=nombre))
        yield build_resultat(ici, solve(ici, temps_max_s=temps_max_s))
