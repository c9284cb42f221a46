from __future__ import annotations

import pytest

from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.core.types import Bbox, Position
from tierslieux.diffusion.schemas import ParametresCommunes, ParametresGrappes, ParametresLieux, parse_identifiant
from tierslieux.lieux.enums import Besoin
from tierslieux.lieux.params import MAINTENANT, Criteres, Curseur


def read(**args: str) -> ParametresLieux:
    return ParametresLieux.model_validate(args)


def test_where_to_look_is_a_box_a_position_or_a_commune() -> None:
    assert read(bbox="-5,48,-4,49").read_ou() == Bbox(-5, 48, -4, 49)
    assert read(proche="-4.49,48.39").read_ou() == Position(-4.49, 48.39)
    assert read(commune="2a004").read_ou() == "2A004"


@pytest.mark.parametrize(
    ("args", "champ"),
    [
        ({}, "proche"),
        ({"bbox": "-5,48,-4,49", "commune": "29019"}, "bbox"),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "5,48,-5,49"}, "bbox"),
        ({"proche": "ici"}, "proche"),
        ({"commune": "Brest"}, "commune"),
        ({"proche": "0,45", "limite": "101"}, "limite"),
    ],
)
def test_a_refusal_names_the_field(args: dict[str, str], champ: str) -> None:
    with pytest.raises(InvalidInputError) as refus:
        read(**args).read_ou()
    assert refus.value.details["champ"] == champ


@pytest.mark.parametrize(
    ("args", "champ"),
    [
        ({"limite": "0"}, "limite"),
        ({"limite": "1001"}, "limite"),
        ({"limite": "beaucoup"}, "limite"),
        ({"besion": "demarche"}, "besion"),
        ({"bbox": "1" * 300}, "bbox"),
    ],
)
def test_bounds_and_misspelt_parameters(args: dict[str, str], champ: str) -> None:
    with pytest.raises(InvalidInputError) as refus:
        read(**args)
    assert refus.value.details["champ"] == champ
    assert refus.value.details["attendu"]


def test_a_box_may_ask_for_more() -> None:
    assert read(bbox="-5,48,-4,49", limite="1000").limite == 1000


def test_filters_are_those_of_the_pages() -> None:
    lus = read(besoin="demarche", ouvert="1", gratuit="0").criteres
    assert lus == Criteres(besoin=Besoin.DEMARCHE, quand=MAINTENANT)
    with pytest.raises(InvalidInputError) as refus:
        _ = read(genre="licorne").criteres
    assert "france-services" in str(refus.value.details["attendu"])


def test_the_cursor_comes_back() -> None:
    curseur = Curseur(1234.5, 42)
    assert read(apres=curseur.encode()).read_apres() == curseur
    with pytest.raises(InvalidInputError):
        read(apres="zzz").read_apres()


@pytest.mark.parametrize("q", [None, "", "   ", "x" * 101])
def test_a_commune_needs_a_name(q: str | None) -> None:
    with pytest.raises(InvalidInputError) as refus:
        ParametresCommunes.model_validate({} if q is None else {"q": q})
    assert refus.value.details["champ"] == "q"


@pytest.mark.parametrize("zoom", ["-1", "21", "x", None])
def test_the_zoom_is_bounded(zoom: str | None) -> None:
    with pytest.raises(InvalidInputError) as refus:
        ParametresGrappes.model_validate({"bbox": "-5,48,-4,49"} | ({"zoom": zoom} if zoom else {}))
    assert refus.value.details["champ"] == "zoom"


@pytest.mark.parametrize("texte", ["\x00", "a b", "é", "", "x" * 65, "';--"])
def test_an_identifier_that_cannot_be_ours_is_not_found(texte: str) -> None:
    with pytest.raises(NotFoundError):
        parse_identifiant(texte)
