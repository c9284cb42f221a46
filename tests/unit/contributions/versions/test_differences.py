"""What changed in each kind of field, in the words of the page."""

from __future__ import annotations

from typing import Any

import pytest

from tierslieux.contributions.versions.differences import (
    compare,
    compute_distance_m,
    draw_deplacement,
    list_differences,
    list_valeurs,
    order_champs,
)
from tierslieux.core.types import Position
from tierslieux.lieux.retraits import build_marque

BREST = {"lon": -4.49, "lat": 48.39, "precision": "adresse"}


def test_a_text_that_came_or_went_says_that_there_was_or_is_nothing() -> None:
    venu = compare("telephone", None, "+33298001122", code="29019")
    assert (venu.libelle, venu.avant, venu.apres) == ("Téléphone", None, "02\u00a098\u00a000\u00a011\u00a022")
    assert compare("telephone", "+33298001122", None, code="29019").apres is None


def test_a_list_says_what_was_added_and_taken_out() -> None:
    change = compare("genres", ["fablab", "mairie"], ["mairie", "coworking"], code=None)
    assert (change.ajouts, change.retraits) == (("Espace de coworking",), ("Fablab",))


def test_an_event_that_keeps_its_id_is_changed_not_added() -> None:
    avant = [{"id": "a", "titre": "Atelier"}, {"id": "b", "titre": "Débat"}]
    apres = [{"id": "a", "titre": "Atelier couture"}, {"id": "b", "titre": "Débat"}]
    change = compare("evenements", avant, apres, code=None)
    assert (change.ajouts, change.retraits, change.modifies) == ((), (), ("Atelier couture",))


def test_hours_are_told_as_sentences() -> None:
    change = compare("horaires", "Mo-Fr 09:00-12:00", "Mo 14:00-17:00", code="29019")
    assert change.avant is not None
    assert "lundi au vendredi" in change.avant
    assert change.apres is not None
    assert "Lundi" in change.apres


def test_a_presentation_is_compared_word_by_word() -> None:
    segments = compare("presentation", "Un lieu calme.", "Un lieu ouvert.", code=None).segments
    assert [(s.avant, s.apres) for s in segments if not s.est_egal] == [("calme", "ouvert")]


@pytest.mark.parametrize(
    ("apres", "phrase"),
    [
        # One degree of latitude of a sphere of 6,371,007 m is 111,194.9 m.
        (BREST | {"lat": 48.39 + 120 / 111_194.9}, "Déplacé de 120\u00a0m."),
        (BREST | {"precision": "commune"}, "Position approximative\u00a0: centre de la commune."),
        (BREST | {"lat": 48.3900001}, "Déplacé de moins d’un mètre."),
        (
            {"lon": -4.49, "lat": 48.40, "precision": "rue"},
            "Déplacé de 1,1\u00a0km. Position de la rue ou du lieu-dit.",
        ),
    ],
)
def test_a_position_says_how_far_it_moved(apres: dict[str, Any], phrase: str) -> None:
    assert compare("position", BREST, apres, code=None).phrase == phrase


def test_a_place_that_was_given_a_position_says_which() -> None:
    change = compare("position", None, BREST, code=None)
    assert change.avant is None
    assert change.apres is not None
    assert "48.39" in change.apres


@pytest.mark.parametrize(
    ("champ", "apres", "phrase"),
    [
        ("statut", "masque", "Le lieu n’est plus montré."),
        ("statut", "publie", "Le lieu est de nouveau montré."),
        ("ferme", True, "Le lieu est fermé définitivement."),
        ("ferme", None, "Le lieu n’est plus dit fermé."),
    ],
)
def test_what_has_no_value_is_told_in_a_sentence(champ: str, apres: object, phrase: str) -> None:
    assert compare(champ, None, apres, code=None).phrase == phrase


def test_what_a_person_does_not_want_to_be_shown_is_not_in_the_difference() -> None:
    (change,) = list_differences({"courriel": "jeanne@exemple.fr"}, {"courriel": None}, caches={"courriel"})
    assert change.est_cachee
    assert "jeanne" not in repr(change)
    (valeur,) = list_valeurs({"courriel": "jeanne@exemple.fr"}, code=None, caches={"courriel"})
    assert valeur.est_cachee
    assert "jeanne" not in repr(valeur)


def test_what_was_taken_out_of_history_is_said_to_be() -> None:
    marque = build_marque("0123456789abcdef")
    assert compare("courriel", None, marque, code=None).est_cachee
    suite = compare("courriel", marque, "lieu@exemple.fr", code=None)
    assert (suite.avant, suite.apres) == (None, "lieu@exemple.fr")
    assert compare("autres_courriels", [marque], [marque, "lieu@exemple.fr"], code=None).ajouts == ("lieu@exemple.fr",)
    (un, liste) = list_valeurs({"courriel": marque, "autres_courriels": ["a@exemple.fr", marque]}, code=None)
    assert (un.est_cachee, liste.textes) == (True, ("a@exemple.fr",))


def test_only_what_differs_is_told_and_in_reading_order() -> None:
    avant = {"telephone": "3939", "nom": "A", "frais": ["gratuit"]}
    apres = {"telephone": "3949", "nom": "B", "frais": ["gratuit"]}
    assert [change.champ for change in list_differences(avant, apres)] == ["nom", "telephone"]


def test_the_code_of_a_commune_is_told_only_without_its_name() -> None:
    assert order_champs(["commune_code", "commune_nom", "nom"]) == ["nom", "commune_nom"]
    (change,) = list_differences(
        {"commune_code": "29019", "commune_nom": "Brest"}, {"commune_code": "29200", "commune_nom": "Brest"}
    )
    assert (change.avant, change.apres) == ("29019", "29200")


def test_an_unknown_code_or_field_of_former_times_is_shown_as_it_is() -> None:
    assert compare("genres", ["minitel"], [], code=None).retraits == ("minitel",)
    assert compare("ancien_champ", "x", "y", code=None).apres == "y"


def test_a_sketch_shows_two_pins_or_nothing() -> None:
    loin = BREST | {"lat": 48.41}
    dessin = draw_deplacement(BREST, loin)
    assert dessin is not None
    assert [marque.texte for marque in dessin.marques] == ["2", "1"]
    assert draw_deplacement(BREST, BREST) is None
    assert draw_deplacement(BREST, BREST | {"lat": 48.39001}) is None
    assert draw_deplacement(None, loin) is None


def test_distance_from_brest_to_paris() -> None:
    # 505 km along the great circle, by any gazetteer.
    distance_m = compute_distance_m(Position(-4.486, 48.390), Position(2.352, 48.857))
    assert distance_m == pytest.approx(505_000, rel=0.01)
