"""Does the list of sites survive what is not known: the people, the speeds, the limit, one building less. Pure.

Each question is solved anew, to the same proof, and the plan is valued in it beside its best. Nothing here looks at a
clock: how many questions are asked depends on the size of the study alone, so that the answer is the same anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from scipy.sparse import csr_array

from tierslieux.core.enums import Libelle
from tierslieux.couverture.methodes import Entiers, Flottants
from tierslieux.planification.bilan import Etat
from tierslieux.planification.enums import Objectif
from tierslieux.planification.etude import MINUTES_MIN, Etude
from tierslieux.planification.optimisation.probleme import InfaisableError, Plan
from tierslieux.planification.optimisation.temps import InstanceTemps
from tierslieux.planification.plans import PLAFOND_MIN, Preparation, prepare, solve
from tierslieux.planification.rapports.tirages import draw_besoins, list_bornes, spread_besoins
from tierslieux.planification.terrain import Site, Terrain

TIRAGES_MAX, TIRAGES_MIN = 50, 5
RETRAITS_MAX = 20
# Speeds a fifth lower or higher; what parking takes is scaled with them.
VITESSES = (-0.2, 0.2)
LIMITES_MIN = (-5, 5)
# Pairs of a candidate and a point within reach up to which all draws are made: some 10 ms each on one core.
_PAIRES_ENTIERES = 100_000
# Above, those of a country: seconds each.
_PAIRES_MAX = 400_000
# Pairs of a candidate and a point up to which a plan by travel time takes a tenth of a second, then a second.
_CASES_TEMPS, _CASES_TEMPS_MAX = 100_000, 1_200_000
# Exchanges tried to keep a site of the plan where it is worth another one.
_ECHANGES_MAX = 100
# Values nearer than this part of the whole are the same.
_EGAL = 1e-6
_PAR_TEMPS = frozenset({Objectif.TRAJET, Objectif.PIRE})
_LENTS = _PAR_TEMPS | {Objectif.COUVERTURE_PUIS_TRAJET}
# One question takes no longer, whatever it is; the best found until then is said not to be proven.
_TEMPS_MAX_S = 10.0


class Famille(Libelle):
    """What a question changes."""

    BESOIN = "besoin", "Personnes concernées"
    TIRAGE = "tirage", "Tirages au sort des personnes concernées"
    VITESSE = "vitesse", "Vitesses"
    LIMITE = "limite", "Temps visé"


@dataclass(frozen=True, slots=True)
class Effort:
    """How many questions are asked; decided by the size of the study."""

    tirages: int
    variantes: bool
    retraits: int


@dataclass(frozen=True, slots=True)
class Variante:
    """One question. `valeur` is what the plan gives in it, `meilleure` the most that could be given, in `unite`.

    `gardes`: codes of the sites of the plan that stay; `entrants`: sites that come in. `est_prouvee`: whether the best
    is proven.
    """

    famille: Famille
    nom: str
    valeur: float
    meilleure: float
    gardes: frozenset[str]
    entrants: tuple[Site, ...]
    est_prouvee: bool

    @property
    def part_gardee(self) -> float:
        """What the plan keeps of the best, 0 to 1."""
        if self.meilleure <= 0:
            return 1.0
        return min(max(self.valeur / self.meilleure, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Retrait:
    """A site that could not open after all: what is lost once the others are chosen again, and who comes in."""

    site: Site
    perte: float
    remplacants: tuple[Site, ...]


@dataclass(frozen=True, slots=True)
class Sensibilite:
    """Every answer. `restes`: by site of the plan, in how many of the `questions` it stays.

    `unite`: of all values, "personnes" or "minutes". `impossibles`: questions in which the rules cannot be kept, not
    counted. `sans_besoin`: the number of people is sure, or decides of nothing: it is not changed. `retraits_omis`:
    sites whose removal was not tried.
    """

    unite: str
    valeur: float
    variantes: tuple[Variante, ...]
    tirages: tuple[Variante, ...]
    retraits: tuple[Retrait, ...]
    restes: tuple[tuple[Site, int], ...]
    impossibles: tuple[str, ...]
    sans_besoin: bool
    effort: Effort
    retraits_omis: int

    @property
    def questions(self) -> int:
        """How many questions were answered, removals left out."""
        return len(self.variantes) + len(self.tirages)

    @property
    def toutes(self) -> tuple[Variante, ...]:
        """Named questions, then draws."""
        return (*self.variantes, *self.tirages)

    @property
    def pire(self) -> Variante | None:
        """The question in which the plan keeps least of the best; None without any."""
        return min(self.toutes, key=lambda v: v.part_gardee, default=None)


@dataclass(frozen=True, slots=True)
class Valorisation:
    """What a scenario, as it is, gives when something else holds: people gained and lost."""

    nom: str
    gagnes: float
    perdus: float


@dataclass(frozen=True, slots=True)
class _Cas(Preparation):
    """A study in which every journey takes `facteur` times as long."""

    facteur: float = 1.0

    def build_instance_temps(self) -> InstanceTemps:
        temps = self.terrain.build_temps(self.candidats, PLAFOND_MIN / self.facteur)
        minutes = csr_array((temps.data * self.facteur, temps.indices, temps.indptr), shape=temps.shape)
        return InstanceTemps(minutes, self.poids, self.etat.durees_min, PLAFOND_MIN)


UNITES = MappingProxyType({Objectif.TRAJET: "minutes", Objectif.PIRE: "minutes"})


def compute_sensibilite(terrain: Terrain, etude: Etude, codes: Sequence[str]) -> Sensibilite:
    """Question the plan that opens the sites of these codes, answered in their order; raises InfaisableError."""
    base = _build_cas(prepare(terrain, etude))
    rangs = {base.terrain.sites[i].code: rang for rang, i in enumerate(base.candidats)}
    classes = [rangs[code] for code in codes]
    sites = np.array(sorted(classes), dtype=np.int64)
    effort = choose_effort(base)
    variantes: list[Variante] = []
    tirages: list[Variante] = []
    impossibles: list[str] = []
    for famille, nom, cas in _list_cas(base, effort):
        try:
            variante = _ask(famille, nom, cas, sites)
        except InfaisableError:
            impossibles.append(nom)
            continue
        (tirages if famille is Famille.TIRAGE else variantes).append(variante)
    choisis = [_get_site(base, rang) for rang in classes]
    retirables = [rang for rang in classes if _get_site(base, rang).code not in etude.imposes]
    return Sensibilite(
        unite=UNITES.get(etude.objectif, "personnes"),
        valeur=_compute_valeur(base, sites),
        variantes=tuple(variantes),
        tirages=tuple(tirages),
        retraits=tuple(_remove(base, sites, rang) for rang in retirables[: effort.retraits]),
        restes=tuple((site, sum(site.code in v.gardes for v in (*variantes, *tirages))) for site in choisis),
        impossibles=tuple(impossibles),
        sans_besoin=not _depends_besoin(etude),
        effort=effort,
        retraits_omis=len(sites) - len(retirables[: effort.retraits]),
    )


def choose_effort(preparation: Preparation) -> Effort:
    """How many questions a study of this size can be asked in about two seconds."""
    if preparation.etude.objectif in _LENTS or preparation.capacites is not None:
        cases = len(preparation.candidats) * len(preparation.terrain.points)
        if cases > _CASES_TEMPS_MAX:
            return Effort(0, variantes=False, retraits=0)
        if cases > _CASES_TEMPS or preparation.capacites is not None:
            return Effort(0, variantes=True, retraits=0)
        return Effort(2 * TIRAGES_MIN, variantes=True, retraits=TIRAGES_MIN)
    if not preparation.build_regles().is_simple:
        # Rules that name candidates take half a second each time.
        return Effort(TIRAGES_MIN, variantes=True, retraits=0)
    if preparation.portee.nnz > _PAIRES_MAX:
        return Effort(0, variantes=False, retraits=0)
    # A share to reach takes an integer program each time.
    fois = 0.2 if preparation.etude.objectif is Objectif.PART else 1.0
    fois *= min(_PAIRES_ENTIERES / max(preparation.portee.nnz, 1), 1.0)
    tirages, retraits = (max(int(maximum * fois), TIRAGES_MIN) for maximum in (TIRAGES_MAX, RETRAITS_MAX))
    return Effort(tirages, variantes=True, retraits=retraits)


def _build_cas(
    preparation: Preparation,
    *,
    poids: Flottants | None = None,
    facteur: float = 1.0,
    minutes: int | None = None,
    interdit: str | None = None,
) -> _Cas:
    """The study with other people, slower journeys, another limit or one candidate less."""
    etude, terrain, etat = preparation.etude, preparation.terrain, preparation.etat
    portee = preparation.portee
    if minutes is not None:
        etude = replace(etude, minutes=minutes)
    if interdit is not None:
        etude = replace(etude, interdits=(*etude.interdits, interdit))
    if facteur != 1.0 or minutes is not None:
        temps = terrain.build_temps(preparation.candidats, etude.minutes / facteur)
        portee = csr_array((np.ones(temps.nnz), temps.indices, temps.indptr), shape=temps.shape)
        etat = Etat(etat.ouverts, etat.proches, etat.durees_min * facteur)
    if poids is not None:
        terrain = replace(terrain, poids=poids)
    return _Cas(etude, terrain, etat, preparation.candidats, portee, facteur)


def _list_cas(base: _Cas, effort: Effort) -> Iterator[tuple[Famille, str, _Cas]]:
    etude, terrain = base.etude, base.terrain
    if not effort.variantes:
        return
    for change in _list_changes(terrain, etude):
        cas = _build_cas(base, poids=change.poids, facteur=change.facteur, minutes=change.minutes)
        yield change.famille, change.nom, cas
    if _depends_besoin(etude):
        for rang, besoins in enumerate(draw_besoins(terrain.communes, terrain.rangs, effort.tirages)):
            yield Famille.TIRAGE, f"Tirage {rang + 1}", _build_cas(base, poids=spread_besoins(terrain, besoins))


@dataclass(frozen=True, slots=True)
class _Change:
    """What a named question changes."""

    famille: Famille
    nom: str
    poids: Flottants | None = None
    facteur: float = 1.0
    minutes: int | None = None


def _depends_besoin(etude: Etude) -> bool:
    """Whether people have an interval, and their number decides of the sites: the longest journey is anybody's."""
    return etude.est_modelise and etude.objectif is not Objectif.PIRE


