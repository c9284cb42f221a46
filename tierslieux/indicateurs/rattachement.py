"""From rows of a file to one value a territory of today: codes, former communes, points, duplicates. Pure.

Values of former communes go to the commune of today: counts add up, shares are averaged by their weight, a class is
that of the largest; a value that cannot be derived so is left out. Arrondissements of Paris, Lyon and Marseille stay as
published. What is missing is absent, never zero, but where the source says that its list is complete.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import pandas as pd
import shapely

from tierslieux.indicateurs.catalogue import Agregation, Indicateur, SourceIndicateurs, Unite, Zeros
from tierslieux.indicateurs.contrat import CodeRejet, Element, Mesure, Point, Rejet
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.referentiel import ReferentielCommunes

# As in territoires: the publisher's polygons are simplified by about 200 m on the shore; beyond 2 km, one is at sea.
RIVAGE_M = 2_000
# Wide enough for RIVAGE_M of longitude at 51° N: 2 km are 0.029°.
_RIVAGE_DEG = 0.03
# Rejects that are kept as they are, for each code; the others are counted.
EXEMPLES_MAX = 20

Cle: TypeAlias = tuple[Niveau, str]


class Avertissement(StrEnum):
    """What was done about a row that is loaded all the same."""

    ANCIENNE_COMMUNE = "ANCIENNE_COMMUNE"
    POIDS_INCONNU = "POIDS_INCONNU"
    NON_DEDUCTIBLE = "NON_DEDUCTIBLE"
    PRES_DU_RIVAGE = "PRES_DU_RIVAGE"


@dataclass(slots=True)
class _Publie:
    """What a file says of one code, and on which rows."""

    valeurs: dict[str, float] = field(default_factory=dict)
    lignes: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Rattachement:
    """What a file says of territories of today, and what became of each of its rows: lues = chargees + rejets.

    `valeurs`: index (niveau, code), one column an indicator, NaN where absent.
    """

    valeurs: pd.DataFrame
    lues: int = 0
    rejets: Counter[CodeRejet] = field(default_factory=Counter)
    exemples: dict[CodeRejet, list[Rejet]] = field(default_factory=dict)
    avertissements: Counter[Avertissement] = field(default_factory=Counter)

    @property
    def chargees(self) -> int:
        """Rows of which a value is loaded."""
        return self.lues - sum(self.rejets.values())

    def reject(self, rejet: Rejet) -> None:
        """Count a reject, and keep it if it is one of the first of its code."""
        self.rejets[rejet.code] += 1
        exemples = self.exemples.setdefault(rejet.code, [])
        if len(exemples) < EXEMPLES_MAX:
            exemples.append(rejet)


def attach(
    elements: Iterable[Element],
    source: SourceIndicateurs,
    indicateurs: Collection[Indicateur],
    communes: ReferentielCommunes,
    epci: Collection[str] = (),
) -> Rattachement:
    """The values of a file on the territories of today; `epci` are the codes of those of today."""
    rattachement = Rattachement(pd.DataFrame())
    lues: dict[Cle, _Publie] = defaultdict(_Publie)
    points: list[Point] = []
    regles = {indicateur.id: indicateur for indicateur in indicateurs}
    bornes = {indicateur.id: indicateur.bornes for indicateur in indicateurs}
    for element in elements:
        rattachement.lues += 1
        if isinstance(element, Rejet):
            rattachement.reject(element)
        elif (rejet := _check_bornes(element, bornes)) is not None:
            rattachement.reject(rejet)
        elif isinstance(element, Point):
            points.append(element)
        else:
            _collect(element, lues, rattachement)
    par_code = _follow(lues, communes, epci, rattachement)
    valeurs = {cle: _merge(cle, parts, regles, rattachement) for cle, parts in par_code.items()}
    _add_points(points, valeurs, communes, rattachement)
    _add_zeros(valeurs, source, regles, communes, avec_points=bool(points))
    rattachement.valeurs = _build_frame(valeurs, list(regles))
    return rattachement


def _check_bornes(element: Mesure | Point, bornes: Mapping[str, tuple[float, float | None]]) -> Rejet | None:
    for indicateur_id, valeur in element.valeurs.items():
        bas, haut = bornes[indicateur_id]
        if valeur < bas or (haut is not None and valeur > haut):
            return Rejet(element.ligne, CodeRejet.VALEUR_HORS_BORNES, indicateur_id, f"{valeur:g}")
    return None


def _collect(mesure: Mesure, lues: dict[Cle, _Publie], rattachement: Rattachement) -> None:
    """Add the values of a row to those of its code, unless they are given already: the first row counts."""
    publie = lues[mesure.niveau, mesure.code]
    deja = sorted(cle for cle in mesure.valeurs if cle in publie.valeurs)
    if deja:
        contredites = [cle for cle in deja if publie.valeurs[cle] != mesure.valeurs[cle]]
        code = CodeRejet.CONTRADICTION if contredites else CodeRejet.DOUBLON
        rattachement.reject(Rejet(mesure.ligne, code, (contredites or deja)[0], mesure.code))
        return
    publie.valeurs.update(mesure.valeurs)
    publie.lignes.append(mesure.ligne)


def _follow(
    lues: Mapping[Cle, _Publie],
    communes: ReferentielCommunes,
    epci: Collection[str],
    rattachement: Rattachement,
) -> dict[Cle, dict[str, dict[str, float]]]:
    """Values by territory of today, then by the code under which they were published; unknown codes are rejected."""
    par_code: dict[Cle, dict[str, dict[str, float]]] = defaultdict(dict)
    for (niveau, code), publie in lues.items():
        cle = _find_cle(niveau, code, communes, epci)
        if cle is None:
            for ligne in publie.lignes:
                rattachement.reject(Rejet(ligne, CodeRejet.CODE_INCONNU, "code", code))
            continue
        if cle[1] != code:
            rattachement.avertissements[Avertissement.ANCIENNE_COMMUNE] += 1
        par_code[cle][code] = publie.valeurs
    return par_code


def _find_cle(niveau: Niveau, code: str, communes: ReferentielCommunes, epci: Collection[str]) -> Cle | None:
    if niveau is Niveau.EPCI:
        return (niveau, code) if code in epci else None
    commune = communes.find(code) or communes.find_successeur(code)
    if commune is None:
        return None
    return (Niveau.COMMUNE if commune.commune_parent is None else Niveau.ARRONDISSEMENT), commune.code


def _merge(
    cle: Cle, parts: Mapping[str, dict[str, float]], regles: Mapping[str, Indicateur], rattachement: Rattachement
) -> dict[str, float]:
    """One value an indicator, from those of the commune's former parts."""
    if len(parts) == 1:
        return dict(next(iter(parts.values())))
    connus = {indicateur_id for valeurs in parts.values() for indicateur_id in valeurs}
    fusion = {}
    for indicateur_id in connus:
        valeur = _merge_un(cle[1], regles[indicateur_id], parts, rattachement)
        if valeur is not None:
            fusion[indicateur_id] = valeur
    return fusion


