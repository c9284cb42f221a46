from __future__ import annotations

from tierslieux.cartes.apercu import Cadre
from tierslieux.core.types import Position
from tierslieux.diffusion.params import Vue
from tierslieux.lieux.enums import Besoin, Genre
from tierslieux.lieux.params import Criteres


def test_the_whole_of_france_without_anything() -> None:
    vue = Vue.from_args({})
    assert vue.cadre is None
    assert vue.cadre_ou_france.zoom == 5
    assert vue.criteres == Criteres()
    assert vue.remarques == ()


def test_a_permalink() -> None:
    vue = Vue.from_args({"lon": "-4.49", "lat": "48.39", "zoom": "12", "besoin": "demarche", "genre": "epn"})
    assert vue.cadre == Cadre(Position(-4.49, 48.39), 12)
    assert vue.criteres == Criteres(besoin=Besoin.DEMARCHE, genre=Genre.EPN)


def test_a_position_alone_shows_a_town() -> None:
    assert Vue.from_args({"lon": "-4.49", "lat": "48.39"}).cadre == Cadre(Position(-4.49, 48.39), 13)


def test_zooms_out_of_bounds_are_brought_back() -> None:
    assert Vue.from_args({"lon": "0", "lat": "45", "zoom": "99"}).cadre == Cadre(Position(0, 45), 18)
    assert Vue.from_args({"lon": "0", "lat": "45", "zoom": "-5"}).cadre == Cadre(Position(0, 45), 3)
    assert Vue.from_args({"lon": "0", "lat": "45", "zoom": "proche"}).cadre == Cadre(Position(0, 45), 13)


def test_nonsense_is_said_and_left_out() -> None:
    vue = Vue.from_args({"lon": "abc", "lat": "1", "genre": "licorne", "besoin": "demarche"})
    assert vue.cadre is None
    assert vue.criteres == Criteres(besoin=Besoin.DEMARCHE)
    assert len(vue.remarques) == 2


def test_what_the_map_cannot_filter_is_said_and_kept_for_the_list() -> None:
    vue = Vue.from_args({"ouvert": "1", "gratuit": "0"})
    assert vue.criteres.quand is not None
    assert len(vue.remarques) == 1
    assert "ouvert maintenant" in vue.remarques[0]
