"""The reference of communes as imports need it: in memory, read-only. Pure: built by `services.load_referentiel`."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from tierslieux.territoires.noms import build_cle, find_cle_arrondissement

_GEOIDE = Geod(ellps="WGS84")
_ARRONDI_M = 1e-6
# Beyond 80° of latitude, where there is no commune, longitudes shrink too much to be compared with latitudes.
_COSINUS_MIN = math.cos(math.radians(80))


@dataclass(frozen=True, slots=True)
class CommuneReference:
    """A commune or a municipal arrondissement of today; positions in degrees (EPSG:4326), None when unknown.

    `nom` has its article. `commune_parent` is the code of Paris, Lyon or Marseille for their arrondissements.
    """

    code: str
    nom: str
    departement: str | None
    commune_parent: str | None
    lon: float | None
    lat: float | None
    mairie_lon: float | None
    mairie_lat: float | None


@dataclass(frozen=True, slots=True)
class ReferentielCommunes:
    """Communes and arrondissements of today by code, name, postcode and place; former communes by code and name.

    Keys of names are those of `noms.build_cle`. `codes`, `polygones` (None: no polygon) and `arbre` go together, and
    `rangs` gives the place of a code in them.
    """

    communes: Mapping[str, CommuneReference]
    successeurs: Mapping[str, str]
    noms: Mapping[str, tuple[str, ...]]
    anciens_noms: Mapping[str, tuple[str, ...]]
    codes_postaux: Mapping[str, tuple[str, ...]]
    codes: tuple[str, ...]
    rangs: Mapping[str, int]
    polygones: NDArray[np.object_]
    arbre: shapely.STRtree

    @classmethod
    def build(
        cls,
        *,
        communes: Mapping[str, CommuneReference],
        wkb: Mapping[str, bytes | None],
        noms: Mapping[str, Collection[str]],
        anciens_noms: Mapping[str, Collection[str]],
        successeurs: Mapping[str, str],
        codes_postaux: Mapping[str, Collection[str]],
    ) -> ReferentielCommunes:
        """From the rows of the database; `wkb` is the boundary of each commune (EPSG:4326)."""
        codes = list(communes)
        formes = [wkb.get(code) for code in codes]
        polygones = shapely.from_wkb([None if forme is None else bytes(forme) for forme in formes])
        shapely.prepare(polygones)
        return cls(
            communes=dict(communes),
            successeurs=dict(successeurs),
            noms={cle: tuple(sorted(valeurs)) for cle, valeurs in noms.items()},
            anciens_noms={cle: tuple(sorted(valeurs)) for cle, valeurs in anciens_noms.items()},
            codes_postaux={code: tuple(sorted(valeurs)) for code, valeurs in codes_postaux.items()},
            codes=tuple(codes),
            rangs={code: rang for rang, code in enumerate(codes)},
            polygones=polygones,
            arbre=shapely.STRtree(polygones),
        )

    # --- By code, postcode, name -------------------------------------------------------------------------------------

    def find(self, code: str) -> CommuneReference | None:
        """The commune or arrondissement of today with this code INSEE."""
        return self.communes.get(code)

    def find_successeur(self, code: str) -> CommuneReference | None:
        """The commune of today that holds the former commune with this code; None for a code of today."""
        return None if code in self.communes else self.communes.get(self.successeurs.get(code, ""))

    def list_code_postal(self, code_postal: str) -> list[CommuneReference]:
        """The communes and arrondissements that a postcode serves, by code."""
        return [self.communes[code] for code in self.codes_postaux.get(code_postal, ())]

    def find_nom(self, nom: str, departement: str | None) -> CommuneReference | None:
        """The one commune of this name, in the département when it is given; None when there are none or several.

        Names of today count before former names. Case, accents, "St", hyphens and "Cedex" do not count; "MARSEILLE 11"
        is an arrondissement.
        """
        cle = _build_cle(nom)
        for index in (self.noms, self.anciens_noms):
            trouvees = [self.communes[code] for code in index.get(cle, ())]
            if departement is not None:
                trouvees = [commune for commune in trouvees if commune.departement == departement]
            if trouvees:
                return trouvees[0] if len(trouvees) == 1 else None
        return None

    def has_nom(self, commune: CommuneReference, nom: str) -> bool:
        """Whether the commune bears or bore this name.

        An arrondissement also goes by the name of its city, and the city by those of its arrondissements: they do not
        contradict each other.
        """
        cle = _build_cle(nom)
        porteuses = {*self.noms.get(cle, ()), *self.anciens_noms.get(cle, ())}
        if commune.code in porteuses or commune.commune_parent in porteuses:
            return True
        return any(self.communes[code].commune_parent == commune.code for code in porteuses)

    def list_arrondissements(self, code: str) -> list[CommuneReference]:
        """The municipal arrondissements of Paris, Lyon or Marseille, by code; none elsewhere."""
        return [commune for commune in self.communes.values() if commune.commune_parent == code]

    # --- By place ----------------------------------------------------------------------------------------------------

    def find_centre(self, code: str) -> tuple[float, float] | None:
        """(lon, lat) of the town hall, else of a point of the commune; None when neither is known."""
        commune = self.communes.get(code)
        if commune is None:
            return None
        if commune.mairie_lon is not None and commune.mairie_lat is not None:
            return commune.mairie_lon, commune.mairie_lat
        if commune.lon is not None and commune.lat is not None:
            return commune.lon, commune.lat
        return None

    def find_at(self, lon: float, lat: float) -> CommuneReference | None:
        """The arrondissement, else the commune, whose polygon holds the point."""
        rangs = self.arbre.query(shapely.Point(lon, lat), predicate="intersects")
        trouvees = [self.communes[self.codes[rang]] for rang in rangs]
        return min(trouvees, key=lambda commune: (commune.commune_parent is None, commune.code), default=None)

    def contains_near(self, code: str, lon: float, lat: float, marge_deg: float) -> bool | None:
        """Whether the point is in the commune's polygon or at most `marge_deg` from it; None without a polygon."""
        polygone = self._find_polygone(code)
        return None if polygone is None else bool(shapely.dwithin(polygone, shapely.Point(lon, lat), marge_deg))

    def compute_distance_m(self, code: str, lon: float, lat: float) -> float | None:
        """Metres from the point to the commune's polygon, 0 inside; None without a polygon."""
        polygone = self._find_polygone(code)
        if polygone is None:
            return None
        if shapely.intersects_xy(polygone, lon, lat):
            return 0.0
        return float(_measure(np.array([polygone]), np.array([lon]), np.array([lat]))[0])

    def compute_distances_m(
        self, codes: Sequence[str], lons: NDArray[np.float64], lats: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """`compute_distance_m` of each (code, lon, lat); NaN without a polygon."""
        polygones = np.array([self._find_polygone(code) for code in codes], dtype=object)
        distances = np.full(len(polygones), np.nan)
        connus = ~shapely.is_missing(polygones)
        distances[connus] = _measure(polygones[connus], np.asarray(lons)[connus], np.asarray(lats)[connus])
        return distances

    def _find_polygone(self, code: str) -> shapely.MultiPolygon | None:
        rang = self.rangs.get(code)
        return None if rang is None else self.polygones[rang]


def _build_cle(nom: str) -> str:
    cle = build_cle(nom)
    return find_cle_arrondissement(cle) or cle


def _measure(
    polygones: NDArray[np.object_], lons: NDArray[np.float64], lats: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Metres on the ellipsoid from each point to the nearest point of its polygon.

    The nearest point is looked for in a plane where longitudes are shrunk by the cosine of the point's latitude (within
    100 km, the choice is right to some metres); the distance itself is geodesic.
    """
    if len(polygones) == 0:
        return np.zeros(0)
    cosinus = np.maximum(np.cos(np.radians(lats)), _COSINUS_MIN)
    coordonnees, rangs = shapely.get_coordinates(polygones, return_index=True)
    reduites = shapely.set_coordinates(
        polygones.copy(), coordonnees * np.column_stack([cosinus[rangs], np.ones(len(rangs))])
    )
    points = shapely.points(lons * cosinus, lats)
    lignes = shapely.shortest_line(reduites, points)
    proches = shapely.get_coordinates(shapely.get_point(lignes, 0))
    distances = np.asarray(_GEOIDE.inv(proches[:, 0] / cosinus, proches[:, 1], lons, lats)[2])
    # Inside, the nearest point is the point itself, but for the rounding of its longitude.
    return np.where(distances < _ARRONDI_M, 0.0, distances)
