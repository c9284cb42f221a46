"""From a study and its ground to the best plan: the instance, the rules, the solver, and what the plan gives. Pure."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from tierslieux.couverture.geodesie import locate
from tierslieux.couverture.methodes import Entiers, Flottants
from tierslieux.planification.bilan import (
    Compte,
    Etat,
    apply_gestes,
    compute_bilan,
    compute_etat,
    count,
    count_groupes,
)
from tierslieux.planification.capacites import count_places, limit_resultat, list_capacites, solve_places
from tierslieux.planification.enums import Objectif
from tierslieux.planification.etude import Etude
from tierslieux.planification.optimisation.capacite import PlanCapacite
from tierslieux.planification.optimisation.combinaison import PlanDouble, solve_couverture_puis_trajet
from tierslieux.planification.optimisation.couverture_maximale import solve_couverture
from tierslieux.planification.optimisation.ensemble_couvrant import solve_ensemble
from tierslieux.planification.optimisation.p_centre import PlanCentre, solve_centre
from tierslieux.planification.optimisation.p_mediane import solve_mediane
from tierslieux.planification.optimisation.probleme import (
    InfaisableError,
    Instance,
    Plan,
    Regles,
    accorder,
    name_imposes,
)
from tierslieux.planification.optimisation.temps import InstanceTemps
from tierslieux.planification.resultats import VERSION, Resultat, SitePropose
from tierslieux.planification.terrain import Booleens, Terrain, digest

# Beyond this time nobody is taken to travel: a journey that is longer counts for as much.
PLAFOND_MIN = 60.0


@dataclass(frozen=True, slots=True)
class Preparation:
    """A study made ready for solving: `candidats` are the ranks, among the sites, of those that may still open."""

    etude: Etude
    terrain: Terrain
    etat: Etat
    candidats: Entiers
    portee: csr_array

    @property
    def capacites(self) -> Flottants | None:
        """(m,) people that each candidate can serve, None without limit; raises InvalidInputError."""
        return list_capacites(self.terrain.sites, self.candidats, self.etude)

    @property
    def poids(self) -> Flottants:
        """(n,) people, weighed by the priority of their commune."""
        return self.terrain.poids * self.terrain.priorites

    def build_instance(self) -> Instance:
        """Who reaches whom within the limit, with what is open already."""
        return Instance(self.portee, self.poids, self.etat.list_couverts(self.etude.minutes), self._list_couts())

    def build_instance_temps(self) -> InstanceTemps:
        """Minutes rather than a limit."""
        temps = self.terrain.build_temps(self.candidats, PLAFOND_MIN)
        return InstanceTemps(temps, self.poids, self.etat.durees_min, PLAFOND_MIN, self._list_couts())

    def _list_couts(self) -> Flottants | None:
        """What opening each costs, None when only sites are counted."""
        if self.etude.budget is None:
            return None
        return np.array([self.terrain.sites[i].cout for i in self.candidats], dtype=np.float64)

    def build_regles(self) -> Regles:
        """The rules of the study on these candidates; raises InfaisableError for an imposed site that is not there."""
        etude, terrain = self.etude, self.terrain
        rangs = {terrain.sites[i].code: rang for rang, i in enumerate(self.candidats)}
        inconnus = [code for code in etude.imposes if code not in rangs]
        if inconnus:
            raise InfaisableError(
                f"{name_imposes(len(etude.imposes))} et "
                f"{accorder(len(inconnus), 'n’est pas', 'ne sont pas')} parmi les candidats, "
                f"qui sont {len(self.candidats)} : {', '.join(inconnus[:3])}."
            )
        return Regles(
            sites_max=etude.sites,
            budget=etude.budget,
            imposes=tuple(rangs[code] for code in etude.imposes),
            interdits=tuple(rangs[code] for code in etude.interdits if code in rangs),
            conflits=self._list_conflits(),
            groupes=self._list_groupes(),
        )

    def _list_conflits(self) -> Entiers:
        """Pairs of candidates nearer to each other than the spacing, as the crow flies."""
        if not self.etude.espacement_km:
            return np.empty((0, 2), dtype=np.int64)
        sites = [self.terrain.sites[i] for i in self.candidats]
        lon, lat = np.array([s.lon for s in sites]), np.array([s.lat for s in sites])
        xyz = locate(lon, lat, np.array([s.bassin for s in sites], dtype=np.int64))
        paires = cKDTree(xyz).query_pairs(self.etude.espacement_km * 1000, output_type="ndarray")
        return np.asarray(paires, dtype=np.int64)

    def _list_groupes(self) -> tuple[tuple[int, ...], ...]:
        """The candidates of each EPCI of the territory that has some."""
        if not self.etude.par_epci:
            return ()
        communes = self.terrain.communes
        epcis = [communes.rangs_epcis[self.terrain.sites[i].commune] for i in self.candidats]
        groupes: dict[int, list[int]] = {}
        for rang, epci in enumerate(epcis):
            if epci >= 0 and self.terrain.sites[self.candidats[rang]].commune >= 0:
                groupes.setdefault(int(epci), []).append(rang)
        return tuple(tuple(groupes[epci]) for epci in sorted(groupes))


def prepare(terrain: Terrain, etude: Etude) -> Preparation:
    """Apply the changes of the scenario, and keep the candidates that are not open; raises InfaisableError for none."""
    terrain, ouverts = apply_gestes(terrain, etude)
    candidats = np.flatnonzero(~ouverts & (np.arange(len(terrain.sites)) >= terrain.nombre_ouverts))
    if not len(candidats):
        raise InfaisableError(
            "0 bâtiment candidat pour ce territoire : élargissez les types de bâtiments, la taille des communes "
            "ou la zone."
        )
    if not terrain.poids.any():
        raise InfaisableError("0 personne à servir : personne ne sait combien de personnes sont concernées ici.")
    if etude.budget is not None:
        chiffres = np.array([terrain.sites[i].cout is not None for i in candidats])
        if not chiffres.any():
            raise InfaisableError(
                f"Le budget est de {etude.budget:g}, et 0 des {len(candidats)} bâtiments candidats a un coût : "
                "déposez une table avec une colonne « coût »."
            )
        # What a building without cost would take from the budget is not known.
        candidats = candidats[chiffres]
    temps = terrain.build_temps(candidats, float(etude.minutes))
    portee = csr_array((np.ones(temps.nnz), temps.indices, temps.indptr), shape=temps.shape)
    return Preparation(etude, terrain, compute_etat(terrain, ouverts), candidats, portee)


def compute_plan(terrain: Terrain, etude: Etude, *, temps_max_s: float = 60.0) -> Resultat:
    """The best plan of a study; raises InfaisableError with the two figures that clash."""
    preparation = prepare(terrain, etude)
    plan = solve(preparation, temps_max_s=temps_max_s)
    return build_resultat(preparation, plan)


def solve(preparation: Preparation, *, temps_max_s: float = 60.0) -> Plan:
    """The plan that is best at what the study aims at."""
    etude, regles = preparation.etude, preparation.build_regles()
    if etude.objectif is Objectif.PART:
        if etude.part is None:
            raise InfaisableError("Dites quelle part des personnes servir, par exemple 95 %.")
        return solve_ensemble(preparation.build_instance(), regles, etude.part, temps_max_s=temps_max_s)
    if etude.sites is None and etude.budget is None:
        raise InfaisableError("Dites combien de lieux ouvrir, ou avec quel budget.")
    if preparation.capacites is not None:
        return solve_places(preparation.build_instance(), preparation.capacites, regles, temps_max_s=temps_max_s)
    if etude.objectif is Objectif.COUVERTURE_PUIS_TRAJET:
        instance = preparation.build_instance_temps()
        return solve_couverture_puis_trajet(instance, regles, float(etude.minutes), temps_max_s=temps_max_s)
    if etude.objectif is Objectif.TRAJET:
        return solve_mediane(preparation.build_instance_temps(), regles, temps_max_s=temps_max_s)
    if etude.objectif is Objectif.PIRE:
        return solve_centre(preparation.build_instance_temps(), regles, temps_max_s=temps_max_s)
    return solve_couverture(preparation.build_instance(), regles, temps_max_s=temps_max_s)


def build_resultat(preparation: Preparation, plan: Plan) -> Resultat:
    """The plan as its reader needs it."""
    resultat = _build_resultat(preparation, plan)
    capacites = preparation.capacites
    if not isinstance(plan, PlanCapacite) or capacites is None:
        return resultat
    codes = [preparation.terrain.sites[i].code for i in preparation.candidats[list(plan.sites)]]
    return limit_resultat(resultat, codes, count_places(preparation.build_instance(), capacites, plan, resultat.gain))


def _build_resultat(preparation: Preparation, plan: Plan) -> Resultat:
    etude, terrain, etat = preparation.etude, preparation.terrain, preparation.etat
    rangs = preparation.candidats[list(plan.sites)]
    ouverts = etat.ouverts.copy()
    ouverts[rangs] = True
    final = compute_etat(terrain, ouverts)
    sites = rank_sites(preparation, plan.sites)
    joignables = np.zeros(len(terrain.points), dtype=bool)
    joignables[preparation.portee.indices] = True
    deja = etat.list_couverts(etude.minutes)
    return Resultat(
        etude=etude,
        sites=sites,
        unite=_find_unite(etude),
        objectif=plan.objectif,
        borne=plan.borne,
        ecart=plan.ecart,
        est_optimal=plan.is_optimal,
        secondes=plan.secondes,
        avant=compute_bilan(terrain, etude, etat),
        apres=compute_bilan(terrain, etude, final),
        gain=count(terrain, etude, final.list_couverts(etude.minutes) & ~deja),
        candidats=len(preparation.candidats),
        hors_portee=float(terrain.poids[~joignables & ~deja].sum()),
        empreinte=build_empreinte(terrain, etude),
        remarques=list_remarques(preparation, plan),
        source=terrain.source,
    )


def list_remarques(preparation: Preparation, plan: Plan) -> tuple[str, ...]:
    """What else a plan proves, or leaves out, in sentences."""
    remarques = []
    if isinstance(plan, PlanCentre) and plan.injoignables:
        remarques.append(
            f"{plan.injoignables} points habités ne peuvent être atteints par aucun lieu : ils ne comptent pas dans le"
            " plus long trajet."
        )
    if isinstance(plan, PlanCentre | PlanDouble):
        pareils = (
            "rapprochent autant les plus éloignés" if isinstance(plan, PlanCentre) else "servent autant de personnes"
        )
        if plan.is_trajet_optimal:
            remarques.append(f"Parmi les plans qui {pareils}, aucun n’a moins de trajet en tout : c’est prouvé.")
        else:
            pct = f"{100 * (plan.trajet - plan.borne_trajet) / plan.trajet:.2f}".replace(".", ",")
            remarques.append(f"Parmi les plans qui {pareils}, au plus {pct} % de trajet en moins est possible.")
    limites = [i for i in preparation.candidats if preparation.terrain.sites[i].capacite is not None]
    if limites and preparation.capacites is None:
        remarques.append("Les capacités de la table ne comptent pas pour cet objectif.")
    return tuple(remarques)


def read_resultat(terrain: Terrain, etude: Etude, lu: Mapping[str, Any]) -> Resultat:
    """The result that `Resultat.to_json` wrote of the same study on the same ground: nothing is sought again."""
    preparation = prepare(terrain, etude)
    rangs = {terrain.sites[i].code: rang for rang, i in enumerate(preparation.candidats)}
    sites = tuple(sorted(rangs[site["code"]] for site in lu["sites"]))
    borne = lu["objective"] if lu["optimal"] else lu["bound"]
    resultat = build_resultat(preparation, Plan(sites, lu["objective"], borne, lu["seconds"]))
    proposes = {propose.site.code: propose for propose in resultat.sites}
    return replace(
        resultat,
        sites=tuple(replace(proposes[site["code"]], gain=Compte(**site["gain"])) for site in lu["sites"]),
        gain=Compte(**lu["gain"]),
        remarques=tuple(lu["remarques"]),
    )


def _find_unite(etude: Etude) -> str:
    """What the objective is counted in: with a budget, the least cost is sought rather than the fewest sites."""
    if etude.objectif is Objectif.PART and etude.budget is not None:
        return "coût"
    return UNITES.get(etude.objectif, "personnes")


UNITES = {Objectif.TRAJET: "minutes", Objectif.PIRE: "minutes", Objectif.PART: "lieux"}


def build_empreinte(terrain: Terrain, etude: Etude) -> str:
    """Digest of all that a result depends on."""
    return digest(VERSION, etude.to_canonique(), terrain.empreinte)


def rank_sites(preparation: Preparation, choisis: tuple[int, ...]) -> tuple[SitePropose, ...]:
    """The sites, each after the one that adds most; when none adds anybody, the one that spares most time."""
    terrain, etude, etat = preparation.terrain, preparation.etude, preparation.etat
    rangs = preparation.candidats[list(choisis)]
    paires = terrain.build_temps(rangs, PLAFOND_MIN)
    lignes = [slice(debut, fin) for debut, fin in itertools.pairwise(paires.indptr)]
    points, temps = [paires.indices[ligne] for ligne in lignes], [paires.data[ligne] for ligne in lignes]
    portees = [points[k][temps[k] <= etude.minutes] for k in range(len(rangs))]
    durees_min = np.minimum(etat.durees_min, PLAFOND_MIN)
    couverts = etat.list_couverts(etude.minutes)
    fois = couverts.astype(np.int64)
    for portee in portees:
        fois[portee] += 1

    def measure(k: int) -> tuple[float, float, int]:
        """What a site would add now, the most first in growing order."""
        gens = terrain.poids[portees[k]] @ ~couverts[portees[k]]
        minutes = terrain.poids[points[k]] @ np.maximum(durees_min[points[k]] - temps[k], 0.0)
        return -float(gens), -float(minutes), k

    # A site never adds more once others are open: what it added when last measured is enough to put it off.
    restants, ordre = [measure(k) for k in range(len(rangs))], []
    heapq.heapify(restants)
    nouveaux: list[Booleens] = []
    epargnes: list[float] = []
    while restants:
        meilleur = heapq.heappop(restants)[2]
        mesure = measure(meilleur)
        if restants and mesure > restants[0]:
            heapq.heappush(restants, mesure)
            continue
        ordre.append(meilleur)
        epargnes.append(-mesure[1])
        nouveaux.append(_mark(portees[meilleur], couverts) & ~couverts)
        couverts = couverts | nouveaux[-1]
        durees_min[points[meilleur]] = np.minimum(durees_min[points[meilleur]], temps[meilleur])
    if not ordre:
        return ()
    gains_comptes = count_groupes(terrain, etude, np.array(nouveaux))
    seuls = count_groupes(terrain, etude, np.array([_mark(portees[k], couverts) & (fois == 1) for k in ordre]))
    return tuple(
        SitePropose(terrain.sites[rangs[k]], gain, seul, epargne)
        for k, gain, seul, epargne in zip(ordre, gains_comptes, seuls, epargnes, strict=True)
    )


def _mark(rangs: Entiers, comme: Booleens) -> Booleens:
    """True at these ranks, in an array as long as another."""
    marques = np.zeros(len(comme), dtype=bool)
    marques[rangs] = True
    return marques
