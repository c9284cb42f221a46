"""What a schema could not take, told line by line and counted: places that lack a field, values that it refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import IO, NamedTuple

from tierslieux.core.tableurs import neutralize
from tierslieux.core.texte_csv import MARQUE, render_lignes

COLONNES = ("id", "nom", "champ", "valeur", "raison", "lieu_exporte")


class Ecart(NamedTuple):
    """One field of one place; `est_exporte` is False when the whole place is left out for it."""

    id: str
    nom: str
    champ: str
    valeur: str | None
    raison: str
    est_exporte: bool


class Journal:
    """Counts what is left out, and writes it to `sortie` as it comes: nothing is kept."""

    def __init__(self, sortie: IO[bytes] | None = None) -> None:
        self.lieux = 0
        self.valeurs: Counter[str] = Counter()
        self._sortie = sortie
        if sortie is not None:
            sortie.write(render_entete().encode())

    def note(self, ecarts: Iterable[Ecart]) -> None:
        """Add what was left out of one place: either the place, or some of its values."""
        ecarts = list(ecarts)
        self.lieux += any(not ecart.est_exporte for ecart in ecarts)
        self.valeurs.update(ecart.champ for ecart in ecarts if ecart.est_exporte)
        if self._sortie is not None and ecarts:
            self._sortie.write(render_ecarts(ecarts).encode())


def render_entete() -> str:
    """The first line of the side file: CSV as French spreadsheets open it."""
    return MARQUE + render_lignes([COLONNES], separateur=";")


def render_ecarts(ecarts: Iterable[Ecart]) -> str:
    """Lines of the side file."""
    lignes = [
        [*(neutralize(texte or "") for texte in ecart[:5]), "oui" if ecart.est_exporte else "non"] for ecart in ecarts
    ]
    return render_lignes(lignes, separateur=";")
