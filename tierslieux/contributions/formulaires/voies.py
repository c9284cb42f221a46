"""Ways and numbers in addresses, compared as people write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from tierslieux.lieux.enums import Precision
from tierslieux.territoires.noms import build_cle

_NUMERO = re.compile(
    r"(?:.*,\s*)?(?P<numero>\d{1,4})\s*(?:bis|ter|quater|[a-d]\b)?[,\s]+(?P<voie>\D.{2,})", re.IGNORECASE
)
_CODE_POSTAL = re.compile(r"\b\d{5}\b.*$")
# Kinds of way as people shorten them.
_ABREGES = {
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "boul": "boulevard",
    "ch": "chemin",
    "che": "chemin",
    "imp": "impasse",
    "pl": "place",
    "r": "rue",
    "rte": "route",
    "sq": "square",
    "all": "allee",
}
_PETITS = frozenset("de du des la le les l d a au aux et".split())
# "rue jean jaures" and "rue j jaures" make 88, two streets of the same family name 70.
RESSEMBLANCE_MIN = 88
PROPOSITIONS_MAX = 4
# Numbers that are farther from each other may be a kilometre apart. A place whose number is not known comes last.
ECART_MAX = 40
_ECART_INCONNU = float(ECART_MAX)


@dataclass(frozen=True, slots=True)
class Voie:
    """A way by its key ("rue mairie"), and the number on it."""

    cle: str
    numero: int | None


@dataclass(frozen=True, slots=True)
class Repere:
    """A place whose address is known: what it is called, its address, where it is (degrees, EPSG:4326)."""

    nom: str
    adresse: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class PositionProposee:
    """Where an address may be; `repere` is the place that says it, empty for a service of addresses."""

    lon: float
    lat: float
    precision: Precision
    repere: str
    adresse: str


def parse_voie(adresse: str) -> Voie | None:
    """The way of an address and its number; None when there is none to look for."""
    texte = _CODE_POSTAL.sub("", adresse).strip(" ,")
    lue = _NUMERO.fullmatch(texte)
    mots = build_cle(lue["voie"] if lue else texte).split()
    cle = " ".join(_ABREGES.get(mot, mot) for mot in mots if mot not in _PETITS)
    if len(cle) < 4:
        return None
    return Voie(cle, int(lue["numero"]) if lue else None)


def is_meme_adresse(une: str | None, autre: str | None) -> bool:
    """Whether two addresses of one commune have the same number on the same way."""
    a, b = (parse_voie(adresse) if adresse else None for adresse in (une, autre))
    return a is not None and b is not None and a.numero == b.numero and is_meme_voie(a.cle, b.cle)


def is_meme_voie(une: str, autre: str) -> bool:
    """Whether two keys are of one way, an error of typing forgiven."""
    return une == autre or fuzz.ratio(une, autre) >= RESSEMBLANCE_MIN


def locate(adresse: str, reperes: Iterable[Repere]) -> list[PositionProposee]:
    """Where an address may be, from places of its commune on the same way; the nearest number first.

    A place at the same number has the position of the address, another one of the way.
    """
    voulue = parse_voie(adresse)
    if voulue is None:
        return []
    trouves: list[tuple[float, int, PositionProposee]] = []
    for rang, repere in enumerate(reperes):
        voie = parse_voie(repere.adresse)
        if voie is None or not is_meme_voie(voulue.cle, voie.cle):
            continue
        ecart = _measure_ecart(voulue.numero, voie.numero)
        if ecart > ECART_MAX:
            continue
        precision = Precision.ADRESSE if ecart == 0 else Precision.RUE
        trouves.append((ecart, rang, PositionProposee(repere.lon, repere.lat, precision, repere.nom, repere.adresse)))
    return [proposee for _ecart, _rang, proposee in sorted(trouves, key=lambda un: un[:2])][:PROPOSITIONS_MAX]


def _measure_ecart(voulu: int | None, autre: int | None) -> float:
    """How far two numbers are; the other side of the way is a little farther."""
    if voulu is None or autre is None:
        return _ECART_INCONNU
    return abs(voulu - autre) + (0.5 if (voulu - autre) % 2 else 0.0)
