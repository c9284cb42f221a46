"""One study repeated over the parts of a territory: what cannot be, and the total."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tierslieux.core.errors import InvalidInputError
from tierslieux.planification.calculs.series import Partie, check_serie, compute_total, write_serie
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.territoires.enums import Niveau

FRANCE = Etude(Niveau.FRANCE, "FR", sites=2)


def build(code: str, valeur: float, bas: float | None, haut: float | None, *, borne: float) -> Partie:
    lu = {
        "etude": FRANCE.to_json(),
        "unite": "personnes",
        "sites": [{}, {}],
        "gain": {"valeur": valeur, "bas": bas, "haut": haut},
        "seconds": 0.25,
        "optimal": borne == 1000,
        "objective": 1000.0,
        "bound": borne,
    }
    return Partie(Niveau.DEPARTEMENT, code, code, lu)


def test_the_total_adds_what_is_known_and_keeps_the_gap_of_the_whole() -> None:
    refus = Partie(Niveau.DEPARTEMENT, "75", "Paris", None, "0 bâtiment candidat")
    parties = [build("01", 100, 80, 130, borne=1000), refus, build("02", 50, 45, 60, borne=1020)]
    total = compute_total(parties)
    assert total == {
        "parties": 3,
        "plans": 2,
        "sites": 4,
        "gain": {"valeur": 150, "bas": 125, "haut": 190},
        "seconds": 0.5,
        "optimal": 1,
        "unite": "personnes",
        "objective": 2000,
        "bound": 2020,
        "gap": pytest.approx(20 / 2020),
    }
    ecrite = write_serie(FRANCE, Niveau.DEPARTEMENT, parties)
    assert [partie["territoire"] for partie in ecrite["parties"]] == [
        "departement:01",
        "departement:75",
        "departement:02",
    ]


def test_an_interval_that_one_part_lacks_is_not_invented() -> None:
    total = compute_total([build("01", 100, 80, 130, borne=1000), build("02", 50, None, None, borne=1000)])
    assert total["gain"] == {"valeur": 150, "bas": None, "haut": None}
    assert compute_total([])["gain"] == {"valeur": None, "bas": None, "haut": None}


@pytest.mark.parametrize(
    ("etude", "par", "champ"),
    [
        (FRANCE, Niveau.COMMUNE, "par"),
        (FRANCE, Niveau.FRANCE, "par"),
        (replace(FRANCE, niveau=Niveau.DEPARTEMENT, code="16"), Niveau.REGION, "par"),
        (replace(FRANCE, niveau=Niveau.EPCI, code="1"), Niveau.EPCI, "par"),
        (replace(FRANCE, imposes=("abc",)), Niveau.DEPARTEMENT, "imposes"),
        (replace(FRANCE, gestes=(Geste(Action.OUVRIR, "abc"),)), Niveau.DEPARTEMENT, "gestes"),
        (replace(FRANCE, table="abc"), Niveau.DEPARTEMENT, "table"),
        (replace(FRANCE, besoin="table-abc"), Niveau.DEPARTEMENT, "besoin"),
    ],
)
def test_what_cannot_be_repeated_is_refused_by_name(etude: Etude, par: Niveau, champ: str) -> None:
    with pytest.raises(InvalidInputError) as refus:
        check_serie(etude, par)
    assert refus.value.details["champ"] == champ


def test_a_territory_is_cut_into_smaller_ones() -> None:
    check_serie(FRANCE, Niveau.REGION)
    check_serie(replace(FRANCE, niveau=Niveau.DEPARTEMENT, code="16"), Niveau.EPCI)
