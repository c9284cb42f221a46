"""Presentations: plain text, the short one within the 280 characters of the standard, a longer one with the detailed.

HTML is read as a browser would show it: tags out, entities written, a list's lines separated.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace

from tierslieux.imports.contrat import Avertissement, Contexte, Record
from tierslieux.imports.etapes.texte import clean_texte

RESUME_MAX = 280
CHAMPS = ("presentation", "presentation_detail")

# A tag has a name: "< 3 ans" and "a<b" are text.
_BALISE = re.compile(r"<(?P<nom>/?[a-zA-Z][a-zA-Z0-9]{0,20})(?:\s[^<>]{0,2000})?/?>")
_COMMENTAIRE = re.compile(r"<!--.{0,4000}?-->", re.DOTALL)
_INVISIBLE = re.compile(r"<(script|style)\b[^<>]{0,2000}>.{0,20000}?</\1>", re.DOTALL | re.IGNORECASE)
_ITEM = frozenset({"li"})
_BLOCS = frozenset("br p /p div /div ul /ul ol /ol /li tr /tr td /td h1 h2 h3 h4 /h1 /h2 /h3 /h4".split())


def clean(record: Record, contexte: Contexte) -> Record:
    """Write plain text, and move a short presentation that is too long."""
    valeurs = dict(record.valeurs)
    for champ in CHAMPS:
        if champ in valeurs:
            texte = strip_html(valeurs.pop(champ))
            valeurs |= {champ: texte} if texte else {}
    resume = valeurs.get("presentation")
    if resume is not None and len(resume) > RESUME_MAX:
        contexte.warn(Avertissement.PRESENTATION_DEPLACEE)
        del valeurs["presentation"]
        detail = valeurs.get("presentation_detail")
        valeurs["presentation_detail"] = resume if detail is None or detail in resume else join_detail(resume, detail)
    return record if valeurs == record.valeurs else replace(record, valeurs=valeurs)


def join_detail(resume: str, detail: str) -> str:
    """The detailed presentation, the short one before it unless it says it already."""
    return detail if resume in detail else f"{resume} {detail}"


def strip_html(texte: str) -> str | None:
    """The text as a browser would show it, on one line; None when nothing is left."""
    if "<" in texte:
        texte = _INVISIBLE.sub(" ", _COMMENTAIRE.sub(" ", texte))
        texte = _BALISE.sub(_read_balise, texte)
    return clean_texte(html.unescape(texte)) if "&" in texte or "<" in texte or "  " in texte else clean_texte(texte)


def _read_balise(trouve: re.Match[str]) -> str:
    nom = trouve["nom"].lower()
    # Tags inside a line part no words: "<b>4</b>e".
    return " • " if nom in _ITEM else " " if nom in _BLOCS else ""
