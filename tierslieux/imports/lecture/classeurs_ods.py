"""ODS workbooks (OpenDocument 1.3, part 3), row by row.

The same reasons as for XLSX keep calamine aside; moreover a cell or a row may say that it is repeated a million times.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from tierslieux.core.errors import SourceError
from tierslieux.imports.lecture.archives import Archive
from tierslieux.imports.lecture.formats_cellules import write_heure, write_nombre
from tierslieux.imports.lecture.lignes import CELLULE_MAX, COLONNES_MAX, shorten
from tierslieux.imports.lecture.rangees import Rangee
from tierslieux.imports.lecture.xml_borne import Analyseur, Attributs, parse_xml

_CONTENU = "content.xml"
_MANIFESTE = "META-INF/manifest.xml"
# A list of places has no reason to say the same row twice.
REPETITIONS_MAX = 1_000
_FEUILLES_MAX = 255
_DUREE = re.compile(r"PT(?P<h>\d{1,4})H(?P<m>\d{1,2})M(?P<s>\d{1,2})([.,]\d+)?S")
_JOUR_SEUL = "T00:00:00"
# Drawings and comments, whose text is not the cell's, and what a cell was before a tracked change.
_DEHORS = {"annotation", "shapes", "tracked-changes", "frame"}
_ABSENTE = "#N/A"


class ClasseurOds:
    """An ODS workbook; `feuilles` are its sheets, True when people see them."""

    format = "classeur OpenDocument (ODS)"

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        if _MANIFESTE in archive.noms and b"encryption-data" in archive.read(_MANIFESTE, 1_000_000):
            raise SourceError("le classeur est protégé par un mot de passe")
        lues = _Tables()
        for _ in parse_xml(archive.iterate(_CONTENU), lues, ou="classeur"):
            pass
        self.feuilles: Mapping[str, bool] = {nom: lues.styles.get(style, True) for nom, style in lues.noms.items()}

    def iterate_rangees(self, feuille: str) -> Iterator[Rangee]:
        """The rows of a sheet that have a value or a formula."""
        ou = f"feuille « {shorten(feuille)} »"
        lues = _Feuille(feuille, ou)
        for _ in parse_xml(self._archive.iterate(_CONTENU), lues, ou=ou):
            yield from lues.take()


class _Tables(Analyseur):
    """Names of the sheets with the name of their style, and whether each style shows its sheet."""

    def __init__(self) -> None:
        self.noms: dict[str, str] = {}
        self.styles: dict[str, bool] = {}
        self._style = ""
        self._profondeur = 0

    def start(self, nom: str, attributs: Attributs) -> None:
        if nom == "table":
            self._profondeur += 1
            titre = attributs.get("table:name", "")
            if self._profondeur == 1:
                if titre in self.noms:
                    raise SourceError(f"le classeur a deux feuilles « {shorten(titre)} »")
                self.noms[titre] = attributs.get("table:style-name", "")
            if len(self.noms) > _FEUILLES_MAX:
                raise SourceError(f"le classeur a plus de {_FEUILLES_MAX} feuilles")
        elif nom == "style":
            self._style = attributs.get("style:name", "")
        elif nom == "table-properties" and attributs.get("table:display") == "false":
            self.styles[self._style] = False

    def end(self, nom: str) -> None:
        if nom == "table":
            self._profondeur -= 1


class _Feuille(Analyseur):
    """Rows of one sheet, taken as they are complete."""

    def __init__(self, feuille: str, ou: str) -> None:
        self._feuille, self._ou = feuille, ou
        self._completes: list[Rangee] = []
        self._rangee = Rangee(0)
        self._numero = 0
        self._repetitions = self._fois = 1
        self._colonne = 0
        self._tables = self._dehors = 0
        self._dedans = False
        self._attributs: Attributs | None = None
        self._morceaux: list[str] = []
        self._taille = self._paragraphes = 0

    def take(self) -> list[Rangee]:
        """The rows complete since the last time."""
        completes, self._completes = self._completes, []
        return completes

    def start(self, nom: str, attributs: Attributs) -> None:
        if nom in _DEHORS:
            self._dehors += 1
        elif nom == "table":
            self._tables += 1
            self._dedans = self._dedans or (self._tables == 1 and attributs.get("table:name", "") == self._feuille)
        if self._dehors or not self._dedans or self._tables > 1:
            return
        if nom == "table-row":
            self._repetitions = self._read_repetition(attributs, "table:number-rows-repeated")
            self._rangee, self._colonne = Rangee(self._numero + 1), 0
        elif nom in {"table-cell", "covered-table-cell"}:
            self._fois = self._read_repetition(attributs, "table:number-columns-repeated")
            self._attributs, self._morceaux, self._taille, self._paragraphes = attributs, [], 0, 0
        elif self._attributs is not None:
            self._start_texte(nom, attributs)

    def _start_texte(self, nom: str, attributs: Attributs) -> None:
        if nom == "p":
            if self._paragraphes:
                self._morceaux.append("\n")
            self._paragraphes += 1
        elif nom == "s":
            self._add(" " * min(self._read_repetition(attributs, "text:c"), CELLULE_MAX))
        elif nom == "tab":
            self._add("\t")
        elif nom == "line-break":
            self._add("\n")

    def _read_repetition(self, attributs: Attributs, cle: str) -> int:
        texte = attributs.get(cle, "1")
        if not (texte.isascii() and texte.isdecimal() and 1 <= len(texte) <= 9):
            raise SourceError(f"{self._ou}, ligne {self._numero + 1} : répétition « {shorten(texte)} » illisible")
        return int(texte)

    def text(self, texte: str) -> None:
        if self._attributs is not None and self._paragraphes and not self._dehors:
            self._add(texte)

    def _add(self, texte: str) -> None:
        if self._taille <= CELLULE_MAX:
            self._morceaux.append(texte[: CELLULE_MAX + 1])
            self._taille += len(texte)

    def end(self, nom: str) -> None:
        if nom in _DEHORS:
            self._dehors -= 1
        elif nom == "table":
            self._tables -= 1
            self.finie = self._dedans and self._tables == 0
        if self._dehors or not self._dedans or self._tables != 1:
            return
        if nom in {"table-cell", "covered-table-cell"}:
            self._end_cellule()
        elif nom == "table-row":
            self._end_rangee()

    def _end_cellule(self) -> None:
        attributs, self._attributs = self._attributs or {}, None
        valeur = _convert(attributs, "".join(self._morceaux)[: CELLULE_MAX + 1])
        if valeur:
            if self._fois > COLONNES_MAX:
                raise SourceError(
                    f"{self._ou}, ligne {self._numero + 1} : une cellule répétée {self._fois} fois, au plus "
                    f"{COLONNES_MAX} colonnes sont lues"
                )
            for rang in range(self._colonne, self._colonne + self._fois):
                self._rangee.cellules[rang] = valeur
        elif "table:formula" in attributs and "office:value-type" not in attributs:
            self._rangee.sans_resultat.append(self._colonne)
        self._colonne += self._fois

    def _end_rangee(self) -> None:
        if self._rangee.cellules or self._rangee.sans_resultat:
            if self._repetitions > REPETITIONS_MAX:
                raise SourceError(
                    f"{self._ou} : la ligne {self._numero + 1} est répétée {self._repetitions} fois, au plus "
                    f"{REPETITIONS_MAX} répétitions sont lues"
                )
            self._completes.append(self._rangee)
            self._completes.extend(
                Rangee(self._rangee.numero + fois, self._rangee.cellules, self._rangee.sans_resultat)
                for fois in range(1, self._repetitions)
            )
        self._numero += self._repetitions


def _convert(attributs: Attributs, texte: str) -> str | None:
    """The value of a cell; its text as shown when it is the same number with the zeros of a postcode or a phone."""
    genre = attributs.get("office:value-type")
    if genre in {"float", "percentage", "currency"}:
        return _convert_nombre(attributs.get("office:value", ""), texte)
    if genre == "date":
        return attributs.get("office:date-value", texte).removesuffix(_JOUR_SEUL)
    if genre == "time":
        return _convert_heure(attributs.get("office:time-value", "")) or texte
    if genre == "boolean":
        return "oui" if attributs.get("office:boolean-value") == "true" else "non"
    valeur = attributs.get("office:string-value", texte)
    return None if valeur == _ABSENTE else valeur


def _convert_nombre(valeur: str, texte: str) -> str:
    try:
        nombre = float(valeur)
    except ValueError:
        return valeur or texte
    if nombre - nombre != 0:  # infinite or not a number
        return valeur
    ecrit = write_nombre(nombre)
    chiffres = re.sub(r"[\s\u00a0\u202f/-]", "", texte)
    if chiffres.isascii() and chiffres.isdecimal() and chiffres.startswith("0") and chiffres.lstrip("0") == ecrit:
        return texte
    return ecrit


def _convert_heure(duree: str) -> str | None:
    """The time of a duration such as "PT09H30M00S", as "09:30"; None when it is no time of a day."""
    lue = _DUREE.fullmatch(duree)
    if lue is None or int(lue["h"]) > 23 or int(lue["m"]) > 59 or int(lue["s"]) > 59:
        return None
    return write_heure(dt.time(int(lue["h"]), int(lue["m"]), int(lue["s"])))