def _merge_un(
    code: str, indicateur: Indicateur, parts: Mapping[str, dict[str, float]], rattachement: Rattachement
) -> float | None:
    """The indicator's value for the whole; None when a part lacks it: the sum of some would pass for that of all."""
    if indicateur.unite is Unite.CLASSE:
        return _choose_largest(code, indicateur.id, parts)
    if any(indicateur.id not in valeurs for valeurs in parts.values()):
        return None
    valeurs = [part[indicateur.id] for part in parts.values()]
    if indicateur.agregation is Agregation.SOMME:
        return math.fsum(valeurs)
    if indicateur.agregation is Agregation.AUCUNE:
        rattachement.avertissements[Avertissement.NON_DEDUCTIBLE] += 1
        return None
    poids = [part.get(indicateur.poids or "") for part in parts.values()]
    connus = [p for p in poids if p is not None]
    if len(connus) < len(poids) or sum(connus) == 0:
        # The file does not say how much each part weighs: they weigh the same.
        rattachement.avertissements[Avertissement.POIDS_INCONNU] += 1
        connus = [1.0] * len(valeurs)
    return math.fsum(v * p for v, p in zip(valeurs, connus, strict=True)) / math.fsum(connus)


def _choose_largest(code: str, indicateur_id: str, parts: Mapping[str, dict[str, float]]) -> float | None:
    """The class of the part with most people; without populations, of the one whose code the commune took."""
    dites = {c: valeurs for c, valeurs in parts.items() if indicateur_id in valeurs}
    if not dites:
        return None
    rang = max(dites, key=lambda c: (dites[c].get("population", 0.0), c == code, c))
    return dites[rang][indicateur_id]


# --- Points ----------------------------------------------------------------------------------------------------------


