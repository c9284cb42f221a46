"""Phone numbers to E.164 ("+33298001122"), short numbers as they are dialled ("3949"); pages write them for people."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

REGIONS = {
    "971": "GP",
    "972": "MQ",
    "973": "GF",
    "974": "RE",
    "975": "PM",
    "976": "YT",
    "977": "BL",
    "978": "MF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}
# Territories whose numbers are dialled like those of the métropole, each with beginnings of its own.
_PLANS_A_DIX_CHIFFRES = ("GP", "MQ", "GF", "RE", "YT", "PM")
# 3949 (France Travail) and other numbers of four digits, 10xx of operators, emergencies and help lines.
_COURT = re.compile(r"3\d{3}|10\d{2}|1[578]|11[2-9]|19[167]|11[68]\d{3}")
# Numbers of the métropole, nine rows in ten: their form is enough. 026, 059 and 069 belong to overseas plans, 08 to
# special tariffs, which the library tells apart.
_METROPOLE = re.compile(r"0(?!2[ .-]?6|5[ .-]?9|6[ .-]?9)([1-79])[ .-]?(\d\d)[ .-]?(\d\d)[ .-]?(\d\d)[ .-]?(\d\d)")
_SEPARATEURS = re.compile(r"\s*(?:[/;,|&\n]|\bou\b|\bet\b|\bpuis\b|-\s*(?=0\d))\s*", re.IGNORECASE)
# "Tél. : 02 98 …", "standard 02 98 …": what the number is said to be.
_LIBELLE = re.compile(
    r"^(?:(?:t[ée]l(?:[ée]phones?)?|portable|port|mobile|gsm|fixe|standard|accueil|num[ée]ro|n°|bureau|secr[ée]tariat)"
    r"\b[\s.:°]*)+",
    re.IGNORECASE,
)
_TELECOPIE = re.compile(r"\b(?:fax|t[ée]l[ée]copieu?r?)\b", re.IGNORECASE)
_POSTE = re.compile(r"[\s,(]*\b(?:postes?|ext(?:ension)?|p)\b[\s.:°]*\d{1,5}\s*\)?$", re.IGNORECASE)
_PARENTHESES = re.compile(r"\([^()\d]{0,60}\)")
# The prefix that the country's code replaces: "+33 (0)2 …", "0033(0)2…".
_ZERO_DE_TROP = re.compile(r"(?<=33)\s*\(0\)")
_INDICATIF_ECARTE = re.compile(r"^\(?\s*(?:\+|0\s?0)\s*(\d{2,3})\s*\)?")
_SUITE_DE_CHIFFRES = re.compile(r"(?:\+|\(\+)?\d(?:[\s.()-]{0,3}\d){5,14}")
LONGUEUR_MAX = 500


def find_region(code: str | None) -> str:
    """The numbering plan of a code INSEE or postcode: overseas territories have theirs."""
    return REGIONS.get((code or "")[:3], "FR")


def parse_telephone(texte: str, region: str = "FR") -> str | None:
    """The first number that the text holds, E.164 or short; None when there is none."""
    return next(iter(list_telephones(texte, region)), None)


@lru_cache(maxsize=4096)
def list_telephones(texte: str, region: str = "FR") -> tuple[str, ...]:
    """Each number that the text holds, E.164 or short, once; numbers of fax machines and extensions are left out."""
    if len(texte) > LONGUEUR_MAX:
        return ()
    entier = _parse_un(_strip(texte), region)
    if entier is not None and not _TELECOPIE.search(texte):
        return (entier,)
    numeros: dict[str, None] = {}
    for morceau in _SEPARATEURS.split(_TELECOPIE.sub(r"/\g<0>", texte)):
        if _TELECOPIE.search(morceau):
            continue
        numero = _parse_un(_strip(morceau), region)
        trouves = [numero] if numero else [_parse_un(m[0], region) for m in _SUITE_DE_CHIFFRES.finditer(morceau)]
        numeros.update(dict.fromkeys(filter(None, trouves)))
    return tuple(numeros)


def _strip(texte: str) -> str:
    """The number without what is said of it: "Tél. : 02 98 00 11 22 (accueil), poste 12"."""
    return _POSTE.sub("", _LIBELLE.sub("", _PARENTHESES.sub(" ", texte).strip(" .:-"))).strip(" .:-")


def _parse_un(texte: str, region: str) -> str | None:
    if trouve := _METROPOLE.fullmatch(texte):
        return "+33" + "".join(trouve.groups())
    texte = _INDICATIF_ECARTE.sub(r"+\1 ", _ZERO_DE_TROP.sub(" ", texte))
    compact = re.sub(r"[\s.()-]", "", texte)
    if _COURT.fullmatch(compact):
        return compact
    if len(compact) < 6 or not re.fullmatch(r"[+\d\s.()/-]+", texte):
        return None
    essais = [(texte, region), (texte, "FR")]
    if compact.isdigit() and len(compact) > 10:
        essais.append((f"+{compact}", region))  # "269269000000": the sign was lost
    if re.fullmatch(r"0\d{9}", compact):
        essais += [(texte, plan) for plan in _PLANS_A_DIX_CHIFFRES]  # the first figures say which territory
    if compact.startswith("+33"):
        essais.append((f"0{compact[3:]}", region))  # "+33590…": a number of overseas with the métropole's prefix
    for essai, plan in essais:
        try:
            numero = phonenumbers.parse(essai, plan)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(numero):
            return str(phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.E164))
    return None
