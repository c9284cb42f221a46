"""Values parsed at the edge: what is accepted, what is refused, what the refusal says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieux.core.errors import InvalidInputError
from tierslieux.core.types import Bbox, Position, parse_code_insee, parse_code_postal, parse_siret


@pytest.mark.parametrize("code", ["29019", "2A004", "97411", " 2b033 "])
def test_code_insee_accepted(code: str) -> None:
    assert parse_code_insee(code) == code.strip().upper()


@pytest.mark.parametrize("code", ["2901", "290190", "20004", "2C004", "A9019", "", "２９０１９", "29 019"])
def test_code_insee_refused(code: str) -> None:
    assert parse_code_insee(code) is None


def test_code_postal() -> None:
    assert parse_code_postal("29 200") == "29200"
    assert parse_code_postal("٢٩٢٠٠") is None
    assert parse_code_postal("2920") is None


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        # 4+3+8+9+6+3+2+2+6+0+0+0+4+9: digits of 43493312300029 doubled every second one from the left sum to 50.
        ("434 933 123 00029", "43493312300029"),
        ("43493312300028", None),
        ("00000000000000", None),
        # La Poste's own rule: 3+5+6+0+0+0+0+0+0+0+0+5+2+4 = 25, a multiple of 5, though not Luhn's.
        ("35600000000524", "35600000000524"),
        ("4349331230002", None),
    ],
)
def test_siret(texte: str, attendu: str | None) -> None:
    assert parse_siret(texte) == attendu


def test_position() -> None:
    assert Position.parse("-4.49,48.39") == Position(-4.49, 48.39)


@pytest.mark.parametrize("texte", ["", "4", "a,b", "nan,1", "inf,1", "181,0", "0,-91", "1,2,3"])
def test_position_refused_with_the_field_the_value_and_what_was_expected(texte: str) -> None:
    with pytest.raises(InvalidInputError) as refus:
        Position.parse(texte)
    assert "attendu" in refus.value.message


def test_bbox_is_cut_to_the_earth() -> None:
    assert Bbox.parse("-999,-95,999,95") == Bbox(-180, -90, 180, 90)


@pytest.mark.parametrize("texte", ["5,48,-5,49", "1,2,3", "1,2,3,x", "190,0,200,1", "0,1,0,nan"])
def test_bbox_refused(texte: str) -> None:
    with pytest.raises(InvalidInputError):
        Bbox.parse(texte)


@given(st.text(max_size=200))
def test_no_text_breaks_a_parser(texte: str) -> None:
    parse_code_insee(texte)
    parse_code_postal(texte)
    parse_siret(texte)


def test_a_long_value_is_not_repeated_whole() -> None:
    assert len(InvalidInputError("q", "x" * 10_000, "un nom").message) < 200
