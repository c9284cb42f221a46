"""What can be changed in a scenario: which changes hold, what a click means, what places are worth. Pure."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from tierslieux.core.errors import InvalidInputError
from tierslieux.couverture.geodesie import follow_sol, locate, measure_cordes
from tierslieux.couverture.methodes import Entiers, Flottants
from tierslieux.filtres import INSECABLE, format_distance
from tierslieux.planification.bilan import Compte, Etat, apply_gestes, compute_etat, count_groupes
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import GESTES_MAX, Etude, Geste
from tierslieux.planification.evaluation import Evaluation, list_par_gain
from tierslieux.planification.simulation.params import Clic
from tierslieux.planification.terrain import Booleens, Site, Terrain

# Of the widest région within 20 minutes 10 MB; wider ones are computed each time.
_PORTEES_GARDEES = 4
_PAIRES_GARDEES_MAX = 3_000_000

_gardees: OrderedDict[tuple[object, ...], csr_array] = OrderedDict()
_verrou = threading.Lock()

# A point farther than this from all the people of the territory serves none of them: nobody goes that far.
ECART_MAX_M = 100_000.0


@dataclass(frozen=True, slots=True)
class Valeur:
    """A site, its rank, and the people it would serve alone: newly if it is closed, not any more if it closes."""

    rang: int
    site: Site
    gens: Compte


@dataclass(frozen=True, slots=True)
class Candidats:
    """Ranks of the buildings that may open; `portees`: minutes to each (rows) from each point within the limit."""

    rangs: Entiers
    portees: csr_array


@dataclass(frozen=True, slots=True)
class Scene:
    """A scenario as clicks meet it: what is open today and after its changes, without any figure."""

    etude: Etude
    terrain: Terrain
    etat_avant: Etat
    etat_apres: Etat

    @classmethod
    def build(cls, terrain: Terrain, etude: Etude) -> Scene:
        """The scene of a study; raises InvalidInputError for a change of what is not there."""
        terrain, ouverts = apply_gestes(terrain, etude)
        return cls(etude, terrain, compute_etat(terrain, terrain.list_ouverts()), compute_etat(terrain, ouverts))


def keep_valides(terrain: Terrain, etude: Etude) -> tuple[Etude, list[str]]:
    """(study with the changes that can be made here, sentences on the others)."""
    gardes, erreurs = [], []
    for geste in etude.gestes:
        refus = _find_refus(terrain, geste)
        if refus is None:
            gardes.append(geste)
        else:
            erreurs.append(refus)
    return replace(etude, gestes=tuple(gardes)), erreurs


def _find_refus(terrain: Terrain, geste: Geste) -> str | None:
    """Why a change cannot be made, None when it can."""
    if geste.code is not None and terrain.find_rang(geste.code) is None:
        return (
            f"Changement ignoré : «{INSECABLE}{geste.encode()}{INSECABLE}». Le code "
            f"«{INSECABLE}{geste.code}{INSECABLE}» n’est celui d’aucun lieu ouvert ni d’aucun bâtiment candidat de ce "
            "territoire."
        )
    if geste.lon is None or geste.lat is None:
        return None
    ecart_m = measure_ecart(terrain, geste.lon, geste.lat)
    if ecart_m <= ECART_MAX_M:
        return None
    return (
        f"Changement ignoré : le point {write_point(geste.lon, geste.lat)} est à {format_distance(ecart_m)} des "
        "premiers habitants du territoire. Écrivez la longitude, puis la latitude, d’un point à moins de "
        f"{format_distance(ECART_MAX_M)}."
    )


def write_point(lon: float, lat: float) -> str:
    """A position as people read it: "3,5000 ; 44,5000" (longitude, latitude)."""
    return f"{lon:.4f} ; {lat:.4f}".replace(".", ",")


def measure_ecart(terrain: Terrain, lon: float, lat: float) -> float:
    """Metres along the ground to the nearest people of the territory, straight."""
    ici = locate(np.array([lon]), np.array([lat]))
    # All on one Earth: a point of another part of the country is far, not out of reach.
    la = locate(terrain.points.lon, terrain.points.lat)
    return float(follow_sol(measure_cordes(la, np.broadcast_to(ici, la.shape))).min())


def check_gestes(etude: Etude) -> None:
    """Raise InvalidInputError when there are too many changes for one address."""
    if len(etude.gestes) > GESTES_MAX:
        raise InvalidInputError("gestes", len(etude.gestes), f"au plus {GESTES_MAX} changements")


def drop_geste(etude: Etude, geste: Geste) -> Etude:
    """The study without this change; the same when it is not there."""
    return replace(etude, gestes=tuple(autre for autre in etude.gestes if autre != geste))


# --- Clicks ----------------------------------------------------------------------------------------------------------


def follow_clic(evaluation: Evaluation | Scene, candidats: Iterable[int], clic: Clic) -> Etude:
    """The study after a click on the map.

    An open place closes, a closed one opens again, a candidate opens; elsewhere a new place opens there. Dragged, the
    open place moves. `candidats`: ranks of those on the map. Raises InvalidInputError when nothing there could move.
    """
    etude, terrain = evaluation.etude, evaluation.terrain
    ouverts = evaluation.etat_apres.ouverts
    visibles = ouverts | evaluation.etat_avant.ouverts
    if clic.vers is None:
        visibles[list(candidats)] = True
    else:
        visibles = ouverts
    rang = find_rang_pres(terrain, visibles, clic)
    if clic.vers is not None:
        if rang is None:
            raise InvalidInputError(
                "clic", write_point(clic.lon, clic.lat), "un lieu ouvert à cet endroit, pour le déplacer"
            )
        return _move(etude, terrain, rang, clic.vers)
    if rang is None:
        return etude.add(Geste(Action.OUVRIR, None, clic.lon, clic.lat))
    return toggle(evaluation, rang)


def find_rang_pres(terrain: Terrain, visibles: Booleens, clic: Clic) -> int | None:
    """Rank of the nearest of these sites within the radius of a click; the last of the list at equal distance."""
    rangs = np.flatnonzero(visibles)
    if not len(rangs) or not clic.rayon_m:
        return None
    sites = [terrain.sites[rang] for rang in rangs]
    la = locate(np.array([site.lon for site in sites]), np.array([site.lat for site in sites]))
    ici = locate(np.array([clic.lon]), np.array([clic.lat]))
    ecarts_m = measure_cordes(la, np.broadcast_to(ici, la.shape))
    # Places of the scenario come last in the list: at one address, they are meant.
    proche = len(rangs) - 1 - int(np.argmin(ecarts_m[::-1]))
    return int(rangs[proche]) if ecarts_m[proche] <= clic.rayon_m else None


def toggle(evaluation: Evaluation | Scene, rang: int) -> Etude:
    """The study where this site is closed if it was open, and the other way round."""
    etude, terrain = evaluation.etude, evaluation.terrain
    geste = find_geste_point(etude, terrain, rang)
    if geste is not None:
        return drop_geste(etude, geste)
    code = terrain.sites[rang].code
    deplace = next((g for g in etude.gestes if g.action is Action.DEPLACER and g.code == code), None)
    if deplace is not None:
        # Where it was before it moved: it goes back.
        return drop_geste(etude, deplace)
    est_ouvert = bool(evaluation.etat_apres.ouverts[rang])
    return etude.add(Geste(Action.FERMER if est_ouvert else Action.OUVRIR, code))


def find_geste_point(etude: Etude, terrain: Terrain, rang: int) -> Geste | None:
    """The change that put a free point on the ground, None for a site that was there."""
    poses = [geste for geste in etude.gestes if geste.lon is not None]
    ordre = rang - (len(terrain.sites) - len(poses))
    return poses[ordre] if ordre >= 0 else None


def _move(etude: Etude, terrain: Terrain, rang: int, vers: tuple[float, float]) -> Etude:
    lon, lat = vers
    pose = find_geste_point(etude, terrain, rang)
    if pose is not None:
        # The point keeps its place among the changes.
        gestes = tuple(replace(g, lon=lon, lat=lat) if g == pose else g for g in etude.gestes)
        return replace(etude, gestes=gestes)
    code = terrain.sites[rang].code
    if rang >= terrain.nombre_ouverts:
        # A building does not move: what would have opened there opens elsewhere.
        return drop_geste(etude, Geste(Action.OUVRIR, code)).add(Geste(Action.OUVRIR, None, lon, lat))
    return etude.add(Geste(Action.DEPLACER, code, lon, lat))


# --- What each site is worth -----------------------------------------------------------------------------------------


def list_fermables(terrain: Terrain, ouverts: Booleens) -> Entiers:
    """Ranks of the open sites of the territory, free points of the scenario included; not those around it."""
    communes = np.array([site.commune for site in terrain.sites], dtype=np.int64)
    dedans = np.isin(communes, terrain.rangs)
    # A free point has the commune of the nearest people, who are of the territory.
    return np.flatnonzero(ouverts & dedans)


def compute_pertes(terrain: Terrain, etude: Etude, ouverts: Booleens) -> Flottants:
    """(sites,) people in need whom each open site alone serves within the limit: those lost if it alone closes."""
    proches, deux_min = terrain.find_deux_proches(ouverts)
    seuls = (deux_min[:, 0] <= etude.minutes) & (deux_min[:, 1] > etude.minutes)
    return np.bincount(proches[seuls], weights=terrain.poids[seuls], minlength=len(terrain.sites)).astype(np.float64)


def list_par_perte(terrain: Terrain, etude: Etude, ouverts: Booleens, rangs: Sequence[int]) -> list[Valeur]:
    """These open sites with the people whom each alone serves, with their interval."""
    if not len(rangs):
        return []
    proches, deux_min = terrain.find_deux_proches(ouverts)
    seuls = (deux_min[:, 0] <= etude.minutes) & (deux_min[:, 1] > etude.minutes)
    comptes = count_groupes(terrain, etude, np.array([seuls & (proches == rang) for rang in rangs]))
    return [Valeur(rang, terrain.sites[rang], compte) for rang, compte in zip(rangs, comptes, strict=True)]


def find_candidats(terrain: Terrain, etude: Etude, ouverts: Booleens, avant: Booleens) -> Candidats:
    """The buildings that may still open: neither what the scenario closed nor its free points."""
    rangs = np.arange(len(terrain.sites))
    rangs = np.flatnonzero(~ouverts & ~avant & (rangs >= terrain.nombre_ouverts))
    return Candidats(rangs, _load_portees(terrain, etude, rangs))


def _load_portees(terrain: Terrain, etude: Etude, candidats: Entiers) -> csr_array:
    """Rows of candidates; those of lately asked grounds are kept.

    The buildings of a ground do not move from one change to the next: only its free points do, and they are open.
    """
    base = np.arange(terrain.nombre_ouverts, len(terrain.sites) - sum(g.lon is not None for g in etude.gestes))
    cle = (terrain.empreinte, terrain.mode, etude.minutes, len(base))
    with _verrou:
        temps = _gardees.get(cle)
        if temps is not None:
            _gardees.move_to_end(cle)
    if temps is None:
        temps = terrain.build_temps(base, float(etude.minutes))
        if temps.nnz <= _PAIRES_GARDEES_MAX:
            with _verrou:
                _gardees[cle] = temps
                while len(_gardees) > _PORTEES_GARDEES:
                    _gardees.popitem(last=False)
    return temps if len(candidats) == len(base) else temps[candidats - terrain.nombre_ouverts]


def list_meilleurs(evaluation: Evaluation | Scene, candidats: Candidats, limite: int) -> list[Valeur]:
    """The candidates that would gain most people if they opened alone now, with their interval, most first."""
    terrain, etude, etat = evaluation.terrain, evaluation.etude, evaluation.etat_apres
    lignes = {terrain.sites[rang].code: ligne for ligne, rang in enumerate(candidats.rangs)}
    trouves = list_par_gain(terrain, etude, etat, candidats.rangs, limite, temps=candidats.portees)
    return list_gains(evaluation, candidats, [lignes[site.code] for site, gain in trouves if gain > 0])


def list_gains(evaluation: Evaluation | Scene, candidats: Candidats, lignes: Sequence[int]) -> list[Valeur]:
    """Some candidates, by their rows, with the people whom each would gain if it opened alone now."""
    if not lignes:
        return []
    terrain, etude = evaluation.terrain, evaluation.etude
    temps = candidats.portees[list(lignes)]
    servis = np.zeros(temps.shape, dtype=bool)
    servis[np.repeat(np.arange(len(lignes)), np.diff(temps.indptr)), temps.indices] = True
    comptes = count_groupes(terrain, etude, servis & ~evaluation.etat_apres.list_couverts(etude.minutes))
    rangs = candidats.rangs[list(lignes)].tolist()
    return [Valeur(rang, terrain.sites[rang], compte) for rang, compte in zip(rangs, comptes, strict=True)]
