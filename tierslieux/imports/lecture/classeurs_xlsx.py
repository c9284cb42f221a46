"""XLSX workbooks (ECMA-376), row by row.

calamine is not used here: it holds the whole rectangle that the cells of a sheet span and a copy of each shared string
(measured: 306 MB for two cells 100,000 rows and 100 columns apart, the process aborted for A1 and XFD1048576), and it
does not tell the formats by which a postcode keeps its zeros.
"""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tierslieux.core.errors import SourceError
from tierslieux.imports.lecture.archives import Archive
from tierslieux.imports.lecture.formats_cellules import find_masque, is_date, write_date, write_masque, write_nombre
from tierslieux.imports.lecture.lignes import CELLULE_MAX, shorten
from tierslieux.imports.lecture.rangees import Rangee
from tierslieux.imports.lecture.xml_borne import Analyseur, Attributs, parse_xml

# 20,000 places of 25 columns that are all different; each text has some 60 bytes of memory at least.
TEXTES_MAX = 500_000
TEXTES_TAILLE_MAX = 50_000_000
# Office writes at most 64,000 formats.
_STYLES_MAX = 70_000
_FEUILLES_MAX = 255

_LETTRES = re.compile("[A-Z]{1,3}")
_COLONNE_MAX = 16_384
_LIGNE_MAX = 1_048_576
# Control characters, written as _x000D_.
_ECHAPPES = re.compile("_x([0-9A-Fa-f]{4})_")
_ABSENTE = "#N/A"


@dataclass(frozen=True, slots=True)
class _Style:
    date: bool
    masque: str | None


class ClasseurXlsx:
    """An XLSX workbook; `feuilles` are its sheets, True when people see them."""

    format = "classeur Excel (XLSX)"

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._parties = {nom.lower(): nom for nom in archive.noms}
        racine = self._find_liens("", "_rels/.rels")
        classeur = next((cible for genre, cible in racine.values() if genre == "officeDocument"), "xl/workbook.xml")
        dossier, fichier = posixpath.split(classeur)
        liens = self._find_liens(dossier, posixpath.join(dossier, "_rels", f"{fichier}.rels"))
        lu = _Classeur()
        self._parse(classeur, lu, ou="classeur")
        self._depuis_1904 = lu.depuis_1904
        self._cibles = {nom: liens.get(identifiant, ("", ""))[1] for nom, identifiant, _ in lu.feuilles}
        self.feuilles: Mapping[str, bool] = {
            nom: visible
            for nom, identifiant, visible in lu.feuilles
            if liens.get(identifiant, ("", ""))[0] == "worksheet"
        }
        chemins = dict(liens.values())
        self._styles = _Styles()
        if "styles" in chemins:
            self._parse(chemins["styles"], self._styles, ou="styles")
        self._textes = _Textes()
        if "sharedStrings" in chemins:
            self._parse(chemins["sharedStrings"], self._textes, ou="textes partagés")

    def iterate_rangees(self, feuille: str) -> Iterator[Rangee]:
        """The rows of a sheet that have a value or a formula."""
        ou = f"feuille « {shorten(feuille)} »"
        lues = _Feuille(ou, self._textes.textes, self._styles.styles, depuis_1904=self._depuis_1904)
        for _ in parse_xml(self._iterate_partie(self._cibles[feuille], ou), lues, ou=ou):
            yield from lues.take()

    def _parse(self, partie: str, analyseur: Analyseur, *, ou: str) -> None:
        for _ in parse_xml(self._iterate_partie(partie, ou), analyseur, ou=ou):
            pass

    def _iterate_partie(self, partie: str, ou: str) -> Iterator[bytes]:
        nom = self._parties.get(partie.lower())
        if nom is None:
            raise SourceError(f"{ou} : le classeur est incomplet, « {shorten(partie)} » y manque")
        return self._archive.iterate(nom)

    def _find_liens(self, dossier: str, partie: str) -> dict[str, tuple[str, str]]:
        """(last word of the type, path in the archive) of each relation by its identifier."""
        if partie.lower() not in self._parties:
            return {}
        liens = _Liens()
        self._parse(partie, liens, ou="liens du classeur")
        return {
            identifiant: (genre.rpartition("/")[2], posixpath.normpath(posixpath.join("/", dossier, cible)).lstrip("/"))
            for identifiant, genre, cible in liens.liens
        }


