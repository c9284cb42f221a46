"""What a source, its records, its rejected rows and a clean-up step are. Pure: neither web nor database.

Codes of rejects and of warnings are closed lists, documented in docs/sources.md: a publisher is told what to fix.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from tierslieux.core.enums import Libelle
from tierslieux.territoires.referentiel import ReferentielCommunes


class RejectCode(Libelle):
    """Why a row is not taken. The label tells the publisher, in French, what to fix."""

    LIGNE_ILLISIBLE = (
        "LIGNE_ILLISIBLE",
        "La ligne n’a pas le nombre de colonnes attendu ou a des caractères illisibles : réenregistrez le fichier.",
    )
    IDENTIFIANT_MANQUANT = (
        "IDENTIFIANT_MANQUANT",
        "La ligne n’a pas d’identifiant : donnez à chaque lieu un identifiant stable et unique.",
    )
    IDENTIFIANT_EN_DOUBLE = (
        "IDENTIFIANT_EN_DOUBLE",
        "Le même identifiant désigne deux lieux différents du fichier : donnez à chacun le sien.",
    )
    NOM_MANQUANT = ("NOM_MANQUANT", "Le lieu n’a pas de nom : renseignez-le.")
    VALEUR_TROP_LONGUE = (
        "VALEUR_TROP_LONGUE",
        "Une valeur dépasse la longueur admise : vérifiez qu’un guillemet n’a pas été oublié, ou raccourcissez-la.",
    )
    NON_OUVERT_AU_PUBLIC = (
        "NON_OUVERT_AU_PUBLIC",
        "Le fichier dit que ce lieu ne reçoit pas de public, il n’est donc pas publié : corrigez son type si besoin.",
    )
    CODE_INSEE_INCONNU = (
        "CODE_INSEE_INCONNU",
        "Ce code n’est celui d’aucune commune, actuelle ou ancienne : vérifiez-le dans le code officiel géographique.",
    )
    COMMUNE_INTROUVABLE = (
        "COMMUNE_INTROUVABLE",
        "Sans code INSEE, nom et code postal ne désignent pas une commune et une seule : renseignez le code INSEE.",
    )
    COORDONNEES_NULLES = (
        "COORDONNEES_NULLES",
        "La latitude et la longitude valent zéro, un point au large de l’Afrique : laissez-les vides ou corrigez-les.",
    )
    COORDONNEES_INVERSEES = (
        "COORDONNEES_INVERSEES",
        "La latitude et la longitude sont échangées : remettez chacune dans sa colonne.",
    )
    COORDONNEES_HORS_COMMUNE = (
        "COORDONNEES_HORS_COMMUNE",
        "Le point est loin de la commune annoncée : corrigez le code INSEE ou les coordonnées.",
    )
    SERVICE_SANS_STRUCTURE = (
        "SERVICE_SANS_STRUCTURE",
        "Ce service est celui d’une structure absente du fichier : ajoutez-la ou corrigez « structure_id ».",
    )


class Avertissement(Libelle):
    """What was corrected or left aside in a row that is taken; the label says it in French."""

    CODE_COMPLETE = "CODE_COMPLETE", "Code INSEE dont le zéro initial manquait : rétabli."
    CODE_REMPLACE = "CODE_REMPLACE", "Code d’une ancienne commune : remplacé par celui de la commune actuelle."
    CODE_CONTREDIT = "CODE_CONTREDIT", "Code INSEE d’un autre département que le code postal : trouvé par le nom."
    CODE_DEDUIT = "CODE_DEDUIT", "Code INSEE absent : trouvé par le nom et le code postal."
    COMMUNE_HORS_REFERENTIEL = (
        "COMMUNE_HORS_REFERENTIEL",
        "Commune d’une collectivité d’outre-mer sans contour connu : gardée telle quelle.",
    )
    CODE_POSTAL_ILLISIBLE = "CODE_POSTAL_ILLISIBLE", "Code postal sans ses cinq chiffres : non publié."
    POSITION_APPROCHEE = "POSITION_APPROCHEE", "Position absente : celle de la mairie ou du centre de la commune."
    POSITION_ABSENTE = "POSITION_ABSENTE", "Position absente et commune sans centre connu : lieu sans position."
    POSITION_GEOCODEE = "POSITION_GEOCODEE", "Position absente : trouvée par l’adresse."
    POSITION_ECARTEE = "POSITION_ECARTEE", "Position loin de la commune, qui est sûre : remplacée par son centre."
    TELEPHONE_ILLISIBLE = "TELEPHONE_ILLISIBLE", "Numéro de téléphone incompris : non publié."
    COURRIEL_ILLISIBLE = "COURRIEL_ILLISIBLE", "Adresse électronique incomplète ou incomprise : non publiée."
    COURRIEL_NOMINATIF = "COURRIEL_NOMINATIF", "Adresse électronique d’une personne : ni publiée ni conservée."
    URL_ILLISIBLE = "URL_ILLISIBLE", "Adresse de site incomprise ou refusée : non publiée."
    HORAIRES_ILLISIBLES = "HORAIRES_ILLISIBLES", "Horaires incompris : non publiés, gardés tels quels dans la fiche."
    HORAIRES_CONVERTIS = "HORAIRES_CONVERTIS", "Horaires écrits en français : convertis au format OpenStreetMap."
    CRENEAU_NUL = "CRENEAU_NUL", "Créneau « 00:00 - 00:00 » : retiré."
    CRENEAUX_REUNIS = "CRENEAUX_REUNIS", "Créneaux d’un même jour qui se chevauchent : réunis."
    PIVOT_ILLISIBLE = "PIVOT_ILLISIBLE", "SIRET ou RNA incompris, ou fait de zéros : non publié."
    VALEUR_INCONNUE = "VALEUR_INCONNUE", "Valeur absente du vocabulaire : gardée dans la fiche, non publiée."
    GENRE_DEDUIT = "GENRE_DEDUIT", "Type de lieu absent ou imprécis : déduit du nom."
    LABEL_NON_CONFIRME = (
        "LABEL_NON_CONFIRME",
        "« France services » n’est que cité dans le nom : le lieu n’est pas donné pour une maison France services.",
    )
    PRESENTATION_DEPLACEE = (
        "PRESENTATION_DEPLACEE",
        "Présentation de plus de 280 caractères : déplacée dans la présentation détaillée.",
    )
    DATE_ILLISIBLE = "DATE_ILLISIBLE", "Date incomprise, impossible ou future : laissée de côté."


@dataclass(frozen=True, slots=True)
class Record:
    """One place as its source says it.

    `ligne` is the row's number in the file, header counted, first is 1 (a JSON file counts its items from 1). `brut`
    is the whole raw record by column, None for an empty cell, without the columns that name persons. `valeurs` holds
    values by field of lieux.resolution.CHAMPS, absent fields left out; `position` is {"lon", "lat"} in degrees
    (EPSG:4326) and gains its "precision" in the steps. `avertissements` are those that parsing itself has met.
    """

    identifiant: str
    ligne: int
    brut: dict[str, Any]
    valeurs: dict[str, Any]
    date_maj: dt.date | None = None
    avertissements: tuple[Avertissement, ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that is not taken: why, and for which field and value."""

    ligne: int
    code: RejectCode
    champ: str | None
    valeur: str | None
    brut: dict[str, Any]


