"""From the ground of a study to a tour, and to what it is compared with. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from tierslieux.core.errors import InvalidInputError
from tierslieux.couverture.geodesie import locate
from tierslieux.couverture.methodes import DENSITES, Flottants, Points
from tierslieux.planification.bilan import Compte, Etat, apply_gestes, compute_etat, count_groupes
from tierslieux.planification.etude import Etude
from tierslieux.planification.itinerance.comparaison import Comparaison, Forme, Reference, compare
from tierslieux.planification.itinerance.params import Demande
from tierslieux.planification.itinerance.parc import Agenda, Conduite, Equipe, Parc, Tournees
from tierslieux.planification.itinerance.plan import Visite
from tierslieux.planification.itinerance.semaine import Demi
from tierslieux.planification.optimisation.probleme import InfaisableError, Instance
from tierslieux.planification.terrain import Booleens, Couche, Site, Terrain, digest
from tierslieux.territoires.noms import build_cle
from tierslieux.trajets.estimation import Densite
from tierslieux.trajets.moteur import Mode

# Changes when the same inputs would give another tour.
VERSION = 1
# Pairs of stops grow as its square: beyond, a computation takes minutes.
ARRETS_MAX = 160


@dataclass(frozen=True, slots=True)
class Question:
    """A ground as a question: `sites` are its stops, in the order of the instance; `depots` in that of the teams."""

    tournees: Tournees
    sites: tuple[Site, ...]
    depots: tuple[Site, ...]


@dataclass(frozen=True, slots=True)
class Itineraire:
    """A tour with its figures in people.

    `besoin`: people in need of the territory, `acquis` those whom a place serves today. Gains are of people whom no
    place serves: by form, and by visit in the order of `visites` (two stops may serve the same people).
    `avant`, `apres`: nearest place without and with the stops. `empreinte`: digest of all that it depends on.
    """

    etude: Etude
    demande: Demande
    terrain: Terrain
    question: Question
    comparaison: Comparaison
    besoin: Compte
    acquis: Compte
    gain: Compte
    gain_permanences: Compte | None
    gain_fixes: Compte
    gain_suivants: Compte | None
    visites: tuple[Visite, ...]
    gains_visites: tuple[Compte, ...]
    avant: Etat
    apres: Etat
    empreinte: str

    def get_site(self, arret: int) -> Site:
        """The site of a stop."""
        return self.question.sites[arret]

    def to_json(self) -> dict[str, Any]:
        """The result as JSON values; people and hours with one decimal."""
        plan, comparaison = self.comparaison.plan, self.comparaison
        return {
            "etude": self.etude.to_json(),
            "demande": self.demande.to_json(),
            "depots": [_write_site(site) for site in self.question.depots],
            "sites": [
                {**_write_site(self.get_site(visite.arret)), "gain": _write_compte(gain)}
                for visite, gain in zip(self.visites, self.gains_visites, strict=True)
            ],
            "tournees": [
                {
                    "semaine": tournee.semaine + 1,
                    "jour": tournee.visites[0].demi.jour + 1,
                    "depot": self.question.depots[tournee.equipe].commune_nom,
                    "vehicule": tournee.vehicule + 1,
                    "visites": [
                        {
                            "code": self.get_site(visite.arret).code,
                            "commune": self.get_site(visite.arret).commune_nom,
                            "quand": visite.demi.libelle,
                            "marche": visite.marche,
                        }
                        for visite in tournee.visites
                    ],
                    "conduite_min": round(tournee.conduite_min, 1),
                }
                for tournee in plan.tournees
            ],
            "besoin": _write_compte(self.besoin),
            "acquis": _write_compte(self.acquis),
            "objective": round(plan.objectif, 4),
            "bound": round(plan.borne, 4),
            "gap": plan.ecart,
            "optimal": plan.is_optimal,
            "seconds": round(plan.secondes, 3),
            "formes": {
                "tournee": self._write_forme(comparaison.tournee, self.gain),
                "permanences": self._write_forme(comparaison.permanences, self.gain_permanences),
                "fixes": self._write_forme(comparaison.fixes, self.gain_fixes),
                "fixes_plus_un": self._write_forme(comparaison.suivants, self.gain_suivants),
            },
            "verdict": comparaison.verdict.value,
            "digest": self.empreinte,
        }

    def _write_forme(self, forme: Forme | None, gain: Compte | None) -> dict[str, Any] | None:
        if forme is None or gain is None:
            return None
        return {
            "sites": [_write_site(self.get_site(rang)) for rang in forme.sites],
            "gain": _write_compte(gain),
            "couvert": round(forme.couvert, 1),
            "borne": round(forme.borne, 1),
            "heures_travail_semaine": round(forme.travail_h_semaine, 1),
            "heures_conduite_semaine": round(forme.conduite_h_semaine, 1),
            "demi_journees_semaine": forme.visites_semaine,
            "heures_offertes_semaine": None if forme.heures_offertes is None else round(forme.heures_offertes, 1),
        }


def _write_site(site: Site) -> dict[str, Any]:
    return {"code": site.code, "nom": site.nom, "commune": site.commune_nom, "lon": site.lon, "lat": site.lat}


def _write_compte(compte: Compte) -> dict[str, float | None]:
    """A value with its bounds, None where it has none."""
    return {
        nom: None if valeur is None else round(valeur, 1)
        for nom, valeur in (("valeur", compte.valeur), ("bas", compte.bas), ("haut", compte.haut))
    }


def compute_itineraire(terrain: Terrain, etude: Etude, demande: Demande, *, temps_max_s: float = 30.0) -> Itineraire:
    """The best tour beside fixed sites; raises InvalidInputError, and InfaisableError with the figures that clash."""
    terrain, ouverts = apply_gestes(terrain, etude)
    avant = compute_etat(terrain, ouverts)
    rangs = np.array([rang for rang in terrain.candidats if not ouverts[rang]], dtype=np.int64)
    question = build_question(terrain, etude, demande, rangs, avant.list_couverts(etude.minutes))
    reference = Reference(demande.heures_site, demande.agents_site, agents_permanence=demande.agents)
    comparaison = compare(question.tournees, reference, temps_max_s=temps_max_s)
    instance, visites = question.tournees.instance, comparaison.plan.visites
    formes = [comparaison.tournee, comparaison.permanences, comparaison.fixes, comparaison.suivants]
    arrets = [() if forme is None else forme.sites for forme in formes] + [(visite.arret,) for visite in visites]
    comptes = count_groupes(
        terrain,
        etude,
        np.stack(
            [
                np.ones(len(terrain.points), dtype=bool),
                instance.servies,
                *(_list_gagnes(instance, choisis) for choisis in arrets),
            ]
        ),
    )
    gains = comptes[2:6]
    ouverts_apres = ouverts.copy()
    ouverts_apres[rangs[list(comparaison.plan.arrets)]] = True
    return Itineraire(
        etude=etude,
        demande=demande,
        terrain=terrain,
        question=question,
        comparaison=comparaison,
        besoin=comptes[0],
        acquis=comptes[1],
        gain=gains[0],
        gain_permanences=gains[1] if comparaison.permanences else None,
        gain_fixes=gains[2],
        gain_suivants=gains[3] if comparaison.suivants else None,
        visites=visites,
        gains_visites=tuple(comptes[6:]),
        avant=avant,
        apres=compute_etat(terrain, ouverts_apres),
        empreinte=digest(VERSION, etude.to_canonique(), repr(demande), terrain.empreinte),
    )


def _list_gagnes(instance: Instance, arrets: Sequence[int]) -> Booleens:
    """(n,) points that these stops serve and no place does."""
    return instance.compute_servis(np.array(arrets, dtype=np.int64)) & ~instance.servies


def build_question(terrain: Terrain, etude: Etude, demande: Demande, rangs: np.ndarray, servies: Booleens) -> Question:
    """Stops are the candidates `rangs`; times are those of the installation, by car between stops."""
    if len(rangs) > ARRETS_MAX:
        raise InfaisableError(
            f"{len(rangs)} arrêts sont possibles, et une tournée se calcule sur {ARRETS_MAX} au plus : choisissez un"
            " territoire plus petit, ou moins de sortes de bâtiments."
        )
    if not len(rangs):
        raise InfaisableError("0 bâtiment peut être un arrêt dans ce territoire, et il en faut au moins 1.")
    sites = tuple(terrain.sites[rang] for rang in rangs)
    depots = find_depots(terrain, demande.depots)
    temps = terrain.build_temps(rangs, etude.minutes)
    portee = csr_array((np.ones(temps.nnz), temps.indices, temps.indptr), shape=temps.shape)
    instance = Instance(portee, terrain.poids, servies)
    durees_min = compute_conduite(terrain, (*depots, *sites), demande.conduite_max)
    conduite = Conduite.from_positions(
        durees_min, tuple(range(len(depots))), tuple(range(len(depots), len(depots) + len(sites)))
    )
    parc = Parc(
        equipes=tuple(Equipe(depot, demande.vehicules) for depot in range(len(depots))),
        demi_journees=demande.demi_journees,
        jours=demande.jours,
        cycle=demande.cycle,
        conduite_max_min=demande.conduite_max,
        ouverture_min=60 * demande.ouverture,
        installation_min=demande.installation,
        agents=demande.agents,
        poids_marche=demande.poids_marche,
    )
    return Question(Tournees(instance, conduite, parc, build_agenda(terrain, etude, demande, sites)), sites, depots)


def compute_conduite(terrain: Terrain, sites: Sequence[Site], limite_min: float) -> Flottants:
    """(k, k) minutes by car from each site (row) to each, infinite beyond the limit."""
    lon, lat = (np.array([getattr(site, axe) for site in sites], dtype=np.float64) for axe in ("lon", "lat"))
    bassin = np.array([site.bassin for site in sites], dtype=np.int64)
    commune = np.array([site.commune for site in sites], dtype=np.int64)
    densite = np.where(commune >= 0, terrain.communes.densite[commune], DENSITES.index(Densite.RURALE))
    departs = Points(commune, lon, lat, np.ones(len(sites)), densite, bassin, locate(lon, lat, bassin))
    couche = Couche.build(sites, np.arange(len(sites)), departs, Mode.VOITURE, terrain.moteurs)
    arrivees, lignes, minutes = couche.pair(departs, Mode.VOITURE, limite_min, np.ones(len(sites), dtype=bool))
    durees_min = np.full((len(sites), len(sites)), np.inf)
    durees_min[lignes, arrivees] = minutes
    # Staying at the same door is no journey, whatever starting one costs.
    memes = (lon[:, None] == lon[None, :]) & (lat[:, None] == lat[None, :])
    durees_min[memes] = 0.0
    return durees_min


def find_depots(terrain: Terrain, noms: Sequence[str]) -> tuple[Site, ...]:
    """The town halls of these communes, by name or code; of the most populated one without any name."""
    if not noms:
        return (_find_depot(terrain, int(terrain.rangs[np.argmax(terrain.communes.population[terrain.rangs])])),)
    return tuple(_find_depot(terrain, find_commune(terrain, "depots", nom)) for nom in dict.fromkeys(noms))


def _find_depot(terrain: Terrain, commune: int) -> Site:
    """The town hall, else another place or building, else the middle of a commune."""
    la = [site for site in terrain.sites if site.commune == commune]
    if la:
        return min(la, key=lambda site: (site.genre != "mairie", site.code))
    point = int(np.flatnonzero(terrain.points.commune == commune)[0])
    nom = terrain.noms[int(np.searchsorted(terrain.rangs, commune))]
    lon, lat = float(terrain.points.lon[point]), float(terrain.points.lat[point])
    return Site(f"@{lon:.5f},{lat:.5f}", nom, None, commune, nom, lon, lat, int(terrain.points.bassin[point]))


def find_commune(terrain: Terrain, champ: str, nom: str) -> int:
    """Rank of a commune of the territory that has points, by its name or code; raises InvalidInputError."""
    cle = build_cle(nom)
    avec_points = set(terrain.points.commune.tolist())
    for rang, autre in zip(terrain.rangs.tolist(), terrain.noms, strict=True):
        if rang in avec_points and cle in {build_cle(autre), str(terrain.communes.codes[rang]).lower()}:
            return int(rang)
    raise InvalidInputError(champ, nom, "une commune de ce territoire")


def build_agenda(terrain: Terrain, etude: Etude, demande: Demande, sites: Sequence[Site]) -> Agenda:
    """Market days and exclusions of communes are those of every stop there; imposed and forbidden stops by code."""
    marches = tuple(_spread(terrain, "marches", demande.marches, sites))
    codes = {site.code: rang for rang, site in enumerate(sites)}
    inconnus = [code for code in etude.imposes if code not in codes]
    if inconnus:
        raise InvalidInputError("imposes", inconnus[0], "le code d’un bâtiment candidat de ce territoire")
    return Agenda(
        marches=marches,
        marches_imposes=frozenset(arret for arret, _ in marches) if demande.marches_imposes else frozenset(),
        exclus=tuple(_spread(terrain, "exclus", demande.exclus, sites)),
        imposes=frozenset(codes[code] for code in etude.imposes),
        interdits=frozenset(codes[code] for code in etude.interdits if code in codes),
    )


def _spread(
    terrain: Terrain, champ: str, dates: Iterable[tuple[str, tuple[Demi, ...]]], sites: Sequence[Site]
) -> Iterable[tuple[int, Demi]]:
    for nom, demis in dates:
        commune = find_commune(terrain, champ, nom)
        for rang, site in enumerate(sites):
            if site.commune == commune:
                yield from ((rang, demi) for demi in demis)
