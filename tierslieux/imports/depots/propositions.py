"""What is guessed of a file that somebody gives, in the form in which a depot keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tierslieux.imports.correspondances.reconnaissance import propose
from tierslieux.imports.lecture.lecture import Ligne, read_table

PREMIERES = 5
EXEMPLES = 3
CELLULE_MAX = 80


@dataclass(frozen=True, slots=True)
class Devine:
    """What was recognised, the declaration that follows, and what the pages show of the file.

    `proposition` holds modele, source_id (a registered source whose columns all fit), lues, colonnes (nom, exemples,
    champ) and premieres, the first rows.
    """

    reconnu: Mapping[str, str]
    declaration: dict[str, Any]
    proposition: dict[str, Any]

    @property
    def noms(self) -> list[str]:
        """Names of the file's columns."""
        return [colonne["nom"] for colonne in self.proposition["colonnes"]]


def guess(contenu: bytes, nom: str) -> Devine:
    """Recognise a file; raises SourceError when it cannot be read at all."""
    trouve = propose(contenu, nom)
    colonnes = [
        {"nom": c.nom, "exemples": [_cut(exemple) for exemple in c.exemples[:EXEMPLES]], "champ": c.champ}
        for c in trouve.colonnes
    ]
    return Devine(
        reconnu=dict(trouve.reconnu),
        declaration=dict(trouve.declaration),
        proposition={
            "modele": trouve.modele,
            "source_id": trouve.source_id,
            "lues": trouve.lues,
            "colonnes": colonnes,
            "premieres": _list_premieres(contenu, nom, [colonne.nom for colonne in trouve.colonnes]),
        },
    )


def _list_premieres(contenu: bytes, nom: str, colonnes: list[str]) -> list[list[str | None]]:
    lignes = (ligne for ligne in read_table(contenu, nom=nom).lignes if isinstance(ligne, Ligne))
    premieres = [[ligne.cellules.get(colonne) for colonne in colonnes] for ligne in islice(lignes, PREMIERES)]
    return [[None if cellule is None else _cut(cellule) for cellule in ligne] for ligne in premieres]


def _cut(cellule: object) -> str:
    texte = str(cellule)
    return texte if len(texte) <= CELLULE_MAX else texte[: CELLULE_MAX - 1] + "…"
