"""People's words for what they need, and the kinds of place they name. Pure.

Words are written as `territoires.noms.build_cle` normalises them: lower case, no accent, no hyphen, no apostrophe.
A key of several words must stand in the text in that order; the longest key wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tierslieux.lieux.enums import Besoin, Genre

_PHRASES_BESOINS: Mapping[Besoin, tuple[str, ...]] = {
    Besoin.DEMARCHE: (
        "demarche",
        "demarches",
        "demarche administrative",
        "demarches administratives",
        "papiers",
        "carte grise",
        "permis de conduire",
        "carte d identite",
        "passeport",
        "titre de sejour",
        "impot",
        "impots",
        "ants",
        "ameli",
        "cpam",
        "securite sociale",
        "retraite",
        "carsat",
        "rsa",
        "apl",
        "allocation",
        "allocations",
        "pole emploi",
        "carte vitale",
        "franceconnect",
        "declaration",
        "dossier",
        "formulaire",
        "aide administrative",
        "caf en ligne",
    ),
    Besoin.APPRENDRE: (
        "apprendre",
        "apprendre l ordinateur",
        "apprendre internet",
        "cours",
        "cours informatique",
        "cours d informatique",
        "atelier numerique",
        "ateliers numeriques",
        "formation informatique",
        "initiation",
        "me former",
        "smartphone",
        "tablette",
        "informatique",
        "boite mail",
        "adresse mail",
        "mot de passe",
        "aide numerique",
        "mediation numerique",
        "mediateur numerique",
    ),
    Besoin.ORDINATEUR: (
        "imprimer",
        "imprimante",
        "impression",
        "scanner",
        "numeriser",
        "photocopie",
        "photocopies",
        "photocopieuse",
        "ordinateur",
        "ordinateur en libre acces",
        "internet",
        "wifi",
        "wi fi",
        "acces internet",
        "cyber",
        "cybercafe",
        "cyber cafe",
        "connexion",
    ),
    Besoin.TRAVAILLER: (
        "travailler",
        "teletravail",
        "teletravailler",
        "bureau",
        "bureau partage",
        "bureaux partages",
        "reparer",
        "reparation",
        "fabriquer",
        "bricoler",
        "imprimante 3d",
        "impression 3d",
        "decoupe laser",
        "tiers lieu",
        "tiers lieux",
        "salle de reunion",
        "espace de travail",
    ),
}

_PHRASES_GENRES: Mapping[Genre, tuple[str, ...]] = {
    Genre.FRANCE_SERVICES: ("france services", "france service", "maison france services", "msap", "mfs"),
    Genre.CONSEILLER_NUMERIQUE: ("conseiller numerique", "conseillers numeriques", "conseillere numerique"),
    Genre.EPN: ("epn", "espace public numerique", "cyberbase", "cyber base"),
    Genre.BIBLIOTHEQUE: ("bibliotheque", "bibliotheques", "mediatheque", "mediatheques", "ludotheque"),
    Genre.MAIRIE: ("mairie", "mairies", "hotel de ville"),
    Genre.LA_POSTE: ("la poste", "bureau de poste"),
    Genre.COWORKING: ("coworking", "co working", "espace de coworking"),
    Genre.FABLAB: ("fablab", "fablabs", "fab lab", "fab labs", "makerspace", "hackerspace"),
    Genre.REPAIR_CAFE: ("repair cafe", "repair cafes"),
    Genre.RESSOURCERIE: ("ressourcerie", "recyclerie"),
    Genre.CCAS: ("ccas",),
    Genre.CENTRE_SOCIAL: ("centre social", "centres sociaux"),
    Genre.MISSION_LOCALE: ("mission locale",),
    Genre.FRANCE_TRAVAIL: ("france travail",),
    Genre.CAF: ("caf",),
    Genre.PIMMS: ("pimms",),
    Genre.MJC: ("mjc",),
}

_INDEX: Mapping[tuple[str, ...], Besoin | Genre] = {
    tuple(phrase.split()): cible
    for table in (_PHRASES_BESOINS, _PHRASES_GENRES)
    for cible, phrases in table.items()
    for phrase in phrases
}
_LONGUEUR_MAX = max(len(cle) for cle in _INDEX)

# Words that tie a need to a place and belong to neither.
_LIAISONS = frozenset(
    "a au aux chez dans de des du en l la le les mon ma mes ou pour pres proche sur un une vers d et "
    "je j ne n pas mais arrive voudrais veux besoin cherche faire aller trouver avoir".split()
)


@dataclass(frozen=True, slots=True)
class Lecture:
    """What the vocabulary reads in a text: a need or a kind, and the words that are left."""

    besoin: Besoin | None
    genre: Genre | None
    reste: str


def read_besoin(cle: str) -> Lecture | None:
    """The need or the kind named in a normalised text, and the rest without linking words; None when it names none."""
    mots = cle.split()
    for longueur in range(min(_LONGUEUR_MAX, len(mots)), 0, -1):
        for debut in range(len(mots) - longueur + 1):
            cible = _INDEX.get(tuple(mots[debut : debut + longueur]))
            if cible is None:
                continue
            reste = " ".join(mot for mot in mots[:debut] + mots[debut + longueur :] if mot not in _LIAISONS)
            return Lecture(
                besoin=cible if isinstance(cible, Besoin) else None,
                genre=cible if isinstance(cible, Genre) else None,
                reste=reste,
            )
    return None
