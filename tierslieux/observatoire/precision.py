"""How many digits the figures have in files and in the API, the same in both. Pure.

Counts of people keep one decimal, so that parts add up to their whole; pages round further.
"""

from __future__ import annotations

from tierslieux.indicateurs.catalogue import Indicateur, Methode, Unite

DECIMALES_PERSONNES = 1
DECIMALES_MINUTES = 1
DECIMALES_HEURES = 1
# Hours a week for 1,000 people in need, and shares.
DECIMALES_ACCESSIBILITE = 2
DECIMALES_PART = 4
# What publishers give, without the noise of sums.
DECIMALES_INDICATEUR = 6


def round_nombre(valeur: float | None, decimales: int) -> float | int | None:
    """The number with at most these decimals, an integer when it is one; None stays None."""
    if valeur is None:
        return None
    arrondie = round(valeur, decimales)
    return int(arrondie) if arrondie == int(arrondie) else arrondie


def find_decimales(indicateur: Indicateur) -> int:
    """Decimals of the values of an indicator."""
    est_compte_modele = indicateur.methode is Methode.MODELE and indicateur.unite is Unite.PERSONNES
    return DECIMALES_PERSONNES if est_compte_modele else DECIMALES_INDICATEUR
