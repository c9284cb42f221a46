"""The words of names and addresses: what they say of the kind of place, and how much they tell of one place. Pure.

Written after the most frequent words of the names of 31,000 places (libraries, advisers, France Services, hubs). All
are keys, as territoires.noms.build_cle makes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from tierslieux.lieux.enums import Genre

# Words that say the kind of place, by nature, tried in this order on the key of the name; what matches is taken out.
NATURES: Mapping[str, str] = MappingProxyType(
    {
        "mairie-annexe": r"mairies? (?:annexe|deleguee|de quartier|de proximite|de secteur)|annexe (?:de la )?mairie",
        "mairie": r"mairie|hotel de ville|(?:la )?commune (?:de|d|du|des)(?= |$)|ville (?:de|d|du|des)(?= |$)",
        "france-services": (
            r"(?:maisons?|espaces?|points?|antenne|site|relais) (?:de )?(?:la )?france services?|france services?"
            r"|maisons? (?:de |des )?services? (?:au|aux|et|public)(?: publics?)?|m ?s ?a ?p|[em] ?f ?s"
            r"|relais (?:de )?services?(?: publics?)?|maison des services"
        ),
        "prefecture": r"sous prefecture|prefecture",
        "bibliotheque": (
            r"mediatheques?|bibliotheques?|bibliobus|mediabus|point(?: de)? lecture|points? lecture"
            r"|relais(?: de)? lecture"
            r"|(?:relais|depot) de livres|depot(?: de)? lecture|lecture publique|mediatheque relais"
            r"|espace lecture|ludotheque"
        ),
        "ccas": r"c ?c ?a ?s|c ?i ?a ?s|(?:centre|ctre) (?:inter)?communal d ?action sociale|ctre com action sociale",
        "centre-social": (
            r"centres? (?:social|sociaux)(?: et (?:socio ?)?culturels?)?"
            r"|centres? socio ?culturels?(?: et sportif)?|c ?s ?c"
            r"|espace de vie sociale|e ?v ?s|centre d animation sociale|espaces? soci(?:al|o ?culturel)s?"
        ),
        "mission-locale": r"missions? locales?(?: (?:pour|de) l (?:emploi|insertion)(?: des jeunes)?)?|mission loc",
        "agence-postale": r"agence postale(?: (?:inter)?communale)?|relais poste|point poste",
        "la-poste": r"bureau de poste|(?:la )?poste",
        "epn": (
            r"espaces? publics? (?:du )?numeriques?(?: communal)?|e ?p ?n|cyber ?(?:base|centre|espace|cafe)s?"
            r"|espace multimedia"
            r"|espaces? (?:informatique|cyber)|espace numerique"
        ),
        "pij": (
            r"(?:point|bureau|centre)(?: regional)? (?:d )?info(?:rmation)?s? jeunesse|p ?i ?j|b ?i ?j"
            r"|c ?r ?i ?j|info jeunes?"
        ),
        "mjc": r"m ?j ?c|maison des jeunes et de la culture",
        "pimms": r"pimms(?: mediation)?|point d information mediation multi ?services?",
        "maison-departementale": (
            r"maison (?:departementale )?(?:de la |de |des |du )?(?:solidarites?|proximite|action sociale|departement)"
            r"(?: departementales?)?"
            r"|m ?d ?s ?i?|m ?d ?f|(?:centre|ctre) medico ?(?:psycho )?social|c ?m ?s"
            r"|espace departemental des solidarites"
            r"|territoire d action sociale|u ?t ?a ?s|maison sociale|pole (?:des )?solidarites?"
        ),
        "departement": (
            r"conseil (?:departemental|general)|(?:le )?departement (?:de la|de l|des|de|du|d)(?= |$)"
            r"|hotel du departement"
        ),
        "intercommunalite": (
            r"communaute (?:de )?(?:communes?|d agglomeration|agglomeration|urbaine)|comcom|cc|metropole"
            r"|agglo(?:meration)?"
            r"|intercommunalite|petr|pole d equilibre territorial et rural"
        ),
        "office-de-tourisme": (
            r"office(?: intercommunal)?(?: de| du)? tourisme|point d information touristique"
            r"|syndicat d initiative"
        ),
        "ecole": r"groupe scolaire|ecole|college|lycee(?: professionnel)?|universite|campus",
        "caf": r"caf|caisses? d ?allocations? familiales?",
        "france-travail": r"pole emploi|france travail|maison de l emploi",
        "ressourcerie": r"ressourcerie|recyclerie",
        "repair-cafe": r"repair ?cafe",
        "fablab": r"fab ?labs?|lab ?fab|makerspace|hackerspace",
        "coworking": r"(?:espace (?:de )?)?co ?workings?|telecentre|espace de travail partage|bureaux? partages?",
        "tiers-lieu": r"tiers ?lieux?",
        "foyer-rural": r"foyer rural|foyer laique",
        "familles-rurales": r"(?:association )?familles rurales",
        "chambre-agriculture": r"chambre d ?agriculture",
        "itinerant": r"bus|itinerante?s?|camion|van|mobile|caravane",
        "multisites": r"multi ?sites?",
        "jeunesse": r"(?:espace|accueil|service|local|maison) (?:de la |des )?(?:jeunes(?:se)?|ados)",
        "quartier": r"(?:maison|centre) de quartiers?|maison de (?:la )?vie de quartier|maison des quartiers",
        "associations": r"maison des associations|maison de la vie associative|pole associatif",
        "salle": r"salle (?:polyvalente|communale|municipale|des fetes|du conseil|de reunion)",
    }
)
MOTIF_NATURES = re.compile(
    r"\b(?:" + "|".join(f"(?P<n{rang}>{motif})" for rang, motif in enumerate(NATURES.values())) + r")\b"
)
NOMS_NATURES = tuple(NATURES)
# A vehicle whose name says what it carries: bibliobus, médiabus, ludobus.
BUS = re.compile(r"\w+bus\b")
# Kinds of which a source speaks of its own places, and the nature of a name that says the same. Programmes and labels
# (France Services, adviser) are given to their hosts too, and say nothing of the place.
NATURES_DE_GENRE: Mapping[str, str] = MappingProxyType(
    {
        genre.value: genre.value
        for genre in (
            Genre.BIBLIOTHEQUE,
            Genre.MAIRIE,
            Genre.COWORKING,
            Genre.FABLAB,
            Genre.RESSOURCERIE,
            Genre.REPAIR_CAFE,
            Genre.LA_POSTE,
            Genre.MJC,
            Genre.PREFECTURE,
            Genre.MISSION_LOCALE,
            Genre.CAF,
            Genre.FRANCE_TRAVAIL,
            Genre.CENTRE_SOCIAL,
            Genre.CCAS,
        )
    }
)

# Words that tell nothing of one place, and those that tell little: they count for POIDS_FAIBLE.
VIDES = frozenset(
    "a au aux d de des du en et l la le les ou par pour sur sous un une s c the of and"
    " municipale municipal municipaux municipales communale communal communales communautaire intercommunale"
    " intercommunal publique public publics association asso ass assoc associative sarl sas scic scop sa sasu eurl loi"
    " 1901 siege service services numerique numeriques conseiller conseillers site antenne annexe permanence"
    " mediation espace centre ctre point maison lieu pole structure etablissement salle relais accueil local"
    " france cfs place".split()
)
FAIBLES = frozenset(
    "pays val vallee grand grande haut haute hauts bas basse nord sud est ouest centre culturel culturelle sociale"
    " social solidarite solidarites departementale departemental territoire terres rives portes coeur entre communes"
    " commune groupe federation union reseau culture animation emploi insertion formation familles famille"
    " jeunes jeunesse"
    " information info tous multimedia quartier ville bourg saint sainte agence bureau atelier livre livres lire"
    " lecture cafe lab village bassin agglomeration metropole 01 02 11 12 14 22 23 72".split()
)
POIDS_FAIBLE = 0.35

# Kinds of way: "rue de la Mairie" and "place de la Mairie" are more often one door than two.
VOIES = frozenset(
    "rue avenue av boulevard bd place pl chemin route rte impasse allee allees quai cours square esplanade passage"
    " ruelle sentier montee faubourg promenade parvis rond point zone za zi zac lieu dit lotissement residence"
    " espace".split()
)
VOIES_VIDES = VIDES - {"place", "point", "espace"} | {
    "bp",
    "cs",
    "cedex",
    "bourg",
    "batiment",
    "bat",
    "immeuble",
    "etage",
    "rdc",
}
