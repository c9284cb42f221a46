"""What a reader of indicators gives: measures, points to count, rejected rows. Pure: neither web nor database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tierslieux.core.enums import Libelle
from tierslieux.territoires.enums import Niveau


class CodeRejet(Libelle):
    """Why a row is not loaded. The label tells the publisher, in French, what is wrong."""

    CODE_MAL_FORME = "CODE_MAL_FORME", "Le code n’a pas la forme d’un code INSEE ou d’un numéro SIREN d’EPCI."
    CODE_INCONNU = "CODE_INCONNU", "Ce code n’est celui d’aucun territoire, actuel ou ancien."
    SANS_VALEUR = "SANS_VALEUR", "La ligne ne donne aucune valeur."
    VALEUR_ILLISIBLE = "VALEUR_ILLISIBLE", "La valeur n’est ni un nombre ni un mot de la liste attendue."
    VALEUR_HORS_BORNES = "VALEUR_HORS_BORNES", "La valeur sort des bornes de l’indicateur."
    CLASSES_INCOHERENTES = "CLASSES_INCOHERENTES", "Les classes ne s’accordent pas entre elles ou avec leur total."
    DOUBLON = "DOUBLON", "La même valeur est déjà donnée pour ce territoire."
    CONTRADICTION = "CONTRADICTION", "Une autre valeur est déjà donnée pour ce territoire : la première est gardée."
    HORS_COMMUNE = "HORS_COMMUNE", "Le point ne tombe dans aucune commune, ni à moins de 2 km d’une côte."
    HORS_SUJET = "HORS_SUJET", "La ligne parle d’autre chose que des indicateurs de cette source."


@dataclass(frozen=True, slots=True)
class Mesure:
    """What one row says of one territory: its code as published, and values by id of indicator, absent ones left out.

    `ligne` counts from 1, header included where the file has one.
    """

    ligne: int
    code: str
    valeurs: Mapping[str, float]
    niveau: Niveau = Niveau.COMMUNE


@dataclass(frozen=True, slots=True)
class Point:
    """What one row says of one place, in degrees (EPSG:4326), to be added up by commune."""

    ligne: int
    lon: float
    lat: float
    valeurs: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Rejet:
    """A row that is not loaded: why, in which field, with which value."""

    ligne: int
    code: CodeRejet
    champ: str
    valeur: str | None


Element: TypeAlias = Mesure | Point | Rejet


@dataclass(frozen=True, slots=True)
class Lecteur:
    """The reader of one publisher's format.

    `read` raises SourceError for a file that cannot be trusted as a whole. `find_date` gives the date of the data when
    the file says it.
    """

    read: Callable[[bytes], Iterator[Element]]
    find_date: Callable[[bytes], dt.date | None] | None = None
