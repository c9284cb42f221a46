"""What writing to contributors and places takes, from the settings of this installation."""

from __future__ import annotations

from gettext import NullTranslations

from tierslieux.catalogues import read_catalogue
from tierslieux.config import Settings
from tierslieux.contributions.liens_prives import Reglages

# Languages in which proposals are made, and their catalogues under traductions/; others get the source strings.
CATALOGUES = {"en": "en", "falc": "fr@falc"}


def build_reglages(settings: Settings) -> Reglages:
    """For `Session.info`, under liens_prives.CLE."""
    return Reglages(settings.secret_key, settings.site, find_catalogue)


def find_catalogue(langue: str) -> NullTranslations:
    """The catalogue of a language of contributors."""
    return read_catalogue(CATALOGUES.get(langue))
