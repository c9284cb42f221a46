"""Values parsed once at the edge and trusted afterwards. Neither Flask nor SQLAlchemy here."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import NewType

from tierslieux.core.errors import InvalidInputError
from tierslieux.core.textes import gettext as _

CodeInsee = NewType("CodeInsee", str)
CodePostal = NewType("CodePostal", str)
Siret = NewType("Siret", str)

_CODE_INSEE = re.compile(r"(?:[013-9]\d|2[AB1-9])\d{3}")
_CODE_POSTAL = re.compile(r"\d{5}")
_LONGUEUR_SIRET = 14
# La Poste is the one body whose SIRET do not follow Luhn's rule; INSEE gives them another check sum.
_SIREN_LA_POSTE = "356000000"


def parse_code_insee(texte: str) -> CodeInsee | None:
    """The code when it has the form of a code INSEE ("2A004", "97411"), else None. Says nothing of its existence."""
    code = texte.strip().upper()
    return CodeInsee(code) if _CODE_INSEE.fullmatch(code) else None


def parse_code_postal(texte: str) -> CodePostal | None:
    """The postcode when it has five digits, spaces apart, else None."""
    code = texte.replace(" ", "")
    return CodePostal(code) if _CODE_POSTAL.fullmatch(code) and code.isascii() else None


def parse_siret(texte: str) -> Siret | None:
    """The SIRET when its check sum is right, else None; fourteen zeros mean "none" to several publishers."""
    code = re.sub(r"\s", "", texte)
    if len(code) != _LONGUEUR_SIRET or not (code.isascii() and code.isdigit()) or not int(code):
        return None
    chiffres = [int(c) for c in code]
    if code.startswith(_SIREN_LA_POSTE) and sum(chiffres) % 5 == 0:
        return Siret(code)
    doubles = [c if rang % 2 else (2 * c - 9 if c > 4 else 2 * c) for rang, c in enumerate(chiffres)]
    return Siret(code) if sum(doubles) % 10 == 0 else None


@dataclass(frozen=True, slots=True)
class Position:
    """A point of the Earth in degrees (EPSG:4326)."""

    lon: float
    lat: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lon) and -180 <= self.lon <= 180):
            raise InvalidInputError("longitude", self.lon, _("un nombre entre -180 et 180"))
        if not (math.isfinite(self.lat) and -90 <= self.lat <= 90):
            raise InvalidInputError("latitude", self.lat, _("un nombre entre -90 et 90"))

    @classmethod
    def parse(cls, texte: str, champ: str = "proche") -> Position:
        """Read "lon,lat"; raises InvalidInputError."""
        lon, lat = _parse_nombres(texte, 2, champ, "longitude,latitude en degrés, par exemple -4.49,48.39")
        return cls(lon, lat)


@dataclass(frozen=True, slots=True)
class Bbox:
    """A box in degrees (EPSG:4326): west ≤ east, south ≤ north."""

    ouest: float
    sud: float
    est: float
    nord: float

    @classmethod
    def parse(cls, texte: str, champ: str = "bbox") -> Bbox:
        """Read "west,south,east,north", cut to the Earth; raises InvalidInputError."""
        attendu = "ouest,sud,est,nord en degrés, par exemple -5,48,-4,49"
        ouest, sud, est, nord = _parse_nombres(texte, 4, champ, attendu)
        ouest, est = max(ouest, -180.0), min(est, 180.0)
        sud, nord = max(sud, -90.0), min(nord, 90.0)
        if ouest > est or sud > nord:
            raise InvalidInputError(champ, texte, attendu)
        return cls(ouest, sud, est, nord)


def _parse_nombres(texte: str, combien: int, champ: str, attendu: str) -> list[float]:
    try:
        nombres = [float(partie) for partie in texte.split(",")]
    except ValueError:
        raise InvalidInputError(champ, texte, attendu) from None
    if len(nombres) != combien or not all(math.isfinite(n) for n in nombres):
        raise InvalidInputError(champ, texte, attendu)
    return nombres
