"""Closed vocabularies of places. Codes stand in URLs and in the database, labels are what people read.

Services, audiences, special care and fees are those of the national standard "lieux de médiation numérique" 1.0.2
(Table Schema); kinds join its typology with the third places that it does not tell apart.
"""

from __future__ import annotations

from collections.abc import Collection

from tierslieux.core.enums import Libelle


class Genre(Libelle):
    """What kind of place it is. A place may be of several kinds."""

    # Third places.
    TIERS_LIEU = "tiers-lieu", "Tiers-lieu"
    COWORKING = "coworking", "Espace de coworking"
    FABLAB = "fablab", "Fablab"
    ATELIER_PARTAGE = "atelier-partage", "Atelier partagé"
    LIVING_LAB = "living-lab", "Living lab"
    TIERS_LIEU_CULTUREL = "tiers-lieu-culturel", "Tiers-lieu culturel"
    TIERS_LIEU_AGRICOLE = "tiers-lieu-agricole", "Tiers-lieu nourricier"
    REPAIR_CAFE = "repair-cafe", "Repair café"
    RESSOURCERIE = "ressourcerie", "Ressourcerie"
    CAFE_ASSOCIATIF = "cafe-associatif", "Café associatif"
    MICRO_FOLIE = "micro-folie", "Micro-Folie"
    # Places of help and public services.
    FRANCE_SERVICES = "france-services", "France Services"
    CONSEILLER_NUMERIQUE = "conseiller-numerique", "Conseiller numérique"
    EPN = "epn", "Espace public numérique"
    BIBLIOTHEQUE = "bibliotheque", "Bibliothèque"
    MAIRIE = "mairie", "Mairie"
    LA_POSTE = "la-poste", "La Poste"
    CCAS = "ccas", "Centre communal d’action sociale"
    CENTRE_SOCIAL = "centre-social", "Centre social"
    MAISON_DEPARTEMENTALE = "maison-departementale", "Maison départementale des solidarités"
    MISSION_LOCALE = "mission-locale", "Mission locale"
    FRANCE_TRAVAIL = "france-travail", "France Travail"
    CAF = "caf", "Caisse d’allocations familiales"
    PREFECTURE = "prefecture", "Préfecture ou sous-préfecture"
    PIMMS = "pimms", "Point d’information médiation multi-services"
    INSERTION = "insertion", "Structure d’insertion"
    FORMATION = "formation", "Organisme de formation"
    MJC = "mjc", "Maison des jeunes et de la culture"
    ASSOCIATION = "association", "Association"
    BUS_NUMERIQUE = "bus-numerique", "Bus ou permanence itinérante"
    AUTRE = "autre", "Autre lieu"


class Service(Libelle):
    """The nine services of the national standard."""

    DEMARCHES = "aide-aux-demarches-administratives", "Aide aux démarches administratives"
    OUTILS_QUOTIDIEN = (
        "maitrise-des-outils-numeriques-du-quotidien",
        "Maîtrise des outils numériques du quotidien",
    )
    INSERTION = "insertion-professionnelle-via-le-numerique", "Insertion professionnelle via le numérique"
    SECURITE = "utilisation-securisee-du-numerique", "Utilisation sécurisée du numérique"
    PARENTALITE = "parentalite-et-education-avec-le-numerique", "Parentalité et éducation avec le numérique"
    LOISIRS = "loisirs-et-creations-numeriques", "Loisirs et créations numériques"
    COMPREHENSION = "comprehension-du-monde-numerique", "Compréhension du monde numérique"
    ACCES = "acces-internet-et-materiel-informatique", "Accès internet et matériel informatique"
    ACQUISITION = (
        "acquisition-de-materiel-informatique-a-prix-solidaire",
        "Acquisition de matériel informatique à prix solidaire",
    )


class Public(Libelle):
    """Audiences that a place addresses in particular; none means everybody."""

    JEUNES = "jeunes", "Jeunes"
    ETUDIANTS = "etudiants", "Étudiants"
    FAMILLES = "familles-et-ou-enfants", "Familles et/ou enfants"
    SENIORS = "seniors", "Seniors"
    FEMMES = "femmes", "Femmes"


class PriseEnCharge(Libelle):
    """Special needs that the place can take care of."""

    SURDITE = "surdite", "Surdité"
    HANDICAPS_MOTEURS = "handicaps-moteurs", "Handicaps moteurs"
    HANDICAPS_MENTAUX = "handicaps-mentaux", "Handicaps mentaux"
    ILLETTRISME = "illettrisme", "Illettrisme"
    LANGUES_ANGLAIS = "langues-etrangeres-anglais", "Langues étrangères (anglais)"
    LANGUES_AUTRES = "langues-etrangeres-autres", "Langues étrangères (autres)"
    DEFICIENCE_VISUELLE = "deficience-visuelle", "Déficience visuelle"


class Frais(Libelle):
    """What a visit costs."""

    GRATUIT = "gratuit", "Gratuit"
    GRATUIT_SOUS_CONDITION = "gratuit-sous-condition", "Gratuit sous condition"
    PAYANT = "payant", "Payant"


