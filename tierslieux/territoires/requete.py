"""What somebody typed to find a commune, cut into what can be looked for. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from tierslieux.territoires.noms import build_cle, find_cle_arrondissement

# The longest name of a commune has 45 characters; what is longer was pasted by mistake.
LONGUEUR_MAX = 100
_CODE_POSTAL = re.compile(r"\d{5}", re.ASCII)
_DEPARTEMENT = re.compile(r"\d{2}|2[ab]|97\d", re.ASCII)
_POSTES_VILLES = {"paris": "75", "lyon": "690", "marseille": "130"}
_APOSTROPHES = str.maketrans("’‘ʼ´`", "'''''")


@dataclass(frozen=True, slots=True)
class Filtre:
    """Where the commune must be; at most one field is given."""

    code_postal: str | None = None
    departement: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Lecture:
    """One way to read a request: a name, in a place. `cle` is "" when only the place is said."""

    cle: str
    filtre: Filtre


@dataclass(frozen=True, slots=True)
class Requete:
    """A request: the text as typed (cut, cleaned), its key, its code when it is nothing else, other ways to read it."""

    brut: str
    cle: str
    code: str | None = None
    lectures: tuple[Lecture, ...] = ()


def parse_requete(texte: str) -> Requete:
    """Read a request; never fails. Any text is cut to LONGUEUR_MAX characters, what cannot be printed is dropped.

    "29200" and "29019" are codes; "brest 29200", "29200 Brest", "Saint-Denis 93" are names in a place; "paris 11" is
    the key of an arrondissement.
    """
    imprimable = "".join(c if c.isprintable() else " " for c in texte[:LONGUEUR_MAX])
    brut = " ".join(unicodedata.normalize("NFC", imprimable).translate(_APOSTROPHES).split())
    cle = build_cle(brut)
    arrondissement = find_cle_arrondissement(cle)
    if arrondissement is not None:
        return Requete(brut, arrondissement)
    compact = cle.replace(" ", "")
    if _CODE_POSTAL.fullmatch(compact) or (len(compact) == 5 and re.fullmatch(r"2[ab]\d{3}", compact, re.ASCII)):
        return Requete(brut, cle, code=compact.upper())
    return Requete(brut, cle, lectures=tuple(_list_lectures(cle.split())))


def _list_lectures(mots: list[str]) -> list[Lecture]:
    if len(mots) < 2:
        return []
    lectures = []
    for place, autres in ((mots[-1], mots[:-1]), (mots[0], mots[1:])):
        if _CODE_POSTAL.fullmatch(place):
            cle = _find_arrondissement_postal(autres, place) or _join(autres)
            lectures.append(Lecture(cle, Filtre(code_postal=place)))
    if _DEPARTEMENT.fullmatch(mots[-1]):
        lectures.append(Lecture(_join(mots[:-1]), Filtre(departement=mots[-1].upper())))
    return lectures


def split_territoire(cle: str, territoires: Mapping[str, Filtre]) -> list[Lecture]:
    """Readings of a key that ends with the name of a département or of a région ("saint denis la reunion").

    `territoires` gives the place by the key of its name; the longest name comes first.
    """
    mots = cle.split()
    lectures = []
    for coupe in range(1, len(mots)):
        filtre = territoires.get(" ".join(mots[coupe:]))
        if filtre is not None:
            lectures.append(Lecture(_join(mots[:coupe]), filtre))
    return lectures


def _find_arrondissement_postal(mots: list[str], code_postal: str) -> str | None:
    """The arrondissement that a postcode names beside its city: "paris 75011"."""
    if len(mots) != 1 or not code_postal.startswith(_POSTES_VILLES.get(mots[0], "-")):
        return None
    return find_cle_arrondissement(f"{mots[0]} {code_postal[-2:]}")


def _join(mots: list[str]) -> str:
    cle = " ".join(mots)
    return find_cle_arrondissement(cle) or cle
