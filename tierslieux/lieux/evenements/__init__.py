"""Events and permanences at a place: what they are, when they happen, how they are said. Pure."""

from tierslieux.lieux.evenements.calendriers import build_agenda
from tierslieux.lieux.evenements.objets import (
    Evenement,
    GenreEvenement,
    Occurrence,
    parse_evenements,
    read_evenements,
)
from tierslieux.lieux.evenements.phrases import write_occurrence, write_quand
from tierslieux.lieux.evenements.recurrences import Frequence, JourRegle, Recurrence

__all__ = [
    "Evenement",
    "Frequence",
    "GenreEvenement",
    "JourRegle",
    "Occurrence",
    "Recurrence",
    "build_agenda",
    "parse_evenements",
    "read_evenements",
    "write_occurrence",
    "write_quand",
]
