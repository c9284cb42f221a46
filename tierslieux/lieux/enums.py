"""Closed vocabularies of places. Codes stand in URLs and in the database, labels are what people read.

Services, audiences, special care and fees are those of the national standard "lieux de médiation numérique" 1.0.2
(Table Schema); kinds join its typology with the third places that it does not tell apart.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_


class NatureSource(StrEnum):
    """Who speaks through a source: a publisher's feed, people whose word was accepted, people who confirm."""

    FLUX = "flux"
    CONTRIBUTION = "contribution"
    CONFIRMATION = "confirmation"


class Genre(Libelle):
    """What kind of place it is. A place may be of several kinds."""

    # Third places.
    TIERS_LIEU = "tiers-lieu", N_("Tiers-lieu")
    COWORKING = "coworking", N_("Espace de coworking")
    FABLAB = "fablab", N_("Fablab")
    ATELIER_PARTAGE = "atelier-partage", N_("Atelier partagé")
    LIVING_LAB = "living-lab", N_("Living lab")
    TIERS_LIEU_CULTUREL = "tiers-lieu-culturel", N_("Tiers-lieu culturel")
    TIERS_LIEU_AGRICOLE = "tiers-lieu-agricole", N_("Tiers-lieu nourricier")
    REPAIR_CAFE = "repair-cafe", N_("Repair café")
    RESSOURCERIE = "ressourcerie", N_("Ressourcerie")
    CAFE_ASSOCIATIF = "cafe-associatif", N_("Café associatif")
    MICRO_FOLIE = "micro-folie", N_("Micro-Folie")
    # Places of help and public services.
    FRANCE_SERVICES = "france-services", N_("France Services")
    CONSEILLER_NUMERIQUE = "conseiller-numerique", N_("Conseiller numérique")
    EPN = "epn", N_("Espace public numérique")
    BIBLIOTHEQUE = "bibliotheque", N_("Bibliothèque")
    MAIRIE = "mairie", N_("Mairie")
    LA_POSTE = "la-poste", N_("La Poste")
    CCAS = "ccas", N_("Centre communal d’action sociale")
    CENTRE_SOCIAL = "centre-social", N_("Centre social")
    MAISON_DEPARTEMENTALE = "maison-departementale", N_("Maison départementale des solidarités")
    MISSION_LOCALE = "mission-locale", N_("Mission locale")
    FRANCE_TRAVAIL = "france-travail", N_("France Travail")
    CAF = "caf", N_("Caisse d’allocations familiales")
    PREFECTURE = "prefecture", N_("Préfecture ou sous-préfecture")
    PIMMS = "pimms", N_("Point d’information médiation multi-services")
    INSERTION = "insertion", N_("Structure d’insertion")
    FORMATION = "formation", N_("Organisme de formation")
    MJC = "mjc", N_("Maison des jeunes et de la culture")
    ASSOCIATION = "association", N_("Association")
    BUS_NUMERIQUE = "bus-numerique", N_("Bus ou permanence itinérante")
    AUTRE = "autre", N_("Autre lieu")


class Service(Libelle):
    """The nine services of the national standard."""

    DEMARCHES = "aide-aux-demarches-administratives", N_("Aide aux démarches administratives")
    OUTILS_QUOTIDIEN = (
        "maitrise-des-outils-numeriques-du-quotidien",
        N_("Maîtrise des outils numériques du quotidien"),
    )
    INSERTION = "insertion-professionnelle-via-le-numerique", N_("Insertion professionnelle via le numérique")
    SECURITE = "utilisation-securisee-du-numerique", N_("Utilisation sécurisée du numérique")
    PARENTALITE = "parentalite-et-education-avec-le-numerique", N_("Parentalité et éducation avec le numérique")
    LOISIRS = "loisirs-et-creations-numeriques", N_("Loisirs et créations numériques")
    COMPREHENSION = "comprehension-du-monde-numerique", N_("Compréhension du monde numérique")
    ACCES = "acces-internet-et-materiel-informatique", N_("Accès internet et matériel informatique")
    ACQUISITION = (
        "acquisition-de-materiel-informatique-a-prix-solidaire",
        N_("Acquisition de matériel informatique à prix solidaire"),
    )


class Public(Libelle):
    """Audiences that a place addresses in particular; none means everybody."""

    JEUNES = "jeunes", N_("Jeunes")
    ETUDIANTS = "etudiants", N_("Étudiants")
    FAMILLES = "familles-et-ou-enfants", N_("Familles et/ou enfants")
    SENIORS = "seniors", N_("Seniors")
    FEMMES = "femmes", N_("Femmes")


