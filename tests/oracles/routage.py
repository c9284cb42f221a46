"""Times by the roads of an extract, worked out a second time by other means.

The extract is read afresh, point by point: no stretch of road is drawn together, rights are decided by rules written
here from OpenStreetMap's documentation, doors are joined by trying every segment on a plane of their own, paths are
networkx's. Shared with the engine are the declared tables alone: speeds by class, waits, and the walk.

`python -m tests.oracles.routage EXTRACT 500` compares 500 pairs of doors for each mode and prints JSON.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
from pyproj import Geod, Transformer

from tierslieux.trajets.estimation import Densite, Estimation
from tierslieux.trajets.extrait import read_extrait
from tierslieux.trajets.moteur import Methode, Mode, Point
from tierslieux.trajets.reseau import build_reseau
from tierslieux.trajets.reseau_moteur import ReseauMoteur, Routages
from tierslieux.trajets.vitesses import ATTENTES, PORTE_MIN_M, VITESSES

GEODE = Geod(ellps="GRS80")
DELAI_MIN = {Mode.A_PIED: 0, Mode.VELO: 2, Mode.VOITURE: 5}  # of a dense town
ECART_MAX_MIN = 0.005
ATTRIBUTS = {
    Mode.A_PIED: ["foot", "access"],
    Mode.VELO: ["bicycle", "vehicle", "access"],
    Mode.VOITURE: ["motorcar", "motor_vehicle", "vehicle", "access"],
}
INTERDIT = {
    "no",
    "private",
    "agricultural",
    "forestry",
    "emergency",
    "military",
    "psv",
    "bus",
    "use_sidepath",
    "restricted",
}
PERMIS = {"yes", "designated", "permissive", "official", "public", "destination", "customers"}


@dataclass(frozen=True, slots=True)
class Fichier:
    """An extract: where points are, their tags, and its roads (tags, points)."""

    points: dict[int, tuple[float, float]]
    etiquettes: dict[int, dict[str, str]]
    voies: list[tuple[dict[str, str], list[int]]]


@cache
def read_fichier(chemin: Path) -> Fichier:
    """Read the extract, once for all modes."""
    lus = Fichier({}, {}, [])
    for objet in osmium.FileProcessor(chemin):
        tags = dict(objet.tags)
        if objet.is_node():
            lus.points[objet.id] = (objet.location.lon, objet.location.lat)
            lus.etiquettes[objet.id] = tags
        elif objet.is_way() and tags.get("highway") in VITESSES:
            lus.voies.append((tags, [noeud.ref for noeud in objet.nodes]))
    return lus


@dataclass(frozen=True, slots=True)
class Segment:
    """Two neighbouring points of a way: minutes along and against, None where closed."""

    a: int
    b: int
    aller_min: float | None
    retour_min: float | None
    fluide: bool
    porte: bool


@dataclass(frozen=True, slots=True)
class Comparaison:
    """How many pairs were compared, the widest gap in minutes, and what disagrees.

    `asymetriques`: how many departures have a way back from their first arrival of another length.
    """

    paires: int
    asymetriques: int
    ecart_max_min: float
    desaccords: tuple[str, ...]


def read_rules(tags: dict[str, str], mode: Mode) -> tuple[float | None, float | None]:
    """Speeds along and against a way."""
    classe = VITESSES[tags["highway"]]
    vitesse = {Mode.A_PIED: classe.a_pied, Mode.VELO: classe.velo, Mode.VOITURE: classe.voiture}[mode]
    roues_libres = mode is Mode.VOITURE
    if not roues_libres and (tags["highway"].startswith("motorway") or tags.get("motorroad") == "yes"):
        return None, None
    dits = [tags[nom] for nom in ATTRIBUTS[mode] if nom in tags]
    precis = [tags[nom] for nom in ATTRIBUTS[mode] if nom in tags and nom != "access"]
    pousse = mode is Mode.VELO and bool(precis) and precis[0] == "dismount"
    if dits and dits[0] in INTERDIT:
        return None, None
    if (
        precis
        and precis[0] in PERMIS
        and tags["highway"] != "steps"
        and (vitesse is None or (mode is Mode.VELO and tags["highway"] in {"footway", "pedestrian"}))
    ):
        vitesse = 4.0 if mode is Mode.A_PIED else 12.0
    if pousse:
        vitesse = 4.0
    if vitesse is None:
        return None, None
    if mode is not Mode.A_PIED and not pousse and tags.get("maxspeed", "").isdigit():
        vitesse = min(vitesse, float(tags["maxspeed"]))
    if mode is Mode.A_PIED or (mode is Mode.VELO and vitesse == 4.0):
        return vitesse, vitesse
    implicite = "yes" if tags.get("junction") == "roundabout" or tags["highway"] == "motorway" else "no"
    sens = {"yes": (vitesse, None), "-1": (None, vitesse), "no": (vitesse, vitesse)}[tags.get("oneway", implicite)]
    if mode is Mode.VELO and tags.get("oneway:bicycle") == "no":
        return vitesse, vitesse
    return sens


class Graphe:
    """The roads of one mode, every point of every way a node."""

    def __init__(self, chemin: Path, mode: Mode) -> None:
        self.mode = mode
        lus = read_fichier(chemin)
        points, etiquettes, voies = dict(lus.points), dict(lus.etiquettes), lus.voies
        self.feux = {n for n, tags in etiquettes.items() if tags.get("highway") == "traffic_signals"}
        segments = self._cut([s for tags, refs in voies for s in self._split(tags, refs, points)], etiquettes, points)
        self.segments, self.points = self._keep_largest(segments, points), points
        self.sans_porte = ~np.array([s.porte for s in self.segments])
        self.graphe = self._build_graphe()
        lons, lats = np.array([points[n] for s in self.segments for n in (s.a, s.b)]).T
        self.plan = Transformer.from_crs(
            4326, f"+proj=aeqd +lon_0={lons.mean()} +lat_0={lats.mean()} +ellps=GRS80 +units=m", always_xy=True
        )
        x, y = self.plan.transform(lons, lats)
        self.ax, self.ay, self.bx, self.by = x[::2], y[::2], x[1::2], y[1::2]

    def _split(self, tags: dict[str, str], refs: list[int], points: dict[int, tuple[float, float]]) -> list[Segment]:
        aller, retour = read_rules(tags, self.mode)
        rapide = tags["highway"].startswith(("motorway", "trunk")) or tags.get("motorroad") == "yes"
        fluide = rapide or tags.get("junction") == "roundabout"
        porte = not rapide and tags.get("tunnel", "no") in {"no", "building_passage"}
        segments = []
        if aller or retour:
            for a, b in pairwise(refs):
                if a != b and a in points and b in points:
                    km = max(GEODE.inv(*points[a], *points[b])[2], 0.01) / 1000
                    minutes = [60 * km / v if v else None for v in (aller, retour)]
                    segments.append(Segment(a, b, minutes[0], minutes[1], fluide, porte))
        return segments

    def _cut(
        self,
        segments: list[Segment],
        etiquettes: dict[int, dict[str, str]],
        points: dict[int, tuple[float, float]],
    ) -> list[Segment]:
        """At a point that stops this mode, each segment gets an end of its own, with a negative number."""
        coupes: list[Segment] = []
        for segment in segments:
            bouts = []
            for bout in (segment.a, segment.b):
                tags = etiquettes[bout]
                dits = [tags[nom] for nom in ATTRIBUTS[self.mode] if nom in tags]
                ferme = tags.get("barrier") in {"bollard", "cycle_barrier", "block"} and self.mode is Mode.VOITURE
                ferme |= tags.get("barrier") in {"kissing_gate", "turnstile", "stile"} and self.mode is not Mode.A_PIED
                if "barrier" in tags and dits and dits[0] in INTERDIT | PERMIS:
                    ferme = dits[0] in INTERDIT
                if ferme:
                    nouveau = -len(points)
                    points[nouveau] = points[bout]
                    etiquettes[nouveau] = {}
                    bouts.append(nouveau)
                else:
                    bouts.append(bout)
            coupes.append(
                Segment(bouts[0], bouts[1], segment.aller_min, segment.retour_min, segment.fluide, segment.porte)
            )
        return coupes

    def _keep_largest(self, segments: list[Segment], points: dict[int, tuple[float, float]]) -> list[Segment]:
        graphe = nx.DiGraph()
        for s in segments:
            graphe.add_edges_from([(s.a, s.b)] if s.aller_min else [])
            graphe.add_edges_from([(s.b, s.a)] if s.retour_min else [])
        numeros = {n: rang for rang, partie in enumerate(nx.strongly_connected_components(graphe)) for n in partie}
        metres: Counter[int] = Counter()
        for s in segments:
            if numeros[s.a] == numeros[s.b]:
                metres[numeros[s.a]] += GEODE.inv(*points[s.a], *points[s.b])[2]
        [(principale, _)] = metres.most_common(1)
        return [s for s in segments if numeros[s.a] == numeros[s.b] == principale]

    def _wait(self, noeud: int, *, fluide: bool) -> float:
        attentes = ATTENTES[self.mode]
        if noeud in self.feux:
            return attentes.feu_s / 60
        return attentes.carrefour_s / 60 if self.degres[noeud] >= 3 and not fluide else 0.0

    def _build_graphe(self) -> nx.DiGraph:
        self.degres = Counter(n for s in self.segments for n in (s.a, s.b))
        graphe = nx.DiGraph()
        for s in self.segments:
            for de, vers, minutes in ((s.a, s.b, s.aller_min), (s.b, s.a, s.retour_min)):
                if minutes is not None:
                    total = minutes + self._wait(vers, fluide=s.fluide)
                    if total < graphe.get_edge_data(de, vers, {"w": math.inf})["w"]:
                        graphe.add_edge(de, vers, w=total)
        return graphe

    def join(self, lon: float, lat: float) -> tuple[int, float, float] | None:
        """The nearest segment, where along it, the metres to it; None when two are as near, or the nearest is far."""
        x, y = self.plan.transform(lon, lat)
        dx, dy = self.bx - self.ax, self.by - self.ay
        t = np.clip(((x - self.ax) * dx + (y - self.ay) * dy) / np.maximum(dx**2 + dy**2, 1e-9), 0, 1)
        metres = np.hypot(self.ax + t * dx - x, self.ay + t * dy - y)
        metres[self.sans_porte] = math.inf
        premier, second = np.argpartition(metres, 1)[:2]
        if metres[second] - metres[premier] < 0.05 or metres[premier] > 450:
            return None
        return int(premier), float(t[premier]), float(metres[premier])

    def list_minutes(self, depart: tuple[int, float, float], arrivees: list[tuple[int, float, float]]) -> list[float]:
        """Minutes from one joined door to others; infinite beyond reach."""
        rang, t, metres = depart
        s = self.segments[rang]
        graphe = self.graphe
        graphe.add_node("porte")
        if s.retour_min is not None:
            graphe.add_edge("porte", s.a, w=t * s.retour_min + self._wait(s.a, fluide=s.fluide))
        if s.aller_min is not None:
            graphe.add_edge("porte", s.b, w=(1 - t) * s.aller_min + self._wait(s.b, fluide=s.fluide))
        durees = nx.single_source_dijkstra_path_length(graphe, "porte", weight="w")
        graphe.remove_node("porte")
        resultats = []
        for rang_2, t_2, metres_2 in arrivees:
            s_2 = self.segments[rang_2]
            choix = [math.inf]
            if s_2.aller_min is not None:
                choix.append(durees.get(s_2.a, math.inf) + t_2 * s_2.aller_min)
            if s_2.retour_min is not None:
                choix.append(durees.get(s_2.b, math.inf) + (1 - t_2) * s_2.retour_min)
            if rang == rang_2 and t_2 >= t and s.aller_min is not None:
                choix.append((t_2 - t) * s.aller_min)
            if rang == rang_2 and t_2 <= t and s.retour_min is not None:
                choix.append((t - t_2) * s.retour_min)
            marche_m = max(metres, PORTE_MIN_M) + max(metres_2, PORTE_MIN_M)
            resultats.append(min(choix) + marche_m / (4000 / 60) + DELAI_MIN[self.mode])
        return resultats


def run_routage(chemin: Path, paires: int, mode: Mode, *, graine: int, par_depart: int = 1) -> Comparaison:
    """Compare the engine with this oracle on random pairs of doors: `par_depart` arrivals for each departure."""
    graphe = Graphe(chemin, mode)
    reseau = build_reseau(read_extrait(chemin))
    moteur = ReseauMoteur(Routages(reseau), Estimation(Densite.DENSE), limite_min=math.inf)
    alea = np.random.default_rng(graine)
    ouest, sud, est, nord = reseau.provenance.bbox
    portes: list[tuple[Point, tuple[int, float, float]]] = []
    while len(portes) < paires // par_depart + paires:
        lon, lat = (float(v) for v in alea.uniform((ouest, sud), (est, nord)))
        joint = graphe.join(lon, lat)
        if joint is not None:
            portes.append((Point(lon, lat), joint))
    departs, arrivees = portes[: paires // par_depart], portes[paires // par_depart :]
    desaccords, ecart_max_min, asymetriques = [], 0.0, 0
    for rang, (depart, joint) in enumerate(departs):
        lot = arrivees[rang * par_depart : (rang + 1) * par_depart]
        attendus = graphe.list_minutes(joint, [j for _, j in lot])
        obtenus = moteur.compute_trajets(depart, [point for point, _ in lot], mode)
        [retour] = moteur.compute_trajets(lot[0][0], [depart], mode)
        if retour and obtenus[0] and abs(retour.duree_min - obtenus[0].duree_min) > 0.01:
            asymetriques += 1
        for (arrivee, _), attendu, obtenu in zip(lot, attendus, obtenus, strict=True):
            if obtenu is None or obtenu.methode is not Methode.RESEAU:
                desaccords.append(f"{depart} {arrivee}: {obtenu}, expected {attendu}")
                continue
            ecart_max_min = max(ecart_max_min, abs(obtenu.duree_min - attendu))
            if abs(obtenu.duree_min - attendu) > ECART_MAX_MIN:
                desaccords.append(f"{depart} {arrivee}: {obtenu.duree_min}, expected {attendu}")
    return Comparaison(len(departs) * par_depart, asymetriques, ecart_max_min, tuple(desaccords))


if __name__ == "__main__":
    for un_mode in Mode:
        bilan = run_routage(Path(sys.argv[1]), int(sys.argv[2]), un_mode, graine=5)
        sys.stdout.write(
            json.dumps(
                {
                    "mode": un_mode.value,
                    "paires": bilan.paires,
                    "asymetriques": bilan.asymetriques,
                    "ecart_max_min": bilan.ecart_max_min,
                    "desaccords": bilan.desaccords[:10],
                    "nombre_desaccords": len(bilan.desaccords),
                }
            )
            + "\n"
        )
