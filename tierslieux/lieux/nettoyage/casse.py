"""Capitals put back to ordinary writing, for names and addresses. Pure text, not a step by itself.

Only a text all in capitals is rewritten: anything else was written by somebody who chose it, but for the small words of
"Bibliothèque De La Gare" and the accents that a few common words lose.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tierslieux.territoires.noms import remove_accents

PETITS_MOTS = frozenset(
    "a à au aux d dans de des du en entre et l la le les lès lez ou par pour sous sur un une".split()
)
# Acronyms that have a vowel, hence look like words. Those without one are recognised by that.
SIGLES = frozenset(
    """
    ADIE ADMR AFPA APF BGE CAF CCAS CCI CDI CE CEDEX CFA CFPPA CIAS CIDFF CIJ CNAM CPAM CPIE CRIJ EFS EHPAD EPCI EPIDE
    EPN ESAT ESS EVS FRMJC GIP GRETA IME INSEE IUT MAM MDE MEF MLI MPT MSA MSAP ONAC PAD PIJ PIMMS PMI RAM RSA SAS
    SCIC SCOP SIVOM SIVU TPE UDAF UFCV URSSAF USEP ZA ZAC ZAE ZI ZUP II III IV VI VII VIII IX XI XII XIII XIV XV
    """.split()
)
# Accents that capitals lose, for words that stand in thousands of these names and can only be written one way.
ACCENTS = {
    "allee": "allée",
    "bibliotheque": "bibliothèque",
    "bibliotheques": "bibliothèques",
    "chateau": "château",
    "citoyennete": "citoyenneté",
    "college": "collège",
    "communaute": "communauté",
    "cybertheque": "cyberthèque",
    "departement": "département",
    "departemental": "départemental",
    "departementale": "départementale",
    "ecole": "école",
    "ecoles": "écoles",
    "eglise": "église",
    "federation": "fédération",
    "francais": "français",
    "francaise": "française",
    "hotel": "hôtel",
    "liberation": "libération",
    "ludotheque": "ludothèque",
    "lycee": "lycée",
    "marechal": "maréchal",
    "mediatheque": "médiathèque",
    "mediathèque": "médiathèque",
    "mediatheques": "médiathèques",
    "mediation": "médiation",
    "metropole": "métropole",
    "médiatheque": "médiathèque",
    "numerique": "numérique",
    "numeriques": "numériques",
    "prefecture": "préfecture",
    "republique": "république",
    "solidarite": "solidarité",
    "solidarites": "solidarités",
    "theatre": "théâtre",
}
# Lone words that are no brand.
_MOTS_COMMUNS = frozenset({"mairie", "bibliothèque", "médiathèque", *ACCENTS})
# Abbreviations without a vowel that are no acronyms.
_ABREGES = frozenset({"DR", "ST", "STE", "PR", "MGR", "CDT", "LT", "SGT"})
_MOT = re.compile(r"[^\W_]+(?:\.[^\W_]+)*")
_PETIT_MOT = re.compile(r"(?<=[^\W_] )(?:De|Du|Des|Et|Sur|Sous|Aux|Au|En)(?= [^\W_])")
_VOYELLES = frozenset("AEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜŒ")


def is_capitales(texte: str) -> bool:
    """Whether the text is all in capitals: several words, or one of the common ones (a lone word may be a brand)."""
    if any(c.islower() for c in texte):
        return False
    mots = [mot for mot in _MOT.findall(texte) if sum(c.isalpha() for c in mot) > 3]
    return len(mots) > 1 or (len(mots) == 1 and (len(texte.split()) > 1 or mots[0].lower() in _MOTS_COMMUNS))


def lower_capitales(texte: str) -> str:
    """A text in capitals with one capital to each word but the small ones; acronyms and numbers stay."""
    return _MOT.sub(lambda trouve: _write_mot(trouve, texte), texte)


def _write_mot(trouve: re.Match[str], texte: str) -> str:
    mot, au_debut = trouve[0], trouve.start() == 0
    if len(mot) == 1 and texte[trouve.end() : trouve.end() + 1] in {"'", "’"}:
        return mot if au_debut else mot.lower()
    if mot.lower() in PETITS_MOTS and not au_debut:
        return mot.lower()
    if mot in SIGLES or "." in mot or any(c.isdigit() for c in mot):
        return mot
    if not any(c in _VOYELLES for c in mot) and mot not in _ABREGES:
        return mot
    bas = ACCENTS.get(mot.lower(), mot.lower())
    return bas[:1].upper() + bas[1:]


def lower_petits_mots(texte: str) -> str:
    """Small words between two others in lower case ("Bibliothèque De La Gare"); "Le" and "La" may belong to a name."""
    return _PETIT_MOT.sub(lambda trouve: trouve[0].lower(), texte)


def restore_accents(texte: str) -> str:
    """The common words of ACCENTS with their accents, their first letter as it was."""

    def write(trouve: re.Match[str]) -> str:
        mot = trouve[0]
        bon = ACCENTS.get(mot.lower())
        if bon is None or (mot.isupper() and len(mot) > 1):
            return mot
        return bon[:1].upper() + bon[1:] if mot[:1].isupper() else bon

    return _MOT.sub(write, texte)


@lru_cache(maxsize=8192)
def _split_mots(commune: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", remove_accents(commune)))


def restore_commune(texte: str, commune: str) -> str:
    """The name of the commune as it is officially written, wherever the text has it with other accents or hyphens."""
    if commune in texte:
        return texte
    nu, mots = remove_accents(texte), _split_mots(commune)
    # Ligatures take two letters without accents: positions would no longer agree.
    if len(nu) != len(texte) or not mots or len(mots[0]) < 3 or mots[0].lower() not in nu.lower():
        return texte
    motif = re.compile(r"(?<!\w)" + r"[\s'’-]+".join(map(re.escape, mots)) + r"(?!\w)", re.IGNORECASE)
    morceaux, fin = [], 0
    for trouve in motif.finditer(nu):
        # "Rue d'Eu" is about Eu, "l'eu" is not; a common word in lower case is not the name of the commune.
        ecrit = texte[trouve.start() : trouve.end()]
        if ecrit[:1].isupper():
            morceaux += [texte[fin : trouve.start()], commune]
            fin = trouve.end()
    return "".join((*morceaux, texte[fin:]))
