"""Addresses of the queue: what means nothing is left out, the rest comes back as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tierslieux.contributions.enums import Demarche
from tierslieux.contributions.moderation.enums import Vue
from tierslieux.contributions.moderation.params import Filtres
from tierslieux.territoires.enums import Niveau


def test_filters_come_back_from_their_address() -> None:
    filtres = Filtres(Vue.QUARANTAINE, Demarche.FERMETURE, (Niveau.COMMUNE, "2A004"))
    args = filtres.to_args(fait=None)
    assert args == {"vue": "quarantaine", "demarche": "fermeture", "territoire": "commune:2A004"}
    assert Filtres.parse(args) == filtres
    assert Filtres().to_args() == {}


@given(st.dictionaries(st.sampled_from(["vue", "demarche", "territoire", "apres"]), st.text(max_size=30)))
def test_any_query_string_is_a_page_of_the_queue(args: dict[str, str]) -> None:
    filtres = Filtres.parse(args)
    assert Filtres.parse(filtres.to_args()).to_args() == filtres.to_args()


def test_confirmations_are_not_in_the_queue() -> None:
    assert Filtres.parse({"demarche": "confirmation"}).demarche is None
