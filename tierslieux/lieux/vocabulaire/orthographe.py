"""Words that the vocabulary does not know, read as words that it knows: elided, glued, written by ear, misspelt. Pure.

Bounds are tight on purpose: names of communes stand in the same texts, and must not become needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tierslieux.lieux.vocabulaire.flexions import build_son, strip_pluriel
from tierslieux.lieux.vocabulaire.lexique import Lexique, get_lexique
from tierslieux.territoires.noms import build_cle

# "jarrive", "limprimante", "dordinateur".
_ELISIONS = frozenset("jldmtsncq")
_ELIDE_MIN = 4
_VOYELLES = frozenset("aeiouyh")
# A word of 6 letters may have one error, one of 9 two; shorter ones are too near to each other.
_LETTRES_UNE_ERREUR = 6
_LETTRES_DEUX_ERREURS = 9
_LETTRES_MIN = 3
_LETTRES_MAX = 25
_SON_MIN = 4
_MOT_SON_MIN = 5
_COLLE_MIN = 6
_PROCHES_MAX = 5


@dataclass(frozen=True, slots=True)
class _Index:
    """Words of the vocabulary as corrections look for them: by sound, glued together, by first letter."""

    sons: Mapping[str, str]
    colles: Mapping[str, tuple[str, ...]]
    initiales: Mapping[str, tuple[str, ...]]
    connus: frozenset[str]


def correct(mot: str, lexique: Lexique) -> tuple[str, ...]:
    """The words of the vocabulary that an unknown word stands for; () when it is too far from all of them."""
    if lexique is get_lexique():
        return _correct_connu(mot)
    return _correct(mot, lexique, _build_index(lexique))


def is_elision(mot: str, lexique: Lexique) -> bool:
    """Whether an unknown word is a small one with the letter elided before it: "narrive", "jetais"."""
    return len(mot) > _ELIDE_MIN and mot[0] in _ELISIONS and mot[1:] in lexique.petits and mot not in lexique.formes


@lru_cache(maxsize=4096)
def _correct_connu(mot: str) -> tuple[str, ...]:
    return _correct(mot, get_lexique(), _get_index())


@lru_cache(maxsize=1)
def _get_index() -> _Index:
    return _build_index(get_lexique())


def _correct(mot: str, lexique: Lexique, index: _Index) -> tuple[str, ...]:
    if not _LETTRES_MIN <= len(mot) <= _LETTRES_MAX or not mot.isalpha() or mot in index.connus:
        return ()
    if len(mot) > _ELIDE_MIN and mot[0] in _ELISIONS and mot[1] in _VOYELLES and lexique.find_canonique(mot[1:]):
        return (mot[1:],)
    if mot in index.colles:
        return index.colles[mot]
    if mot in lexique.ordinaires or strip_pluriel(mot) in lexique.ordinaires:
        return ()
    entendu = index.sons.get(build_son(mot)) if len(mot) >= _MOT_SON_MIN else None
    proche = entendu or (_find_proche(mot, index) if len(mot) >= _LETTRES_UNE_ERREUR - 1 else None)
    return (proche,) if proche is not None else ()


def _find_proche(mot: str, index: _Index) -> str | None:
    """The nearest word with the same first letter, within the errors allowed."""
    erreurs = 2 if len(mot) >= _LETTRES_DEUX_ERREURS else 1
    mots = index.initiales.get(mot[0], ())
    for proche, _, _ in process.extract(mot, mots, scorer=OSA.distance, score_cutoff=erreurs, limit=_PROCHES_MAX):
        if max(len(mot), len(proche)) >= _LETTRES_UNE_ERREUR:
            return str(proche)
    return None


def _build_index(lexique: Lexique) -> _Index:
    sons: dict[str, str] = {}
    colles: dict[str, tuple[str, ...]] = {}
    groupes = [mots for liste in lexique.groupes.values() for mots, tete in liste if tete is not None]
    connus = {mot for mots in groupes for mot in mots if mot not in lexique.petits}
    ecrits = connus | set(lexique.ecrits)
    # Of words that sound the same, the one that others stand for; those of the file before forms made by rule.
    for mot in (*sorted(ecrits, key=lambda mot: (lexique.formes.get(mot) != mot, mot)), *lexique.formes):
        son = build_son(mot)
        if len(son) >= _SON_MIN and len(mot) >= _MOT_SON_MIN and mot.isalpha():
            sons.setdefault(son, mot)
    phrases = (build_cle(phrase.texte).split() for liste in lexique.phrases.values() for phrase in liste)
    for mots in (*groupes, *phrases):
        if len(mots) > 1 and len("".join(mots)) >= _COLLE_MIN:
            colles.setdefault("".join(mots), tuple(mots))
    initiales: dict[str, list[str]] = {}
    # Forms made by rule are too many, and too near to the names of communes.
    for mot in sorted(ecrits):
        if len(mot) >= _LETTRES_UNE_ERREUR - 1 and mot.isalpha():
            initiales.setdefault(mot[0], []).append(mot)
    return _Index(sons, colles, {lettre: tuple(mots) for lettre, mots in initiales.items()}, frozenset(connus))
