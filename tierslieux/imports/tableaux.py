"""Tables of territories that plan: their files read as those of sources are. What planification, below, is handed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tierslieux.imports.contrat import Reject
from tierslieux.imports.etapes.horaires import read_horaires
from tierslieux.imports.lecture.lecture import read_table
from tierslieux.imports.lecture.projections import parse_nombre
from tierslieux.planification.tables.lecture import Lecteurs, RangeeLue, Rejet, Tableau


def read_tableau(contenu: bytes, nom: str) -> Tableau:
    """The rows of a CSV file, a workbook or any file that imports read; raises SourceError."""
    table = read_table(contenu, nom=nom)
    rangees: list[RangeeLue] = []
    illisibles: list[Rejet] = []
    for ligne in table.lignes:
        if isinstance(ligne, Reject):
            illisibles.append(Rejet(ligne.ligne, ligne.champ, ligne.valeur or "", ligne.code.libelle))
        else:
            rangees.append(RangeeLue(ligne.numero, _write_cellules(ligne.cellules)))
    return Tableau(table.colonnes, tuple(rangees), tuple(illisibles), table.reconnu["format"])


def _write_cellules(cellules: Mapping[str, Any]) -> dict[str, str | None]:
    """Cells as texts: those of a JSON file may be numbers."""
    return {
        nom: valeur if valeur is None or isinstance(valeur, str) else json.dumps(valeur, ensure_ascii=False)
        for nom, valeur in cellules.items()
    }


LECTEURS = Lecteurs(lire=read_tableau, read_nombre=parse_nombre, read_horaires=lambda texte: read_horaires(texte)[0])
