"""The program that reads an XLS on its standard input and writes its rows, one JSON array a line, on its output.

Run apart by classeurs_xls.py: it imports nothing of the project, bounds its own memory and time first, and may die.
First line: [[name of a sheet, whether people see it], ...]. Then [rank of the sheet, row, {column: value}], from 0.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import resource
import sys

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

# Ten times what the largest file that is accepted needs.
MEMOIRE_MAX = 512_000_000
DUREE_MAX_S = 10
SORTIE_MAX = 50_000_000


def write_valeur(valeur: object) -> object:
    """A cell as JSON: numbers as they are, booleans in French, dates and times in ISO."""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, dt.datetime):
        return valeur.isoformat().removesuffix("T00:00:00")
    if isinstance(valeur, (dt.date, dt.time)):
        return valeur.isoformat().removesuffix(":00") if isinstance(valeur, dt.time) else valeur.isoformat()
    return valeur if isinstance(valeur, (int, float, str)) else str(valeur)


def main() -> int:
    """Write the rows; 0 when all are written, 2 with the reason in French, anything else when killed."""
    for limite, valeur in (
        (resource.RLIMIT_AS, MEMOIRE_MAX),
        (resource.RLIMIT_CPU, DUREE_MAX_S),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limite, (valeur, valeur))
    try:
        classeur = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        feuilles = [
            (rang, feuille)
            for rang, feuille in enumerate(classeur.sheets_metadata)
            if feuille.typ == SheetTypeEnum.WorkSheet
        ]
        sortie = sys.stdout
        entete = [[feuille.name, feuille.visible == SheetVisibleEnum.Visible] for _, feuille in feuilles]
        ecrits = sortie.write(json.dumps(entete) + "\n")
        for place, (rang, _) in enumerate(feuilles):
            feuille = classeur.get_sheet_by_index(rang)
            for numero, ligne in enumerate(feuille.to_python(skip_empty_area=False)):
                cellules = {colonne: write_valeur(v) for colonne, v in enumerate(ligne) if v not in ("", None)}
                if cellules:
                    ecrits += sortie.write(json.dumps([place, numero, cellules]) + "\n")
                if ecrits > SORTIE_MAX:
                    sys.stderr.write("le classeur XLS est trop grand : enregistrez-le en XLSX")
                    return 2
    except PasswordError:
        sys.stderr.write("le classeur est protégé par un mot de passe")
        return 2
    except (CalamineError, MemoryError):
        sys.stderr.write("le classeur XLS est mal formé ou tronqué")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
