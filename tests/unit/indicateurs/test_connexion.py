"""What a commune's connection is, in words. U+00A0 is written "_" in expected texts."""

from __future__ import annotations

import datetime as dt

import pytest

from tierslieux.indicateurs.connexion import Chiffre, describe_connexion, find_date

TODAY = dt.date(2026, 11, 22)
ANCIEN = "La situation a pu changer depuis."


def _fixe(part: float, edition: str | None = "30 septembre 2019", millesime: int = 2019) -> Chiffre:
    return Chiffre(part, "Arcep", edition, millesime)


def _mobile(part: float) -> Chiffre:
    return Chiffre(part, "Arcep", "2026-03-31", 2026)


def _describe(nom: str, fixe: Chiffre | None, mobile: Chiffre | None = None) -> tuple[str, ...]:
    connexion = describe_connexion(nom, fixe, mobile, today=TODAY)
    return tuple(phrase.replace("\u00a0", "_") for phrase in connexion.phrases) if connexion else ()


def test_without_a_figure_nothing_is_said() -> None:
    assert describe_connexion("Ambon", None, None, today=TODAY) is None


@pytest.mark.parametrize(
    ("part", "attendu"),
    [
        (1.0, "tous les logements et locaux pouvaient avoir un bon débit Internet"),
        (0.998, "presque tous les logements et locaux pouvaient avoir un bon débit Internet"),
        (0.994, "99_% des logements et locaux pouvaient avoir un bon débit Internet"),
        (0.62, "62_% des logements et locaux pouvaient avoir un bon débit Internet"),
        (0.006, "1_% des logements et locaux pouvaient avoir un bon débit Internet"),
        (0.004, "presque aucun logement ni local ne pouvait avoir un bon débit Internet"),
        (0.0, "aucun logement ni local ne pouvait avoir un bon débit Internet"),
    ],
)
def test_the_fixed_network_is_one_sentence_with_its_date_and_its_source(part: float, attendu: str) -> None:
    assert _describe("Ambon", _fixe(part)) == (f"À Ambon, {attendu} (Arcep, 30_septembre 2019).", ANCIEN)


@pytest.mark.parametrize(
    ("part", "attendu"),
    [
        (0.0, "tous les habitants avaient la 4G, au moins dehors"),
        (0.002, "presque tous les habitants avaient la 4G, au moins dehors"),
        (0.03, "3_% des habitants n’avaient pas la 4G, même dehors"),
        (0.997, "presque aucun habitant n’avait la 4G, même dehors"),
        (1.0, "aucun habitant n’avait la 4G, même dehors"),
    ],
)
def test_the_mobile_network_tells_who_has_none(part: float, attendu: str) -> None:
    assert _describe("Le Mans", None, _mobile(part)) == (f"Au Mans, {attendu} (Arcep, 31_mars 2026).",)


def test_both_networks_are_told_and_one_old_figure_is_enough_to_warn() -> None:
    fixe, mobile, ancien = _describe("Les Sables-d’Olonne", _fixe(0.5), _mobile(0.5))
    assert fixe.startswith("Aux Sables-d’Olonne, 50_% des logements")
    assert mobile.startswith("Aux Sables-d’Olonne, 50_% des habitants")
    assert ancien == ANCIEN


@pytest.mark.parametrize(
    ("fixe", "mobile", "attendu"),
    [
        (_fixe(0.95), None, False),
        (_fixe(0.9), None, False),  # one in ten without, not more
        (_fixe(0.89), None, True),
        (None, _mobile(0.05), False),
        (None, _mobile(0.11), True),
        (_fixe(1.0), _mobile(0.2), True),
    ],
)
def test_a_connection_is_poor_when_more_than_one_in_ten_lack_it(
    fixe: Chiffre | None, mobile: Chiffre | None, *, attendu: bool
) -> None:
    connexion = describe_connexion("Ambon", fixe, mobile, today=TODAY)
    assert connexion is not None
    assert connexion.est_mauvaise is attendu


@pytest.mark.parametrize(
    ("edition", "jour", "ecrit"),
    [
        ("30 septembre 2019", dt.date(2019, 9, 30), "30_septembre 2019"),
        ("2026-03-31", dt.date(2026, 3, 31), "31_mars 2026"),
        ("2e trimestre 2020", dt.date(2019, 12, 31), "2e trimestre 2020"),
        ("31 février 2019", dt.date(2019, 12, 31), "31 février 2019"),
        (None, dt.date(2019, 12, 31), "2019"),
    ],
)
def test_the_date_is_that_of_the_edition(edition: str | None, jour: dt.date, ecrit: str) -> None:
    chiffre = _fixe(0.5, edition)
    assert find_date(chiffre) == jour
    assert _describe("Ambon", chiffre)[0].endswith(f"(Arcep, {ecrit}).")
