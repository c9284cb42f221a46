"""The parts of an Office Open XML workbook (ECMA-376), its sheets as a stream of text. Pure.

Texts stand in their cells ("inline strings"): a table of shared ones would have to be kept until the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count
from xml.sax.saxutils import escape, quoteattr

from tierslieux.core.tableurs import Cellule

_ENTETE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PAQUET = "http://schemas.openxmlformats.org/package/2006"
_FEUILLE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# What XML has to escape, what it cannot hold at all, and what a reader would take for an escaped character.
_SPECIAUX = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_INTERDITS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CODES = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESPACES = ' xml:space="preserve"'
# A to Z, then AA to ZZ.
_LETTRES = [chr(65 + rang) for rang in range(26)]
_LETTRES += [premiere + seconde for premiere in _LETTRES for seconde in _LETTRES]


def build_chemin(numero: int) -> str:
    """Where a sheet stands in the archive; the first is 1."""
    return f"xl/worksheets/sheet{numero}.xml"


def list_parties(titre: str, description: str, feuilles: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(path, content) of everything but the sheets."""
    noms = list(enumerate(feuilles, start=1))
    types = "".join(f'<Override PartName="/{build_chemin(n)}" ContentType="{_TYPE}.worksheet+xml"/>' for n, _ in noms)
    yield (
        "[Content_Types].xml",
        (
            f'{_ENTETE}<Types xmlns="{_PAQUET}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            '<Override PartName="/docProps/core.xml"'
            ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
            f"{types}</Types>"
        ),
    )
    yield (
        "_rels/.rels",
        (
            f'{_ENTETE}<Relationships xmlns="{_PAQUET}/relationships">'
            f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
            f'<Relationship Id="rId2" Type="{_PAQUET}/relationships/metadata/core-properties"'
            ' Target="docProps/core.xml"/></Relationships>'
        ),
    )
    yield (
        "docProps/core.xml",
        (
            f'{_ENTETE}<cp:coreProperties xmlns:cp="{_PAQUET}/metadata/core-properties"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{escape(titre)}</dc:title><dc:description>{escape(description)}</dc:description>"
            "<dc:language>fr-FR</dc:language></cp:coreProperties>"
        ),
    )
    onglets = "".join(f'<sheet name={quoteattr(nom)} sheetId="{n}" r:id="rId{n}"/>' for n, nom in noms)
    yield (
        "xl/workbook.xml",
        f'{_ENTETE}<workbook xmlns="{_FEUILLE}" xmlns:r="{_RELATIONS}"><sheets>{onglets}</sheets></workbook>',
    )
    liens = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n, _ in noms
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_ENTETE}<Relationships xmlns="{_PAQUET}/relationships">{liens}</Relationships>',
    )


def render_feuille(lots: Iterable[list[list[Cellule]]]) -> Iterator[str]:
    """A sheet whose first row stays in view; rows come in lists, a number is a number, everything else a text."""
    yield (
        f'{_ENTETE}<worksheet xmlns="{_FEUILLE}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        "</sheetView></sheetViews><sheetData>"
    )
    numeros = count(1)
    for lot in lots:
        yield "".join(_render_ligne(next(numeros), ligne) for ligne in lot)
    yield "</sheetData></worksheet>"


def _render_ligne(numero: int, ligne: list[Cellule]) -> str:
    if _SPECIAUX.search("".join([cellule for cellule in ligne if type(cellule) is str])):
        ligne = [_escape(cellule) if type(cellule) is str else cellule for cellule in ligne]
    cellules = [
        f'<c r="{lettres}{numero}" t="inlineStr"><is><t{_ESPACES}>{cellule}</t></is></c>'
        if type(cellule) is str
        else f'<c r="{lettres}{numero}"><v>{cellule!r}</v></c>'
        for lettres, cellule in zip(_LETTRES, ligne, strict=False)
        if cellule is not None and cellule != ""
    ]
    return f'<row r="{numero}">{"".join(cellules)}</row>'


def _escape(texte: str) -> str:
    if _SPECIAUX.search(texte) is None:
        return texte
    texte = _CODES.sub("_x005F_", _INTERDITS.sub("", texte))
    return escape(texte).replace("\r", "_x000D_")
