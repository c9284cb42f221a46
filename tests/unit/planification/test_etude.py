"""The address of a study says all of it; what means nothing is told with the field, the value and what was expected."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieux.core.errors import InvalidInputError
from tierslieux.couverture.enums import Cible
from tierslieux.lieux.enums import Genre
from tierslieux.planification.enums import Action, Objectif, Priorite, Propriete
from tierslieux.planification.etude import Etude, Geste
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode

CODES = st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=3, max_size=10)
POSITIONS = st.tuples(
    st.integers(-18_000_000, 18_000_000).map(lambda x: x / 100_000),
    st.integers(-9_000_000, 9_000_000).map(lambda x: x / 100_000),
)
GESTES = st.one_of(
    st.builds(Geste, st.sampled_from([Action.OUVRIR, Action.FERMER]), CODES),
    POSITIONS.map(lambda p: Geste(Action.OUVRIR, None, *p)),
    st.tuples(CODES, POSITIONS).map(lambda t: Geste(Action.DEPLACER, t[0], *t[1])),
    CODES.map(lambda code: Geste(Action.HORAIRES, code, creneau="sa-matin")),
)


def without_twins(valeurs: list[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(valeurs))


ETUDES = st.builds(
    Etude,
    niveau=st.sampled_from([Niveau.EPCI, Niveau.DEPARTEMENT]),
    code=CODES,
    besoin=st.sampled_from(["personnes_illectronisme", "actifs_occupes", "table-abc"]),
    cible=st.sampled_from(Cible),
    mode=st.sampled_from(Mode),
    minutes=st.integers(5, 60),
    genres=st.sets(st.sampled_from(Genre)).map(lambda choisis: tuple(g for g in Genre if g in choisis)),
    population_min=st.none() | st.integers(0, 10_000),
    propriete=st.none() | st.sampled_from(Propriete),
    zone=st.just(()) | st.lists(POSITIONS, min_size=3, max_size=5).map(tuple),
    table=st.none() | CODES,
    objectif=st.sampled_from(Objectif),
    sites=st.none() | st.integers(1, 500),
    budget=st.none() | st.integers(0, 10**6).map(float),
    part=st.none() | st.integers(1, 100).map(lambda p: p / 100),
    espacement_km=st.none() | st.integers(1, 50).map(float),
    par_epci=st.booleans(),
    imposes=st.lists(CODES, max_size=3).map(without_twins),
    priorite=st.sampled_from(Priorite),
    gestes=st.lists(GESTES, max_size=4).map(without_twins),
)


@given(ETUDES)
def test_an_address_and_a_file_give_the_same_study_back(etude: Etude) -> None:
    assert Etude.from_args(etude.niveau, etude.code, etude.to_args()) == (etude, [])
    assert Etude.from_json(etude.to_json()) == etude


def test_what_is_as_usual_does_not_stand_in_the_address() -> None:
    assert Etude(Niveau.EPCI, "200000001").to_args() == {}
    assert Etude(Niveau.EPCI, "200000001", sites=3).to_args() == {"sites": ["3"]}


@pytest.mark.parametrize(
    ("champ", "valeur", "attendu"),
    [
        ("minutes", "4", "de 5 à 60"),
        ("minutes", "", "de 5 à 60"),
        ("sites", "0", "de 1 à 500"),
        ("sites", "beaucoup", "de 1 à 500"),
        ("budget", "-1", "de 0 à"),
        ("budget", "nan", "de 0 à"),
        ("part", "120", "de 0 à 100"),
        ("part", "0", "plus de 0"),
        ("zone", "3,44", "de 3 à 60 points"),
        ("zone", "3,44 200,44 3,45", "degrés"),
        ("genres", "chateau", "mairie"),
        ("cible", "piscine", "france-services"),
        ("mode", "avion", "voiture"),
        ("objectif", "gloire", "couverture"),
        ("besoin", "'; --", "indicateur"),
        ("imposes", "<script>", "code"),
        ("gestes", "raser:abc", "ouvrir:<code>"),
        ("gestes", "ouvrir:", "ouvrir:<code>"),
        ("gestes", "deplacer:abc", "deplacer:<code>@"),
        ("gestes", "ouvrir:@3,95", "degrés"),
        ("gestes", "fermer:abc@3,44", "fermer:<code>"),
    ],
)
def test_what_means_nothing_is_left_out_and_told(champ: str, valeur: str, attendu: str) -> None:
    etude, erreurs = Etude.from_args(Niveau.EPCI, "200000001", {champ: [valeur], "minutes": ["10"]} | {champ: [valeur]})
    assert getattr(etude, champ) == getattr(Etude(Niveau.EPCI, "200000001"), champ)
    assert len(erreurs) == 1
    assert attendu in erreurs[0].message


@pytest.mark.parametrize(("texte", "part"), [("0.9", 0.9), ("90", 0.9), ("90 %", 0.9), ("95,5", 0.955), ("1", 1.0)])
def test_a_share_may_be_typed_as_people_write_it(texte: str, part: float) -> None:
    etude, erreurs = Etude.from_args(Niveau.EPCI, "200000001", {"part": [texte]})
    assert not erreurs
    assert etude.part == pytest.approx(part)


def test_a_file_that_means_nothing_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="minutes"):
        Etude.from_json(Etude(Niveau.EPCI, "200000001").to_json() | {"minutes": 500})


def test_a_new_change_takes_the_place_of_an_old_one() -> None:
    etude = Etude(Niveau.EPCI, "200000001").add(Geste(Action.FERMER, "abc"), Geste(Action.OUVRIR, "xyz"))
    assert etude.add(Geste(Action.OUVRIR, "abc")).gestes == (Geste(Action.OUVRIR, "xyz"),)
    deplace = etude.add(Geste(Action.DEPLACER, "abc", 3.0, 44.0))
    assert deplace.gestes == (Geste(Action.OUVRIR, "xyz"), Geste(Action.DEPLACER, "abc", 3.0, 44.0))
    assert etude.add(Geste(Action.FERMER, "abc")).gestes[-1] == Geste(Action.FERMER, "abc")
    assert etude.drop(-1).gestes == (Geste(Action.FERMER, "abc"),)
