"""What INSEE publishes of illectronisme, and how wrong the model may be: geodata/indicateurs/illectronisme.toml."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache

from tierslieux.indicateurs.catalogue import DOSSIER

FICHIER = DOSSIER / "illectronisme.toml"


@dataclass(frozen=True, slots=True)
class Publie:
    """A figure of INSEE: see geodata/indicateurs/illectronisme.toml."""

    lieu: str
    annee: int
    membres: tuple[str, ...]
    part: float
    arrondi: float
    source: str
    cale: bool = True


@dataclass(frozen=True, slots=True)
class Incertitude:
    """Declared standard deviations of a share, from 0 to 1, common to a whole région: see the file.

    `rapport_commune`: how many times as wide as an EPCI's is what a commune departs from its EPCI.
    """

    region: float
    region_calee: float
    region_calee_autre_annee: float
    outre_mer: float
    outre_mer_calee: float
    sans_covariables: float
    rapport_commune: float


@cache
def list_publies() -> tuple[Publie, ...]:
    """What INSEE publishes, in the order of the file."""
    lus = tomllib.loads(FICHIER.read_text(encoding="utf-8"))["publie"]
    return tuple(Publie(**{**lu, "membres": tuple(lu["membres"])}) for lu in lus)


@cache
def get_incertitude() -> Incertitude:
    """The declared errors."""
    return Incertitude(**tomllib.loads(FICHIER.read_text(encoding="utf-8"))["incertitude"])


def compute_digest() -> str:
    """SHA-256 of the file: what the model is held to has changed when it has."""
    return hashlib.sha256(FICHIER.read_bytes()).hexdigest()
