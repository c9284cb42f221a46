"""Names of territories: the key under which they are searched, their article, their form in a sentence. Pure.

Articles follow INSEE's code "type de nom en clair" (TNCC): 0 none before a consonant, 1 none before a vowel or a mute
h, 2 Le, 3 La, 4 Les, 5 L', 6 Aux, 7 Las, 8 Los. Source: Code officiel géographique.
"""

from __future__ import annotations

import re
import unicodedata

from tierslieux.core.textes import find_locale

ARTICLES = ("", "", "Le ", "La ", "Les ", "L'", "Aux ", "Las ", "Los ")

# "de" and "à" before a name that carries its article; the other articles stay as they are ("de La Rochelle").
_CONTRACTIONS_DE = {"Le ": "du ", "Les ": "des ", "Aux ": "des "}
_CONTRACTIONS_A = {"Le ": "au ", "Les ": "aux ", "Aux ": "aux "}
# "de" before a name written without the article that its code gives it: départements and régions ("du Finistère").
_COMPLEMENTS = ("de ", "d'", "du ", "de la ", "des ", "de l'", "des ", "de las ", "de los ")

# NFKD leaves these letters whole.
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "Oe", "Æ": "Ae", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"})
_ABREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_SUR_SOUS = re.compile(r"\b(s{1,2})/")
_NON_MOT = re.compile(r"[\W_]+")
_CEDEX = re.compile(r"(?: cedex(?: \d{1,2})?)+$")
# Of names without article that begin with h, INSEE writes 458 with "d'" and 251 with "de".
_VOYELLES = frozenset("aeiouyh")

_VILLE_ARRONDISSEMENT = re.compile(r"(paris|lyon|marseille) ?0*(\d{1,2}) ?(?:er|re|e|eme|ieme|nd|nde)?(?: arr\w*)?")
_ARRONDISSEMENT_VILLE = re.compile(r"0*(\d{1,2}) ?(?:er|re|e|eme|ieme|nd|nde)? arr\w* (?:de )?(paris|lyon|marseille)")
_ARRONDISSEMENTS = {"paris": 20, "lyon": 9, "marseille": 16}


def remove_accents(texte: str) -> str:
    """The text without accents nor ligatures, case kept: "Œuilly-lès-Évron" → "Oeuilly-les-Evron"."""
    if texte.isascii():
        return texte
    decompose = unicodedata.normalize("NFKD", texte.translate(_LIGATURES))
    return "".join(c for c in decompose if not unicodedata.combining(c))


def build_cle(texte: str) -> str:
    """The key under which a name is stored and looked for: "L'Haÿ-les-Roses" → "l hay les roses".

    Lower case, no accent, no ligature, one space for any run of other signs, "St" and "Ste" written out, "s/" read as
    "sur", no "cedex". Applying it twice changes nothing; only a text without any letter nor digit gives "".
    """
    # Case and accents both ways round: some signs only become letters, or capitals, once decomposed.
    bas = remove_accents(remove_accents(texte).casefold()).casefold()
    bas = _SUR_SOUS.sub(lambda m: " sur " if m[1] == "s" else " sous ", bas)
    mots = _NON_MOT.sub(" ", bas).split()
    cle = " ".join(_ABREVIATIONS.get(mot, mot) for mot in mots)
    return _CEDEX.sub("", cle)


def find_cle_arrondissement(cle: str) -> str | None:
    """The key of the municipal arrondissement that a key means: "paris 11", "marseille 11eme" → "… 11e arrondissement".

    None when it means none, also when the city has no such number ("lyon 69").
    """
    if trouve := _VILLE_ARRONDISSEMENT.fullmatch(cle):
        ville, numero = trouve[1], int(trouve[2])
    elif trouve := _ARRONDISSEMENT_VILLE.fullmatch(cle):
        ville, numero = trouve[2], int(trouve[1])
    else:
        return None
    if not 1 <= numero <= _ARRONDISSEMENTS[ville]:
        return None
    return f"{ville} {numero}{'er' if numero == 1 else 'e'} arrondissement"


def add_article(nom: str, type_nom: int) -> str:
    """The name as it is written: ("Mans", 2) → "Le Mans"; raises IndexError for an unknown code."""
    return ARTICLES[type_nom] + nom


def build_complement(nom: str, type_nom: int | None = None) -> str:
    """The name after "de": "de Brest", "du Mans", "de La Rochelle", "d'Amiens", "des Sables-d'Olonne".

    `type_nom` tells a mute h, and gives its article to a name written without one (("Finistère", 2) → "du Finistère").
    Without it, any h is taken for mute. In another language: the name alone, the message has the preposition.
    """
    if find_locale() != "fr":
        return nom
    article = _find_article(nom)
    if article:
        contraction = _CONTRACTIONS_DE.get(article)
        return f"de {nom}" if contraction is None else contraction + nom.removeprefix(article)
    if type_nom is None:
        type_nom = 1 if remove_accents(nom)[:1].casefold() in _VOYELLES else 0
    return _COMPLEMENTS[type_nom] + nom


def build_locatif(nom: str) -> str:
    """A commune's name after "à": "à Brest", "au Mans", "aux Sables-d'Olonne", "à La Rochelle".

    In another language: the name alone, the message has the preposition.
    """
    if find_locale() != "fr":
        return nom
    article = _find_article(nom)
    contraction = _CONTRACTIONS_A.get(article)
    return f"à {nom}" if contraction is None else contraction + nom.removeprefix(article)


def _find_article(nom: str) -> str:
    return next((article for article in ARTICLES if article and nom.startswith(article)), "")
