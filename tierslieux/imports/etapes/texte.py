"""Text of every field: Unicode composed, control characters and double spaces out, fillers such as "-" made absent.

A value that is too long is rejected: it is most often a quotation mark that was forgotten, and half a file in one cell.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import replace
from typing import Any

from tierslieux.imports.contrat import Contexte, Record, Reject, RejectCode, Resultat
from tierslieux.imports.lecture.lignes import shorten
from tierslieux.lieux.resolution import CHAMPS_LISTES_LIBRES

# The longest real values have 169 characters (names), 158 (addresses), 1,000 (comments).
LONGUEUR_MAX = 500
LONGUEURS_MAX = {"presentation": 10_000, "presentation_detail": 10_000, "horaires": 2_000}

_FILLERS = frozenset(
    {"-", "--", "_", ".", "..", "...", "/", "x", "xx", "nc", "n.c.", "na", "n/a", "#n/a", "#n/d", "neant", "néant"}
    | {"null", "none", "nan", "inconnu", "inconnue", "non renseigné", "non renseignée", "en cours", "?"}
)
# Some files went through a JavaScript string: "Lundi\xA0\x3A\x20Quillan".
_ECHAPPEMENT = re.compile(r"\\x([0-9A-Fa-f]{2})")
_ESPACES = re.compile(r"\s+")
# What a plain text may still have to be cleaned of.
_SUSPECT = re.compile(r"[&\\]|  |^ | $|^$")


def clean(record: Record, _contexte: Contexte) -> Resultat:
    """Clean every text of the record; reject a text longer than its field admits."""
    valeurs: dict[str, Any] = {}
    for champ, valeur in record.valeurs.items():
        if champ in CHAMPS_LISTES_LIBRES and isinstance(valeur, list):
            textes = [propre for texte in valeur if (propre := clean_texte(str(texte))) is not None]
            trop_long = next((texte for texte in textes if len(texte) > LONGUEUR_MAX), None)
            if trop_long is not None:
                return Reject(record.ligne, RejectCode.VALEUR_TROP_LONGUE, champ, shorten(trop_long), record.brut)
            valeurs |= {champ: textes} if textes else {}
            continue
        if not isinstance(valeur, str):
            if valeur is not None and valeur != []:
                valeurs[champ] = valeur
            continue
        texte = clean_texte(valeur)
        if texte is None:
            continue
        if len(texte) > LONGUEURS_MAX.get(champ, LONGUEUR_MAX):
            return Reject(record.ligne, RejectCode.VALEUR_TROP_LONGUE, champ, shorten(texte), record.brut)
        valeurs[champ] = texte
    if "nom" not in valeurs:
        return Reject(record.ligne, RejectCode.NOM_MANQUANT, "nom", record.valeurs.get("nom"), record.brut)
    return record if valeurs == record.valeurs else replace(record, valeurs=valeurs)


def clean_texte(texte: str) -> str | None:
    """The text on one line, composed, without control characters nor a lost backslash; None for a filler."""
    if texte.isascii() and texte.isprintable() and not _SUSPECT.search(texte):
        return None if texte.lower() in _FILLERS else texte
    texte = _ECHAPPEMENT.sub(lambda m: chr(int(m[1], 16)), texte)
    if "&" in texte:
        texte = html.unescape(texte)
    texte = unicodedata.normalize("NFC", _ESPACES.sub(" ", texte))
    texte = "".join(c for c in texte if unicodedata.category(c)[0] != "C")
    texte = _ESPACES.sub(" ", texte).strip(" \\").strip()
    return None if not texte or texte.lower() in _FILLERS else texte
