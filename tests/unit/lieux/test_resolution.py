"""The rule of the product: which fiche is believed for which field."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieux.lieux.enums import Besoin, find_besoins, is_aide, is_tiers_lieu
from tierslieux.lieux.resolution import CHAMPS, Fiche, derive, diff_valeurs, resolve


def fiche(numero: int, source: str, confiance: int, date: str | None, **valeurs: Any) -> Fiche:
    jour = dt.date.fromisoformat(date) if date else None
    return Fiche(numero, source, f"id-{numero}", confiance, jour, valeurs)


def test_the_most_trusted_source_wins_field_by_field() -> None:
    resolu = resolve(
        [
            fiche(1, "annuaire", 40, "2024-01-01", nom="Le Lieu", telephone="+33298000000", horaires="Mo 09:00-12:00"),
            fiche(2, "reseau", 70, "2022-01-01", nom="Le Lieu numérique", horaires=None),
        ]
    )
    # The name comes from the trusted network although it is older; it says nothing of the rest.
    assert resolu.valeurs["nom"] == "Le Lieu numérique"
    assert resolu.valeurs["telephone"] == "+33298000000"
    assert resolu.valeurs["horaires"] == "Mo 09:00-12:00"
    assert resolu.provenance["nom"].to_json() == {"fiches": [2], "source": "reseau", "date": "2022-01-01"}
    assert resolu.provenance["horaires"].fiches == (1,)


def test_between_equals_the_most_recent_wins_and_no_date_is_oldest() -> None:
    resolu = resolve(
        [
            fiche(1, "a", 50, None, nom="sans date"),
            fiche(2, "a", 50, "2023-05-01", nom="récent"),
            fiche(3, "a", 50, "2021-05-01", nom="ancien"),
        ]
    )
    assert resolu.valeurs["nom"] == "récent"


def test_false_is_a_value_and_absent_is_not() -> None:
    resolu = resolve(
        [fiche(1, "a", 70, None, nom="x", accessible=False), fiche(2, "b", 50, None, accessible=True, itinerant=True)]
    )
    assert resolu.valeurs["accessible"] is False
    assert resolu.valeurs["itinerant"] is True
    assert "telephone" not in resolu.valeurs


def test_kinds_and_services_add_up_in_the_order_of_the_vocabulary() -> None:
    resolu = resolve(
        [
            fiche(1, "bibliotheques", 60, "2025-01-01", nom="Médiathèque", genres=["bibliotheque"]),
            fiche(
                2,
                "cnfs",
                70,
                "2022-12-01",
                nom="Médiathèque",
                genres=["conseiller-numerique"],
                services=["comprehension-du-monde-numerique"],
                frais=["gratuit"],
            ),
        ]
    )
    assert resolu.valeurs["genres"] == ["conseiller-numerique", "bibliotheque"]
    assert resolu.provenance["genres"].fiches == (2, 1)
    assert resolu.valeurs["frais"] == ["gratuit"]


def test_fees_do_not_add_up() -> None:
    resolu = resolve([fiche(1, "a", 70, None, nom="x", frais=["payant"]), fiche(2, "b", 60, None, frais=["gratuit"])])
    assert resolu.valeurs["frais"] == ["payant"]


def test_a_withdrawn_fiche_is_silent_beside_others() -> None:
    retiree = replace(fiche(1, "a", 80, None, nom="Ancien nom", telephone="+33298000001"), est_retiree=True)
    restante = fiche(2, "b", 20, None, nom="Nom")
    resolu = resolve([retiree, restante])
    assert resolu.valeurs == {"nom": "Nom"}
    assert resolu.provenance["nom"].fiches == (2,)


def test_a_place_of_which_only_withdrawn_fiches_are_left_keeps_its_values_and_is_closed() -> None:
    resolu = resolve(
        [
            replace(fiche(1, "a", 50, None, nom="Nom"), est_retiree=True),
            replace(fiche(2, "b", 40, None, telephone="3949"), est_retiree=True),
        ]
    )
    assert resolu.valeurs == {"nom": "Nom", "telephone": "3949", "ferme": True}
    assert sorted(resolu.provenance["ferme"].fiches) == [1, 2]


def test_a_place_that_nobody_speaks_of_does_not_exist() -> None:
    with pytest.raises(ValueError, match="at least one fiche"):
        resolve([])


valeurs_possibles = st.fixed_dictionaries(
    {"nom": st.sampled_from(["a", "b"])},
    optional={
        "telephone": st.sampled_from(["1", "2", None]),
        "genres": st.lists(st.sampled_from(["mairie", "fablab", "epn"]), max_size=2),
        "frais": st.lists(st.sampled_from(["gratuit", "payant"]), max_size=2),
        "accessible": st.sampled_from([True, False, None]),
    },
)
fiches_possibles = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 3),
        st.one_of(st.none(), st.dates(dt.date(2020, 1, 1), dt.date(2020, 1, 4))),
        valeurs_possibles,
    ),
    min_size=1,
    max_size=6,
)


@given(donnees=fiches_possibles, ordre=st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_the_fiches(donnees, ordre) -> None:
    fiches = [Fiche(rang, source, str(rang), conf, date, v) for rang, (source, conf, date, v) in enumerate(donnees)]
    melangees = list(fiches)
    ordre.shuffle(melangees)
    assert resolve(fiches) == resolve(melangees)


@given(donnees=fiches_possibles)
def test_each_published_value_is_said_by_the_fiche_it_is_attributed_to(donnees) -> None:
    fiches = {rang: Fiche(rang, s, str(rang), conf, date, v) for rang, (s, conf, date, v) in enumerate(donnees)}
    resolu = resolve(list(fiches.values()))
    assert resolu.valeurs.keys() == resolu.provenance.keys()
    for champ, valeur in resolu.valeurs.items():
        dit = [fiches[numero].valeurs[champ] for numero in resolu.provenance[champ].fiches]
        if champ == "genres":
            assert set(valeur) == {code for codes in dit for code in codes}
        else:
            assert dit == [valeur]


@given(avant=valeurs_possibles, apres=valeurs_possibles)
def test_applying_a_difference_gives_the_second_state(avant, apres) -> None:
    etat = dict(avant)
    for champ, ancien, nouveau in diff_valeurs(avant, apres):
        assert etat.get(champ) == ancien
        etat[champ] = nouveau
    assert {c: etat.get(c) for c in CHAMPS} == {c: apres.get(c) for c in CHAMPS}


def test_town_halls_and_libraries_without_a_declared_service_are_not_help() -> None:
    assert derive({"genres": ["mairie"]}) == {"besoins": [], "est_aide": False, "est_tiers_lieu": False}
    assert not is_aide(["bibliotheque"], [])
    assert is_aide(["bibliotheque"], ["acces-internet-et-materiel-informatique"])
    assert is_aide(["france-services"], [])
    assert is_tiers_lieu(["fablab"])
    assert not is_tiers_lieu(["france-services"])


def test_needs_follow_from_kinds_and_services() -> None:
    assert find_besoins(["france-services"], []) == [Besoin.DEMARCHE, Besoin.ORDINATEUR]
    assert find_besoins(["mairie"], []) == []
    assert find_besoins(["coworking"], ["utilisation-securisee-du-numerique"]) == [Besoin.APPRENDRE, Besoin.TRAVAILLER]
    assert find_besoins(["tiers-lieu"], []) == [Besoin.TRAVAILLER]
    assert find_besoins(["fablab"], []) == [Besoin.FABRIQUER]
    assert find_besoins(["epn"], ["loisirs-et-creations-numeriques"]) == [
        Besoin.APPRENDRE,
        Besoin.ORDINATEUR,
        Besoin.FABRIQUER,
    ]
    assert find_besoins(["ressourcerie", "tiers-lieu"], []) == [Besoin.TRAVAILLER, Besoin.REPARER]
    assert find_besoins(["cafe-associatif"], []) == []
