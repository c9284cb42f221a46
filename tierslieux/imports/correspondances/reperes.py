"""The position of a row: its columns, their decimal sign, their system of coordinates recognised on the first rows.

Longitude comes first, always. A projection that is not told is recognised by the départements that the same rows name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Avertissement, Reject
from tierslieux.imports.correspondances.entrees import (
    OPTIONS_TEXTE,
    Cellules,
    LireTexte,
    Reglages,
    compile_source,
    get_cellule,
    read_entree,
)
from tierslieux.imports.correspondances.vocabulaires import build_cle_terme
from tierslieux.imports.lecture.lecture import Ligne
from tierslieux.imports.lecture.projections import (
    WGS84,
    Projection,
    find_projection,
    list_candidates,
    parse_nombre,
    recognise_decimale,
)
from tierslieux.lieux.enums import Precision

# Rows by which a file's system of coordinates is recognised: all of them have the same.
ECHANTILLON = 500
_ORDINAIRE = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII).fullmatch
_OPTIONS_POSITION = ("commune_geocodee",)
_OPTIONS_PRECISION = ("valeurs", "absentes")

Point = tuple[float, float]
Placer = Callable[[Cellules, list[Avertissement]], dict[str, Any] | None]
Transformer = Callable[[float, float], Point]


@dataclass(frozen=True, slots=True)
class Repere:
    """How positions are read in the rows of one declaration."""

    read_textes: Callable[[Cellules], tuple[str | None, str | None]] | None
    projection: str | None
    read_precision: LireTexte
    is_contredit: Callable[[Cellules], bool]
    find_departement: Callable[[Cellules], str | None]

    def prepare(self, lignes: Iterator[Ligne | Reject]) -> tuple[Iterator[Ligne | Reject], Placer, dict[str, str]]:
        """(the same rows, the function that reads the position of one, what was recognised).

        Raises SourceError when coordinates are no degrees and of no known projection.
        """
        if self.read_textes is None:
            return lignes, lambda _cellules, _avertissements: None, {}
        debut = list(islice(lignes, ECHANTILLON))
        cellules = [ligne.cellules for ligne in debut if isinstance(ligne, Ligne)]
        textes = [self.read_textes(cellule) for cellule in cellules]
        points = [point for lon, lat in textes if (point := parse_point(lon, lat)) is not None]
        projection = self._find_projection(points, cellules)
        decimale = recognise_decimale([texte for paire in textes for texte in paire])
        reconnu = {"decimale": decimale} if decimale else {}
        if points:
            reconnu["projection"] = projection.libelle
        return chain(debut, lignes), self._compile(None if projection == WGS84 else projection.to_wgs84), reconnu

    def _find_projection(self, points: list[Point], cellules: list[Cellules]) -> Projection:
        dite = find_projection(self.projection) if self.projection else None
        if dite is not None:
            return dite
        if not points or _are_degres(points):
            return WGS84
        departements = {d for cellule in cellules if (d := self.find_departement(cellule))}
        candidates = list_candidates(points, departements)
        if len(candidates) == 1:
            return candidates[0]
        exemple = ", ".join(str(c) for c in points[0])
        possibles = f" (possibles : {', '.join(c.libelle for c in candidates)})" if candidates else ""
        raise SourceError(
            f"les coordonnées, par exemple « {exemple} », ne sont ni en degrés ni d’un système reconnu sans doute"
            f"{possibles} : indiquez-le par « projection »"
        )

    def _compile(self, transformer: Transformer | None) -> Placer:
        read_textes, read_precision, is_contredit = self.read_textes, self.read_precision, self.is_contredit

        def placer(cellules: Cellules, avertissements: list[Avertissement]) -> dict[str, Any] | None:
            point = parse_point(*read_textes(cellules)) if read_textes else None
            if point is None:
                return None
            if is_contredit(cellules):
                avertissements.append(Avertissement.POSITION_ECARTEE)
                return None
            lon, lat = transformer(*point) if transformer else point
            position: dict[str, Any] = {"lon": lon, "lat": lat}
            if precision := read_precision(cellules):
                position["precision"] = precision
            return position

        return placer


def parse_point(x: str | None, y: str | None) -> Point | None:
    """The two numbers, decimal commas and spaces between thousands admitted; None when either is no number."""
    premier, second = _read_nombre(x), _read_nombre(y)
    return None if premier is None or second is None else (premier, second)


def _read_nombre(texte: str | None) -> float | None:
    # Nearly all cells: what follows is ten times as slow.
    if texte and _ORDINAIRE(texte):
        return float(texte)
    return parse_nombre(texte)


def _are_degres(points: list[Point]) -> bool:
    """Whether most points are degrees: a few wrong ones are rows to reject, not another system."""
    dedans = sum(abs(x) <= 180 and abs(y) <= 90 for x, y in points if math.isfinite(x) and math.isfinite(y))
    return dedans * 2 > len(points)


def compile_position(
    entrees: Mapping[str, Any], options: Mapping[str, Any], reglages: Reglages, *, projection: str | None
) -> Repere:
    """How positions are read: `longitude` and `latitude`, or `coordonnees` ("latitude, longitude" in one column)."""
    lecteur = reglages.lecteur
    lecteur.check_cles("[position]", options, _OPTIONS_POSITION)
    if projection is not None and find_projection(projection) is None:
        lecteur.refuse("[lecture] projection", projection, "un code tel que « EPSG:2154 »")
    if ("longitude" in entrees) != ("latitude" in entrees):
        lecteur.refuse("[colonnes]", "longitude ou latitude seule", "les deux colonnes, ou aucune")
    return Repere(
        read_textes=_compile_textes(entrees, reglages),
        projection=projection,
        read_precision=_compile_precision(entrees, reglages),
        is_contredit=_compile_contredit(entrees, options, reglages),
        find_departement=_compile_departement(entrees, reglages),
    )


def _compile_textes(
    entrees: Mapping[str, Any], reglages: Reglages
) -> Callable[[Cellules], tuple[str | None, str | None]] | None:
    if "longitude" in entrees:
        longitude, latitude = (
            compile_source(cible, read_entree(cible, entrees[cible], ("absentes",), reglages), reglages)
            for cible in ("longitude", "latitude")
        )
        return lambda cellules: (longitude(cellules), latitude(cellules))
    if "coordonnees" not in entrees:
        return None
    colonne = reglages.lecteur.read_texte("coordonnees", entrees["coordonnees"])
    reglages.note(colonne)
    return lambda cellules: _split_coordonnees(get_cellule(cellules, colonne))


def _split_coordonnees(valeur: Any) -> tuple[str | None, str | None]:  # noqa: ANN401  (any JSON value)
    """(longitude, latitude) of "48.1, -4.2", of {"lon", "lat"}, or of a GeoJSON point, which alone puts x first."""
    if isinstance(valeur, dict):
        if isinstance(valeur.get("coordinates"), list):
            return _split_coordonnees([str(c) for c in reversed(valeur["coordinates"][:2])])
        return (
            next((str(valeur[cle]) for cle in ("lon", "lng", "longitude", "x") if cle in valeur), None),
            next((str(valeur[cle]) for cle in ("lat", "latitude", "y") if cle in valeur), None),
        )
    # A comma between two numbers, or a semicolon or a space when commas are decimal signs.
    morceaux = valeur if isinstance(valeur, list) else _cut_coordonnees(valeur) if isinstance(valeur, str) else []
    return (str(morceaux[1]), str(morceaux[0])) if len(morceaux) == 2 else (None, None)


def _cut_coordonnees(texte: str) -> list[str]:
    texte = texte.strip("()[] ")
    for signe in (";", ", ", " ", ","):
        morceaux = [morceau.strip(" ,") for morceau in texte.split(signe) if morceau.strip(" ,")]
        if len(morceaux) == 2:
            return morceaux
    return []


def _compile_precision(entrees: Mapping[str, Any], reglages: Reglages) -> LireTexte:
    """What a position points at when the file says it; None says nothing."""
    if "precision" not in entrees:
        return lambda _cellules: None
    lecteur = reglages.lecteur
    table = read_entree("precision", entrees["precision"], _OPTIONS_PRECISION, reglages)
    admises = [precision.value for precision in Precision]
    dites = table.get("valeurs", {precision: precision for precision in admises})
    choix: dict[str, str] = {}
    for texte, precision in lecteur.read_table("precision.valeurs", dites).items():
        if precision not in (*admises, ""):
            lecteur.refuse("precision.valeurs", precision, f"une précision parmi {', '.join(admises)}", admises)
        choix[build_cle_terme(texte)] = precision
    lire = compile_source("precision", table, reglages)
    return lambda cellules: choix.get(build_cle_terme(lire(cellules) or "")) or None


def _compile_contredit(
    entrees: Mapping[str, Any], options: Mapping[str, Any], reglages: Reglages
) -> Callable[[Cellules], bool]:
    """Whether the file's own geocoding put the row in another commune than the one that it declares."""
    if "commune_geocodee" not in options:
        return lambda _cellules: False
    colonnes = reglages.lecteur.read_textes("position.commune_geocodee", options["commune_geocodee"])
    reglages.note(*colonnes)
    if "commune_code" not in entrees:
        reglages.lecteur.refuse("[position]", "commune_geocodee", "une colonne pour « commune_code » à comparer")
    (declare,) = _compile_codes(entrees, ("commune_code",), reglages)

    def is_contredit(cellules: Cellules) -> bool:
        code = declare(cellules)
        trouves = {str(valeur).zfill(5) for colonne in colonnes if (valeur := cellules.get(colonne))}
        return bool(code and trouves) and str(code).zfill(5) not in trouves

    return is_contredit


def _compile_departement(entrees: Mapping[str, Any], reglages: Reglages) -> Callable[[Cellules], str | None]:
    """The département that the row's code INSEE or postcode names."""
    lires = _compile_codes(entrees, ("commune_code", "code_postal"), reglages)

    def find_departement(cellules: Cellules) -> str | None:
        code = next((texte for lire in lires if (texte := lire(cellules))), None)
        if code is None or len(code) not in {4, 5}:
            return None
        code = code.zfill(5)
        return code[:3] if code.startswith(("97", "98")) else code[:2]

    return find_departement


def _compile_codes(entrees: Mapping[str, Any], cibles: tuple[str, ...], reglages: Reglages) -> list[LireTexte]:
    return [
        compile_source(cible, read_entree(cible, entrees[cible], OPTIONS_TEXTE, reglages), reglages)
        for cible in cibles
        if cible in entrees
    ]
