"""Marks and curves as pages write them: texts escaped, nothing that the policy forbids, the same mark in the legend."""

from __future__ import annotations

import re

import jinja2
import pytest
import shapely

from tests.factories.terrains import build_terrain
from tierslieux.cartes.courbes import PointCourbe, build_courbe
from tierslieux.config import RACINE
from tierslieux.filtres import FILTRES
from tierslieux.planification.bilan import compute_etat
from tierslieux.planification.carte import draw_carte_etude
from tierslieux.territoires.services import Contour

HOSTILE = '<script>alert("1")</script>'
PAGE = """
{% from "planification/_etude.html" import figure_carte, figure_courbe, champs_caches %}
{{ figure_carte(carte, "carte") }}{{ figure_courbe(courbe) }}{{ champs_caches(args, sauf=("minutes",)) }}
"""


@pytest.fixture(scope="module")
def page() -> str:
    environnement = jinja2.Environment(
        loader=jinja2.FileSystemLoader(RACINE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environnement.filters.update(FILTRES)
    terrain = build_terrain(1)
    etat = compute_etat(terrain, terrain.list_ouverts())
    # All around the places.
    contours = [Contour("48000", HOSTILE, shapely.box(2.9, 43.9, 3.6, 44.6))]
    carte = draw_carte_etude(
        contours, terrain, etat, titre=HOSTILE, proposes=terrain.sites[4:6], fermes=terrain.sites[:1]
    )
    points = [PointCourbe(1, 10, HOSTILE, 12), PointCourbe(2, 15, "15", 16, est_choisi=True), PointCourbe(3, 16, "16")]
    args = {"zone": [HOSTILE], "minutes": ["5"]}
    return environnement.from_string(PAGE).render(carte=carte, courbe=build_courbe("Titre", "", points), args=args)


def test_texts_are_escaped_and_nothing_is_inline(page: str) -> None:
    assert "<script" not in page
    assert " style=" not in page
    assert page.count("&lt;script&gt;") >= 3


def test_marks_have_their_number_their_code_and_a_line_in_the_legend(page: str) -> None:
    assert re.findall(r'data-tl-repere="(site\d)"', page) == ["site1", "site2", "site0", "site4", "site5"]
    numeros = [texte for texte in re.findall(r"<text[^>]*>(\d)</text>", page.partition("</figure>")[0]) if texte]
    # The two sites on the map, and the sample of the legend.
    assert numeros == ["1", "2", "1"]
    legende = page[page.index("choroplethe-reperes") :]
    assert [int(n) for n in re.findall(r'<td class="nombre">(\d+)</td>', legende)] == [2, 2, 1]


def test_the_curve_says_where_the_answer_is_and_how_far_the_bound(page: str) -> None:
    assert page.count("courbe-point est-choisi") == 1
    assert "courbe-borne" in page
    assert "au plus" in page


def test_hidden_fields_leave_out_what_the_form_asks(page: str) -> None:
    assert re.findall(r'type="hidden" name="(\w+)"', page) == ["zone"]
