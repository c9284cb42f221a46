"""What a table says of itself: its territories, its date, its computation, its sources and their licences. Pure.

Nothing tells when the file was made, only the state of the base that it holds: the same base gives the same file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tierslieux.core.tableurs import Ligne
from tierslieux.couverture.services import Edition
from tierslieux.observatoire.exports.colonnes import ENTETES, Colonne

TITRE = "Chiffres des territoires : besoin, accès et indicateurs"
SANS_CALCUL = "pas encore calculés : les colonnes des écarts et des accès sont vides"
VIDE = "Une cellule vide est une donnée absente, jamais un zéro."
ESTIMATION = (
    "Les personnes en illectronisme sont estimées par un modèle : la borne basse et la borne haute donnent"
    " l’intervalle. Le site dit comment à la page de méthode."
)


@dataclass(frozen=True, slots=True)
class Contexte:
    """What a table needs beside its rows. `racine` is the address of the site with its final slash, None if unknown."""

    description: str
    nombre: int
    colonnes: Sequence[Colonne]
    calcul: Edition | None
    date: dt.date | None
    racine: str | None

    @property
    def licences(self) -> tuple[str, ...]:
        """Licences of the columns, once each."""
        return tuple(dict.fromkeys(c.licence for c in self.colonnes if c.licence))

    def list_sources(self) -> list[tuple[str, str, str, str | None, str | None]]:
        """(label, publisher, licence, date, page) of each source, once."""
        return list(
            dict.fromkeys(
                (c.source, c.producteur or "", c.licence or "", c.date, c.page) for c in self.colonnes if c.source
            )
        )

    def list_lignes(self) -> list[tuple[str, str]]:
        """The same for people to read, as labels and values; a line for each source."""
        lignes = [
            ("Titre", TITRE),
            ("Territoires", self.description),
            ("Nombre de territoires", str(self.nombre)),
            ("Données à la date du", self.date.isoformat() if self.date else "inconnue"),
            ("Écarts et accès", self._describe_calcul()),
            ("Estimations", ESTIMATION),
            ("Cellules vides", VIDE),
            ("Licence", " ; ".join(self.licences)),
        ]
        lignes += [("Adresse", self.racine)] if self.racine else []
        for rang, dits in enumerate(self.list_sources(), start=1):
            lignes.append((f"Source {rang}", " – ".join(dit for dit in dits if dit)))
        return lignes

    def _describe_calcul(self) -> str:
        if self.calcul is None:
            return SANS_CALCUL
        return (
            f"calculés le {self.calcul.actualisee_at.date().isoformat()} ({self.calcul.libelle_moteur}) entre"
            f" {self.calcul.points} points habités et {self.calcul.lieux} lieux, dont"
            f" {self.calcul.lieux_sans_horaires} sans horaires connus"
        )

    def to_json(self) -> dict[str, Any]:
        """The same as one object, with the columns."""
        return {
            "titre": TITRE,
            "date": self.date.isoformat() if self.date else None,
            "nombre": self.nombre,
            "territoires": self.description,
            "calcul": self._describe_calcul(),
            "licence": " ; ".join(self.licences),
            "adresse": self.racine,
            "colonnes": [{nom: getattr(colonne, champ) for nom, champ in ENTETES} for colonne in self.colonnes],
        }

    def list_colonnes(self) -> list[Ligne]:
        """The table of columns, with its heading."""
        entete: Ligne = [nom for nom, _ in ENTETES]
        return [entete, *([getattr(colonne, champ) for _, champ in ENTETES] for colonne in self.colonnes)]
