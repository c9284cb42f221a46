"""The parts of an OpenDocument workbook (ISO/IEC 26300), its sheets as a stream of text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from tierslieux.core.tableurs import Cellule

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"

_ENTETE = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ESPACE = "urn:oasis:names:tc:opendocument:xmlns"
_VIDE = "<table:table-cell/>"
_TEXTE = '<table:table-cell office:value-type="string"><text:p>'
# What XML has to escape or cannot hold.
_SPECIAUX = re.compile(r"[&<>\x00-\x1f\ufffe\uffff]")
_INTERDITS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESPACES = re.compile(r" {2,}|^ | $")


def list_parties(titre: str, description: str) -> Iterator[tuple[str, str]]:
    """(path, content) of everything but the type, which comes first, and the content."""
    yield (
        "META-INF/manifest.xml",
        (
            f'{_ENTETE}<manifest:manifest xmlns:manifest="{_ESPACE}:manifest:1.0" manifest:version="1.3">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>'
        ),
    )
    yield (
        "meta.xml",
        (
            f'{_ENTETE}<office:document-meta xmlns:office="{_ESPACE}:office:1.0"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"><office:meta>'
            f"<dc:title>{escape(titre)}</dc:title><dc:description>{escape(description)}</dc:description>"
            "<dc:language>fr-FR</dc:language></office:meta></office:document-meta>"
        ),
    )


def render_contenu(feuilles: Iterable[tuple[str, Iterable[list[list[Cellule]]]]]) -> Iterator[str]:
    """The content: for each sheet its name and its rows, in lists; a number is a number, everything else a text."""
    yield (
        f'{_ENTETE}<office:document-content xmlns:office="{_ESPACE}:office:1.0" xmlns:table="{_ESPACE}:table:1.0"'
        f' xmlns:text="{_ESPACE}:text:1.0" office:version="1.3"><office:body><office:spreadsheet>'
    )
    for nom, lots in feuilles:
        yield f"<table:table table:name={quoteattr(nom)}>"
        for lot in lots:
            yield "".join(map(_render_ligne, lot))
        yield "</table:table>"
    yield "</office:spreadsheet></office:body></office:document-content>"


def _render_ligne(ligne: list[Cellule]) -> str:
    if _is_speciale([cellule for cellule in ligne if type(cellule) is str]):
        ligne = [_escape(cellule) if type(cellule) is str else cellule for cellule in ligne]
    morceaux = []
    vides = 0
    for cellule in ligne:
        if cellule is None or cellule == "":
            vides += 1
            continue
        if vides:
            morceaux.append(_render_vides(vides))
            vides = 0
        if type(cellule) is str:
            morceaux.append(f"{_TEXTE}{cellule}</text:p></table:table-cell>")
        else:
            morceaux.append(
                f'<table:table-cell office:value-type="float" office:value="{cellule!r}">'
                f"<text:p>{cellule!r}</text:p></table:table-cell>"
            )
    # A row without any cell is not one.
    return f"<table:table-row>{''.join(morceaux) or _VIDE}</table:table-row>"


def _render_vides(nombre: int) -> str:
    return _VIDE if nombre == 1 else f'<table:table-cell table:number-columns-repeated="{nombre}"/>'


def _is_speciale(textes: list[str]) -> bool:
    """Whether a text has something to escape, or spaces that the format would join: two in a row, or at its ends."""
    bornes = f"|{'|'.join(textes)}|"
    return _SPECIAUX.search(bornes) is not None or "  " in bornes or "| " in bornes or " |" in bornes


def _escape(texte: str) -> str:
    """The text inside a paragraph; a line break starts another one."""
    if not _is_speciale([texte]):
        return texte
    lignes = _INTERDITS.sub("", texte).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "</text:p><text:p>".join(
        _ESPACES.sub(lambda blancs: f'<text:s text:c="{len(blancs[0])}"/>', escape(ligne)).replace("\t", "<text:tab/>")
        for ligne in lignes
    )
