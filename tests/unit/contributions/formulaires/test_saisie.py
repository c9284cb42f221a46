"""What a form proposes: only what people touched, and what is left of it after a conflict."""

from __future__ import annotations

from typing import Any

import pytest

from tierslieux.contributions.formulaires.saisie import (
    CHAMPS_MAX,
    Champs,
    CommuneLue,
    build_champs,
    read_champs,
    rebase,
)

VALEURS: dict[str, Any] = {
    "nom": "Le Labo",
    "genres": ["fablab"],
    "services": ["loisirs-et-creations-numeriques"],
    "telephone": "+33298001122",
    "adresse": "12 rue de la Mairie",
    "commune_nom": "Brest",
    "commune_code": "29019",
    "code_postal": "29200",
    "position": {"lon": -4.49, "lat": 48.39, "precision": "adresse"},
    "horaires": "Mo-Fr 09:00-12:00; PH off",
    "accessible": True,
    "courriel": "Pas une adresse",
}
BREST = CommuneLue("29019", "Brest", "29200")
MONTRES = build_champs(VALEURS)
ENTIER = MONTRES.replace(entier="1")


def _read(envoyes: Champs) -> dict[str, Any]:
    lecture = read_champs(envoyes, MONTRES, BREST)
    assert lecture.erreurs == {}
    return lecture.valeurs


def test_a_form_that_comes_back_as_it_was_proposes_nothing() -> None:
    assert _read(ENTIER) == {}
    # Nor does one of which a program sends a part alone.
    assert _read(Champs({"nom": ("Le Labo",)})) == {}


@pytest.mark.parametrize(
    ("champs", "propose"),
    [
        ({"nom": "Le Grand Labo"}, {"nom": "Le Grand Labo"}),
        ({"telephone": "02 98 00 11 33"}, {"telephone": "+33298001133"}),
        # Emptying a field is a proposal.
        ({"telephone": ""}, {"telephone": None}),
        ({"services": None}, {"services": []}),
        ({"genres": ["fablab", "coworking"]}, {"genres": ["coworking", "fablab"]}),
        ({"accessible": ""}, {"accessible": None}),
        ({"position": "-4.5,48.4,rue"}, {"position": {"lon": -4.5, "lat": 48.4, "precision": "rue"}}),
        ({"position": ""}, {"position": None}),
        # The grid: one day more; all empty; a text instead of it.
        ({"h5_0_debut": "9h", "h5_0_fin": "12h"}, {"horaires": "Mo-Sa 09:00-12:00; PH off"}),
        ({"h_feries": None}, {"horaires": "Mo-Fr 09:00-12:00"}),
    ],
)
def test_only_what_changes_is_proposed(champs: dict[str, Any], propose: dict[str, Any]) -> None:
    assert _read(ENTIER.replace(**champs)) == propose


def test_emptying_the_grid_takes_the_hours_out_and_a_text_replaces_it() -> None:
    vide = Champs({nom: liste for nom, liste in ENTIER.valeurs.items() if not nom.startswith("h") or nom == "horaires"})
    assert _read(vide) == {"horaires": None}
    assert _read(vide.replace(horaires="jeudi 14h-16h")) == {"horaires": "Th 14:00-16:00"}
    deux = read_champs(ENTIER.replace(horaires="jeudi 14h-16h"), MONTRES, BREST)
    assert "deux fois" in deux.erreurs["horaires"][0]
    assert deux.valeurs == {}


def test_rich_hours_are_a_text_that_stays_unless_it_is_changed() -> None:
    riches = build_champs(VALEURS | {"horaires": "week 1-53/2 We 09:00-12:00"})
    assert riches.get("horaires") == "week 1-53/2 We 09:00-12:00"
    assert not any(nom.startswith("h0") for nom in riches.valeurs)
    assert read_champs(riches.replace(entier="1"), riches, BREST).valeurs == {}


def test_what_is_refused_stays_beside_its_field_and_the_rest_is_read() -> None:
    lecture = read_champs(ENTIER.replace(telephone="appelez", nom="Labo", courriel="rien"), MONTRES, BREST)
    assert set(lecture.erreurs) == {"telephone", "courriel"}
    assert lecture.valeurs == {"nom": "Labo"}


def test_another_commune_comes_with_its_names() -> None:
    envoyes = ENTIER.replace(commune="Guipavas")
    lecture = read_champs(envoyes, MONTRES, CommuneLue("29075", "Guipavas", None))
    assert lecture.valeurs == {"commune_code": "29075", "commune_nom": "Guipavas"}


def test_after_a_conflict_only_what_was_chosen_is_left() -> None:
    # Meanwhile somebody has changed the address and the phone; the phone was in conflict, and theirs is kept.
    present = build_champs(VALEURS | {"adresse": "14 rue de la Mairie", "telephone": "+33298009999"})
    envoyes = ENTIER.replace(
        nom="Le Grand Labo",
        telephone="02 98 00 11 33",
        services=None,
        seulement=("", "nom", "services"),
        choix_telephone="",
        commentaire="bonjour",
    )
    suite = rebase(envoyes, present)
    assert suite.get("commentaire") == "bonjour"
    assert "seulement" not in suite
    assert read_champs(suite, present, BREST).valeurs == {"nom": "Le Grand Labo", "services": []}
    mienne = rebase(envoyes.replace(choix_telephone="telephone"), present)
    assert read_champs(mienne, present, BREST).valeurs["telephone"] == "+33298001133"
    # Without the page of a conflict, nothing is taken out.
    assert rebase(ENTIER, present) is ENTIER


def test_what_was_typed_for_a_new_place_lies_over_what_is_known() -> None:
    types = Champs({"nom": ("Labo",), "telephone": ("",), "services": ("comprehension-du-monde-numerique",)})
    dessus = MONTRES.overlay(types)
    assert dessus.get("nom") == "Labo"
    assert dessus.get("telephone") == MONTRES.get("telephone")
    assert set(dessus.list("services")) == {"loisirs-et-creations-numeriques", "comprehension-du-monde-numerique"}


def test_a_form_is_bounded_and_holds_no_sign_that_the_base_refuses() -> None:
    champs = Champs.from_paires((f"n{rang}", "x\0y") for rang in range(CHAMPS_MAX + 50))
    assert len(champs.valeurs) == CHAMPS_MAX
    assert champs.get("n0") == "xy"
    assert champs.get("absent") == ""


def test_technical_fields_are_not_given_again() -> None:
    champs = Champs.from_paires([("nom", "a"), ("csrf_token", "t"), ("action", "envoyer"), ("choix_nom", "")])
    assert list(champs.iter_paires()) == [("nom", "a")]
