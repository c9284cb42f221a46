"""Search of a commune on a handful of them; tests/integration/territoires/test_national.py does it on all."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories.territoires import make_bretagne, make_territoire
from tierslieux.territoires.enums import NatureToponyme, Niveau
from tierslieux.territoires.services import search_communes, search_communes_lot


@pytest.fixture
def communes(session: Session) -> Session:
    """Bretagne, and names that are easily taken for others."""
    make_bretagne(session)
    for code, nom, departement in (("11", "Île-de-France", None), ("04", "La Réunion", None)):
        make_territoire(session, Niveau.REGION, code, nom, departement_code=departement)
    for code, nom, region in (("93", "Seine-Saint-Denis", "11"), ("974", "La Réunion", "04"), ("75", "Paris", "11")):
        make_territoire(session, Niveau.DEPARTEMENT, code, nom, region_code=region, nom_tri=nom.removeprefix("La "))
    for code, nom, champs in (
        (
            "93066",
            "Saint-Denis",
            {"departement_code": "93", "region_code": "11", "population": 111_000, "codes_postaux": ("93200",)},
        ),
        ("97411", "Saint-Denis", {"departement_code": "974", "population": 150_000, "codes_postaux": ("97400",)}),
        ("13055", "Marseille", {"departement_code": "13", "population": 863_310, "codes_postaux": ("13011",)}),
        ("75056", "Paris", {"departement_code": "75", "population": 2_187_526, "codes_postaux": ("75011",)}),
        ("72181", "Le Mans", {"departement_code": "72", "population": 143_000, "nom_tri": "Mans"}),
        ("16236", "Mans", {"departement_code": "16", "population": 30}),
        ("14366", "Lion-sur-Mer", {"departement_code": "14", "population": 2_500}),
        ("69123", "Lyon", {"departement_code": "69", "population": 516_092}),
        ("80829", "Y", {"departement_code": "80", "population": 89}),
        ("76255", "Eu", {"departement_code": "76", "population": 6_800}),
        ("18037", "Bué", {"departement_code": "18", "population": 300}),
        ("76001", "Bue", {"departement_code": "76", "population": 10}),
    ):
        make_territoire(session, Niveau.COMMUNE, code, nom, **champs)
    for code, nom, ville, postal in (
        ("75111", "Paris 11e Arrondissement", "75056", "75011"),
        ("13211", "Marseille 11e Arrondissement", "13055", "13011"),
    ):
        make_territoire(
            session,
            Niveau.ARRONDISSEMENT,
            code,
            nom,
            departement_code=ville[:2],
            commune_code=ville,
            population=50_000,
            codes_postaux=(postal,),
        )
    return session


def codes(session: Session, q: str, limite: int = 10) -> list[str]:
    return [commune.code for commune in search_communes(session, q, limite=limite)]


@pytest.mark.parametrize(
    ("q", "premiere"),
    [
        ("brest", "29019"),
        ("BREST", "29019"),
        ("Brest Cedex 2", "29019"),
        ("29200", "29019"),
        ("29 200", "29019"),
        ("brest 29200", "29019"),
        ("29200 brest", "29019"),
        ("brest finistere", "29019"),
        ("brest (Bretagne)", "29019"),
        ("Lambezellec", "29019"),
        ("29990", "29019"),
        ("29019", "29019"),
        ("Y", "80829"),
        ("Eu", "76255"),
        ("Ue", "76255"),
        ("Le Mans", "72181"),
        ("Mans", "16236"),
        ("vieux marche", "22387"),
        ("Marsielle", "13055"),
        ("Marseile", "13055"),
        ("Marseillle", "13055"),
        ("Narseille", "13055"),
        ("arseille", "13055"),
        ("Marseill", "13055"),
        ("Saint-Denis", "97411"),
        ("Saint-Denis 93", "93066"),
        ("st denis 93200", "93066"),
        ("Saint-Denis (Réunion)", "97411"),
        ("saint denis la reunion", "97411"),
        ("Saint-Denis 974", "97411"),
        ("saint denis ile de france", "93066"),
        ("Paris 11", "75111"),
        ("Paris 11e", "75111"),
        ("paris 11eme arrondissement", "75111"),
        ("11e arrondissement de Paris", "75111"),
        ("PARIS 75011", "75111"),
        ("75011", "75111"),
        ("Paris 75", "75056"),
        ("MARSEILLE 11", "13211"),
        ("brst 29200", "29019"),
        ("xyzxyz 29200", "29019"),
        ("brest 75011", "29019"),
    ],
)
def test_the_right_commune_first(communes: Session, q: str, premiere: str) -> None:
    assert codes(communes, q)[0] == premiere


@pytest.mark.parametrize(
    "q",
    [
        "",
        " ",
        "x" * 10_000,
        "\x00",
        "\x00\x00brst%%%",
        "!!!",
        "😀",
        "%",
        "_",
        "'; DROP TABLE lieu; --",
        "\ud800",
        "00000",
    ],
)
def test_what_cannot_be_understood_gives_nothing(communes: Session, q: str) -> None:
    assert codes(communes, q) == ([] if "brst" not in q else ["29019"])


def test_the_text_as_typed_before_another_writing_of_it(communes: Session) -> None:
    # Bué has more inhabitants than Bue.
    assert codes(communes, "Bue")[:2] == ["76001", "18037"]
    assert codes(communes, "Bué")[:2] == ["18037", "76001"]


def test_namesakes_all_come_big_ones_first(communes: Session) -> None:
    assert codes(communes, "Saint-Denis") == ["97411", "93066"]
    assert codes(communes, "Saint-Denis", limite=1) == ["97411"]


def test_an_error_has_its_place_among_names_that_begin_so(communes: Session) -> None:
    assert codes(communes, "Lion") == ["14366", "69123"]
    assert codes(communes, "Lion", limite=1) == ["69123"]


def test_what_answers_is_told(communes: Session) -> None:
    (brest,) = search_communes(communes, "brest")
    assert brest.nom == "Brest"
    assert brest.niveau is Niveau.COMMUNE
    assert brest.codes_postaux == ("29200",)
    assert (brest.departement_code, brest.departement_nom) == ("29", "Finistère")
    assert brest.population == 140_064
    assert brest.exacte
    assert brest.nature is NatureToponyme.OFFICIEL
    assert brest.toponyme is None
    # The town hall, which is in its commune, rather than the middle of the square.
    assert (brest.lon, brest.lat) == (-4.55, 48.39)


def test_a_former_name_is_told(communes: Session) -> None:
    (brest,) = search_communes(communes, "Lambézellec")
    assert (brest.nom, brest.toponyme, brest.nature) == ("Brest", "Lambézellec", NatureToponyme.ANCIENNE_COMMUNE)
    assert brest.exacte


def test_an_approximate_answer_is_told(communes: Session) -> None:
    assert not search_communes(communes, "Marsielle")[0].exacte
    assert not search_communes(communes, "Guip")[0].exacte
    assert search_communes(communes, "29200")[0].exacte
    assert search_communes(communes, "Saint-Denis 93")[0].exacte


def test_a_commune_without_position_nor_population(communes: Session) -> None:
    (vieux_marche,) = search_communes(communes, "Le Vieux-Marché")
    assert vieux_marche.population is None
    (lyon,) = search_communes(communes, "Lyon")
    assert (lyon.lon, lyon.lat, lyon.codes_postaux, lyon.departement_nom) == (None, None, (), None)


def test_a_postcode_gives_all_its_communes(session: Session) -> None:
    for rang in range(46):
        make_territoire(session, Niveau.COMMUNE, f"51{rang:03}", f"Commune {rang}", codes_postaux=("51300",))
    assert len(codes(session, "51300", limite=5)) == 46


def test_many_texts_at_once_answer_as_one_by_one(communes: Session) -> None:
    textes = ["brest", "Marsielle", "29200", "Saint-Denis 93", "xxxxxx", ""]
    assert search_communes_lot(communes, textes) == [search_communes(communes, texte) for texte in textes]
