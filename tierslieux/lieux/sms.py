"""A place as one text message: at most 160 signs of the alphabet that every phone knows. Pure.

Alphabet and counting: 3GPP TS 23.038 (GSM 03.38), default alphabet and its extension table. A message with one sign out
of them is sent in another alphabet, where it has room for 70 signs only and is billed as three.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import quote

SEPTETS_MAX = 160
# A name, an address or hours are cut here at the latest when the whole does not fit.
NOM_MAX = 48
ADRESSE_MAX = 44
HORAIRES_MAX = 60
# Places in one text: more than three messages cost, and nobody reads them.
LISTE_MAX = 6
# Shorter than that, what is left of a text says nothing.
_RESTE_MIN = 12

_BASE = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each is sent as an escape and a sign.
_EXTENSION = frozenset("\f^{}\\[~]|€")
_REMPLACEMENTS = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "`": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "‑": "-",
    "−": "-",
    "•": "-",
    "·": "-",
    "…": "...",
    "œ": "oe",
    "Œ": "OE",
    "°": "o",
    "×": "x",
    "ł": "l",
    "Ł": "L",
}
_POINTS = "..."


def encode_gsm(texte: str) -> str:
    """The text in the alphabet of text messages: « Forêt – l’été » → "Foret - l'été"; what has no likeness is left out.

    Runs of spaces become one; line breaks stay.
    """
    signes = "".join(_encode_signe(signe) for signe in texte)
    lignes = (re.sub(r"[^\S\n]+", " ", ligne).strip() for ligne in signes.split("\n"))
    # French spaces inside quotes and before signs are a waste of room here.
    return "\n".join(re.sub(r'" (.*?) "', r'"\1"', ligne) for ligne in lignes)


def count_septets(texte: str) -> int:
    """Room that the text takes in a message; raises ValueError for a sign out of the alphabet."""
    total = 0
    for signe in texte:
        if signe in _BASE:
            total += 1
        elif signe in _EXTENSION:
            total += 2
        else:
            raise ValueError(f"{signe!r} is not in the alphabet of text messages")
    return total


def build_sms(
    nom: str, *, telephone: str | None = None, adresse: str | None = None, horaires: str | None = None, lien: str = ""
) -> str:
    """Name, phone, address, hours and link, one a line, in at most SEPTETS_MAX septets.

    The phone number is written whole whatever its neighbours; the name, the address and the hours are cut at a word
    when they must be; the link stands whole or not at all.
    """
    appel = encode_gsm(telephone or "").replace("\n", " ")
    if count_septets(appel) > SEPTETS_MAX // 2:
        appel = ""  # no phone number is that long
    textes = [_flatten(nom), appel, _flatten(adresse or ""), _flatten(horaires or "")]
    adresse_web = _flatten(lien)
    entier = _join([*textes, adresse_web])
    if count_septets(entier) <= SEPTETS_MAX:
        return entier
    if count_septets(_join(textes)) <= SEPTETS_MAX:
        return _join(textes)
    reste = SEPTETS_MAX - (count_septets(appel) + 1 if appel else 0)
    court = _cut(textes[0], min(NOM_MAX, reste))
    reste -= count_septets(court) + 1
    # What to know before leaving outranks the street, which the phone number can tell.
    heures = _cut(textes[3], min(HORAIRES_MAX, reste)) if reste >= _RESTE_MIN else ""
    reste -= count_septets(heures) + 1 if heures else 0
    ou = _cut(textes[2], min(ADRESSE_MAX, reste)) if reste >= _RESTE_MIN else ""
    reste -= count_septets(ou) + 1 if ou else 0
    fin = adresse_web if count_septets(adresse_web) <= reste else ""
    return _join([court, appel, ou, heures, fin])


def build_sms_liste(lieux: Sequence[tuple[str, str | None]], lien: str) -> str:
    """Several places, (name, phone) each, one a line, then the link of the list; cut into messages by the phone.

    LISTE_MAX places at most: the link leads to the others. Every phone number is whole.
    """
    lignes = []
    for nom, telephone in lieux[:LISTE_MAX]:
        appel = _flatten(telephone or "")
        lignes.append(f"{_cut(_flatten(nom), NOM_MAX)} {appel}".strip())
    return _join([*lignes, _flatten(lien)])


def build_lien_sms(texte: str) -> str:
    """The address that opens the phone's messages with the text written and the recipient left to choose."""
    return f"sms:?&body={quote(texte, safe='')}"


def _encode_signe(signe: str) -> str:
    if signe in _BASE or signe in _EXTENSION:
        return " " if signe in "\r\f" else signe
    if signe in _REMPLACEMENTS:
        return _REMPLACEMENTS[signe]
    if signe.isspace():
        return " "
    sans_accent = "".join(s for s in unicodedata.normalize("NFKD", signe) if not unicodedata.combining(s))
    return "".join(s for s in sans_accent if s in _BASE or s in _EXTENSION)


def _flatten(texte: str) -> str:
    return encode_gsm(texte).replace("\n", " ").strip()


def _join(lignes: Sequence[str]) -> str:
    return "\n".join(ligne for ligne in lignes if ligne)


def _cut(texte: str, place: int) -> str:
    """The text in at most `place` septets, cut after a word and then ended by three dots."""
    if count_septets(texte) <= place:
        return texte
    garde = texte
    while garde and count_septets(garde) > place - len(_POINTS):
        garde = garde[:-1]
    mot = re.match(r".*(?=[\s,;-])", garde)
    if mot and len(mot[0]) >= len(garde) // 2:
        garde = mot[0]
    return garde.rstrip(" ,;:-") + _POINTS
