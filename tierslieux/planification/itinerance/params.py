"""What the form, the address and the command ask of a tour, checked. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from tierslieux.core.errors import InvalidInputError
from tierslieux.couverture.enums import Cible
from tierslieux.lieux.enums import Genre
from tierslieux.planification.etude import Etude
from tierslieux.planification.itinerance.comparaison import HEURES_SITE
from tierslieux.planification.itinerance.parc import CONDUITE_MAX_MIN, CYCLES, INSTALLATION_MIN, OUVERTURE_MIN
from tierslieux.planification.itinerance.semaine import JOURS, JOURS_OUVRES, Demi
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.noms import build_cle

# There is a town hall in nearly every commune, with a square in front of it.
GENRES_ARRETS = (Genre.MAIRIE,)
LIGNES_MAX = 100
SAMEDI = 5

Arguments = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Demande:
    """The team and its week; what is served and for whom is in the Etude.

    `vehicules`: at each depot. `depots`: names or codes of communes; the most populated one when empty. `conduite_max`,
    `installation`: minutes. `ouverture`: hours. `marches`, `exclus`: (commune, half-days), as they are typed.
    `heures_site`: hours a week of a fixed site. Other fields as in Parc and Reference.
    """

    demi_journees: int = 10
    vehicules: int = 1
    cycle: int = 1
    samedi: bool = False
    conduite_max: int = int(CONDUITE_MAX_MIN)
    ouverture: float = OUVERTURE_MIN / 60
    installation: int = int(INSTALLATION_MIN)
    agents: int = 1
    depots: tuple[str, ...] = ()
    marches: tuple[tuple[str, tuple[Demi, ...]], ...] = ()
    marches_imposes: bool = False
    poids_marche: int = 0
    exclus: tuple[tuple[str, tuple[Demi, ...]], ...] = ()
    heures_site: float = HEURES_SITE
    agents_site: int = 1

    @property
    def jours(self) -> tuple[int, ...]:
        """Days worked."""
        return (*JOURS_OUVRES, SAMEDI) if self.samedi else JOURS_OUVRES

    def to_args(self) -> dict[str, str]:
        """The query string, without what is as by default."""
        return {
            champ.name: _write(valeur)
            for champ in fields(self)
            if (valeur := getattr(self, champ.name)) != champ.default
        }

    def to_json(self) -> dict[str, Any]:
        """Every field as it would stand in an address."""
        return {champ.name: _write_json(getattr(self, champ.name)) for champ in fields(self)}

    @classmethod
    def from_args(cls, args: Arguments) -> tuple[Demande, list[InvalidInputError]]:
        """(demand, what was not understood, each left at its default). Never raises."""
        lues: dict[str, Any] = {}
        erreurs: list[InvalidInputError] = []
        for nom, lire in _LECTURES.items():
            texte = args[nom][-1].strip() if args.get(nom) else ""
            if not texte:
                continue
            try:
                lues[nom] = lire(nom, texte)
            except InvalidInputError as erreur:
                erreurs.append(erreur)
        return cls(**lues), erreurs


def read_etude(niveau: Niveau, code: str, args: Arguments) -> tuple[Etude, list[InvalidInputError]]:
    """The study of a tour: stops are town halls unless other kinds are named; help from anybody counts today."""
    defauts = {"genres": [genre.value for genre in GENRES_ARRETS], "cible": [Cible.AIDE.value]}
    return Etude.from_args(niveau, code, {**defauts, **args})


def write_dates(dates: Sequence[tuple[str, tuple[Demi, ...]]]) -> str:
    """What `parse_dates` reads, one commune a line."""
    return "\n".join(f"{nom} : {', '.join(demi.libelle for demi in demis)}" for nom, demis in dates)


def parse_dates(champ: str, texte: str, *, is_matin: bool) -> tuple[tuple[str, tuple[Demi, ...]], ...]:
    """Lines "commune : mardi matin, samedi"; a day alone is its morning, or the whole day unless `is_matin`."""
    lignes = [ligne.strip() for ligne in re.split(r"[\n;]", texte) if ligne.strip()]
    if len(lignes) > LIGNES_MAX:
        raise InvalidInputError(champ, len(lignes), f"au plus {LIGNES_MAX} lignes")
    return tuple(_parse_ligne(champ, ligne, is_matin=is_matin) for ligne in lignes)


def _parse_ligne(champ: str, ligne: str, *, is_matin: bool) -> tuple[str, tuple[Demi, ...]]:
    nom, deux_points, jours = ligne.partition(":")
    if not nom.strip() or not deux_points:
        raise InvalidInputError(champ, ligne, "commune : jour, par exemple « Mende : samedi matin »")
    demis = [demi for mot in jours.split(",") for demi in _parse_jour(champ, mot, is_matin=is_matin)]
    return nom.strip(), tuple(sorted(set(demis)))


def _parse_jour(champ: str, texte: str, *, is_matin: bool) -> list[Demi]:
    jour, _, moitie = build_cle(texte).partition(" ")
    jour = jour.removesuffix("s")
    moities = {"": (False,) if is_matin else (False, True), "matin": (False,), "apres midi": (True,)}
    if jour not in JOURS or moitie not in moities:
        raise InvalidInputError(champ, texte.strip(), f"un jour ({', '.join(JOURS)}), puis « matin » ou « après-midi »")
    return [Demi(JOURS.index(jour), apres_midi) for apres_midi in moities[moitie]]


def _write(valeur: Any) -> str:  # noqa: ANN401  (the value of any field)
    if isinstance(valeur, tuple):
        return write_dates(valeur) if valeur and isinstance(valeur[0], tuple) else ", ".join(valeur)
    if isinstance(valeur, bool):
        return "1" if valeur else "0"
    return f"{valeur:g}"


def _write_json(valeur: Any) -> Any:  # noqa: ANN401  (the value of any field)
    if not isinstance(valeur, tuple):
        return valeur
    if valeur and isinstance(valeur[0], tuple):
        return {nom: [demi.libelle for demi in demis] for nom, demis in valeur}
    return list(valeur)


def _read_entier(bas: int, haut: int) -> Callable[[str, str], int]:
    def lire(nom: str, texte: str) -> int:
        if not re.fullmatch(r"\d{1,6}", texte) or not bas <= int(texte) <= haut:
            raise InvalidInputError(nom, texte, f"un nombre entier de {bas} à {haut}")
        return int(texte)

    return lire


def _read_nombre(bas: float, haut: float) -> Callable[[str, str], float]:
    def lire(nom: str, texte: str) -> float:
        if not re.fullmatch(r"\d{1,3}([.,]\d{1,2})?", texte) or not bas <= float(texte.replace(",", ".")) <= haut:
            raise InvalidInputError(nom, texte, f"un nombre de {bas:g} à {haut:g}")
        return float(texte.replace(",", "."))

    return lire


def _read_cycle(nom: str, texte: str) -> int:
    if texte not in {str(cycle) for cycle in CYCLES}:
        raise InvalidInputError(nom, texte, ", ".join(str(cycle) for cycle in CYCLES))
    return int(texte)


_LECTURES: Mapping[str, Callable[[str, str], Any]] = {
    "demi_journees": _read_entier(1, 60),
    "vehicules": _read_entier(1, 5),
    "cycle": _read_cycle,
    "samedi": lambda _nom, texte: texte == "1",
    "conduite_max": _read_entier(10, 480),
    "ouverture": _read_nombre(1, 5),
    "installation": _read_entier(0, 120),
    "agents": _read_entier(1, 5),
    "depots": lambda _nom, texte: tuple(nom.strip() for nom in texte.split(",") if nom.strip())[:5],
    "marches": lambda nom, texte: parse_dates(nom, texte, is_matin=True),
    "marches_imposes": lambda _nom, texte: texte == "1",
    "poids_marche": _read_entier(0, 100_000),
    "exclus": lambda nom, texte: parse_dates(nom, texte, is_matin=False),
    "heures_site": _read_nombre(1, 60),
    "agents_site": _read_entier(1, 10),
}