def _list_changes(terrain: Terrain, etude: Etude) -> Iterator[_Change]:
    if _depends_besoin(etude):
        for nom, besoins in list_bornes(terrain):
            yield _Change(Famille.BESOIN, nom, poids=spread_besoins(terrain, besoins))
    for part in VITESSES:
        mots = "plus lentes" if part < 0 else "plus rapides"
        yield _Change(Famille.VITESSE, f"Vitesses {mots} de {abs(part) * 100:.0f} %", facteur=1 / (1 + part))
    for ecart in LIMITES_MIN if etude.objectif not in _PAR_TEMPS else ():
        minutes = etude.minutes + ecart
        if minutes >= MINUTES_MIN:
            yield _Change(Famille.LIMITE, f"{minutes} minutes au lieu de {etude.minutes}", minutes=minutes)


def value_scenario(terrain: Terrain, etude: Etude, avant: Etat, apres: Etat) -> tuple[Valorisation, ...]:
    """What the changes of a scenario give in each named question; nothing is chosen anew."""
    valorisations = []
    for change in _list_changes(terrain, etude):
        poids = terrain.poids if change.poids is None else change.poids
        limite = (change.minutes or etude.minutes) / change.facteur
        la, ici = avant.list_couverts(limite), apres.list_couverts(limite)
        valorisations.append(Valorisation(change.nom, float(poids[ici & ~la].sum()), float(poids[la & ~ici].sum())))
    return tuple(valorisations)


