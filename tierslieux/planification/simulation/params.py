"""What is asked of a simulation beside its study: one more change, one less, a click on the map, a search. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tierslieux.core.errors import InvalidInputError
from tierslieux.planification.etude import Geste, parse_position

LONGUEUR_MAX = 120
PAGE_MAX = 1_000
# The widest mark on the map of the widest région is this far from its middle.
RAYON_MAX_M = 30_000.0
CLES = ("ajouter", "retirer", "ou", "deplacer", "cherche", "page", "carte", "clic", "rayon_m", "vers", "fragments")

Arguments = Mapping[str, Sequence[str]]
T = TypeVar("T")
_CODE = re.compile(r"[0-9A-Za-z_.@,-]{1,60}")


@dataclass(frozen=True, slots=True)
class Clic:
    """Where the map was clicked, in degrees; what stands within `rayon_m` is meant. `vers`: where it was dragged to."""

    lon: float
    lat: float
    rayon_m: float = 0.0
    vers: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class DemandeSimulation:
    """What to do, then what to show. `erreurs`: sentences on what was not understood.

    `ajouter`, `retirer`: changes as they are encoded. `ou`: where to open, in words; `deplacer`: code of the place that
    goes there instead. `cherche`: words of the lists; `page`: of the table; `est_avant`: the map of today.
    """

    ajouter: tuple[Geste, ...] = ()
    retirer: tuple[Geste, ...] = ()
    ou: str = ""
    deplacer: str = ""
    clic: Clic | None = None
    cherche: str = ""
    page: int = 1
    est_avant: bool = False
    erreurs: tuple[str, ...] = ()

    @property
    def est_action(self) -> bool:
        """Whether something is to be changed, then shown at its own address."""
        return bool(self.ajouter or self.retirer or self.ou or self.clic)

    @classmethod
    def from_args(cls, args: Arguments) -> DemandeSimulation:
        """What was understood; never raises."""
        erreurs: list[str] = []

        def read(lire: Callable[[], T], defaut: T) -> T:
            try:
                return lire()
            except InvalidInputError as erreur:
                erreurs.append(erreur.message)
                return defaut

        return cls(
            ajouter=read(lambda: _read_gestes(args, "ajouter"), ()),
            retirer=read(lambda: _read_gestes(args, "retirer"), ()),
            ou=_read_texte(args, "ou"),
            deplacer=read(lambda: _read_code(args), ""),
            clic=read(lambda: _read_clic(args), None),
            cherche=_read_texte(args, "cherche"),
            page=read(lambda: _read_page(args), 1),
            est_avant=_read_texte(args, "carte") == "avant",
            erreurs=tuple(erreurs),
        )


def _read_texte(args: Arguments, nom: str) -> str:
    return " ".join((list(args.get(nom, ())) or [""])[-1].split())[:LONGUEUR_MAX]


def _read_gestes(args: Arguments, nom: str) -> tuple[Geste, ...]:
    return tuple(Geste.parse(texte.strip()) for texte in args.get(nom, ()) if texte.strip())


def _read_code(args: Arguments) -> str:
    code = _read_texte(args, "deplacer")
    if code and not _CODE.fullmatch(code):
        raise InvalidInputError("deplacer", code, "le code d’un lieu ouvert")
    return code


def _read_page(args: Arguments) -> int:
    texte = _read_texte(args, "page")
    if not texte:
        return 1
    if not re.fullmatch(r"\d{1,4}", texte) or not 1 <= int(texte) <= PAGE_MAX:
        raise InvalidInputError("page", texte, f"un nombre entier de 1 à {PAGE_MAX}")
    return int(texte)


def _read_clic(args: Arguments) -> Clic | None:
    texte, vers = _read_texte(args, "clic"), _read_texte(args, "vers")
    if not texte:
        return None
    lon, lat = parse_position(texte)
    return Clic(lon, lat, _read_rayon(args), parse_position(vers) if vers else None)


def _read_rayon(args: Arguments) -> float:
    texte = _read_texte(args, "rayon_m")
    if not texte:
        return 0.0
    if not re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", texte) or float(texte) > RAYON_MAX_M:
        raise InvalidInputError("rayon_m", texte, f"un nombre de mètres de 0 à {RAYON_MAX_M:.0f}")
    return float(texte)
