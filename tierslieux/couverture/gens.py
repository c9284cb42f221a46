"""People in need of one commune, whole or in part, with the interval of a part. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from scipy.stats import norm

from tierslieux.indicateurs.incertitude import NIVEAU_CONFIANCE

_Z: Final = float(norm.ppf((1 + NIVEAU_CONFIANCE) / 2))


@dataclass(frozen=True, slots=True)
class Gens:
    """People in need, with their interval (None when they are counted), and their share of the people aged 15 more."""

    valeur: float
    bas: float | None
    haut: float | None
    part: float | None = None


def estimate_au_dela(gens: Gens, fraction: float) -> Gens:
    """The people of a fraction (0 to 1) of the commune, with the interval that `Besoins.estimate` gives them.

    The error of the model shrinks with the fraction, the draw of a small number of people with its square root: the
    variance of the whole is parted between the two, and put together again.
    """
    valeur = gens.valeur * fraction
    if gens.bas is None or gens.haut is None:
        return Gens(valeur, None, None)
    personnes = gens.valeur / gens.part if gens.part else math.inf
    tirage = _Z**2 * gens.valeur * (1 - (gens.part or 0.0))
    # A bound may have been cut at 0 or at everybody: the other one has the whole margin.
    marge = max(gens.valeur - gens.bas, gens.haut - gens.valeur)
    modele = max(marge**2 - tirage, 0.0)
    demi = math.sqrt(modele * fraction**2 + tirage * fraction)
    return Gens(valeur, max(valeur - demi, 0.0), min(valeur + demi, personnes * fraction))
