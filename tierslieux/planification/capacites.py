"""Studies whose new places serve only so many people: the plan, and who finds room. Pure.

Places that are open today serve all who reach them: nobody knows how many they can take.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from tierslieux.core.errors import InvalidInputError
from tierslieux.couverture.methodes import Entiers, Flottants
from tierslieux.planification.bilan import Compte
from tierslieux.planification.enums import Objectif, Priorite
from tierslieux.planification.etude import Etude
from tierslieux.planification.optimisation.capacite import InstanceCapacite, PlanCapacite, solve_capacite
from tierslieux.planification.optimisation.probleme import Instance, Regles
from tierslieux.planification.resultats import Resultat
from tierslieux.planification.terrain import Site


@dataclass(frozen=True, slots=True)
class Places:
    """How many people find room: `total` at the new sites together, `par_site` at each, in the order of the plan.

    `bas` and `haut` are what they would be if everybody's need stood at the ends of its interval.
    """

    total: Compte
    par_site: tuple[Compte, ...]


def list_capacites(sites: Sequence[Site], candidats: Entiers, etude: Etude) -> Flottants | None:
    """People that each candidate can serve: its own capacity, that of the study, or any number; None without limit.

    Raises InvalidInputError for a study that cannot be limited.
    """
    propres = [sites[i].capacite for i in candidats]
    if etude.capacite is None and all(propre is None for propre in propres):
        return None
    if etude.objectif is not Objectif.COUVERTURE:
        if etude.capacite is None:
            return None
        raise InvalidInputError("capacite", f"{etude.capacite:g}", f"rien, ou l’objectif « {Objectif.COUVERTURE} »")
    if etude.priorite is not Priorite.AUCUNE:
        raise InvalidInputError("priorite", etude.priorite.value, "aucune : une capacité compte les personnes une fois")
    sans = np.inf if etude.capacite is None else etude.capacite
    return np.array([sans if propre is None else propre for propre in propres], dtype=np.float64)


def solve_places(instance: Instance, capacites: Flottants, regles: Regles, *, temps_max_s: float) -> PlanCapacite:
    """The plan that serves most people within capacities; raises InfaisableError."""
    return solve_capacite(_build(instance, capacites, 1.0), regles, temps_max_s=temps_max_s)


def _build(instance: Instance, capacites: Flottants, facteur: float) -> InstanceCapacite:
    aucun = csr_array((0, instance.portee.shape[1]), dtype=np.float64)
    echelle = replace(instance, poids=instance.poids * facteur)
    return InstanceCapacite(echelle, capacites, aucun, np.empty(0))


def count_places(instance: Instance, capacites: Flottants, plan: PlanCapacite, a_portee: Compte) -> Places:
    """Who finds room at the sites of a plan; `a_portee`: people newly within reach, whose interval is followed."""
    acquis = float(instance.poids[instance.servies].sum())
    total = plan.objectif - acquis
    if a_portee.bas is None or a_portee.haut is None or not a_portee.valeur:
        return Places(Compte(total), tuple(Compte(charge) for charge in plan.charges))
    regles = Regles(sites_max=len(plan.sites), imposes=plan.sites)
    bouts = []
    for bout in (a_portee.bas, a_portee.haut):
        facteur = bout / a_portee.valeur
        la = solve_capacite(_build(replace(instance, couts=None), capacites, facteur), regles)
        bouts.append((la.objectif - acquis * facteur, la.charges))
    (bas, charges_bas), (haut, charges_haut) = bouts
    return Places(
        Compte(total, min(bas, total), max(haut, total)),
        tuple(
            Compte(charge, min(trio), max(trio))
            for trio in zip(plan.charges, charges_bas, charges_haut, strict=True)
            for charge in trio[:1]
        ),
    )


def limit_resultat(resultat: Resultat, codes: Sequence[str], places: Places) -> Resultat:
    """The result with the people who find room in place of those within reach; `codes` in the order of the plan."""
    par_code = dict(zip(codes, places.par_site, strict=True))
    sans_place = max(resultat.gain.valeur - places.total.valeur, 0.0)
    remarque = (
        "Les personnes gagnées sont celles qui trouvent une place. Avant et après comptent toutes les personnes"
        f" à portée : parmi elles, {sans_place:.0f} n’ont pas de place."
    )
    sites = sorted(resultat.sites, key=lambda s: (-par_code[s.site.code].valeur, s.site.code))
    return replace(
        resultat,
        sites=tuple(replace(s, gain=par_code[s.site.code]) for s in sites),
        gain=places.total,
        remarques=(*resultat.remarques, remarque),
    )
