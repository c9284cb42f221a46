"""Maps and charts as pages write them: no style, no script, names for who does not see them, texts escaped."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

import jinja2
import pytest
import shapely

from tierslieux.cartes.bivariee import build_bivariee, build_croisement
from tierslieux.cartes.choroplethe import AireSource, build_choroplethe
from tierslieux.cartes.classes import ModeClasses, build_classes
from tierslieux.cartes.graphiques import PointSerie, ValeurBarre, build_barres, build_distribution, build_serie
from tierslieux.config import RACINE
from tierslieux.filtres import FILTRES

PAGE = """
{% from "components/choroplethe.html" import choroplethe, bivariee %}
{% from "components/graphiques.html" import graphique_barres, graphique_distribution, graphique_serie %}
{{ choroplethe(separee, id="c1", unite_aires="communes", variable="Part") }}
{{ choroplethe(fondue, id="c2", unite_aires="communes") }}
{{ bivariee(croisee, id="c3", unite_aires="communes") }}
{{ graphique_barres(barres, id="g1") }}
{{ graphique_distribution(distribution, id="g2") }}
{{ graphique_serie(serie, id="g3") }}
"""
HOSTILE = 'L’Île "d’Arz" <script>alert(1)</script>'


class _Lecteur(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texte = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texte += data


@pytest.fixture(scope="module")
def lu() -> _Lecteur:
    environnement = jinja2.Environment(
        loader=jinja2.FileSystemLoader(RACINE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environnement.filters.update(FILTRES)
    aires = [
        AireSource(str(rang), HOSTILE if rang == 2 else f"Commune {rang}", shapely.box(2 + rang, 46, 3 + rang, 47))
        for rang in range(6)
    ]
    aires += [AireSource("974", "La Réunion", shapely.box(55.2, -21.4, 55.8, -20.9)), AireSource("x", "Absente", None)]
    codes = [aire.code for aire in aires]
    valeurs: dict[str, float | None] = {code: float(rang) for rang, code in enumerate(codes[:6])}
    classes = build_classes([valeurs.get(code) for code in codes], ModeClasses.QUANTILES, 6, unite="%")

    def draw(individuelles_max: int):
        return build_choroplethe(
            aires,
            valeurs,
            classes,
            titre="Part",
            description="Carte",
            adresses={code: f"/territoires/commune/{code}" for code in codes},
            contours=[shapely.box(2, 46, 8, 47)],
            ici="1",
            individuelles_max=individuelles_max,
        )

    croisement = build_croisement(codes, valeurs, valeurs)
    page = environnement.from_string(PAGE).render(
        separee=draw(400),
        fondue=draw(0),
        croisee=build_bivariee(aires, croisement, titre="Deux", description="D", titre_x="Besoin", titre_y="Manque"),
        barres=build_barres("Barres", "B", [ValeurBarre(HOSTILE, 3, "3 %", 2, 4, est_ici=True, adresse="/x")]),
        distribution=build_distribution("Répartition", "R", classes, valeur=2, texte_ici=HOSTILE),
        serie=build_serie("Série", "S", [PointSerie("2021", 2021, 1, "1", 0, 2), PointSerie("2022", 2022, 3, "3")]),
    )
    return _Lecteur(page)


def test_nothing_that_the_policy_of_pages_forbids(lu: _Lecteur) -> None:
    for tag, attributs in lu.elements:
        assert tag not in {"script", "style"}
        assert "style" not in attributs
        assert not [nom for nom in attributs if nom.startswith("on")]
    assert HOSTILE in lu.texte


def test_each_drawing_has_a_name(lu: _Lecteur) -> None:
    ids = Counter(attributs["id"] for _, attributs in lu.elements if "id" in attributs)
    assert ids
    assert set(ids.values()) == {1}
    dessins = [attributs for tag, attributs in lu.elements if tag == "svg"]
    nommes = [attributs for attributs in dessins if "aria-labelledby" in attributs]
    # Three maps of two frames each and three charts; what is left (swatches, scale bars) is only decoration.
    assert len(nommes) == 9
    for attributs in nommes:
        assert set(str(attributs["aria-labelledby"]).split()) <= ids.keys()
        assert attributs["role"] in {"img", "group"}
    assert all(attributs.get("aria-hidden") == "true" for attributs in dessins if attributs not in nommes)
    remplissages = [str(a["fill"]) for _, a in lu.elements if str(a.get("fill", "")).startswith("url(")]
    assert {remplissage[5:-1] for remplissage in remplissages} <= ids.keys()


def test_links_of_areas_do_not_stop_the_keyboard(lu: _Lecteur) -> None:
    liens = [attributs for tag, attributs in lu.elements if tag == "a"]
    assert len([a for a in liens if a.get("tabindex") == "-1"]) == 7
    # That of the bar is not repeated by any table.
    assert [a["href"] for a in liens if "tabindex" not in a] == ["/x"]


def test_what_readers_are_told(lu: _Lecteur) -> None:
    assert lu.texte.count("pas de donnée") == 3
    assert "La Réunion" in lu.texte
    assert "échelles différentes" in lu.texte
    assert lu.texte.count("faute de contour connu\u00a0: 1.") == 3
    assert "Communes" in lu.texte
