"""A study: the territory, the need, the candidates, the aim and the changes of a scenario. Pure.

All of it stands in the address. The same study always has the same address and the same JSON, so that a digest tells
whether two are the same.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from tierslieux.core.errors import InvalidInputError
from tierslieux.couverture.enums import Cible
from tierslieux.lieux.enums import Genre
from tierslieux.planification.enums import Action, Objectif, Priorite, Propriete
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode

# The need by default; any other indicator that counts people may stand in its place, or a table of a territory.
BESOIN = "personnes_illectronisme"
PREFIXE_TABLE = "table-"
# Buildings that belong to everybody and stand nearly everywhere; in the order of the vocabulary.
GENRES = (Genre.BIBLIOTHEQUE, Genre.MAIRIE, Genre.LA_POSTE)
# Kinds whose building belongs to a public body.
GENRES_PUBLICS = frozenset(
    {
        Genre.MAIRIE,
        Genre.BIBLIOTHEQUE,
        Genre.FRANCE_SERVICES,
        Genre.CCAS,
        Genre.MAISON_DEPARTEMENTALE,
        Genre.MISSION_LOCALE,
        Genre.FRANCE_TRAVAIL,
        Genre.PREFECTURE,
        Genre.EPN,
        Genre.MICRO_FOLIE,
    }
)

MINUTES_MIN, MINUTES_MAX = 5, 60
SITES_MAX = 500
GESTES_MAX = 50
SOMMETS_MAX = 60
# Digits of degrees in addresses: 1 m.
DECIMALES_DEGRES = 5
_CODE = re.compile(r"[0-9A-Za-z_.-]{1,40}")
_INDICATEUR = re.compile(r"[a-z0-9_]{1,60}|table-[0-9A-Za-z_-]{1,30}")
_CRENEAU = re.compile(r"[a-z]{2}-[a-z]{2,10}")

Arguments = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Geste:
    """One change of a scenario.

    `code`: a candidate or an open place; None for a free point to open. `lon`, `lat` (degrees): where it opens or moves
    to. `creneau`: the half-day that is added to its hours.
    """

    action: Action
    code: str | None = None
    lon: float | None = None
    lat: float | None = None
    creneau: str | None = None

    def encode(self) -> str:
        """As it stands in an address: "ouvrir:<code>", "ouvrir:@lon,lat", "deplacer:<code>@lon,lat"."""
        suite = ""
        if self.lon is not None and self.lat is not None:
            suite = f"@{self.lon:.{DECIMALES_DEGRES}f},{self.lat:.{DECIMALES_DEGRES}f}"
        elif self.creneau:
            suite = f"@{self.creneau}"
        return f"{self.action.value}:{self.code or ''}{suite}"

    @classmethod
    def parse(cls, texte: str) -> Geste:
        """What `encode` wrote; raises InvalidInputError."""
        mot, _, reste = texte.partition(":")
        code, arobase, suite = reste.partition("@")
        if mot not in set(Action) or (code and not _CODE.fullmatch(code)) or not (code or suite):
            raise _refuse_geste(texte)
        action = Action(mot)
        if action is Action.HORAIRES:
            if not code or not _CRENEAU.fullmatch(suite):
                raise _refuse_geste(texte)
            return cls(action, code, creneau=suite)
        if not arobase:
            if action is Action.DEPLACER:
                raise _refuse_geste(texte)
            return cls(action, code)
        if action is Action.FERMER or (action is Action.OUVRIR and code) or (action is Action.DEPLACER and not code):
            raise _refuse_geste(texte)
        lon, lat = parse_position(suite, texte)
        return cls(action, code or None, lon, lat)


def _refuse_geste(texte: str) -> InvalidInputError:
    attendu = "ouvrir:<code>, ouvrir:@<longitude>,<latitude>, fermer:<code>, deplacer:<code>@<longitude>,<latitude>"
    return InvalidInputError("geste", texte, attendu)


def parse_position(texte: str, entier: str | None = None) -> tuple[float, float]:
    """(longitude, latitude) in degrees from "lon,lat"; raises InvalidInputError."""
    morceaux = texte.split(",")
    try:
        lon, lat = (round(float(morceau), DECIMALES_DEGRES) for morceau in morceaux)
    except ValueError:
        raise InvalidInputError("position", entier or texte, "longitude,latitude en degrés") from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InvalidInputError("position", entier or texte, "longitude,latitude en degrés")
    return lon, lat


@dataclass(frozen=True, slots=True)
class Etude:
    """What is asked, whole. Everything has a default but the territory.

    `besoin`: id of an indicator that counts people, or "table-<id>". `cible`: the kind of place that counts as open.
    `genres`: kinds of buildings that may host one; `population_min`, `population_max`: of their commune; `zone`:
    corners (lon, lat) of an area they must stand in; `table`: id of a table of candidates, added to those of `genres`.
    `sites`: how many may open; `budget`: in the unit of the costs of the table; `part`: 0 to 1. `espacement_km`:
    between two new sites; `capacite`: people in need one site can serve, None for any number. `imposes`, `interdits`:
    codes of candidates. `gestes`: changes, in order.
    """

    niveau: Niveau
    code: str
    besoin: str = BESOIN
    cible: Cible = Cible.AIDE
    mode: Mode = Mode.VOITURE
    minutes: int = 20
    genres: tuple[Genre, ...] = GENRES
    population_min: int | None = None
    population_max: int | None = None
    propriete: Propriete | None = None
    zone: tuple[tuple[float, float], ...] = ()
    table: str | None = None
    objectif: Objectif = Objectif.COUVERTURE
    sites: int | None = 5
    budget: float | None = None
    part: float | None = None
    espacement_km: float | None = None
    capacite: float | None = None
    par_epci: bool = False
    imposes: tuple[str, ...] = ()
    interdits: tuple[str, ...] = ()
    priorite: Priorite = Priorite.AUCUNE
    gestes: tuple[Geste, ...] = field(default=())

    @property
    def est_modelise(self) -> bool:
        """Whether the people counted are those of the model, with an interval."""
        return self.besoin == BESOIN

    def add(self, *gestes: Geste) -> Etude:
        """The study with these changes after the others; one that is there already, or undone by the new one, goes."""
        restants = list(self.gestes)
        for geste in gestes:
            restants = [ancien for ancien in restants if not _is_contredit(ancien, geste)]
            if not _is_retour(self.gestes, geste):
                restants.append(geste)
        return replace(self, gestes=tuple(restants))

    def drop(self, rang: int) -> Etude:
        """The study without one of its changes; the last one for -1."""
        gestes = list(self.gestes)
        del gestes[rang]
        return replace(self, gestes=tuple(gestes))

    def to_args(self) -> dict[str, list[str]]:
        """The query string of the study, without what is as by default nor the territory; in one order."""
        args: dict[str, list[str]] = {}
        for champ in fields(self):
            if champ.name in {"niveau", "code"}:
                continue
            valeur = getattr(self, champ.name)
            if valeur != champ.default:
                args[champ.name] = _write(champ.name, valeur)
        return args

    def to_json(self) -> dict[str, Any]:
        """The study as JSON values, defaults included."""
        return {champ.name: _write_json(champ.name, getattr(self, champ.name)) for champ in fields(self)}

    def to_canonique(self) -> str:
        """One text for one study: what digests are made of."""
        return json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, valeurs: Mapping[str, Any]) -> Etude:
        """What `to_json` wrote; raises InvalidInputError."""
        args = {
            nom: _list_textes(nom, valeur) for nom, valeur in valeurs.items() if valeur is not None and valeur != []
        }
        vides = {nom: [""] for nom in ("genres", "sites") if valeurs.get(nom) in (None, [])}
        etude, erreurs = cls.from_args(Niveau(valeurs["niveau"]), str(valeurs["code"]), args | vides)
        if erreurs:
            raise erreurs[0]
        return etude

    @classmethod
    def from_args(cls, niveau: Niveau, code: str, args: Arguments) -> tuple[Etude, list[InvalidInputError]]:
        """(study, what was not understood, each left at its default). Never raises."""
        lues: dict[str, Any] = {}
        erreurs: list[InvalidInputError] = []
        for nom, lire in _LECTURES.items():
            if nom not in args:
                continue
            try:
                lues[nom] = lire([texte.strip() for texte in args[nom]])
            except InvalidInputError as erreur:
                erreurs.append(erreur)
        return cls(niveau, code, **lues), erreurs


def _is_contredit(ancien: Geste, nouveau: Geste) -> bool:
    """Whether a new change takes the place of an old one: same place, other than its hours."""
    if ancien == nouveau:
        return True
    return (
        ancien.code is not None
        and ancien.code == nouveau.code
        and Action.HORAIRES not in {ancien.action, nouveau.action}
    )


def _is_retour(gestes: Sequence[Geste], nouveau: Geste) -> bool:
    """Whether a new change only undoes an old one: opening what was closed, closing what was opened."""
    inverses = {Action.OUVRIR: Action.FERMER, Action.FERMER: Action.OUVRIR}
    return nouveau.code is not None and any(
        ancien.code == nouveau.code and ancien.action is inverses.get(nouveau.action) for ancien in gestes
    )


# --- Writing ---------------------------------------------------------------------------------------------------------


def _write(nom: str, valeur: Any) -> list[str]:  # noqa: ANN401  (the value of any field)
    if valeur is None:
        return [""]
    if nom == "zone":
        return [" ".join(f"{lon:.{DECIMALES_DEGRES}f},{lat:.{DECIMALES_DEGRES}f}" for lon, lat in valeur)]
    if nom == "gestes":
        return [geste.encode() for geste in valeur]
    if isinstance(valeur, tuple):
        return [str(membre) for membre in valeur] or [""]
    if isinstance(valeur, bool):
        return ["1" if valeur else "0"]
    return [f"{valeur:g}" if isinstance(valeur, float) else str(valeur)]


def _write_json(nom: str, valeur: Any) -> Any:  # noqa: ANN401  (the value of any field)
    if nom == "gestes":
        return [geste.encode() for geste in valeur]
    if nom == "zone":
        return [list(sommet) for sommet in valeur]
    if isinstance(valeur, tuple):
        return [str(membre) for membre in valeur]
    return valeur if valeur is None or isinstance(valeur, bool | int | float) else str(valeur)


def _list_textes(nom: str, valeur: Any) -> list[str]:  # noqa: ANN401  (the value of any field)
    if nom == "zone":
        return _write(nom, valeur)
    if isinstance(valeur, list):
        return [str(membre) for membre in valeur]
    return _write(nom, valeur)


# --- Reading ---------------------------------------------------------------------------------------------------------


def _read_entier(champ: str, bas: int, haut: int, textes: Sequence[str]) -> int | None:
    texte = textes[-1]
    if not texte:
        return None
    if not re.fullmatch(r"\d{1,9}", texte) or not bas <= int(texte) <= haut:
        raise InvalidInputError(champ, texte, f"un nombre entier de {bas} à {haut}")
    return int(texte)


def _read_nombre(champ: str, bas: float, haut: float, textes: Sequence[str]) -> float | None:
    texte = textes[-1].replace(",", ".").replace("\u202f", "").replace("\xa0", "").replace(" ", "")
    if not texte:
        return None
    try:
        nombre = float(texte)
    except ValueError:
        nombre = math.nan
    if not bas <= nombre <= haut:
        raise InvalidInputError(champ, textes[-1], f"un nombre de {bas:g} à {haut:_.0f}".replace("_", " "))
    return nombre


def _read_part(textes: Sequence[str]) -> float | None:
    """A share as it is written in addresses (0.9) or typed ("90 %", "90")."""
    texte = textes[-1].removesuffix("%").strip()
    nombre = _read_nombre("part", 0, 100, [texte])
    if nombre is None:
        return None
    part = nombre / 100 if nombre > 1 or textes[-1].endswith("%") else nombre
    if part <= 0:
        raise InvalidInputError("part", textes[-1], "une part de plus de 0 à 100 %")
    return part


def _read_code(champ: str, membres: Any, textes: Sequence[str]) -> Any:  # noqa: ANN401  (a member of any enumeration)
    texte = textes[-1]
    if texte not in set(membres):
        raise InvalidInputError(champ, texte, ", ".join(membre.value for membre in membres))
    return membres(texte)


def _read_genres(textes: Sequence[str]) -> tuple[Genre, ...]:
    choisis = {texte for texte in textes if texte}
    inconnus = sorted(choisis - set(Genre))
    if inconnus:
        raise InvalidInputError("genres", inconnus[0], ", ".join(genre.value for genre in Genre))
    return tuple(genre for genre in Genre if genre in choisis)


def _read_codes(champ: str, textes: Sequence[str]) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(code for texte in textes for code in texte.replace(",", " ").split()))
    for code in codes:
        if not _CODE.fullmatch(code):
            raise InvalidInputError(champ, code, "le code d’un bâtiment candidat")
    if len(codes) > SITES_MAX:
        raise InvalidInputError(champ, len(codes), f"au plus {SITES_MAX} codes")
    return codes


def _read_zone(textes: Sequence[str]) -> tuple[tuple[float, float], ...]:
    sommets = tuple(parse_position(texte) for texte in textes[-1].split())
    if sommets and not 3 <= len(sommets) <= SOMMETS_MAX:
        raise InvalidInputError("zone", textes[-1], f"de 3 à {SOMMETS_MAX} points « longitude,latitude »")
    return sommets


def _read_gestes(textes: Sequence[str]) -> tuple[Geste, ...]:
    lus = [texte for texte in textes if texte]
    if len(lus) > GESTES_MAX:
        raise InvalidInputError("gestes", len(lus), f"au plus {GESTES_MAX} changements")
    return tuple(dict.fromkeys(Geste.parse(texte) for texte in lus))


def _read_besoin(textes: Sequence[str]) -> str:
    if not _INDICATEUR.fullmatch(textes[-1]):
        raise InvalidInputError("besoin", textes[-1], "le nom d’un indicateur qui compte des personnes")
    return textes[-1]


def _read_table(textes: Sequence[str]) -> str | None:
    if textes[-1] and not _CODE.fullmatch(textes[-1]):
        raise InvalidInputError("table", textes[-1], "le code d’une table déposée")
    return textes[-1] or None


def _read_propriete(textes: Sequence[str]) -> Propriete | None:
    return _read_code("propriete", Propriete, textes) if textes[-1] else None


def _read_minutes(textes: Sequence[str]) -> int:
    minutes = _read_entier("minutes", MINUTES_MIN, MINUTES_MAX, textes)
    if minutes is None:
        raise InvalidInputError("minutes", "", f"un nombre entier de {MINUTES_MIN} à {MINUTES_MAX}")
    return minutes


_LECTURES: Mapping[str, Any] = {
    "besoin": _read_besoin,
    "cible": lambda textes: _read_code("cible", Cible, textes),
    "mode": lambda textes: _read_code("mode", Mode, textes),
    "minutes": _read_minutes,
    "genres": _read_genres,
    "population_min": lambda textes: _read_entier("population_min", 0, 10_000_000, textes),
    "population_max": lambda textes: _read_entier("population_max", 0, 10_000_000, textes),
    "propriete": _read_propriete,
    "zone": _read_zone,
    "table": _read_table,
    "objectif": lambda textes: _read_code("objectif", Objectif, textes),
    "sites": lambda textes: _read_entier("sites", 1, SITES_MAX, textes),
    "budget": lambda textes: _read_nombre("budget", 0, 1e12, textes),
    "part": _read_part,
    "espacement_km": lambda textes: _read_nombre("espacement_km", 0, 500, textes),
    "capacite": lambda textes: _read_nombre("capacite", 1, 1e7, textes),
    "par_epci": lambda textes: textes[-1] == "1",
    "imposes": lambda textes: _read_codes("imposes", textes),
    "interdits": lambda textes: _read_codes("interdits", textes),
    "priorite": lambda textes: _read_code("priorite", Priorite, textes),
    "gestes": _read_gestes,
}