def _ask(famille: Famille, nom: str, cas: _Cas, sites: Entiers) -> Variante:
    """Solve one question and value the plan in it; raises InfaisableError."""
    plan = solve(cas, temps_max_s=_TEMPS_MAX_S)
    trouves = np.array(plan.sites, dtype=np.int64)
    valeur, meilleure = _compute_valeur(cas, sites), _compute_valeur(cas, trouves)
    if _is_egal(valeur, meilleure) and (cas.etude.objectif is not Objectif.PART or len(sites) <= len(trouves)):
        trouves = sites
    else:
        trouves = _prefer(cas, trouves, sites, meilleure)
    return Variante(
        famille=famille,
        nom=nom,
        valeur=valeur,
        meilleure=max(meilleure, valeur),
        gardes=frozenset(_get_site(cas, int(rang)).code for rang in np.intersect1d(sites, trouves)),
        entrants=tuple(_get_site(cas, int(rang)) for rang in np.setdiff1d(trouves, sites)),
        est_prouvee=plan.is_optimal,
    )


def _is_egal(valeur: float, meilleure: float) -> bool:
    return meilleure - valeur <= _EGAL * max(abs(meilleure), 1.0)


def _prefer(cas: _Cas, trouves: Entiers, sites: Entiers, meilleure: float) -> Entiers:
    """The best plan with sites of the questioned plan in the place of others that are worth no more.

    Two buildings of one village are often worth the same: that the solver takes the other is no change.
    """
    regles = cas.build_regles()
    entrants, sortants = np.setdiff1d(trouves, sites), np.setdiff1d(sites, trouves)
    if (
        not regles.is_simple
        or regles.budget is not None
        or cas.capacites is not None
        or len(entrants) * len(sortants) > _ECHANGES_MAX
    ):
        return trouves
    for sortant in sortants.tolist():
        for entrant in np.setdiff1d(trouves, sites).tolist():
            essai = np.sort(np.append(trouves[trouves != entrant], sortant))
            if _is_egal(_compute_valeur(cas, essai), meilleure):
                trouves = essai
                break
    return trouves


