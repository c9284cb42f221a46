"""Half-days of a working week. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tierslieux.core.enums import Libelle

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi")
JOURS_OUVRES = (0, 1, 2, 3, 4)


class Moitie(Libelle):
    """Half of a day."""

    MATIN = "matin", "matin"
    APRES_MIDI = "apres-midi", "après-midi"


@dataclass(frozen=True, order=True, slots=True)
class Demi:
    """A half-day: `jour` is 0 for Monday, 5 for Saturday; mornings come first."""

    jour: int
    apres_midi: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for a day that is not in JOURS."""
        if not 0 <= self.jour < len(JOURS):
            raise ValueError(f"a day from 0 (Monday) to {len(JOURS) - 1}, not {self.jour}")

    @property
    def moitie(self) -> Moitie:
        """Morning or afternoon."""
        return Moitie.APRES_MIDI if self.apres_midi else Moitie.MATIN

    @property
    def libelle(self) -> str:
        """In words: "mardi matin"."""
        return f"{JOURS[self.jour]} {self.moitie.libelle}"


def list_demis(jours: tuple[int, ...]) -> list[Demi]:
    """Both halves of each of these days."""
    return [Demi(jour, apres_midi) for jour in jours for apres_midi in (False, True)]
