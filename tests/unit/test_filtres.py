"""Values as French readers expect them. Spaces in the expected texts: "_" stands for U+00A0, "'" for U+202F."""

from __future__ import annotations

import datetime as dt

import pytest

from tierslieux import filtres
from tierslieux.catalogues import read_catalogue
from tierslieux.core.textes import use_catalogue
from tierslieux.langues import EN, FALC


def _visible(texte: str) -> str:
    return texte.replace("\u00a0", "_").replace("\u202f", "'")


@pytest.mark.parametrize(
    ("nombre", "attendu"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1'000"),
        (68_373_433, "68'373'433"),
        (2.45, "2,5"),
        (3.0, "3"),
        (1234.5, "1'234,5"),
        (-1500, "-1'500"),
    ],
)
def test_numbers_have_thin_spaces_and_a_decimal_comma(nombre: float, attendu: str) -> None:
    assert _visible(filtres.format_nombre(nombre)) == attendu


@pytest.mark.parametrize(
    ("distance_m", "attendu"),
    [
        (0, "moins de 50_m"),
        (49.9, "moins de 50_m"),
        (50, "50_m"),
        (347, "350_m"),
        (994, "990_m"),
        (996, "1_km"),
        (1049, "1_km"),
        (2430, "2,4_km"),
        (9949, "9,9_km"),
        (9951, "10_km"),
        (12_600, "13_km"),
        (1_234_567, "1'235_km"),
    ],
)
def test_distances_are_rounded_as_people_say_them(distance_m: float, attendu: str) -> None:
    assert _visible(filtres.format_distance(distance_m)) == attendu


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [(dt.date(2026, 5, 12), "12_mai 2026"), (dt.date(2024, 8, 1), "1er_août 2024")],
)
def test_dates_are_in_words(jour: dt.date, attendu: str) -> None:
    assert _visible(filtres.format_date(jour)) == attendu


def test_instants_are_shown_at_the_time_of_paris() -> None:
    # 22:30 UTC on 31 December is 23:30 in Paris (UTC+1 in winter); 22:30 UTC on 30 June is the day after (UTC+2).
    hiver = dt.datetime(2025, 12, 31, 22, 30, tzinfo=dt.UTC)
    ete = dt.datetime(2026, 6, 30, 22, 5, tzinfo=dt.UTC)
    assert _visible(filtres.format_instant(hiver)) == "31_décembre 2025 à 23_h_30"
    assert _visible(filtres.format_instant(ete)) == "1er_juillet 2026 à 0_h_05"


@pytest.mark.parametrize(
    ("numero", "attendu"),
    [
        ("+33298001122", "02_98_00_11_22"),
        ("+262262401234", "02_62_40_12_34"),
        ("+590590123456", "05_90_12_34_56"),
        ("0298001122", "02_98_00_11_22"),
        ("02 98 00 11 22", "02_98_00_11_22"),
        ("3939", "39_39"),
        ("115", "115"),
        ("+687271234", "+687_27_12_34"),
        ("+3222334455", "+3222334455"),
        ("voir le site", "voir le site"),
    ],
)
def test_phones_go_two_digits_at_a_time(numero: str, attendu: str) -> None:
    assert _visible(filtres.format_telephone(numero)) == attendu


def test_a_phone_link_holds_digits_only() -> None:
    assert filtres.build_lien_telephone("+33 2 98 00 11 22") == "tel:+33298001122"
    assert filtres.build_lien_telephone("javascript:1") == "tel:1"


@pytest.mark.parametrize(
    ("elements", "attendu"),
    [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")],
)
def test_lists_end_with_and(elements: list[str], attendu: str) -> None:
    assert filtres.join_liste(elements) == attendu


@pytest.mark.parametrize(("nombre", "attendu"), [(0, "lieu"), (1, "lieu"), (1.9, "lieu"), (2, "lieux")])
def test_plural_starts_at_two(nombre: float, attendu: str) -> None:
    assert filtres.agree(nombre, "lieu", "lieux") == attendu


def test_punctuation_never_starts_a_line() -> None:
    assert _visible(filtres.protect_espaces("Attention : « fermé » !")) == "Attention_: «_fermé_»_!"


def test_apostrophes_between_letters_are_curly() -> None:
    assert filtres.protect_espaces("L'Haÿ-les-Roses, 'ici'") == "L’Haÿ-les-Roses, 'ici'"


def test_a_range_of_hours_stays_in_one_piece() -> None:
    assert _visible(filtres.protect_espaces("9 h – 12 h et 14 h – 17 h")) == "9 h_–_12 h et 14 h_–_17 h"
    assert _visible(filtres.protect_espaces("Médiathèque – Les Capucins")) == "Médiathèque – Les Capucins"


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Bibliothèque", "bibliothèque"),
        ("Espace de coworking", "espace de coworking"),
        ("La Poste", "La Poste"),
        ("France Services", "France Services"),
        ("EPN", "EPN"),
        ("", ""),
    ],
)
def test_labels_inside_a_sentence_lose_their_capital(texte: str, attendu: str) -> None:
    assert filtres.lower_initiale(texte) == attendu


def test_values_are_written_as_english_readers_expect_them() -> None:
    with use_catalogue(read_catalogue(EN.catalogue)):
        assert filtres.format_nombre(1_234_567.5) == "1,234,567.5"
        assert _visible(filtres.format_distance(2430)) == "2.4_km"
        assert _visible(filtres.format_distance(12)) == "less than 50_m"
        assert _visible(filtres.format_date(dt.date(2026, 5, 12))) == "12_May 2026"
        assert _visible(filtres.format_date(dt.date(2024, 8, 1))) == "1_August 2024"
        # 22:05 UTC on 30 June is 0:05 in Paris on the day after (UTC+2).
        instant = dt.datetime(2026, 6, 30, 22, 5, tzinfo=dt.UTC)
        assert _visible(filtres.format_instant(instant)) == "1_July 2026 at 0:05"
        assert filtres.join_liste(["a", "b", "c"]) == "a, b and c"
        assert filtres.join_liste(["a", "b"], "ou") == "a or b"


def test_units_are_written_out_in_the_easy_register() -> None:
    with use_catalogue(read_catalogue(FALC.catalogue)):
        assert _visible(filtres.format_distance(347)) == "350_mètres"
        assert _visible(filtres.format_distance(1000)) == "1_kilomètre"
        # French is plural from two on: 1.9 is still singular.
        assert _visible(filtres.format_distance(1940)) == "1,9_kilomètre"
        assert _visible(filtres.format_distance(2430)) == "2,4_kilomètres"
        assert _visible(filtres.format_duree(1)) == "1_minute"
        assert _visible(filtres.format_duree(65)) == "1_heure_05"
