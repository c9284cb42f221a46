"""Forms of French words: plurals, verbs in -er, and how a word sounds when it is written by ear. Pure.

Words are written as `territoires.noms.build_cle` normalises them: lower case, no accent.
"""

from __future__ import annotations

import re

# Present, imperfect, future, conditional, participles: what people write of a verb in -er, accents left out.
_FINALES_ER = (
    "e es ons ez ent er ais ait ions iez aient erai eras era erons erez eront erais erait erions eriez eraient ee ees "
    "ant"
).split()
_VERBE_MIN = 5
_PLURIEL_MIN = 4

# Sounds of French, in the order in which they are read; a nasal is a digit. Signs for the same sound become one.
_SONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(motif), son)
    for motif, son in (
        (r"(?:sch|sh|ch)", "C"),
        (r"ph", "f"),
        (r"h", ""),
        (r"(?:qu|ck|cq|q)", "k"),
        (r"c(?=[eiy])", "s"),
        (r"c+", "k"),
        (r"gu(?=[eiy])", "G"),
        (r"g(?=[eiy])", "j"),
        (r"t(?=i[oe]n)", "s"),
        (r"(?:eau|au)", "o"),
        (r"(?:oin|ouin)", "w1"),
        (r"(?:ain|ein|in|im(?=[bmp])|yn|ym(?=[bp])|un)(?![aeiouyn])", "1"),
        (r"(?:an|en|am(?=[bp])|em(?=[bmp]))(?![aeiouyn])", "2"),
        (r"(?:on|om(?=[bp]))(?![aeiouyn])", "3"),
        (r"(?:oi|oy|oua)", "wa"),
        (r"ou", "U"),
        (r"(?:ei|ai|ay)", "e"),
        (r"(?:er|ez|ee|es|et|ees|ent|e)$", "e"),
        (r"y", "i"),
        (r"(?:z|x|ss)", "s"),
        (r"(.)\1+", r"\1"),
        (r"(?:[tdspe]|ts|ds)$", ""),
        (r"e$", ""),
    )
)
# Longer runs of letters are no word.
_LETTRES_MAX = 25


def strip_pluriel(mot: str) -> str:
    """The word without the s or x of its plural: "impots" → "impot"; short words stay as they are ("bus")."""
    return mot[:-1] if len(mot) > _PLURIEL_MIN and mot[-1] in "sx" else mot


def list_flexions(mot: str) -> list[str]:
    """The other forms of a verb in -er: "imprimer" → "imprime", "imprimez", "imprimee"…; none for another word."""
    if len(mot) < _VERBE_MIN or not mot.endswith("er"):
        return []
    radical = mot[:-2]
    # "telecharger" → "telechargeons".
    doux = radical + "e" if radical.endswith("g") else radical
    return [(doux if finale[0] in "ao" else radical) + finale for finale in _FINALES_ER]


def build_son(mot: str) -> str:
    """How the word sounds, roughly: two writings of one word by ear give the same ("inprimé", "imprimer")."""
    if len(mot) > _LETTRES_MAX:
        return mot
    for motif, son in _SONS:
        mot = motif.sub(son, mot)
    return mot
