from __future__ import annotations

import datetime as dt

import pytest

from tierslieux.trajets.extrait import Provenance
from tierslieux.trajets.moteur import Mode
from tierslieux.trajets.presenters import build_methode_page
from tierslieux.trajets.vitesses import VITESSES


def test_without_roads_nor_service_there_is_only_the_estimate() -> None:
    page = build_methode_page()
    assert page.routes is None
    assert page.service is None
    assert page.seuils == (1_500, 300)


def test_the_roads_say_where_they_are_from_and_how_fast_each_kind_is() -> None:
    page = build_methode_page(Provenance("0" * 64, "2016-03-05T00:26:02Z", (7.349, 43.71, 7.491, 43.77)))
    assert page.routes is not None
    assert page.routes.date == dt.date(2016, 3, 5)
    # One degree is 111.2 km on a sphere: 0.06° of latitude, and 0.142° of longitude × cos(43.74°), within 0.5 %.
    assert page.routes.hauteur_m == pytest.approx(0.06 * 111_200, rel=5e-3)
    assert page.routes.largeur_m == pytest.approx(0.142 * 111_200 * 0.7225, rel=5e-3)
    lignes = {ligne.libelle: ligne.vitesses for ligne in page.routes.vitesses}
    assert len(lignes) == len(VITESSES)
    assert lignes["rue"].get(Mode.VOITURE) == 25
    assert lignes["autoroute"].get(Mode.A_PIED) is None


@pytest.mark.parametrize("edition", [None, "", "hier"])
def test_an_extract_that_tells_no_date_has_none(edition: str | None) -> None:
    routes = build_methode_page(Provenance("0" * 64, edition, (0, 45, 1, 46))).routes
    assert routes is not None
    assert routes.date is None
