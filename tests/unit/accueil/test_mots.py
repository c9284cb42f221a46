"""Hard words: listed in the alphabet of the page's language, their parts known to the checker."""

from __future__ import annotations

from tierslieux.accueil.mots import MOTS, list_formes
from tierslieux.accueil.presenters import list_mots
from tierslieux.catalogues import read_catalogue
from tierslieux.core.textes import use_catalogue
from tierslieux.langues import EN


def test_words_follow_the_alphabet_of_the_language() -> None:
    francais = [mot for mot, _ in list_mots()]
    assert len(francais) == len(MOTS)
    # "é" sorts with "e": "département" comes between "démarche" and "fablab".
    rang = francais.index("démarche")
    assert francais[rang + 1] == "département"
    with use_catalogue(read_catalogue(EN.catalogue)):
        anglais = [mot for mot, _ in list_mots()]
    assert anglais.index("computer") < anglais.index("postcode (code postal)") < anglais.index("printer")


def test_every_part_and_form_of_a_word_is_explained() -> None:
    assert {"tiers", "lieu", "lieux", "imprimer", "conseiller", "numérique"} <= list_formes()
