"""Words of residents as they are kept, and links as they are pasted."""

from __future__ import annotations

import pytest

from tierslieux.planification.scenarios.avis import clean_texte
from tierslieux.planification.scenarios.pages import read_id


@pytest.mark.parametrize(
    ("tape", "garde"),
    [
        ("  Près de  chez moi \r\n\r\n\r\n\r\nMerci\t! ", "Près de chez moi\n\nMerci !"),
        ("<b>gras</b> & co", "<b>gras</b> & co"),
        # Signs that turn the reading direction or hide letters.
        ("a\u202eb\u200bc\x00d", "abcd"),
        ("\n \n", ""),
    ],
)
def test_words_are_kept_as_text(tape: str, garde: str) -> None:
    assert clean_texte(tape) == garde


@pytest.mark.parametrize(
    ("colle", "lu"),
    [
        ("ErIp987_OPvs", "ErIp987_OPvs"),
        (" https://lieux.exemple.fr/scenarios/ErIp987_OPvs?avis=recu#avis ", "ErIp987_OPvs"),
        # The secret of an editing link goes nowhere.
        ("/scenarios/ErIp987_OPvs/modifier/TCMSxv1fpKp6ZGiOxNyc", "ErIp987_OPvs"),
        ("n’importe quoi", "n’importe quoi"),
        ("", ""),
    ],
)
def test_a_pasted_link_gives_the_id(colle: str, lu: str) -> None:
    assert read_id(colle) == lu
