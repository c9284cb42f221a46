"""The words that people read, in the language of the moment. Pure: the web only says which catalogue is in use.

Source strings are French; a catalogue gives them in another language, or in plain French that is easy to read. In a
string, a value stands as `%(nom)s` and a percent sign is doubled, whether values are given or not. Spaces are written
as ordinary ones: those that French typography never breaks are made so here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations

_INSECABLE = "\u00a0"
_AVANT = re.compile(r" (?=[:;?!»€]|%(?!\())")
_APRES = re.compile(r"(?<=«) ")


class Francais(NullTranslations):
    """The source strings themselves, with the plural of French: from two on."""

    locale = "fr"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The singular for 0 and 1, where English has its plural for 0."""
        return msgid2 if abs(n) >= 2 else msgid1


FRANCAIS = Francais()
_catalogue: ContextVar[NullTranslations] = ContextVar("catalogue", default=FRANCAIS)


def gettext(message: str, /, **variables: object) -> str:
    """The message in the language of the moment, with its values."""
    return find_texte(message) % variables


def ngettext(singulier: str, pluriel: str, nombre: int, /, **variables: object) -> str:
    """The message that goes with the number, which is also given as `%(nombre)s` unless another text is."""
    texte = find_texte_nombre(singulier, pluriel, nombre)
    return texte % {"nombre": nombre, **variables}


def N_(message: str) -> str:  # noqa: N802 - the name that extraction tools look for
    """Mark a constant of a module for translation; `gettext` gives it in a language where it is shown."""
    return message


def find_texte(message: str) -> str:
    """The message in the language of the moment, values not yet set in; an empty one stays so."""
    return _protect(_catalogue.get().gettext(message)) if message else message


def find_texte_nombre(singulier: str, pluriel: str, nombre: int) -> str:
    """The form that goes with the number, values not yet set in."""
    return _protect(_catalogue.get().ngettext(singulier, pluriel, nombre))


@lru_cache(maxsize=4096)
def _protect(texte: str) -> str:
    return _APRES.sub(_INSECABLE, _AVANT.sub(_INSECABLE, texte))


def find_locale() -> str:
    """Language of the moment ("fr", "en"), for what is written by rules: numbers. French if the catalogue is silent."""
    locale: str = getattr(_catalogue.get(), "locale", FRANCAIS.locale)
    return locale


def set_catalogue(catalogue: NullTranslations) -> None:
    """Say which catalogue serves from here on in this thread or task."""
    _catalogue.set(catalogue)


@contextmanager
def use_catalogue(catalogue: NullTranslations) -> Iterator[None]:
    """Serve this catalogue within the block, then the one before again."""
    jeton = _catalogue.set(catalogue)
    try:
        yield
    finally:
        _catalogue.reset(jeton)
