"""What changed in a text: the pieces make both texts again, and say the least that has changed."""

from __future__ import annotations

import itertools

from hypothesis import example, given
from hypothesis import strategies as st

from tierslieux.contributions.versions.mots import MOTS_MAX, Segment, compare_mots

TEXTES = st.lists(st.sampled_from(["le", "lieu", "est", "ouvert", " ", " ", "\n", ".", "é", "<b>", "😀"])).map("".join)


def join(segments: tuple[Segment, ...]) -> tuple[str, str]:
    return "".join(s.avant for s in segments), "".join(s.apres for s in segments)


@given(TEXTES, TEXTES)
@example("", "")
@example("a b c", "")
def test_the_pieces_make_both_texts_again(avant: str, apres: str) -> None:
    segments = compare_mots(avant, apres)
    assert join(segments) == (avant, apres)
    assert all(segment.avant or segment.apres for segment in segments)
    # Neighbours differ in kind: no piece could have been one with the next.
    assert all(a.est_egal != b.est_egal for a, b in itertools.pairwise(segments))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_taken(avant: str, apres: str) -> None:
    assert join(compare_mots(avant, apres)) == (avant, apres)


def test_the_same_text_is_one_piece() -> None:
    assert compare_mots("Ouvert à tous.", "Ouvert à tous.") == (Segment("Ouvert à tous.", "Ouvert à tous."),)


def test_only_the_words_that_changed_are_shown() -> None:
    assert compare_mots("Un lieu pour apprendre.", "Un lieu calme pour apprendre.") == (
        Segment("Un lieu ", "Un lieu "),
        Segment("", "calme "),
        Segment("pour apprendre.", "pour apprendre."),
    )


def test_words_that_change_side_by_side_read_in_a_row() -> None:
    (tete, change, queue) = compare_mots("Venez le lundi matin au café", "Venez un mardi matin au café")
    assert (tete.apres, change.avant, change.apres, queue.apres) == ("Venez ", "le lundi", "un mardi", " matin au café")


def test_a_text_that_is_too_long_to_compare_is_replaced_whole() -> None:
    avant = " ".join(f"a{rang}" for rang in range(MOTS_MAX))
    apres = " ".join(f"b{rang}" for rang in range(MOTS_MAX))
    assert compare_mots(f"Titre : {avant}", f"Titre : {apres}") == (
        Segment("Titre : ", "Titre : "),
        Segment(avant, apres),
    )
