"""XML of workbooks, parsed piece by piece with bounds that keep any file harmless.

Only the names of elements count, without their prefix. A document type, where entities are declared, refuses the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.parsers import expat

from tierslieux.core.errors import SourceError

# A sheet of 20,000 rows and 50 columns has 2 million elements; ten such sheets are no list of places.
ELEMENTS_MAX = 5_000_000
# Workbooks nest a dozen elements.
PROFONDEUR_MAX = 100
# Workbooks name some hundred elements and attributes.
NOMS_MAX = 10_000
# An element with its attributes has a few hundred bytes.
BALISE_MAX = 1_000_000

Attributs = dict[str, str]


class Analyseur:
    """What a document is made of, told element by element; subclasses override the three methods."""

    finie = False

    def start(self, nom: str, attributs: Attributs) -> None:
        """An element begins."""

    def end(self, nom: str) -> None:
        """An element ends."""

    def text(self, texte: str) -> None:
        """A piece of text."""


def parse_xml(morceaux: Iterator[bytes], analyseur: Analyseur, *, ou: str) -> Iterator[None]:
    """Feed the analyser until it is `finie`, giving back control after each piece; raises SourceError saying `ou`."""
    parser = expat.ParserCreate(encoding="UTF-8")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = _bound(analyseur, ou)
    parser.CharacterDataHandler = analyseur.text
    parser.StartDoctypeDeclHandler = _refuse_doctype(ou)
    donnes = 0
    try:
        for morceau in morceaux:
            parser.Parse(morceau, False)  # noqa: FBT003  (expat takes no keyword)
            donnes += len(morceau)
            if donnes - parser.CurrentByteIndex > BALISE_MAX:
                raise SourceError(f"{ou} : une balise a plus de {BALISE_MAX} octets (ligne {parser.CurrentLineNumber})")
            if len(parser.intern) > NOMS_MAX:
                raise SourceError(f"{ou} : plus de {NOMS_MAX} noms d’éléments (ligne {parser.CurrentLineNumber})")
            yield
            if analyseur.finie:
                return
        parser.Parse(b"", True)  # noqa: FBT003  (expat takes no keyword)
    except expat.ExpatError as erreur:
        raise SourceError(
            f"{ou} : le classeur est tronqué ou mal formé (ligne {erreur.lineno}, colonne {erreur.offset})"
        ) from erreur
    yield


def _bound(analyseur: Analyseur, ou: str) -> tuple[Callable[[str, Attributs], None], Callable[[str], None]]:
    """The handlers of elements, counted and without prefixes."""
    nombre = profondeur = 0
    start, end = analyseur.start, analyseur.end

    def start_compte(nom: str, attributs: Attributs) -> None:
        nonlocal nombre, profondeur
        nombre += 1
        profondeur += 1
        if nombre > ELEMENTS_MAX:
            raise SourceError(f"{ou} : plus de {ELEMENTS_MAX} éléments")
        if profondeur > PROFONDEUR_MAX:
            raise SourceError(f"{ou} : plus de {PROFONDEUR_MAX} éléments imbriqués")
        if not analyseur.finie:
            start(nom if ":" not in nom else nom[nom.rfind(":") + 1 :], attributs)

    def end_compte(nom: str) -> None:
        nonlocal profondeur
        profondeur -= 1
        if not analyseur.finie:
            end(nom if ":" not in nom else nom[nom.rfind(":") + 1 :])

    return start_compte, end_compte


def _refuse_doctype(ou: str) -> Callable[[str, str | None, str | None, bool], None]:
    def refuse(_nom: str, _systeme: str | None, _public: str | None, _interne: bool) -> None:  # noqa: FBT001
        raise SourceError(f"{ou} : le classeur déclare un type de document ou des entités XML, il n’est pas lu")

    return refuse
