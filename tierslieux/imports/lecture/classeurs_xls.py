"""Old Excel workbooks (XLS), by calamine in a process of its own.

calamine reads the whole file in memory and stops the process that holds it when a hostile file asks for too much: two
cells far apart are enough. So it runs apart (lire_xls.py), with bounded memory and time, and hands its rows over.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tierslieux.core.errors import SourceError
from tierslieux.imports.lecture.formats_cellules import write_nombre
from tierslieux.imports.lecture.lignes import CELLULE_MAX
from tierslieux.imports.lecture.rangees import Rangee

# A sheet of XLS has at most 65,536 rows; a list of 16,000 places in this format has 6 MB.
TAILLE_XLS_MAX = 20_000_000
# A list of 16,000 places takes one second.
DUREE_MAX_S = 15
_CHIFFREMENTS = tuple(nom.encode("utf-16-le") for nom in ("EncryptedPackage", "EncryptionInfo"))
_PROGRAMME = Path(__file__).with_name("lire_xls.py")
_REFUS = 2


class ClasseurXls:
    """An XLS workbook, read at once; `feuilles` are its sheets, True when people see them."""

    format = "ancien classeur Excel (XLS)"

    def __init__(self, contenu: bytes) -> None:
        """Raise SourceError for what is protected, too large, or no workbook."""
        if any(nom in contenu for nom in _CHIFFREMENTS):
            raise SourceError("le classeur est protégé par un mot de passe")
        if len(contenu) > TAILLE_XLS_MAX:
            raise SourceError(
                f"le classeur XLS a {len(contenu)} octets, au plus {TAILLE_XLS_MAX} sont lus : enregistrez-le en XLSX"
            )
        entete, *self._lignes = _run(contenu).splitlines()
        visibles: list[tuple[str, bool]] = [(nom, visible) for nom, visible in json.loads(entete)]
        self.feuilles: Mapping[str, bool] = dict(visibles)
        self._rangs = {nom: rang for rang, (nom, _) in enumerate(visibles)}

    def iterate_rangees(self, feuille: str) -> Iterator[Rangee]:
        """The rows of a sheet that have a value."""
        for ligne in self._lignes:
            rang, numero, cellules = json.loads(ligne)
            if rang == self._rangs[feuille]:
                textes = {int(colonne): _to_texte(valeur) for colonne, valeur in cellules.items()}
                yield Rangee(numero + 1, {colonne: texte for colonne, texte in textes.items() if texte})


def _to_texte(valeur: str | float) -> str:
    return valeur[: CELLULE_MAX + 1] if isinstance(valeur, str) else write_nombre(valeur)


def _run(contenu: bytes) -> str:
    """What lire_xls.py writes of the file."""
    try:
        # -I: the interpreter alone, without the environment nor the current folder; it starts in 50 ms.
        fini = subprocess.run(  # noqa: S603  (our own program, and the file is its standard input)
            [sys.executable, "-I", str(_PROGRAMME)],
            input=contenu,
            capture_output=True,
            timeout=DUREE_MAX_S,
            check=False,
        )
    except subprocess.TimeoutExpired as erreur:
        raise SourceError(
            f"le classeur XLS n’est pas lu en {DUREE_MAX_S} secondes : enregistrez-le en XLSX"
        ) from erreur
    except OSError as erreur:
        raise SourceError(f"le classeur XLS ne peut pas être lu ({erreur.strerror})") from erreur
    if fini.returncode == _REFUS:
        raise SourceError(fini.stderr.decode("utf-8", errors="replace"))
    if fini.returncode != 0:
        raise SourceError("le classeur XLS est mal formé ou demande trop de mémoire : enregistrez-le en XLSX")
    return fini.stdout.decode("utf-8")