class ModaliteAcces(Libelle):
    """How to get in touch before coming."""

    SE_PRESENTER = "se-presenter", "Se présenter"
    TELEPHONER = "telephoner", "Téléphoner"
    CONTACTER_PAR_MAIL = "contacter-par-mail", "Contacter par mail"
    RDV_EN_LIGNE = "prendre-un-rdv-en-ligne", "Prendre un RDV en ligne"
    PAS_DE_PUBLIC = "pas-de-public", "Ce lieu n'accueille pas de public"
    PRESCRIPTION = "envoyer-un-mail-avec-une-fiche-de-prescription", "Envoyer un mail avec une fiche de prescription"


class Accompagnement(Libelle):
    """How people are helped."""

    AUTONOMIE = "en-autonomie", "En autonomie"
    INDIVIDUEL = "accompagnement-individuel", "Accompagnement individuel"
    COLLECTIF = "dans-un-atelier-collectif", "Dans un atelier collectif"
    DISTANCE = "a-distance", "À distance"


class Programme(Libelle):
    """National programmes of the standard (`dispositif_programmes_nationaux`)."""

    AIDANTS_CONNECT = "aidants-connect", "Aidants Connect"
    BNR = "bibliotheques-numeriques-de-reference", "Bibliothèques numérique de référence"
    PIX = "certification-pix", "Certification PIX"
    CONSEILLERS_NUMERIQUES = "conseillers-numeriques", "Conseillers numériques"
    EMMAUS_CONNECT = "emmaus-connect", "Emmaüs Connect"
    FRANCE_SERVICES = "france-services", "France Services"
    GRANDE_ECOLE = "grande-ecole-du-numerique", "Grande école du numérique"
    CROIX_ROUGE = "la-croix-rouge", "La Croix Rouge"
    CAF = "point-d-acces-numerique-caf", "Point d'accès numérique CAF"
    PROMENEURS = "promeneurs-du-net", "Promeneurs du net"
    RELAIS_EMMAUS = "relais-numerique-emmaus-connect", "Relais numérique (Emmaüs Connect)"


class FormationLabel(Libelle):
    """Training and labels of the standard (`formations_labels`)."""

    MON_ESPACE_SANTE = "mon-espace-sante", "Formé à « Mon Espace Santé »"
    DUPLEX = "duplex", "Formé à « DUPLEX » (illettrisme)"
    ARNIA = "arnia-mednum-bfc", "Arnia/MedNum BFC (Bourgogne-Franche-Comté)"
    REEMPLOI = "collectif-reemploi-normandie", "Collectif ressources et acteurs réemploi (Normandie)"
    ETAPES_NUMERIQUES = "etapes-numeriques-la-poste", "Étapes numériques(La Poste)"
    FABRIQUES = "fabriques-de-territoire", "Fabriques de Territoire"
    ECLAIREURS = "eclaireurs-du-numerique-drome", "Les Éclaireurs du numérique (Drôme)"
    MES_PAPIERS = "mes-papiers-lyon", "Mes Papiers (Métropole de Lyon)"
    ORDI = "ordi-3-0", "ORDI 3.0"
    SUD_LABS = "sud-labs-paca", "SUD LABS (PACA)"


class Besoin(Libelle):
    """The four needs people come with. Which place answers which need is decided by `find_besoins`."""

    DEMARCHE = "demarche", "Faire une démarche en ligne"
    APPRENDRE = "apprendre", "Apprendre à se servir d’un ordinateur ou d’un téléphone"
    ORDINATEUR = "ordinateur", "Utiliser un ordinateur, Internet ou une imprimante"
    TRAVAILLER = "travailler", "Travailler, fabriquer ou réparer avec d’autres"


class Statut(Libelle):
    """Whether a place is shown."""

    PUBLIE = "publie", "Publié"
    MASQUE = "masque", "Masqué"
    FERME = "ferme", "Fermé définitivement"


class Precision(Libelle):
    """What a position points at."""

    ADRESSE = "adresse", "Position de l’adresse"
    RUE = "rue", "Position de la rue ou du lieu-dit"
    COMMUNE = "commune", "Position approximative : centre de la commune"


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
    Service.LOISIRS: Besoin.TRAVAILLER,
    Service.ACCES: Besoin.ORDINATEUR,
    Service.ACQUISITION: Besoin.ORDINATEUR,
}

_BESOINS_DE_GENRE: dict[Genre, tuple[Besoin, ...]] = {
    # France Services' charter (2019): help with online procedures and a self-service computer with a printer.
    Genre.FRANCE_SERVICES: (Besoin.DEMARCHE, Besoin.ORDINATEUR),
    Genre.CONSEILLER_NUMERIQUE: (Besoin.APPRENDRE, Besoin.DEMARCHE),
    Genre.EPN: (Besoin.APPRENDRE, Besoin.ORDINATEUR),
    Genre.PIMMS: (Besoin.DEMARCHE,),
} | dict.fromkeys(GENRES_TIERS_LIEU, (Besoin.TRAVAILLER,))


def find_besoins(genres: Collection[str], services: Collection[str]) -> list[Besoin]:
    """The needs that a place of these kinds and services answers, in the order of the enumeration."""
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
