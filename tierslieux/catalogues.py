"""Catalogues of translations, read from their sources. No web here: mails are written by jobs too."""

from __future__ import annotations

import io
from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from tierslieux.core import textes

DOSSIER = Path(__file__).parent / "traductions"


class Catalogue(Translations):
    """Messages in one language, which `core.textes` asks for to write numbers."""

    locale: str


@cache
def read_catalogue(nom: str | None) -> NullTranslations:
    """The catalogue of this name under `traductions/`; None: the source strings. What is not translated stays so."""
    if nom is None:
        return textes.FRANCAIS
    chemin = DOSSIER / nom / "LC_MESSAGES" / "messages.po"
    compile_ = io.BytesIO()
    with chemin.open("rb") as source:
        write_mo(compile_, read_po(source, locale=nom))
    compile_.seek(0)
    catalogue = Catalogue(compile_)
    catalogue.locale = nom.partition("@")[0]
    catalogue.add_fallback(textes.FRANCAIS)
    return catalogue
