"""The rule of the product: which fiche is believed for which field."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieux.lieux.enums import Besoin, NatureSource, find_besoins, is_aide, is_tiers_lieu
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


def humaine(numero: int, heure: int, *, retraits: dict[str, list[str]] | None = None, **valeurs: Any) -> Fiche:
    """A person's record, accepted on 1 June 2026 at this hour."""
    instant = dt.datetime(2026, 6, 1, heure, tzinfo=dt.UTC)
    return Fiche(
        numero,
        "contributions",
        f"id-{numero}",
        200,
        instant.date(),
        valeurs,
        nature=NatureSource.CONTRIBUTION,
        acceptee_at=instant,
        retraits=retraits or {},
    )


def confirmation(numero: int, date: str, **valeurs: Any) -> Fiche:
    return replace(fiche(numero, "confirmations", -1, date, **valeurs), nature=NatureSource.CONFIRMATION)


FLUX = fiche(1, "flux", 80, "2026-09-01", nom="Le Lieu", telephone="+33298000000", genres=["epn", "fablab"])


def test_what_a_person_said_outranks_a_more_recent_feed_and_the_last_accepted_wins() -> None:
    resolu = resolve([FLUX, humaine(9, 10, telephone="+33298111111"), humaine(8, 11, telephone="+33298222222")])
    assert resolu.valeurs["telephone"] == "+33298222222"
    assert resolu.provenance["telephone"].fiches == (8,)
    assert resolu.valeurs["nom"] == "Le Lieu"


def test_a_person_can_say_that_a_field_has_no_value_until_a_later_one_gives_it() -> None:
    vide = humaine(2, 10, retraits={"telephone": []})
    assert "telephone" not in resolve([FLUX, vide]).valeurs
    rendu = resolve([FLUX, vide, humaine(3, 11, telephone="+33298333333")])
    assert rendu.valeurs["telephone"] == "+33298333333"


def test_of_a_set_a_person_denies_codes_and_feeds_still_add_others() -> None:
    sans_fablab = humaine(2, 10, genres=["coworking"], retraits={"genres": ["fablab"]})
    autre = fiche(3, "autre", 60, "2026-10-01", nom="Le Lieu", genres=["bibliotheque", "fablab"])
    resolu = resolve([FLUX, sans_fablab, autre])
    assert set(resolu.valeurs["genres"]) == {"epn", "coworking", "bibliotheque"}
    assert set(resolu.provenance["genres"].fiches) == {1, 2, 3}
    # Said again by somebody later, it is there again.
    assert "fablab" in resolve([FLUX, sans_fablab, humaine(4, 12, genres=["fablab"])]).valeurs["genres"]


def test_a_record_that_was_taken_back_is_silent_even_on_a_place_that_closed() -> None:
    reprise = replace(humaine(2, 10, nom="Autre nom"), est_retiree=True)
    assert resolve([FLUX, reprise]).valeurs["nom"] == "Le Lieu"
    ferme = resolve([replace(FLUX, est_retiree=True), reprise])
    assert (ferme.valeurs["nom"], ferme.valeurs["ferme"]) == ("Le Lieu", True)


def test_correcting_a_place_does_not_keep_it_open_saying_that_it_is_not_closed_does() -> None:
    retiree = replace(FLUX, est_retiree=True)
    corrigee = resolve([retiree, humaine(2, 10, telephone="+33298111111")])
    assert corrigee.valeurs["ferme"] is True
    assert corrigee.valeurs["telephone"] == "+33298111111"
    ouverte = resolve([retiree, humaine(2, 10, retraits={"ferme": []})])
    assert "ferme" not in ouverte.valeurs
    # Open, it keeps what was last said of it.
    assert ouverte.valeurs["nom"] == "Le Lieu"


def test_a_place_that_a_person_opened_is_theirs_to_say() -> None:
    entiere = humaine(2, 10, nom="Nouveau", commune_code="29019")
    assert resolve([entiere]).valeurs == {"nom": "Nouveau", "commune_code": "29019"}
    with pytest.raises(ValueError, match="at least one fiche"):
        resolve([humaine(2, 10, telephone="+33298111111")])


def test_a_place_whose_opening_was_taken_back_keeps_its_values_and_is_closed() -> None:
    reprise = replace(humaine(2, 10, nom="Nouveau", commune_code="29019", telephone="+33298111111"), est_retiree=True)
    resolu = resolve([reprise, humaine(3, 11, telephone="+33298222222")])
    assert resolu.valeurs == {
        "nom": "Nouveau",
        "commune_code": "29019",
        "telephone": "+33298222222",
        "ferme": True,
    }


def test_a_confirmation_dates_the_values_that_are_still_what_it_saw_and_changes_none() -> None:
    vue = confirmation(5, "2026-10-10", nom="Le Lieu", telephone="+33298999999", genres=["epn"])
    resolu = resolve([FLUX, vue, confirmation(6, "2026-10-01", nom="Le Lieu")])
    assert resolu.valeurs == resolve([FLUX]).valeurs
    assert resolu.provenance["nom"].confirme == dt.date(2026, 10, 10)
    assert resolu.provenance["telephone"].confirme is None
    assert resolu.provenance["nom"].to_json()["confirme"] == "2026-10-10"
    # A set is confirmed as a whole.
    assert resolu.provenance["genres"].confirme is None


def test_events_add_up_by_their_id_and_the_most_trusted_word_on_each_holds() -> None:
    atelier, corrige, debat = (
        {"id": i, "titre": t} for i, t in (("a", "Atelier"), ("a", "Atelier vélo"), ("b", "Débat"))
    )
    resolu = resolve([FLUX, humaine(2, 10, evenements=[atelier, debat]), humaine(3, 11, evenements=[corrige])])
    assert resolu.valeurs["evenements"] == [corrige, debat]
    sans = resolve([FLUX, humaine(2, 10, evenements=[atelier, debat]), humaine(3, 11, retraits={"evenements": ["a"]})])
    assert sans.valeurs["evenements"] == [debat]
