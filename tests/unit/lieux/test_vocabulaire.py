"""People's words: what they lead to, and what is left for the place."""

import pytest

from tierslieux.lieux.enums import Besoin, Genre
from tierslieux.lieux.vocabulaire import read_besoin
from tierslieux.territoires.noms import build_cle


@pytest.mark.parametrize(
    ("texte", "besoin", "genre", "reste"),
    [
        ("imprimer", Besoin.ORDINATEUR, None, ""),
        ("imprimer à Brest", Besoin.ORDINATEUR, None, "brest"),
        ("je n'arrive pas à faire ma carte grise", Besoin.DEMARCHE, None, ""),
        ("CAF", None, Genre.CAF, ""),
        ("apprendre l'ordinateur", Besoin.APPRENDRE, None, ""),
        ("réparer", Besoin.TRAVAILLER, None, ""),
        ("imprimante 3D", Besoin.TRAVAILLER, None, ""),  # the longest phrase wins over "imprimante"
        ("médiathèque Saint-Brieuc", None, Genre.BIBLIOTHEQUE, "saint brieuc"),
        ("Conseiller numérique près de Le Mans", None, Genre.CONSEILLER_NUMERIQUE, "mans"),
    ],
)
def test_words_lead_to_a_need_or_a_kind(texte: str, besoin: Besoin | None, genre: Genre | None, reste: str) -> None:
    lecture = read_besoin(build_cle(texte))
    assert lecture is not None
    assert (lecture.besoin, lecture.genre, lecture.reste) == (besoin, genre, reste)


@pytest.mark.parametrize("texte", ["", "brest", "xyzzy", "a de la"])
def test_other_words_lead_nowhere(texte: str) -> None:
    assert read_besoin(build_cle(texte)) is None
