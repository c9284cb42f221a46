"""Phone numbers to E.164 ("+33298001122"), short numbers as they are dialled ("3949"); pages write them for people."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

import phonenumbers

from tierslieux.imports.contrat import Avertissement, Contexte, Record

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
# 3949 (France Travail) and other numbers of four digits, 10xx of operators, emergencies and help lines.
_COURT = re.compile(r"3\d{3}|10\d{2}|1[578]|11[2-9]|19[167]|11[68]\d{3}")
# Numbers of the métropole, nine rows in ten: their form is enough. 026, 059 and 069 belong to overseas plans, 08 to
# special tariffs, which the library tells apart.
_METROPOLE = re.compile(r"0(?!2[ .-]?6|5[ .-]?9|6[ .-]?9)([1-79])[ .-]?(\d\d)[ .-]?(\d\d)[ .-]?(\d\d)[ .-]?(\d\d)")
_SEPARATEURS = re.compile(r"\s*(?:[/;,|]|\bou\b|\bet\b|-\s*(?=0\d))\s*")


def clean(record: Record, contexte: Contexte) -> Record:
    """Normalise the number; one that cannot be a number is left out and counted."""
    texte = record.valeurs.get("telephone")
    if texte is None:
        return record
    valeurs = dict(record.valeurs)
    numero = parse_telephone(texte, find_region(valeurs.get("commune_code") or valeurs.get("code_postal")))
    if numero is None:
        contexte.warn(Avertissement.TELEPHONE_ILLISIBLE)
        del valeurs["telephone"]
    else:
        valeurs["telephone"] = numero
    return replace(record, valeurs=valeurs)


def find_region(code: str | None) -> str:
    """The numbering plan of a code INSEE or postcode: overseas territories have theirs."""
    return REGIONS.get((code or "")[:3], "FR")


@lru_cache(maxsize=4096)
def parse_telephone(texte: str, region: str = "FR") -> str | None:
    """The first number that the text holds, E.164 or short; None when there is none."""
    for candidat in (texte, *_SEPARATEURS.split(texte)):
        numero = _parse_un(candidat.strip(), region)
        if numero is not None:
            return numero
    return None


def _parse_un(texte: str, region: str) -> str | None:
    if trouve := _METROPOLE.fullmatch(texte):
        return "+33" + "".join(trouve.groups())
    compact = re.sub(r"[\s.()-]", "", texte)
    if _COURT.fullmatch(compact):
        return compact
    if len(compact) < 6 or not re.fullmatch(r"[+\d\s.()/-]+", texte):
        return None
    essais = [(texte, region), (texte, "FR")]
    if compact.isdigit() and len(compact) > 10:
        essais.append((f"+{compact}", region))  # "269269000000": the sign was lost
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
