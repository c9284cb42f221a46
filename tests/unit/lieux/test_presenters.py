"""What the page of a place says."""

from __future__ import annotations

import datetime as dt

from tests.factories.pages import TODAY, build_detail, build_mention, build_resume
from tierslieux.lieux.enums import Precision
from tierslieux.lieux.presenters import build_lieu_page
from tierslieux.lieux.services import ChampPublie


def test_every_published_field_has_its_source_and_date() -> None:
    page = build_lieu_page(build_detail(), [], today=TODAY)
    assert [(o.source, o.date, o.champs) for o in page.origines] == [
        ("France Services", dt.date(2026, 8, 1), ("Nom", "type de lieu", "adresse")),
        ("Bibliothèques publiques", dt.date(2025, 3, 1), ("Type de lieu", "téléphone")),
    ]
    assert [source.libelle for source in page.sources] == ["France Services", "Bibliothèques publiques"]


def test_the_same_source_at_two_dates_makes_two_lines() -> None:
    champs = (
        ChampPublie("nom", "Nom", "A", (build_mention(),)),
        ChampPublie("telephone", "Téléphone", "B", (build_mention(date=None),)),
    )
    page = build_lieu_page(build_detail(champs=champs), [], today=TODAY)
    assert [origine.date for origine in page.origines] == [dt.date(2026, 8, 1), None]
    assert len(page.sources) == 1


def test_an_old_place_tells_its_year() -> None:
    ancien = build_detail(build_resume(date=dt.date(2019, 6, 1)))
    assert build_lieu_page(ancien, [], today=TODAY).annee_ancienne == 2019
    assert build_lieu_page(build_detail(), [], today=TODAY).annee_ancienne is None


def test_an_address_is_written_on_lines_without_holes() -> None:
    plein = build_detail(complement_adresse="Bâtiment B")
    assert build_lieu_page(plein, [], today=TODAY).lignes_adresse == (
        "Bâtiment B",
        "1 place Napoléon III",
        "29200 Brest",
    )
    vide = build_detail(build_resume(adresse=None, code_postal=None, commune_nom=None))
    assert build_lieu_page(vide, [], today=TODAY).lignes_adresse == ("Adresse non communiquée",)


def test_a_place_without_position_has_no_way_to_it() -> None:
    page = build_lieu_page(build_detail(build_resume(lon=None, lat=None, precision=None)), [], today=TODAY)
    assert (page.geo, page.croquis, page.args_autour) == (None, None, {})


def test_directions_are_latitude_first_in_a_geo_link() -> None:
    # RFC 5870: geo:latitude,longitude.
    page = build_lieu_page(build_detail(), [], today=TODAY)
    assert page.geo == "geo:48.39000,-4.49000"
    assert page.args_autour == {"lon": "-4.49000", "lat": "48.39000"}


def test_an_approximate_position_is_said() -> None:
    detail = build_detail(build_resume(precision=Precision.COMMUNE))
    assert build_lieu_page(detail, [], today=TODAY).est_approximatif


def test_a_website_is_shown_by_its_host() -> None:
    assert build_lieu_page(build_detail(), [], today=TODAY).site_court == "exemple.fr"
    assert build_lieu_page(build_detail(site_web=None), [], today=TODAY).site_court is None