def _compute_valeur(cas: _Cas, sites: Entiers) -> float:
    """What sites bring beside what is open: people newly served, or minutes spared; weighed by the priority.

    For a share to reach: people newly served, those beyond the share left out, since nobody asked for them.
    """
    if cas.etude.objectif in _PAR_TEMPS:
        instance = cas.build_instance_temps()
        rien = np.empty(0, dtype=np.int64)
        if cas.etude.objectif is Objectif.TRAJET:
            return instance.compute_total(rien) - instance.compute_total(sites)
        # Those whom nothing ever reaches make no difference between plans.
        joignables = np.isfinite(instance.actuels)
        joignables[instance.temps.indices] = True
        peuplees = (instance.poids > 0) & joignables
        avant, apres = (instance.compute_temps(quels)[peuplees] for quels in (rien, sites))
        return float(avant.max(initial=0.0) - apres.max(initial=0.0))
    instance_couverture = cas.build_instance()
    acquis = float(instance_couverture.poids[instance_couverture.servies].sum())
    if cas.capacites is not None:
        return max(_serve(cas, sites) - acquis, 0.0)
    couvert = instance_couverture.compute_couvert(sites)
    if cas.etude.objectif is Objectif.PART and cas.etude.part is not None:
        couvert = min(couvert, cas.etude.part * float(instance_couverture.poids.sum()))
    return max(couvert - acquis, 0.0)


def _serve(cas: _Cas, sites: Entiers) -> float:
    """People served when exactly these sites open and each takes no more than its capacity."""
    if not len(sites):
        return 0.0
    codes = tuple(_get_site(cas, int(rang)).code for rang in sites)
    etude = replace(cas.etude, imposes=codes, sites=len(codes), espacement_km=None, par_epci=False)
    return solve(replace(cas, etude=etude), temps_max_s=_TEMPS_MAX_S).objectif


def _remove(base: _Cas, sites: Entiers, rang: int) -> Retrait:
    """The best plan without one site; when there is none, the others alone."""
    site = _get_site(base, rang)
    plan: Plan | None
    try:
        plan = solve(_build_cas(base, interdit=site.code), temps_max_s=_TEMPS_MAX_S)
    except InfaisableError:
        plan = None
    autres = np.array(plan.sites if plan is not None else [i for i in sites if i != rang], dtype=np.int64)
    perte = _compute_valeur(base, sites) - _compute_valeur(base, autres)
    entrants = tuple(_get_site(base, int(i)) for i in autres if i not in sites)
    return Retrait(site, max(perte, 0.0), entrants)


def _get_site(cas: Preparation, rang: int) -> Site:
    return cas.terrain.sites[int(cas.candidats[rang])]
