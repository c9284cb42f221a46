"""The checker of the register that is easy to read: it must refuse what is hard."""

from __future__ import annotations

import pytest
from wordfreq import zipf_frequency

from tests.lisibilite import FORMES, ZIPF_MIN, list_fautes, split_phrases


@pytest.mark.parametrize(
    "texte",
    [
        "Où cherchez-vous ?",
        "Ce lieu est ouvert. Il ferme à 17 heures.",
        "Vous pouvez demander de l’aide si vous voulez.",
        "Que cherchez-vous ?",
        "Le lieu est à ◊, dans la ville de ◊, à côté de la gare.",
        "",
    ],
)
def test_plain_texts_pass(texte: str) -> None:
    assert list_fautes(texte) == []


@pytest.mark.parametrize(
    ("texte", "faute"),
    [
        ("Ce lieu vous aide à faire vos papiers sur Internet et vous apprend à bien utiliser un téléphone.", "18 mots"),
        ("Le lieu est ouvert ; il ferme bientôt.", "point-virgule"),
        ("Le lieu (ouvert le matin) est près.", "parenthèse"),
        ("La personne qui vous aide sait ce que vous voulez quand vous venez.", "plusieurs idées"),
        ("Le lieu est choisi par la ville.", "voix passive"),
        ("Vous avez rendez-vous, etc.", "abréviation « etc »"),
        ("Prenez votre RDV ici.", "sigle « RDV »"),
        ("Il y a trois lieux.", "nombre en lettres « trois »"),
        ("Ce lieu propose une itinérance.", "mot rare « itinérance »"),
        ("Le lieu est à 2 km.", "abréviation « km »"),
    ],
)
def test_a_hard_sentence_is_refused(texte: str, faute: str) -> None:
    assert any(trouvee.startswith(faute) for trouvee in list_fautes(texte)), list_fautes(texte)


def test_a_word_explained_elsewhere_is_admitted() -> None:
    assert list_fautes("Demandez la ressourcerie.", frozenset({"ressourcerie"})) == []


def test_sentences_are_told_apart() -> None:
    assert split_phrases("Un lieu. Deux ! Quoi ? Fin…") == ["Un lieu.", "Deux !", "Quoi ?", "Fin…"]


def test_forms_stand_for_common_words() -> None:
    rares = {forme: mot for forme, mot in FORMES.items() if zipf_frequency(mot, "fr") < ZIPF_MIN}
    assert rares == {}
