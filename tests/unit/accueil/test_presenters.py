"""What the pages about the site itself say of an installation: only what its operator has told."""

from __future__ import annotations

import datetime as dt

import pytest

from tierslieux.accueil.presenters import build_accueil_page, build_site_page, find_hote
from tierslieux.accueil.services import Chiffres
from tierslieux.config import Settings
from tierslieux.lieux.enums import Besoin

LU_AT = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


def _settings(**environ: str) -> Settings:
    return Settings.from_env({"TIERSLIEUX_SECRET_KEY": "k3Jd8-sLq0_wPz7xVb2nMf5tRy9hGc1A"} | environ)


def test_home_offers_the_six_needs_with_examples() -> None:
    page = build_accueil_page(Chiffres(5, 2, LU_AT, has_inventes=False))
    assert [carte.besoin.value for carte in page.besoins] == [besoin.value for besoin in Besoin]
    assert all(carte.exemples for carte in page.besoins)


def test_home_counts_nothing_when_there_is_nothing() -> None:
    assert build_accueil_page(Chiffres(0, 0, None, has_inventes=False)).chiffres is None
    assert build_accueil_page(Chiffres(0, 1, LU_AT, has_inventes=False)).chiffres is not None


def test_home_says_that_places_are_invented() -> None:
    assert build_accueil_page(Chiffres(12, 3, LU_AT, has_inventes=True)).est_demonstration


def test_nothing_is_made_up_about_the_publisher() -> None:
    page = build_site_page(_settings())
    assert (page.editeur, page.contact, page.tuiles_hote, page.service_trajets) == (None, None, None, None)


@pytest.mark.parametrize(
    ("environ", "attendu"),
    [
        ({"TIERSLIEUX_TRAJETS": "ign"}, ("IGN", "data.geopf.fr")),
        (
            {"TIERSLIEUX_TRAJETS": "osrm", "TIERSLIEUX_TRAJETS_URL": "https://routes.exemple.fr/routed-{profil}"},
            ("OSRM", "routes.exemple.fr"),
        ),
        (
            {"TIERSLIEUX_TRAJETS": "valhalla", "TIERSLIEUX_TRAJETS_URL": "https://routes.exemple.fr:8002"},
            ("Valhalla", "routes.exemple.fr"),
        ),
    ],
)
def test_an_outside_service_that_learns_positions_is_named(environ: dict[str, str], attendu: tuple[str, str]) -> None:
    service = build_site_page(_settings(**environ)).service_trajets
    assert service is not None
    assert (service.nom, service.hote) == attendu


@pytest.mark.parametrize(
    ("contact", "est_courriel"),
    [("contact@exemple.fr", True), ("12 rue de la Paix, Brest", False), ("écrire à a@b.fr", False)],
)
def test_a_contact_is_a_link_only_when_it_is_an_address(contact: str, *, est_courriel: bool) -> None:
    assert build_site_page(_settings(TIERSLIEUX_CONTACT=contact)).contact_est_courriel is est_courriel


@pytest.mark.parametrize(
    ("tuiles", "hote"),
    [
        (None, None),
        ("https://tuiles.exemple.org/{z}/{x}/{y}.png", "tuiles.exemple.org"),
        ("/tuiles/{z}/{x}/{y}.png", None),
    ],
)
def test_the_host_of_background_tiles_is_told(tuiles: str | None, hote: str | None) -> None:
    assert find_hote(tuiles) == hote