def _add_points(
    points: list[Point], valeurs: dict[Cle, dict[str, float]], communes: ReferentielCommunes, rattachement: Rattachement
) -> None:
    """Add each point to its commune; that of Paris, Lyon or Marseille to its arrondissement and to the city."""
    for point, code in zip(points, _locate(points, communes, rattachement), strict=True):
        if code is None:
            position = f"{point.lon:.5f},{point.lat:.5f}"
            rattachement.reject(Rejet(point.ligne, CodeRejet.HORS_COMMUNE, "position", position))
            continue
        ville = communes.communes[code].commune_parent
        cles = [(Niveau.COMMUNE, code)] if ville is None else [(Niveau.ARRONDISSEMENT, code), (Niveau.COMMUNE, ville)]
        for cle in cles:
            comptes = valeurs.setdefault(cle, {})
            for indicateur_id, valeur in point.valeurs.items():
                comptes[indicateur_id] = comptes.get(indicateur_id, 0.0) + valeur


def _locate(points: list[Point], communes: ReferentielCommunes, rattachement: Rattachement) -> list[str | None]:
    """The commune or arrondissement of each point: whose polygon holds it, else the nearest within RIVAGE_M."""
    if not points:
        return []
    lons, lats = np.array([p.lon for p in points]), np.array([p.lat for p in points])
    trouves: list[str | None] = [None] * len(points)
    formes = shapely.points(lons, lats)
    for rang, polygone in zip(*communes.arbre.query(formes, predicate="intersects"), strict=True):
        trouves[rang] = _choose(trouves[rang], communes.codes[polygone], communes)
    for rang, code in enumerate(trouves):
        if code is None:
            trouves[rang] = _find_rivage(points[rang], communes)
            if trouves[rang] is not None:
                rattachement.avertissements[Avertissement.PRES_DU_RIVAGE] += 1
    return trouves


def _choose(connu: str | None, nouveau: str, communes: ReferentielCommunes) -> str:
    """The arrondissement rather than its city, then the lowest code: a point on a border is in one commune."""
    candidats = [code for code in (connu, nouveau) if code is not None]
    return min(candidats, key=lambda code: (communes.communes[code].commune_parent is None, code))


def _find_rivage(point: Point, communes: ReferentielCommunes) -> str | None:
    rangs = communes.arbre.query(shapely.Point(point.lon, point.lat), predicate="dwithin", distance=_RIVAGE_DEG)
    codes = sorted(communes.codes[rang] for rang in rangs)
    if not codes:
        return None
    lons, lats = np.full(len(codes), point.lon), np.full(len(codes), point.lat)
    distances_m = communes.compute_distances_m(codes, lons, lats)
    est_ville = [communes.communes[code].commune_parent is None for code in codes]
    distance_m, _, code = min(zip(distances_m, est_ville, codes, strict=True))
    return code if distance_m <= RIVAGE_M else None


# --- Zeros, frame ----------------------------------------------------------------------------------------------------


def _add_zeros(
    valeurs: dict[Cle, dict[str, float]],
    source: SourceIndicateurs,
    regles: Mapping[str, Indicateur],
    communes: ReferentielCommunes,
    *,
    avec_points: bool,
) -> None:
    """Give 0 to the communes that a complete list does not name; those without polygon receive no point at all."""
    if source.zeros is None or not valeurs:
        return
    nommes = {communes.communes[code].departement for niveau, code in valeurs if niveau is not Niveau.EPCI}
    for code, commune in communes.communes.items():
        if source.zeros is Zeros.DEPARTEMENTS and commune.departement not in nommes:
            continue
        if avec_points and communes.polygones[communes.rangs[code]] is None:
            continue
        est_commune = commune.commune_parent is None
        if est_commune or avec_points:
            niveau = Niveau.COMMUNE if est_commune else Niveau.ARRONDISSEMENT
            valeurs.setdefault((niveau, code), dict.fromkeys(regles, 0.0))


def _build_frame(valeurs: Mapping[Cle, Mapping[str, float]], colonnes: list[str]) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples([(n.value, c) for n, c in valeurs], names=["niveau", "code"]) if valeurs else None
    donnees = [[ligne.get(colonne, math.nan) for colonne in colonnes] for ligne in valeurs.values()]
    if index is None:
        index = pd.MultiIndex.from_arrays([[], []], names=["niveau", "code"])
    return pd.DataFrame(donnees, index=index, columns=colonnes, dtype="float64").sort_index()