Resultat = Record | Reject


@dataclass(slots=True)
class Contexte:
    """What steps share during one run: the reference of communes, the day it runs if it says so, what they count."""

    communes: ReferentielCommunes
    commune_certaine: bool = False
    aujourdhui: dt.date | None = None
    avertissements: Counter[Avertissement] = field(default_factory=Counter)
    touches: Counter[str] = field(default_factory=Counter)

    def warn(self, code: Avertissement) -> None:
        """Count one warning."""
        self.avertissements[code] += 1


# What can be recognised of a file, in the order in which it is told, with the words people read.
RECONNU: Mapping[str, str] = MappingProxyType(
    {
        "format": "Format",
        "feuille": "Feuille",
        "encodage": "Encodage",
        "separateur": "Séparateur",
        "decimale": "Signe décimal",
        "projection": "Système de coordonnées",
        "schema": "Modèle de colonnes",
        "identifiant": "Identifiant",
    }
)

Etape = Callable[[Record, Contexte], Resultat]


@dataclass(frozen=True, slots=True)
class Lecture:
    """What `parse` gives: the rows in the file's order, to be read once, and how the file was recognised.

    `reconnu` says it in French words, by the keys of RECONNU; what does not apply (the separator of a JSON file) is
    left out. `colonnes` are those of the file, in its order.
    """

    resultats: Iterator[Resultat]
    reconnu: Mapping[str, str]
    colonnes: tuple[str, ...]

    def __iter__(self) -> Iterator[Resultat]:
        """The records and the rejected rows."""
        return self.resultats


class Origine(StrEnum):
    """What kind of place a file comes from."""

    FICHIER = "fichier"
    ADRESSE = "adresse"
    PAQUET = "paquet"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A provider's file: one row of registre.py.

    `confiance` is the trust rank (0 to 100, the higher wins a field). `motif_fichier` is the pattern of its files under
    TIERSLIEUX_RAW_DIR; the last name in alphabetical order, hence the last edition, is read. `url` is the publisher's
    address, None when it is unknown. `date_edition` dates the records of that edition when they have no date of their
    own. `colonnes` are the columns without which the file is refused. `commune_certaine` says that the record is about
    its commune whatever its coordinates say. `est_offre` is False for buildings that are only candidate sites.
    `rafraichissement_jours` is how often the address is read again by itself, None for never. `correspondance` is the
    declaration of its columns when the source is declared and not programmed.
    """

    id: str
    libelle: str
    producteur: str
    licence: str
    url: str | None
    edition: str
    cadence: str
    confiance: int
    colonnes: tuple[str, ...]
    parse: Callable[[bytes], Lecture]
    date_edition: dt.date | None = None
    motif_fichier: str | None = None
    origine: Origine = Origine.FICHIER
    commune_certaine: bool = False
    est_offre: bool = True
    est_inventee: bool = False
    rafraichissement_jours: int | None = None
    correspondance: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Fichier:
    """The bytes of one edition of a source and where they came from."""

    contenu: bytes
    origine: str
    sha256: str
    date_edition: dt.date | None

    @property
    def octets(self) -> int:
        """Size in bytes."""
        return len(self.contenu)
