"""What makes two records one place, two places, or a question. Every place here is invented."""

from __future__ import annotations

from typing import Any

import pytest

from tierslieux.imports.doublons.profil import build_profil, read_adresse, read_nom
from tierslieux.imports.doublons.ressemblance import (
    LIBELLES,
    POINTS,
    SEUIL_MEME,
    SEUIL_REVOIR,
    Bande,
    compare,
    compute_ressemblance,
    describe,
)

# 0.0001° of latitude is 11 m.
ICI = {"lon": -4.49, "lat": 48.40, "precision": "adresse"}
A_COTE = ICI | {"lat": 48.4002}
A_900_M = ICI | {"lat": 48.4081}
CENTRE = ICI | {"precision": "commune"}


def profil(nom: str, source_id: str = "une", identifiant: str = "1", **valeurs: Any):
    base = {"commune_code": "29019", "commune_nom": "Plouvert", "position": ICI}
    return build_profil(source_id, identifiant, {"nom": nom} | base | valeurs)


@pytest.mark.parametrize(
    ("nom", "natures", "mots"),
    [
        ("mairie de plouvert", {"mairie"}, ()),
        ("commune de plouvert", {"mairie"}, ()),
        ("mediatheque municipale albert camus", {"bibliotheque"}, ("albert", "camus")),
        ("espace france services de plouvert", {"france-services"}, ()),
        ("bus france services du pays vert", {"itinerant", "france-services"}, ("pays", "vert")),
        ("mairie annexe de kerbleu", {"mairie-annexe"}, ("kerbleu",)),
        ("l atelier", set(), ("atelier",)),
    ],
)
def test_a_name_says_a_kind_and_words_of_its_own(nom: str, natures: set[str], mots: tuple[str, ...]) -> None:
    assert read_nom(nom, "plouvert") == (frozenset(natures), mots)


@pytest.mark.parametrize(
    ("adresse", "voie", "numeros"),
    [
        ("5-9 rue des Papetiers", ("rue", "papetiers"), {"5", "9"}),
        ("12 bis, avenue du Port, BP 34", ("avenue", "port"), {"12bis"}),
        ("Le Bourg", (), set()),
        ("Hangar 30 quai Bleu", ("hangar", "quai", "bleu"), {"30"}),
        (None, (), set()),
    ],
)
def test_an_address_is_a_way_and_numbers(adresse: str | None, voie: tuple[str, ...], numeros: set[str]) -> None:
    assert read_adresse(adresse, "plouvert") == (voie, frozenset(numeros))


@pytest.mark.parametrize(
    ("un", "autre", "attendu"),
    [
        # Dice: albert finds its initial (0.8), camus itself: (1.8 + 1.8) / 4.
        (("albert", "camus"), ("a", "camus"), 0.9),
        (("camus",), ("albert", "camus"), 0.8),
        (("cap", "work"), ("capwork",), 1.0),
        (("atelier", "bleu", "1"), ("atelier", "bleu", "2"), 0.0),
        # Eleven letters of twelve: 2 × 11 / 23.
        (("atelier", "bleu", "1"), ("atelier", "bleu"), 0.957),
        (("amia",), ("atelier", "multimedia", "intergenerationnel", "artistique"), 0.9),
    ],
)
def test_words_are_alike_by_initial_acronym_or_spelling(un, autre, attendu: float) -> None:
    assert compute_ressemblance(un, autre) == pytest.approx(attendu, abs=0.01)
    assert compute_ressemblance(autre, un) == pytest.approx(attendu, abs=0.01)


MEMES = [
    (
        profil("Médiathèque municipale Albert Camus", adresse="2 rue du Port"),
        profil("Bibliothèque A. Camus", adresse="2, RUE DU PORT", position=A_COTE),
    ),
    (
        profil("Mairie de Plouvert", genres=["mairie"], adresse="1 place de la Mairie"),
        profil("Commune de Plouvert", adresse="Place de la Mairie", position=A_COTE),
    ),
    (
        profil(
            "France services de Plouvert", genres=["france-services"], telephone="+33298000001", adresse="4 rue Verte"
        ),
        profil("Espace France Services", telephone="+33298000001", adresse="4 rue Verte"),
    ),
    (
        # The record of the programme names its host.
        profil("France services de Plouvert", complement_adresse="Mairie", adresse="1 place de la Mairie"),
        profil("Mairie de Plouvert", genres=["mairie"], adresse="1 place de la Mairie"),
    ),
]