class _Liens(Analyseur):
    def __init__(self) -> None:
        self.liens: list[tuple[str, str, str]] = []

    def start(self, nom: str, attributs: Attributs) -> None:
        if nom == "Relationship" and attributs.get("TargetMode") != "External":
            self.liens.append((attributs.get("Id", ""), attributs.get("Type", ""), attributs.get("Target", "")))


class _Classeur(Analyseur):
    def __init__(self) -> None:
        self.feuilles: list[tuple[str, str, bool]] = []
        self.depuis_1904 = False

    def start(self, nom: str, attributs: Attributs) -> None:
        if nom == "sheet":
            identifiant = next((valeur for cle, valeur in attributs.items() if cle.endswith(":id")), "")
            visible = attributs.get("state", "visible") == "visible"
            self.feuilles.append((attributs.get("name", ""), identifiant, visible))
            if len(self.feuilles) > _FEUILLES_MAX:
                raise SourceError(f"le classeur a plus de {_FEUILLES_MAX} feuilles")
        elif nom == "workbookPr":
            self.depuis_1904 = attributs.get("date1904") in {"1", "true"}


class _Styles(Analyseur):
    """Whether each style of cells shows a date, or digits with their zeros."""

    def __init__(self) -> None:
        self.styles: list[_Style] = []
        self._codes: dict[str, str] = {}
        self._dans_cellules = False

    def start(self, nom: str, attributs: Attributs) -> None:
        if nom == "numFmt":
            self._codes[attributs.get("numFmtId", "")] = attributs.get("formatCode", "")[:CELLULE_MAX]
        elif nom == "cellXfs":
            self._dans_cellules = True
        elif nom == "xf" and self._dans_cellules:
            numero = attributs.get("numFmtId", "0")
            code = self._codes.get(numero)
            connu = int(numero) if numero.isdecimal() and len(numero) < 6 else 0
            self.styles.append(_Style(is_date(connu, code), find_masque(code)))
        if len(self._codes) > _STYLES_MAX or len(self.styles) > _STYLES_MAX:
            raise SourceError(f"styles : plus de {_STYLES_MAX} formats")

    def end(self, nom: str) -> None:
        self._dans_cellules = self._dans_cellules and nom != "cellXfs"


class _Capture(Analyseur):
    """Text of the elements `t` of a string, without the pronunciation given beside it, cut beyond CELLULE_MAX."""

    def __init__(self) -> None:
        self._morceaux: list[str] = []
        self._taille = 0
        self._capte = False
        self._prononciation = False

    def text(self, texte: str) -> None:
        if self._capte and self._taille <= CELLULE_MAX:
            self._morceaux.append(texte[: CELLULE_MAX + 1])
            self._taille += len(texte)

    def take_texte(self) -> str:
        """What was captured since the last time."""
        texte = "".join(self._morceaux)[: CELLULE_MAX + 1]
        self._morceaux, self._taille = [], 0
        return _ECHAPPES.sub(lambda code: chr(int(code[1], 16)), texte) if "_x" in texte else texte


class _Textes(_Capture):
    """The shared strings, by index."""

    def __init__(self) -> None:
        super().__init__()
        self.textes: list[str] = []
        self._total = 0

    def start(self, nom: str, attributs: Attributs) -> None:  # noqa: ARG002
        if nom == "rPh":
            self._prononciation = True
        elif nom == "t":
            self._capte = not self._prononciation

    def end(self, nom: str) -> None:
        if nom == "t":
            self._capte = False
        elif nom == "rPh":
            self._prononciation = False
        elif nom == "si":
            self.textes.append(self.take_texte())
            self._total += len(self.textes[-1])
            if len(self.textes) > TEXTES_MAX or self._total > TEXTES_TAILLE_MAX:
                raise SourceError(f"textes partagés : plus de {TEXTES_MAX} textes ou de {TEXTES_TAILLE_MAX} caractères")