class PriseEnCharge(Libelle):
    """Special needs that the place can take care of."""

    SURDITE = "surdite", N_("Surdité")
    HANDICAPS_MOTEURS = "handicaps-moteurs", N_("Handicaps moteurs")
    HANDICAPS_MENTAUX = "handicaps-mentaux", N_("Handicaps mentaux")
    ILLETTRISME = "illettrisme", N_("Illettrisme")
    LANGUES_ANGLAIS = "langues-etrangeres-anglais", N_("Langues étrangères (anglais)")
    LANGUES_AUTRES = "langues-etrangeres-autres", N_("Langues étrangères (autres)")
    DEFICIENCE_VISUELLE = "deficience-visuelle", N_("Déficience visuelle")


class Frais(Libelle):
    """What a visit costs."""

    GRATUIT = "gratuit", N_("Gratuit")
    GRATUIT_SOUS_CONDITION = "gratuit-sous-condition", N_("Gratuit sous condition")
    PAYANT = "payant", N_("Payant")


class ModaliteAcces(Libelle):
    """How to get in touch before coming."""

    SE_PRESENTER = "se-presenter", N_("Se présenter")
    TELEPHONER = "telephoner", N_("Téléphoner")
    CONTACTER_PAR_MAIL = "contacter-par-mail", N_("Contacter par mail")
    RDV_EN_LIGNE = "prendre-un-rdv-en-ligne", N_("Prendre un RDV en ligne")
    PAS_DE_PUBLIC = "pas-de-public", N_("Ce lieu n'accueille pas de public")
    PRESCRIPTION = (
        "envoyer-un-mail-avec-une-fiche-de-prescription",
        N_("Envoyer un mail avec une fiche de prescription"),
    )


class Accompagnement(Libelle):
    """How people are helped."""

    AUTONOMIE = "en-autonomie", N_("En autonomie")
    INDIVIDUEL = "accompagnement-individuel", N_("Accompagnement individuel")
    COLLECTIF = "dans-un-atelier-collectif", N_("Dans un atelier collectif")
    DISTANCE = "a-distance", N_("À distance")


class Programme(Libelle):
    """National programmes of the standard (`dispositif_programmes_nationaux`)."""

    AIDANTS_CONNECT = "aidants-connect", N_("Aidants Connect")
    BNR = "bibliotheques-numeriques-de-reference", N_("Bibliothèques numérique de référence")
    PIX = "certification-pix", N_("Certification PIX")
    CONSEILLERS_NUMERIQUES = "conseillers-numeriques", N_("Conseillers numériques")
    EMMAUS_CONNECT = "emmaus-connect", N_("Emmaüs Connect")
    FRANCE_SERVICES = "france-services", N_("France Services")
    GRANDE_ECOLE = "grande-ecole-du-numerique", N_("Grande école du numérique")
    CROIX_ROUGE = "la-croix-rouge", N_("La Croix Rouge")
    CAF = "point-d-acces-numerique-caf", N_("Point d'accès numérique CAF")
    PROMENEURS = "promeneurs-du-net", N_("Promeneurs du net")
    RELAIS_EMMAUS = "relais-numerique-emmaus-connect", N_("Relais numérique (Emmaüs Connect)")


class FormationLabel(Libelle):
    """Training and labels of the standard (`formations_labels`)."""

    MON_ESPACE_SANTE = "mon-espace-sante", N_("Formé à « Mon Espace Santé »")
    DUPLEX = "duplex", N_("Formé à « DUPLEX » (illettrisme)")
    ARNIA = "arnia-mednum-bfc", N_("Arnia/MedNum BFC (Bourgogne-Franche-Comté)")
    REEMPLOI = "collectif-reemploi-normandie", N_("Collectif ressources et acteurs réemploi (Normandie)")
    ETAPES_NUMERIQUES = "etapes-numeriques-la-poste", N_("Étapes numériques(La Poste)")
    FABRIQUES = "fabriques-de-territoire", N_("Fabriques de Territoire")
    ECLAIREURS = "eclaireurs-du-numerique-drome", N_("Les Éclaireurs du numérique (Drôme)")
    MES_PAPIERS = "mes-papiers-lyon", N_("Mes Papiers (Métropole de Lyon)")
    ORDI = "ordi-3-0", N_("ORDI 3.0")
    SUD_LABS = "sud-labs-paca", N_("SUD LABS (PACA)")


class Besoin(Libelle):
    """The six needs people come with. Which place answers which need is decided by `find_besoins`."""

    DEMARCHE = "demarche", N_("Faire une démarche en ligne")
    APPRENDRE = "apprendre", N_("Apprendre à se servir d’un ordinateur ou d’un téléphone")
    ORDINATEUR = "ordinateur", N_("Utiliser un ordinateur, Internet ou une imprimante")
    TRAVAILLER = "travailler", N_("Travailler au calme, trouver un bureau")
    FABRIQUER = "fabriquer", N_("Fabriquer, créer")
    REPARER = "reparer", N_("Réparer un objet")