@pytest.mark.parametrize(("un", "autre"), MEMES)
def test_one_door_and_one_body_are_one_place(un, autre) -> None:
    assert compare(un, autre).bande is Bande.MEME
    assert compare(autre, un) == compare(un, autre)


DIFFERENTS = [
    (
        profil("Mairie de Plouvert", genres=["mairie"], adresse="1 place de la Mairie"),
        profil("Bibliothèque municipale", genres=["bibliotheque"], adresse="1 place de la Mairie"),
    ),
    (
        profil("Bus France services de Plouvert", telephone="+33298000001", adresse="4 rue Verte"),
        profil("France services de Plouvert", telephone="+33298000001", adresse="4 rue Verte"),
    ),
    (
        profil("Mairie de Plouvert", genres=["mairie"]),
        profil("Mairie de Ploubleu", genres=["mairie"], commune_code="29020", commune_nom="Ploubleu", position=A_COTE),
    ),
    (
        profil("Bibliothèque Jules Verne", genres=["bibliotheque"], adresse="8 rue du Limousin"),
        profil("Bibliothèque Alphonse Daudet", genres=["bibliotheque"], adresse="Rue du Hameau", position=A_900_M),
    ),
]


@pytest.mark.parametrize(("un", "autre"), DIFFERENTS)
def test_two_counters_are_two_places_even_at_one_address(un, autre) -> None:
    assert compare(un, autre).bande is Bande.DIFFERENT


def test_a_service_that_only_shares_the_address_and_telephone_of_a_town_hall_is_a_question() -> None:
    service = profil("France services de Plouvert", telephone="+33298000001", adresse="1 place de la Mairie")
    mairie = profil("Mairie de Plouvert", genres=["mairie"], telephone="+33298000001", adresse="1 place de la Mairie")
    assert compare(service, mairie).bande is Bande.A_REVOIR


def test_all_contacts_equal_at_two_doors_is_never_merged() -> None:
    contacts = {"telephone": "+33298000001", "courriel": "accueil@interface.example"}
    un = profil("France services Interface", adresse="106 boulevard de Metz", **contacts)
    autre = profil("Interface", adresse="70 rue Bleue", position=A_900_M, **contacts)
    assert compare(un, autre).bande is Bande.A_REVOIR


def test_a_copied_identifier_counts_only_between_sources_and_when_asked() -> None:
    cle = "62592a1d05457b0790816e6c"
    un = profil("Association Verte", "une", cle, position=CENTRE)
    copie = profil("Les Verts de Plouvert", "autre", f"hub__{cle}", position=CENTRE)
    meme_source = profil("Les Verts de Plouvert", "une", f"hub__{cle}", position=CENTRE)
    assert compare(un, copie).parts["identifiant"] == POINTS["identifiant"]["egal"]
    assert "identifiant" not in compare(un, copie, identifiants=False).parts
    assert "identifiant" not in compare(un, meme_source).parts
    # A rank is no identifier that anybody copies.
    assert "identifiant" not in compare(profil("A", "une", "12"), profil("B", "autre", "12")).parts


def test_what_is_not_known_says_nothing() -> None:
    un, autre = profil("Fablab Vert", position=CENTRE), profil("Fablab Vert", position=CENTRE)
    assert set(describe(un, autre)) == {"nom", "nature"}


def test_the_score_is_the_sum_of_its_parts_and_each_has_its_words() -> None:
    for un, autre in (*MEMES, *DIFFERENTS):
        comparaison = compare(un, autre)
        assert comparaison.score == pytest.approx(sum(comparaison.parts.values()), abs=0.001)
        assert set(comparaison.parts) <= set(LIBELLES)
    assert set(POINTS) | {"base"} == set(LIBELLES)
    assert SEUIL_REVOIR < SEUIL_MEME
