"""Kinds of place guessed from the first words of the name, when the source says none that tells what the place is.

"Médiathèque du Port" is a library. Only the beginning of a name is read: "Amis de la bibliothèque", "Ancienne mairie"
and "Salle de la mairie" are about one and are none. A guess is marked by a warning and adds to the kinds that the
source gives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from tierslieux.imports.contrat import Avertissement, Contexte, Record
from tierslieux.lieux.enums import Genre
from tierslieux.territoires.noms import build_cle

# Kinds beside which a name still tells something: whom the place belongs to, or who may be met there.
VAGUES = frozenset(
    {Genre.AUTRE, Genre.ASSOCIATION, Genre.CONSEILLER_NUMERIQUE, Genre.FORMATION, Genre.INSERTION, Genre.MAIRIE}
)

# Beginnings of names, written as noms.build_cle writes them, article left aside.
_DEBUTS: Mapping[Genre, str] = {
    Genre.TIERS_LIEU: "tiers lieux?",
    Genre.COWORKING: "co ?working|espace (?:de )?co ?working",
    Genre.FABLAB: "fab ?lab",
    Genre.LIVING_LAB: "living lab",
    Genre.REPAIR_CAFE: "repair cafe",
    Genre.RESSOURCERIE: "ressourcerie|recyclerie",
    Genre.CAFE_ASSOCIATIF: "cafe associatif",
    Genre.MICRO_FOLIE: "micro folie",
    Genre.FRANCE_SERVICES: "(?:maison |espace |bus |point |antenne )?(?:de )?france services?",
    Genre.CONSEILLER_NUMERIQUE: "conseill(?:er|ere|ers|eres) numeriques?",
    Genre.EPN: "epn|espaces? publics? numeriques?|espace public internet|cyber ?base|cyber ?centre",
    Genre.BIBLIOTHEQUE: "(?:ludo )?(?:bibliotheque|mediatheque)|reseau des (?:bibliotheques|mediatheques)",
    Genre.MAIRIE: "mairie|hotel de ville",
    Genre.LA_POSTE: "la poste|bureau de poste|agence postale",
    Genre.CCAS: "ccas|centre communal d action sociale",
    Genre.CENTRE_SOCIAL: "(?:association )?(?:centre social|centre socio ?culturel|espace socio ?culturel)",
    Genre.MAISON_DEPARTEMENTALE: "maison departementale des solidarites|maison des solidarites",
    Genre.MISSION_LOCALE: "(?:antenne (?:de la )?)?mission locale",
    Genre.FRANCE_TRAVAIL: "(?:agence )?(?:france travail|pole emploi)",
    Genre.CAF: "caf (?:de|du|d|des)|caisse d allocations familiales",
    Genre.PREFECTURE: "prefecture|sous prefecture",
    Genre.PIMMS: "pimms|point information mediation multi ?services?",
    Genre.MJC: "mjc|maison des jeunes et de la culture",
    Genre.BUS_NUMERIQUE: "bus (?:du |de la )?(?:numerique|connecte|france services?)|media ?bus|biblio ?bus",
}
_ARTICLE = re.compile(r"^(?:le|la|les|l) (?!poste\b)")
_MOTIFS = tuple((genre, re.compile(rf"(?:{debut})(?![a-z])")) for genre, debut in _DEBUTS.items())
# These words at the end of a name say what the place is: "L’Établi, fablab". Others would be whose neighbour it is.
_FINS = ((Genre.FABLAB, re.compile(r" fab ?lab$")), (Genre.COWORKING, re.compile(r" co ?working$")))
_NEGATION = re.compile(r"\b(?:anciens?|anciennes?|ex|amis|rue|place|salle|face|pres|derriere|devant)\b")
# "Conseiller numérique France Services" is the first name of another programme.
_FRANCE_SERVICES = re.compile(r"(?<!numerique )(?<!numeriques )\bfrance services?\b")


def clean(record: Record, contexte: Contexte) -> Record:
    """Add the kinds that the name tells, when those of the source tell nothing of the place."""
    genres = list(record.valeurs.get("genres", ()))
    if not VAGUES.issuperset(genres):
        return record
    deduits = [genre for genre in deduce_genres(record.valeurs["nom"]) if genre.value not in genres]
    cite = Genre.FRANCE_SERVICES not in deduits and _FRANCE_SERVICES.search(build_cle(record.valeurs["nom"]))
    if cite and Genre.FRANCE_SERVICES.value not in genres:
        contexte.warn(Avertissement.LABEL_NON_CONFIRME)
    if not deduits:
        return record
    contexte.warn(Avertissement.GENRE_DEDUIT)
    codes = {*genres, *(genre.value for genre in deduits)} - {Genre.AUTRE.value}
    return replace(record, valeurs={**record.valeurs, "genres": [g.value for g in Genre if g.value in codes]})


def deduce_genres(nom: str) -> list[Genre]:
    """The kinds that the name tells by its first words, or its last one for a fablab; in the order of the kinds."""
    cle = _ARTICLE.sub("", build_cle(nom))
    trouves = {genre for genre, motif in _MOTIFS if motif.match(cle)}
    if not _NEGATION.search(cle):
        trouves |= {genre for genre, motif in _FINS if motif.search(f" {cle}")}
    return [genre for genre in Genre if genre in trouves]
