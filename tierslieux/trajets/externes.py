"""Travel times of outside services behind the same interface: Valhalla, OSRM, and IGN's (Géoplateforme).

Off unless the installation chooses one. Whoever runs the service learns where people leave from: choose one of your
own, or a public body. The client is the caller's, with its waits. Every failure is a SourceError without positions.

These services count from road to road. The walk to the road is added when the service tells it (OSRM), and what leaving
and arriving take (parking, the lock) as in the estimate.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import httpx
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from tierslieux.core.errors import SourceError
from tierslieux.trajets.estimation import Estimation, get_hypotheses
from tierslieux.trajets.moteur import Methode, Mode, Point, Trajet
from tierslieux.trajets.vitesses import MARCHE_KMH, PORTE_MIN_M, RACCORD_MAX_M

ATTENTE_CONNEXION_S = 1.0
ATTENTE_LECTURE_S = 4.0
# Default limits of the services: 2,500 pairs (Valhalla), 100 coordinates in all (OSRM).
LOT_VALHALLA = 100
LOT_OSRM = 99
URL_IGN = "https://data.geopf.fr/navigation"
# IGN allows 5 calls a second and answers one pair at a time: the nearest places get a time by road, others an estimate.
IGN_PAR_S = 5.0
IGN_APPELS_MAX = 5

_MARCHE_MIN_PAR_M = 60 / (MARCHE_KMH * 1000)
_COSTING: Mapping[Mode, tuple[str, Mapping[str, float]]] = MappingProxyType(
    {
        Mode.A_PIED: ("pedestrian", {"walking_speed": MARCHE_KMH}),
        Mode.VELO: ("bicycle", {"cycling_speed": 14.0}),
        Mode.VOITURE: ("auto", {}),
    }
)
_PROFIL_OSRM: Mapping[Mode, str] = MappingProxyType({Mode.A_PIED: "foot", Mode.VELO: "bike", Mode.VOITURE: "car"})
_PROFIL_IGN: Mapping[Mode, str] = MappingProxyType({Mode.A_PIED: "pedestrian", Mode.VOITURE: "car"})


_NOMS: Mapping[str, str] = MappingProxyType({"valhalla": "Valhalla", "osrm": "OSRM", "ign": "IGN"})


@dataclass(frozen=True, slots=True)
class Service:
    """An outside service: the name of its program or of who runs it, and the host that is asked."""

    nom: str
    hote: str

    @property
    def est_ign(self) -> bool:
        """Whether its roads are IGN's; those of the others are OpenStreetMap's."""
        return self.nom == _NOMS["ign"]


def find_service(trajets: str, url: str | None) -> Service | None:
    """The service that learns positions in an installation of these settings; None when nobody else is asked."""
    if trajets not in _NOMS:
        return None
    return Service(_NOMS[trajets], httpx.URL(url or URL_IGN).host)


def build_client() -> httpx.Client:
    """A client with waits that a page can bear, which follows no redirection."""
    delais = httpx.Timeout(ATTENTE_LECTURE_S, connect=ATTENTE_CONNEXION_S)
    return httpx.Client(timeout=delais, headers={"User-Agent": "tierslieux"})


@dataclass(frozen=True, slots=True)
class ValhallaMoteur:
    """A Valhalla: `url` is its root, where `sources_to_targets` is. A place without way there is None."""

    client: httpx.Client
    url: str
    estimation: Estimation

    def compute_trajets(self, depart: Point, arrivees: Sequence[Point], mode: Mode) -> list[Trajet | None]:
        """One journey for each arrival, in order; raises SourceError."""
        costing, options = _COSTING[mode]
        trajets: list[Trajet | None] = []
        for lot in _iter_lots(arrivees, LOT_VALHALLA):
            demande = {
                "sources": [self._locate(depart)],
                "targets": [self._locate(arrivee) for arrivee in lot],
                "costing": costing,
                "costing_options": {costing: options},
                "units": "kilometers",
            }
            reponse = _ask(self.client, "POST", f"{self.url}/sources_to_targets", json=demande)
            trajets += self._read(reponse, mode, len(lot))
        return trajets

    @staticmethod
    def _locate(point: Point) -> dict[str, float]:
        return {"lon": point.lon, "lat": point.lat, "search_cutoff": RACCORD_MAX_M}

    def _read(self, reponse: Any, mode: Mode, nombre: int) -> list[Trajet | None]:  # noqa: ANN401  (any JSON value)
        delai_min = get_hypotheses(self.estimation.densite, mode).delai_min
        with _Lecture(self.url, "la réponse n’est pas une matrice de Valhalla"):
            [ligne] = reponse["sources_to_targets"]
            if len(ligne) != nombre:
                raise ValueError(f"{len(ligne)} cells for {nombre} targets")
            return [
                None
                if case["time"] is None or case["distance"] is None
                else Trajet(mode, delai_min + float(case["time"]) / 60, float(case["distance"]) * 1000, Methode.RESEAU)
                for case in sorted(ligne, key=lambda case: int(case["to_index"]))
            ]


@dataclass(frozen=True, slots=True)
class OsrmMoteur:
    """An OSRM, which serves one profile: `url` may hold `{profil}` (foot, bike, car) where it differs by mode.

    OSRM joins any point to its nearest road, however far: beyond RACCORD_MAX_M, the estimate stands for it.
    """

    client: httpx.Client
    url: str
    estimation: Estimation

    def compute_trajets(self, depart: Point, arrivees: Sequence[Point], mode: Mode) -> list[Trajet | None]:
        """One journey for each arrival, in order; raises SourceError."""
        profil = _PROFIL_OSRM[mode]
        racine = self.url.replace("{profil}", profil)
        trajets: list[Trajet | None] = []
        for lot in _iter_lots(arrivees, LOT_OSRM):
            points = ";".join(f"{point.lon:.6f},{point.lat:.6f}" for point in (depart, *lot))
            reponse = _ask(
                self.client,
                "GET",
                f"{racine}/table/v1/{profil}/{points}",
                params={"sources": "0", "annotations": "duration,distance"},
            )
            trajets += self._read(reponse, depart, lot, mode)
        return trajets

    def _read(
        self,
        reponse: Any,  # noqa: ANN401  (any JSON value)
        depart: Point,
        lot: Sequence[Point],
        mode: Mode,
    ) -> list[Trajet | None]:
        delai_min = get_hypotheses(self.estimation.densite, mode).delai_min
        repli = self.estimation.compute_trajets(depart, lot, mode)
        with _Lecture(self.url, "la réponse n’est pas une table d’OSRM"):
            if reponse["code"] != "Ok":
                raise SourceError(f"{self.url} : OSRM répond {str(reponse['code'])[:40]}")
            # Without `destinations`, every point is one: the departure comes first.
            durees_s, longueurs_m = reponse["durations"][0][1:], reponse["distances"][0][1:]
            depart_m = float(reponse["sources"][0]["distance"])
            marches_m = [float(arrivee["distance"]) for arrivee in reponse["destinations"][1:]]
            trajets: list[Trajet | None] = []
            for duree_s, longueur_m, marche_m, estime in zip(durees_s, longueurs_m, marches_m, repli, strict=True):
                if max(depart_m, marche_m) > RACCORD_MAX_M:
                    trajets.append(estime)
                elif duree_s is None or longueur_m is None:
                    trajets.append(None)
                else:
                    a_pied_m = max(depart_m, PORTE_MIN_M) + max(marche_m, PORTE_MIN_M)
                    duree_min = delai_min + float(duree_s) / 60 + a_pied_m * _MARCHE_MIN_PAR_M
                    trajets.append(Trajet(mode, duree_min, float(longueur_m) + a_pied_m, Methode.RESEAU))
            if len(trajets) != len(lot):
                raise ValueError(f"{len(trajets)} cells for {len(lot)} arrivals")
            return trajets


class IgnMoteur:
    """IGN's itineraries, by foot and by car; a bicycle gets the estimate, as do arrivals beyond `appels_max`."""

    def __init__(
        self,
        client: httpx.Client,
        url: str,
        estimation: Estimation,
        *,
        appels_max: int = IGN_APPELS_MAX,
        par_s: float = IGN_PAR_S,
        dormir: Callable[[float], None] = time.sleep,
        horloge: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._url = url
        self._estimation = estimation
        self._appels_max = appels_max
        self._intervalle_s = 1 / par_s
        self._dormir = dormir
        self._horloge = horloge
        self._prochain_s = 0.0

    def compute_trajets(self, depart: Point, arrivees: Sequence[Point], mode: Mode) -> list[Trajet | None]:
        """One journey for each arrival, in order; raises SourceError."""
        trajets = self._estimation.compute_trajets(depart, arrivees, mode)
        if mode not in _PROFIL_IGN:
            return trajets
        for rang, arrivee in enumerate(arrivees[: self._appels_max]):
            trajets[rang] = self._fetch(depart, arrivee, mode)
        return trajets

    def compute_isochrone(self, depart: Point, mode: Mode, duree_min: float) -> BaseGeometry:
        """The area (EPSG:4326) reached from there within `duree_min` minutes; raises SourceError."""
        if mode not in _PROFIL_IGN:
            raise SourceError(f"{self._url} : pas d’isochrone pour le mode « {mode.value} »")
        parametres = {
            "resource": "bdtopo-valhalla",
            "point": f"{depart.lon:.6f},{depart.lat:.6f}",
            "costType": "time",
            "costValue": f"{duree_min:g}",
            "timeUnit": "minute",
            "profile": _PROFIL_IGN[mode],
            "direction": "departure",
            "geometryFormat": "geojson",
            "crs": "EPSG:4326",
        }
        self._wait_turn()
        reponse = _ask(self._client, "GET", f"{self._url}/isochrone", params=parametres)
        with _Lecture(self._url, "la réponse n’est pas une isochrone"):
            aire = shape(reponse["geometry"])
            if aire.geom_type not in {"Polygon", "MultiPolygon"} or aire.is_empty:
                raise ValueError(f"{aire.geom_type} is no area")
            return aire if aire.is_valid else shapely.make_valid(aire)

    def _fetch(self, depart: Point, arrivee: Point, mode: Mode) -> Trajet | None:
        parametres = {
            "resource": "bdtopo-osrm",
            "start": f"{depart.lon:.6f},{depart.lat:.6f}",
            "end": f"{arrivee.lon:.6f},{arrivee.lat:.6f}",
            "profile": _PROFIL_IGN[mode],
            "optimization": "fastest",
            "distanceUnit": "meter",
            "timeUnit": "minute",
            "getSteps": "false",
            "getBbox": "false",
            "crs": "EPSG:4326",
        }
        self._wait_turn()
        reponse = _ask(self._client, "GET", f"{self._url}/itineraire", params=parametres, absent="no path found")
        if reponse is None:
            return None
        delai_min = get_hypotheses(self._estimation.densite, mode).delai_min
        with _Lecture(self._url, "la réponse n’est pas un itinéraire"):
            if (reponse["timeUnit"], reponse["distanceUnit"]) != ("minute", "meter"):
                raise ValueError("other units than those that were asked for")
            return Trajet(mode, delai_min + float(reponse["duration"]), float(reponse["distance"]), Methode.RESEAU)

    def _wait_turn(self) -> None:
        maintenant_s = self._horloge()
        if maintenant_s < self._prochain_s:
            self._dormir(self._prochain_s - maintenant_s)
        self._prochain_s = max(maintenant_s, self._prochain_s) + self._intervalle_s


class _Lecture:
    """Turns whatever an unexpected answer raises into one SourceError."""

    def __init__(self, url: str, motif: str) -> None:
        self._message = f"{url} : {motif}"

    def __enter__(self) -> None:
        return None

    def __exit__(self, genre: type[BaseException] | None, erreur: BaseException | None, _trace: object) -> None:
        if isinstance(erreur, KeyError | TypeError | ValueError | IndexError | AttributeError | shapely.GEOSException):
            raise SourceError(self._message) from erreur


def _iter_lots(points: Sequence[Point], taille: int) -> Iterator[Sequence[Point]]:
    for debut in range(0, len(points), taille):
        yield points[debut : debut + taille]


def _ask(client: httpx.Client, methode: str, url: str, *, absent: str | None = None, **corps: Any) -> Any:  # noqa: ANN401
    """The JSON of an answer; None for a 404 whose text holds `absent`. Raises SourceError; asks only once."""
    serveur = httpx.URL(url).copy_with(path="/", query=None)  # the rest of the address holds positions
    try:
        reponse = client.request(methode, url, **corps)
    except httpx.HTTPError as erreur:
        raise SourceError(f"{serveur} : hors d’atteinte ({type(erreur).__name__})") from erreur
    if absent and reponse.status_code == httpx.codes.NOT_FOUND and absent in reponse.text.lower():
        return None
    # OSRM tells its errors with a 400 and a code in JSON; the number is enough to look them up.
    if reponse.status_code != httpx.codes.OK:
        raise SourceError(f"{serveur} : le serveur répond {reponse.status_code}")
    try:
        return reponse.json()
    except ValueError as erreur:
        raise SourceError(f"{serveur} : la réponse n’est pas du JSON") from erreur
