"""Answers in a query string: read back as written, and never a failure."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieux.lieux.enums import Besoin
from tierslieux.lieux.moments import Moment
from tierslieux.orientation.enums import Deplacement, Etape, Precaution
from tierslieux.orientation.params import Reponses

TODAY = dt.date(2026, 11, 23)
TOUTES = {
    "besoin": ["demarche"],
    "commune": ["29019"],
    "deplacement": ["a-pied"],
    "quand": ["2026-11-28T14:30"],
    "savoir": ["fauteuil", "francais"],
}


def read(**args: str | list[str]) -> Reponses:
    listes = {nom: valeur if isinstance(valeur, list) else [valeur] for nom, valeur in args.items()}
    return Reponses.from_args(listes, TODAY)


def test_all_answers_are_read_and_written_back() -> None:
    reponses = read(**TOUTES)
    assert reponses.besoin is Besoin.DEMARCHE
    assert reponses.deplacement is Deplacement.A_PIED
    assert reponses.quand == Moment.parse("2026-11-28T14:30")
    assert reponses.precautions == (Precaution.FAUTEUIL, Precaution.LANGUE)
    assert reponses.to_args() == {nom: valeurs if nom == "savoir" else valeurs[0] for nom, valeurs in TOUTES.items()}
    assert reponses.suivante is None


@pytest.mark.parametrize("etape", list(Etape))
def test_one_answer_taken_away_is_asked_again_and_the_others_stay(etape: Etape) -> None:
    args = read(**TOUTES).to_args(sans=etape)
    assert len(args) == 4
    assert read(**args).suivante is etape


def test_questions_come_in_order_and_may_be_passed_but_where() -> None:
    args: dict[str, str] = {}
    for etape in Etape:
        assert read(**args).suivante is etape
        args |= {"commune": "29019"} if etape is Etape.OU else {etape.value: "passe"}
    fin = read(**args)
    assert fin.suivante is None
    assert fin.to_args() == args
    assert read(ou="passe").suivante is Etape.BESOIN
    assert Etape.OU not in read(ou="passe").passees


def test_no_box_ticked_is_an_answer() -> None:
    assert read(savoir="rien").precautions == ()
    assert read(savoir=["vue", "rien"]).precautions == (Precaution.VUE,)
    assert read(savoir="").precautions is None


def test_the_two_fields_of_a_chosen_day() -> None:
    assert read(jour="2026-11-28", heure="14:30").quand == Moment.parse("2026-11-28T14:30")
    assert read(jour="2026-11-28").quand == Moment.parse("2026-11-28")
    assert read(heure="14:30").erreurs == {Etape.QUAND: ("Choisissez aussi un jour.",)}


@pytest.mark.parametrize(
    ("args", "etape"),
    [
        ({"besoin": "xyz"}, Etape.BESOIN),
        ({"genre": "<b>"}, Etape.BESOIN),
        ({"mots": "a" * 10_000}, Etape.BESOIN),
        ({"ou": "é" * 10_000}, Etape.OU),
        ({"commune": "99999x"}, Etape.OU),
        ({"commune": "1" * 10_000}, Etape.OU),
        ({"lon": "nan", "lat": "0"}, Etape.OU),
        ({"lon": "4"}, Etape.OU),
        ({"lon": "1e999", "lat": "1"}, Etape.OU),
        ({"deplacement": "fusée 🚀"}, Etape.DEPLACEMENT),
        ({"quand": "1900-01-01"}, Etape.QUAND),
        ({"quand": "9999-12-31T23:59"}, Etape.QUAND),
        ({"quand": "2026-02-30"}, Etape.QUAND),
        ({"quand": "2026-11-20"}, Etape.QUAND),
        ({"quand": "2027-11-25"}, Etape.QUAND),
        ({"jour": "2026-11-28", "heure": "25:99"}, Etape.QUAND),
        ({"savoir": ["fauteuil", "xyz"]}, Etape.SAVOIR),
    ],
)
def test_nonsense_asks_its_question_again_and_keeps_the_other_answers(
    args: dict[str, str | list[str]], etape: Etape
) -> None:
    champs = {
        Etape.BESOIN: ("besoin",),
        Etape.OU: ("commune",),
        Etape.DEPLACEMENT: ("deplacement",),
        Etape.QUAND: ("quand",),
        Etape.SAVOIR: ("savoir",),
    }
    autres = {nom: valeur for nom, valeur in TOUTES.items() if nom not in champs[etape]}
    reponses = read(**(autres | args))
    assert reponses.suivante is etape
    assert list(reponses.erreurs) == [etape]
    assert reponses.to_args(sans=etape).keys() == autres.keys()


@given(
    st.dictionaries(
        st.sampled_from("besoin genre mots ou commune lon lat deplacement quand jour heure savoir etape".split()),
        st.lists(st.text(max_size=60), max_size=3),
    )
)
def test_no_query_string_is_a_failure(args: dict[str, list[str]]) -> None:
    reponses = Reponses.from_args(args, TODAY)
    # What was kept is read back the same.
    relues = read(**reponses.to_args())
    assert relues.to_args() == reponses.to_args()
    assert relues.erreurs == {}
