"""Arcep, "Mon réseau mobile": population and surface of communes by number of operators that cover them. Pure.

One row a technology, a level of coverage and a commune: `pop_0` … `pop_5` are percents of the population covered by
exactly so many operators, `couv_0` … `couv_5` percents of the surface. White: no operator; grey: at least one, not all.
Source of the columns: Arcep's own program (Mon-Reseau-Mobile-v2). Coverage is simulated by operators, checked by Arcep.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tierslieux.indicateurs.contrat import CodeRejet, Element, Mesure, Rejet
from tierslieux.indicateurs.lecture.tables import PART, Colonne, read_code, read_csv, read_valeurs

CODE = "commune"
TECHNO = "techno"
NIVEAU = "niveau"
# "CL", limited coverage or better: what is not even covered so is not covered at all.
NIVEAU_LU = "CL"
TECHNOS = {"4G": "4g", "2G3G": "voix"}
# In the métropole and in each of the five départements and régions of overseas; pop_5 serves Saint-Martin alone.
OPERATEURS = 4
RANG_MAX = 5
# Percents are rounded to two decimals: six of them sum to 100 within this.
TOLERANCE_PCT = 0.1

_PREFIXES = {"pop": "population", "couv": "surface"}


def read(contenu: bytes) -> Iterator[Element]:
    """Each row of 4G and of voice; the others are rejects (HORS_SUJET). Raises SourceError."""
    champs = [f"{prefixe}_{rang}" for prefixe in _PREFIXES for rang in range(RANG_MAX + 1)]
    for ligne, rangee in read_csv(contenu, ",", (TECHNO, NIVEAU, CODE, *champs)):
        yield _build(ligne, rangee)


def _build(ligne: int, rangee: Mapping[str, str]) -> Element:
    code = read_code(ligne, rangee, CODE)
    if isinstance(code, Rejet):
        return code
    if rangee[NIVEAU] != NIVEAU_LU:
        return Rejet(ligne, CodeRejet.HORS_SUJET, NIVEAU, rangee[NIVEAU])
    if rangee[TECHNO] not in TECHNOS:
        return Rejet(ligne, CodeRejet.HORS_SUJET, TECHNO, rangee[TECHNO])
    techno = TECHNOS[rangee[TECHNO]]
    valeurs: dict[str, float] = {}
    for prefixe, nom in _PREFIXES.items():
        champs = [f"{prefixe}_{rang}" for rang in range(RANG_MAX + 1)]
        parts = read_valeurs(ligne, rangee, {champ: Colonne(champ, PART) for champ in champs})
        if isinstance(parts, Rejet):
            return parts
        if not parts:
            continue
        pct = {champ: round(part / PART, 6) for champ, part in parts.items()}
        if abs(sum(pct.values()) - 100) > TOLERANCE_PCT or pct.get(f"{prefixe}_{OPERATEURS + 1}", 0) > 0:
            return Rejet(ligne, CodeRejet.CLASSES_INCOHERENTES, f"{prefixe}_0", rangee[f"{prefixe}_0"])
        grises = sum(parts.get(f"{prefixe}_{rang}", 0.0) for rang in range(1, OPERATEURS))
        valeurs[f"part_{nom}_blanche_{techno}"] = parts.get(f"{prefixe}_0", 0.0)
        valeurs[f"part_{nom}_grise_{techno}"] = min(grises, 1.0)
    return Mesure(ligne, code, valeurs) if valeurs else Rejet(ligne, CodeRejet.SANS_VALEUR, CODE, code)
