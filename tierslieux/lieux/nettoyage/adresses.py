"""Addresses: capitals put back to ordinary writing, stray separators out, the repeated postcode and commune out."""

from __future__ import annotations

import re

from tierslieux.lieux.nettoyage import casse
from tierslieux.territoires.noms import remove_accents

_BORDS = " ,;-–/."
# "12 , rue X", "5 RUE DE  L 'ECOLE": spaces around punctuation.
_AVANT_VIRGULE = re.compile(r"\s+,")
# Kinds of way as INSEE shortens them in its register, after the number.
_VOIES = {
    "ALL": "ALLÉE",
    "AV": "AVENUE",
    "BD": "BOULEVARD",
    "BLD": "BOULEVARD",
    "CHE": "CHEMIN",
    "CRS": "COURS",
    "ESP": "ESPLANADE",
    "FG": "FAUBOURG",
    "IMP": "IMPASSE",
    "LD": "LIEU-DIT",
    "MTE": "MONTÉE",
    "PAS": "PASSAGE",
    "PL": "PLACE",
    "PROM": "PROMENADE",
    "QU": "QUAI",
    "RTE": "ROUTE",
    "SQ": "SQUARE",
}
_VOIE = re.compile(rf"^((?:\d+ ?(?:BIS|TER|QUATER|[A-Z])?,? )?)({'|'.join(_VOIES)})\b\.?")
# "15 bis RUE DU BOSQUET" is in capitals all the same.
_REPETITION = re.compile(r"(?<=\d)( ?(?:bis|ter|quater))\b")
_TYPE_EN_CAPITALES = re.compile(rf"\b(?:RUE|GRANDE RUE|{'|'.join(_VOIES.values())})\b(?= )")
# "0 Rue des oiseaux" has no number, "N° 12" has one; a number alone says nothing.
_NUMERO_NUL = re.compile(r"^(?:0+[ ,]+)+(?=\D|0*$)")
_NUMERO = re.compile(r"^n° ?(?=\d)", re.IGNORECASE)
_SANS_LETTRE = re.compile(r"[\W\d_]*")
_APRES_APOSTROPHE = re.compile(r"\b([LlDd])\s?(['’])\s?(?=\w)")


def clean_adresse(adresse: str, code_postal: str | None, commune: str | None) -> str | None:
    """The way and its number, without the postcode and commune that end it; None when nothing is left."""
    texte = _APRES_APOSTROPHE.sub(r"\1\2", _AVANT_VIRGULE.sub(",", adresse)).strip(_BORDS)
    if code_postal and code_postal in texte:
        # What follows the postcode is the commune, which has its own field.
        texte = re.sub(rf"[\s,;-]*\b{re.escape(code_postal)}\b.*$", "", texte).strip(_BORDS)
    texte = _NUMERO.sub("", _NUMERO_NUL.sub("", texte))
    if _SANS_LETTRE.fullmatch(texte):
        return None
    texte = casse.restore_accents(_lower(texte))
    if commune and len(texte) == len(commune) and remove_accents(texte).lower() == remove_accents(commune).lower():
        return None
    return texte or None


def _lower(texte: str) -> str:
    """Ordinary writing when all is in capitals, and for the kind of way when it alone is."""
    if not _REPETITION.sub("", texte).isupper():
        return _TYPE_EN_CAPITALES.sub(lambda trouve: casse.lower_capitales(trouve[0]), texte)
    texte = _VOIE.sub(lambda trouve: trouve[1] + _VOIES[trouve[2]], texte)
    morceaux = _REPETITION.split(texte)
    return "".join(un if rang % 2 else casse.lower_capitales(un) for rang, un in enumerate(morceaux))
