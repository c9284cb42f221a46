"""Which table is asked for: levels, parts, and what is refused by its name."""

from __future__ import annotations

import pytest

from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.observatoire.exports.formats import FORMATS, get_format
from tierslieux.observatoire.exports.params import Demande, read_demande_niveau, read_demande_territoire
from tierslieux.territoires.enums import Niveau


@pytest.mark.parametrize("niveau", list(Niveau))
def test_each_level_has_a_table(niveau: Niveau) -> None:
    assert read_demande_niveau(niveau.value, {}) == Demande(niveau, (Niveau.FRANCE, "FR"))


def test_a_territory_is_cut_into_its_parts() -> None:
    assert read_demande_territoire("departement", "2a", {}) == Demande(Niveau.COMMUNE, (Niveau.DEPARTEMENT, "2A"))
    assert read_demande_territoire("region", "53", {"parties": "epci"}).niveau is Niveau.EPCI
    # Its own row, and every indicator.
    assert read_demande_territoire("commune", "29019", {"indicateurs": "tous"}) == Demande(
        Niveau.COMMUNE, (Niveau.COMMUNE, "29019"), tous=True
    )


def test_what_does_not_exist_is_named_with_what_does() -> None:
    with pytest.raises(NotFoundError, match=r"« canton ».*epci"):
        read_demande_niveau("canton", {})
    with pytest.raises(NotFoundError, match=r"« shp ».*gpkg"):
        get_format("shp")


@pytest.mark.parametrize(
    ("args", "champ"),
    [({"parties": "region"}, "parties"), ({"indicateurs": "x"}, "indicateurs"), ({"partie": "commune"}, "partie")],
)
def test_a_wrong_value_is_refused_by_its_name(args: dict[str, str], champ: str) -> None:
    with pytest.raises(InvalidInputError) as refus:
        read_demande_territoire("epci", "242900314", args)
    assert refus.value.details["champ"] == champ


def test_a_level_is_not_cut_by_a_parameter() -> None:
    with pytest.raises(InvalidInputError):
        read_demande_niveau("commune", {"parties": "epci"})


def test_formats_are_told_by_their_extension() -> None:
    assert [forme.extension for forme in FORMATS] == ["xlsx", "ods", "csv", "gpkg"]