class Statut(Libelle):
    """Whether a place is shown."""

    PUBLIE = "publie", N_("Publié")
    MASQUE = "masque", N_("Masqué")
    FERME = "ferme", N_("Fermé définitivement")


class Precision(Libelle):
    """What a position points at."""

    ADRESSE = "adresse", N_("Position de l’adresse")
    RUE = "rue", N_("Position de la rue ou du lieu-dit")
    COMMUNE = "commune", N_("Position approximative : centre de la commune")


GENRES_TIERS_LIEU = frozenset(
    {
        Genre.TIERS_LIEU,
        Genre.COWORKING,
        Genre.FABLAB,
        Genre.ATELIER_PARTAGE,
        Genre.LIVING_LAB,
        Genre.TIERS_LIEU_CULTUREL,
        Genre.TIERS_LIEU_AGRICOLE,
        Genre.REPAIR_CAFE,
        Genre.RESSOURCERIE,
        Genre.CAFE_ASSOCIATIF,
        Genre.MICRO_FOLIE,
    }
)

# These kinds are help by themselves: their charter says so. Any other kind needs a declared service.
GENRES_AIDE = frozenset({Genre.FRANCE_SERVICES, Genre.CONSEILLER_NUMERIQUE, Genre.EPN, Genre.PIMMS})

_BESOINS_DE_SERVICE: dict[Service, Besoin] = {
    Service.DEMARCHES: Besoin.DEMARCHE,
    Service.OUTILS_QUOTIDIEN: Besoin.APPRENDRE,
    Service.INSERTION: Besoin.APPRENDRE,
    Service.SECURITE: Besoin.APPRENDRE,
    Service.PARENTALITE: Besoin.APPRENDRE,
    Service.COMPREHENSION: Besoin.APPRENDRE,
    Service.LOISIRS: Besoin.FABRIQUER,
    Service.ACCES: Besoin.ORDINATEUR,
    Service.ACQUISITION: Besoin.ORDINATEUR,
}

_BESOINS_DE_GENRE: dict[Genre, tuple[Besoin, ...]] = {
    # France Services' charter (2019): help with online procedures and a self-service computer with a printer.
    Genre.FRANCE_SERVICES: (Besoin.DEMARCHE, Besoin.ORDINATEUR),
    Genre.CONSEILLER_NUMERIQUE: (Besoin.APPRENDRE, Besoin.DEMARCHE),
    Genre.EPN: (Besoin.APPRENDRE, Besoin.ORDINATEUR),
    Genre.PIMMS: (Besoin.DEMARCHE,),
    Genre.TIERS_LIEU: (Besoin.TRAVAILLER,),
    Genre.COWORKING: (Besoin.TRAVAILLER,),
    Genre.FABLAB: (Besoin.FABRIQUER,),
    Genre.ATELIER_PARTAGE: (Besoin.FABRIQUER,),
    Genre.LIVING_LAB: (Besoin.FABRIQUER,),
    Genre.MICRO_FOLIE: (Besoin.FABRIQUER,),
    Genre.TIERS_LIEU_CULTUREL: (Besoin.FABRIQUER,),
    Genre.TIERS_LIEU_AGRICOLE: (Besoin.FABRIQUER,),
    Genre.REPAIR_CAFE: (Besoin.REPARER,),
    Genre.RESSOURCERIE: (Besoin.REPARER,),
}


def find_besoins(genres: Collection[str], services: Collection[str]) -> list[Besoin]:
    """The needs that a place of these kinds and services answers, in the order of the enumeration.

    A kind answers a need when nearly every place of this kind does: somebody travels on our word. So a third place of
    no known speciality answers TRAVAILLER alone, since a table and a connection is what third places share: a workshop
    is declared by its own kind. Cultural third places (studios, rehearsal, stages), nourishing ones (shared gardens and
    kitchens) and Micro-Folies (workshops beside the digital museum) are where people make things: FABRIQUER. A fablab
    does not promise repair, its machines make things; a ressourcerie does, by its trade. A café associatif is a place
    to meet: it answers none of the six, and is found by its name or its kind. Places of help answer what their charter
    says; any other kind (town hall, library, La Poste…) answers only by the services that it declares.
    """
    trouves = {_BESOINS_DE_SERVICE[Service(service)] for service in services}
    for genre in genres:
        trouves.update(_BESOINS_DE_GENRE.get(Genre(genre), ()))
    return [besoin for besoin in Besoin if besoin in trouves]


def is_aide(genres: Collection[str], services: Collection[str]) -> bool:
    """Whether the place helps people with digital matters, by its kind or by a service it declares.

    A town hall or a library that declares nothing is a candidate site, not help.
    """
    return bool(services) or any(Genre(genre) in GENRES_AIDE for genre in genres)


def is_tiers_lieu(genres: Collection[str]) -> bool:
    """Whether the place is a third place."""
    return any(Genre(genre) in GENRES_TIERS_LIEU for genre in genres)
