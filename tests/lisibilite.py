"""Whether a French text is plain enough for the register that is easy to read. Pure.

Rules after "L'information pour tous" (Inclusion Europe, 2009): short sentences, one idea each, common words, active
verbs, digits, no abbreviation. Frequencies are those of the library wordfreq, on Zipf's scale: 3.5 is about three
occurrences in a million words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wordfreq import zipf_frequency

MOTS_MAX = 13
# An address or an official name cannot be shortened: SIGNE stands in its place.
MOTS_MAX_AVEC_NOM = 15
ZIPF_MIN = 3.5
# What stands in a text for a name, an address, a date: data, which nobody here writes.
SIGNE = "◊"

_PHRASE = re.compile(r"(?<=[.!?…])\s+")
_MOT = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_ELISION = re.compile(r"(?:l|d|n|c|s|j|m|t|qu|jusqu|lorsqu|puisqu|quelqu|aujourd)[’'](?=\w)", re.IGNORECASE)
# A clause that hangs on another; at the start of a sentence, the same words ask a question or open its only clause.
_SUBORDONNANT = re.compile(
    r"(?<=[\w,] )(?:qui|que|qu’\w+|dont|où|quand|lorsque|lorsqu’\w+|si|s’ils?|parce|puisque|car|afin|tandis)\b",
    re.IGNORECASE,
)
_SIGLE = re.compile(r"\b[A-ZÀ-Ý]{2,}\d?\b")
_INTERDITS = {
    "point-virgule": re.compile(";"),
    "parenthèse": re.compile(r"\("),
    "voix passive": re.compile(
        r"\b(?:est|sont|été|sera|seront|était|étaient|être)\s+\w+(?:ée?s?|ie?s?|ise?s?|ite?s?|ue?s?)\s+par\b"
    ),
    "abréviation": re.compile(r"\b(?:etc|ex|cf|env|tél|av|bd|rdv|nb|max|min|km|kg|svp|mn|n°)\b", re.IGNORECASE),
    "nombre en lettres": re.compile(
        r"\b(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quarante|cinquante|cent|mille)"
        r"\b",
        re.IGNORECASE,
    ),
}

# Forms of common verbs and nouns that are rarer than the word itself: whoever knows the word knows its form.
FORMES: dict[str, str] = {
    "aidons": "aider",
    "appuyez": "appuyer",
    "choisissez": "choisir",
    "cherchez": "chercher",
    "cliquez": "cliquer",
    "complète": "complet",
    "demandez": "demander",
    "écrivez": "écrire",
    "gardons": "garder",
    "impriment": "imprimer",
    "montrons": "montrer",
    "montrés": "montrer",
    "répondez": "répondre",
    "téléphonez": "téléphone",
    "téléphoner": "téléphone",
}


def list_fautes(texte: str, admis: frozenset[str] = frozenset()) -> list[str]:
    """What makes a text hard to read, each with the sentence; `admis` are words explained elsewhere, in lower case."""
    return [f"{faute} : {phrase}" for phrase in split_phrases(texte) for faute in _list_fautes_phrase(phrase, admis)]


def split_phrases(texte: str) -> list[str]:
    """Sentences, cut after a full stop, a question mark, an exclamation mark or an ellipsis."""
    return [phrase for phrase in _PHRASE.split(re.sub(r"[\s\u00a0\u202f]+", " ", texte).strip()) if phrase]


def _list_fautes_phrase(phrase: str, admis: frozenset[str]) -> Iterator[str]:
    mots = [mot for mot in phrase.split() if re.search(r"\w", mot) or SIGNE in mot]
    if len(mots) > (MOTS_MAX_AVEC_NOM if SIGNE in phrase else MOTS_MAX):
        yield f"{len(mots)} mots"
    if len(_SUBORDONNANT.findall(phrase)) > 1:
        yield "plusieurs idées"
    for faute, motif in _INTERDITS.items():
        yield from (f"{faute} « {trouve} »" for trouve in motif.findall(phrase))
    yield from (f"sigle « {sigle} »" for sigle in _SIGLE.findall(phrase) if sigle.casefold() not in admis)
    rares = (mot for mot in _list_mots(phrase) if mot not in admis and _compute_zipf(mot) < ZIPF_MIN)
    yield from (f"mot rare « {mot} »" for mot in rares)


def _list_mots(phrase: str) -> Iterator[str]:
    """Words in lower case, elided articles and hyphens taken apart, numbers and data left out."""
    for morceau in _MOT.findall(phrase.replace(SIGNE, " ")):
        sans = morceau.casefold().replace("'", "’")
        while (suivant := _ELISION.sub("", sans)) != sans:
            sans = suivant
        yield from (mot for mot in sans.split("-") if mot and not any(c.isdigit() for c in mot))


def _compute_zipf(mot: str) -> float:
    forme = FORMES.get(mot, mot)
    return max(zipf_frequency(forme, "fr"), zipf_frequency(mot, "fr"))
