"""Places counted by part of a territory."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne, make_territoire
from tierslieux.lieux.denombrement import count_offres_par_enfant
from tierslieux.territoires.enums import Niveau


@pytest.fixture(autouse=True)
def _lieux(session: Session) -> None:
    make_bretagne(session)
    make_lieu(session, commune_code="29019")
    make_lieu(session, commune_code="29019", genres=("fablab",))
    make_lieu(session, commune_code="29103")
    make_lieu(session, commune_code="22387")
    # Neither a candidate site, nor a hidden or closed place counts.
    make_lieu(session, commune_code="29019", genres=("mairie",))
    make_lieu(session, commune_code="29019", statut="masque")
    make_lieu(session, commune_code="29019", statut="ferme")


@pytest.mark.parametrize(
    ("enfant", "parent", "code", "attendu"),
    [
        (Niveau.REGION, Niveau.FRANCE, "FR", {"53": 4}),
        (Niveau.DEPARTEMENT, Niveau.REGION, "53", {"29": 3, "22": 1}),
        (Niveau.EPCI, Niveau.DEPARTEMENT, "29", {"242900314": 2, "200000001": 1}),
        (Niveau.COMMUNE, Niveau.DEPARTEMENT, "29", {"29019": 2, "29103": 1}),
        (Niveau.COMMUNE, Niveau.EPCI, "200000001", {"29103": 1, "22387": 1}),
        (Niveau.DEPARTEMENT, Niveau.REGION, "11", {}),
    ],
)
def test_offers_are_counted_by_part(
    session: Session, enfant: Niveau, parent: Niveau, code: str, attendu: dict[str, int]
) -> None:
    assert count_offres_par_enfant(session, enfant, parent, code) == attendu


def test_a_place_of_an_arrondissement_counts_for_it_and_for_its_city(session: Session) -> None:
    make_territoire(session, Niveau.REGION, "11", "Île-de-France")
    make_territoire(session, Niveau.DEPARTEMENT, "75", "Paris", region_code="11")
    communes = {"region_code": "11", "departement_code": "75"}
    make_territoire(session, Niveau.COMMUNE, "75056", "Paris", **communes)
    make_territoire(session, Niveau.ARRONDISSEMENT, "75111", "Paris 11e", commune_code="75056", **communes)
    make_lieu(session, commune_code="75111")
    assert count_offres_par_enfant(session, Niveau.ARRONDISSEMENT, Niveau.COMMUNE, "75056") == {"75111": 1}
    assert count_offres_par_enfant(session, Niveau.COMMUNE, Niveau.DEPARTEMENT, "75") == {"75056": 1}
    assert count_offres_par_enfant(session, Niveau.REGION, Niveau.FRANCE, "FR") == {"53": 4, "11": 1}


def test_overseas_departements_have_three_characters(session: Session) -> None:
    make_territoire(session, Niveau.REGION, "04", "La Réunion")
    make_territoire(session, Niveau.DEPARTEMENT, "974", "La Réunion", region_code="04")
    make_lieu(session, commune_code="97411")
    assert count_offres_par_enfant(session, Niveau.REGION, Niveau.FRANCE, "FR")["04"] == 1