class _Feuille(_Capture):
    """Rows of one sheet, taken as they are complete."""

    def __init__(self, ou: str, textes: list[str], styles: list[_Style], *, depuis_1904: bool) -> None:
        super().__init__()
        self._ou, self._textes, self._styles, self._depuis_1904 = ou, textes, styles, depuis_1904
        self._completes: list[Rangee] = []
        self._rangee = Rangee(0)
        self._chiffres = "0"
        self._colonne = -1
        self._genre = "n"
        self._style = "0"
        self._formule = False

    def take(self) -> list[Rangee]:
        """The rows complete since the last time."""
        completes, self._completes = self._completes, []
        return completes

    def start(self, nom: str, attributs: Attributs) -> None:
        if nom == "c":
            self._start_cellule(attributs)
        elif nom in {"v", "t"}:
            self._capte = not self._prononciation
        elif nom == "f":
            self._formule = True
        elif nom == "row":
            self._start_rangee(attributs.get("r"))
        elif nom == "rPh":
            self._prononciation = True

    def _start_rangee(self, numero: str | None) -> None:
        dernier = self._rangee.numero
        if numero is not None and not (numero.isascii() and numero.isdecimal() and len(numero) <= 7):
            raise SourceError(f"{self._ou} : une ligne a pour numéro « {shorten(numero)} »")
        suivant = dernier + 1 if numero is None else int(numero)
        if not dernier < suivant <= _LIGNE_MAX:
            raise SourceError(f"{self._ou} : la ligne {suivant} suit la ligne {dernier}, le classeur est mal formé")
        self._rangee, self._colonne, self._chiffres = Rangee(suivant), -1, str(suivant)

    def _start_cellule(self, attributs: Attributs) -> None:
        reference = attributs.get("r")
        if reference is None:
            self._colonne += 1
        else:
            lettres = reference.rstrip("0123456789")
            if reference[len(lettres) :] != self._chiffres or not _LETTRES.fullmatch(lettres):
                raise SourceError(f"{self._ou} : cellule « {shorten(reference)} » dans la ligne {self._rangee.numero}")
            self._colonne = _rank_colonne(lettres)
        if self._colonne >= _COLONNE_MAX:
            raise SourceError(f"{self._ou} : la ligne {self._rangee.numero} dépasse la colonne XFD")
        self._genre, self._style = attributs.get("t", "n"), attributs.get("s", "0")
        self._formule = False

    def end(self, nom: str) -> None:
        if nom in {"v", "t"}:
            self._capte = False
        elif nom == "c":
            self._end_cellule()
        elif nom == "row":
            if self._rangee.cellules or self._rangee.sans_resultat:
                self._completes.append(self._rangee)
        elif nom == "rPh":
            self._prononciation = False
        elif nom == "sheetData":
            self.finie = True

    def _end_cellule(self) -> None:
        brut = self.take_texte()
        if not brut:
            if self._formule and self._genre != "str":
                self._rangee.sans_resultat.append(self._colonne)
            return
        valeur = self._convert(brut)
        if valeur:
            self._rangee.cellules[self._colonne] = valeur

    def _convert(self, brut: str) -> str | None:
        genre = self._genre
        if genre == "s":
            return self._find_texte(brut.strip())
        if genre == "b":
            return "oui" if brut.strip() in {"1", "true"} else "non"
        if genre == "e":
            return None if brut == _ABSENTE else brut
        return self._convert_nombre(brut) if genre == "n" else brut

    def _find_texte(self, index: str) -> str:
        rang = int(index) if index.isascii() and index.isdecimal() and len(index) < 8 else TEXTES_MAX
        if rang >= len(self._textes):
            raise SourceError(
                f"{self._ou}, ligne {self._rangee.numero} : le texte partagé « {shorten(index)} » manque, "
                "le classeur est mal formé"
            )
        return self._textes[rang]

    def _convert_nombre(self, brut: str) -> str:
        try:
            nombre = float(brut)
        except ValueError:
            return brut
        if nombre - nombre != 0:  # infinite or not a number
            return brut
        rang = int(self._style) if self._style.isascii() and self._style.isdecimal() and len(self._style) < 6 else 0
        style = self._styles[rang] if rang < len(self._styles) else None
        if style is not None and style.date:
            return write_date(nombre, depuis_1904=self._depuis_1904) or write_nombre(nombre)
        if style is not None and style.masque and nombre >= 0 and nombre == int(nombre):
            return write_masque(int(nombre), style.masque)
        return write_nombre(nombre)


@functools.lru_cache(maxsize=1_000)
def _rank_colonne(lettres: str) -> int:
    rang = 0
    for lettre in lettres:
        rang = rang * 26 + ord(lettre) - ord("A") + 1
    return rang - 1
