from __future__ import annotations

from gettext import NullTranslations

import pytest

from tierslieux.core.textes import FRANCAIS, gettext, ngettext, use_catalogue


class Anglais(NullTranslations):
    def gettext(self, message: str) -> str:
        return {"Bonjour %(nom)s": "Hello %(nom)s"}.get(message, message)


def test_values_stand_in_the_message() -> None:
    assert gettext("Bonjour %(nom)s", nom="Ana") == "Bonjour Ana"
    assert gettext("100 %% gratuit") == "100\u00a0% gratuit"
    assert gettext("") == ""


@pytest.mark.parametrize(("nombre", "attendu"), [(0, "0 lieu"), (1, "1 lieu"), (2, "2 lieux")])
def test_french_is_plural_from_two_on(nombre: int, attendu: str) -> None:
    assert ngettext("%(nombre)s lieu", "%(nombre)s lieux", nombre) == attendu


def test_a_catalogue_serves_within_its_block_alone() -> None:
    with use_catalogue(Anglais()):
        assert gettext("Bonjour %(nom)s", nom="Ana") == "Hello Ana"
        with use_catalogue(FRANCAIS):
            assert gettext("Bonjour %(nom)s", nom="Ana") == "Bonjour Ana"
    assert gettext("Bonjour %(nom)s", nom="Ana") == "Bonjour Ana"


def test_punctuation_of_french_never_starts_a_line() -> None:
    assert gettext("« Où ? » : %(nom)s %(nom)s", nom="là") == "«\u00a0Où\u00a0?\u00a0»\u00a0: là là"
