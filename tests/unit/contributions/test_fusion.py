"""Merging a proposal with what has become of a place, and the record that says it."""

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tierslieux.contributions.fusion import Conflit, build_fiche, is_vide, list_modifies, merge
from tierslieux.lieux.enums import NatureSource
from tierslieux.lieux.resolution import CHAMPS_CUMULES, Fiche, resolve

ATELIER = {"id": "a1", "titre": "Atelier"}
DEBAT = {"id": "b2", "titre": "Débat"}


def test_a_field_that_nobody_else_touched_is_taken() -> None:
    fusion = merge({"nom": "Le Lieu"}, {"nom": "Le Lieu neuf"}, {"nom": "Le Lieu", "telephone": "+33298000000"})
    assert fusion.valeurs == {"nom": "Le Lieu neuf"}
    assert fusion.conflits == ()


def test_a_field_that_changed_on_both_sides_is_a_conflict_that_shows_the_three_values() -> None:
    fusion = merge({"nom": "Le Lieu"}, {"nom": "La Place"}, {"nom": "L’Endroit"})
    assert fusion.conflits == (Conflit("nom", "Le Lieu", "La Place", "L’Endroit"),)
    assert fusion.valeurs == {"nom": "La Place"}


def test_both_sides_saying_the_same_is_no_conflict_and_no_change() -> None:
    fusion = merge({"nom": "Le Lieu"}, {"nom": "La Place"}, {"nom": "La Place"})
    assert (fusion.valeurs, fusion.sans_effet, fusion.conflits) == ({}, ("nom",), ())


def test_what_was_left_as_it_was_seen_does_not_undo_what_others_did() -> None:
    vu = {"nom": "Le Lieu", "telephone": "+33298000000"}
    fusion = merge(
        vu, {"nom": "La Place", "telephone": "+33298000000"}, {"nom": "Le Lieu", "telephone": "+33298111111"}
    )
    assert fusion.valeurs == {"nom": "La Place"}


def test_emptying_a_field_is_a_change_and_an_empty_list_is_nothing() -> None:
    assert list_modifies({"telephone": "+33298000000"}, {"telephone": None}) == ["telephone"]
    assert list_modifies({"publics": []}, {"publics": None}) == []


def test_sets_are_carried_over_and_never_contradict() -> None:
    # Seen: fablab. Proposed: coworking in its place. Meanwhile somebody added a library.
    fusion = merge({"genres": ["fablab"]}, {"genres": ["coworking"]}, {"genres": ["fablab", "bibliotheque"]})
    assert set(fusion.valeurs["genres"]) == {"coworking", "bibliotheque"}
    assert fusion.conflits == ()


def test_the_order_of_a_set_does_not_count() -> None:
    assert list_modifies({"genres": ["epn", "fablab"]}, {"genres": ["fablab", "epn"]}) == []


def test_one_event_changed_by_both_is_a_conflict_two_events_are_not() -> None:
    corrige, autrement = ATELIER | {"titre": "Atelier vélo"}, ATELIER | {"titre": "Atelier couture"}
    fusion = merge({"evenements": [ATELIER]}, {"evenements": [corrige]}, {"evenements": [ATELIER, DEBAT]})
    assert fusion.conflits == ()
    assert {e["titre"] for e in fusion.valeurs["evenements"]} == {"Atelier vélo", "Débat"}
    contraires = merge({"evenements": [ATELIER]}, {"evenements": [corrige]}, {"evenements": [autrement]})
    assert [conflit.champ for conflit in contraires.conflits] == ["evenements"]


def test_the_record_says_only_what_it_changes() -> None:
    actuel = {"nom": "Le Lieu", "telephone": "+33298000000", "genres": ["fablab", "epn"], "evenements": [ATELIER]}
    voulu = {
        "telephone": None,
        "genres": ["fablab", "coworking"],
        "evenements": [ATELIER, DEBAT],
        "horaires": "Mo 09:00-12:00",
    }
    assert build_fiche(actuel, voulu, ["telephone", "genres", "evenements", "horaires"]) == (
        {"horaires": "Mo 09:00-12:00", "genres": ["coworking"], "evenements": [DEBAT]},
        {"telephone": [], "genres": ["epn"]},
    )


textes = st.sampled_from(["a", "b", "c"])
codes = st.lists(st.sampled_from(["fablab", "epn", "coworking"]), unique=True)
evenements = st.lists(
    st.builds(lambda i, t: {"id": i, "titre": t}, st.sampled_from("xyz"), textes), unique_by=lambda e: e["id"]
)
valeurs = st.fixed_dictionaries(
    {"nom": textes, "commune_code": st.just("29019")},
    optional={
        "telephone": textes,
        "accessible": st.booleans(),
        "publics": st.lists(st.sampled_from(["jeunes", "femmes"]), min_size=1, unique=True),
        "genres": codes,
        "evenements": evenements,
        "ferme": st.just(value=True),
    },
)


def normalize(valeurs: dict[str, Any]) -> dict[str, Any]:
    """Published form: empty fields left out, sets in their order."""
    normales = {champ: valeur for champ, valeur in valeurs.items() if not is_vide(valeur)}
    for champ, vocabulaire in CHAMPS_CUMULES.items():
        if champ in normales:
            normales[champ] = [membre.value for membre in vocabulaire if membre.value in normales[champ]]
    if "evenements" in normales:
        normales["evenements"] = sorted(normales["evenements"], key=lambda e: e["id"])
    return normales


@given(source=valeurs, corrections=st.lists(valeurs, min_size=1, max_size=4))
def test_a_place_with_the_record_of_each_correction_is_what_the_last_one_wanted(
    source: dict[str, Any], corrections: list[dict[str, Any]]
) -> None:
    fiches = [Fiche(0, "flux", "0", 70, dt.date(2026, 1, 1), source)]
    jour = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    for rang, voulue in enumerate(corrections, start=1):
        actuel = resolve(fiches).valeurs
        voulues = {champ: voulue.get(champ) for champ in (*voulue, *actuel)}
        dites, retraits = build_fiche(actuel, voulues, list_modifies(actuel, voulues))
        fiches.append(
            Fiche(
                rang,
                "contributions",
                # The order of identifiers is against the order of time: time must win.
                f"{9 - rang}",
                200,
                jour.date(),
                dites,
                nature=NatureSource.CONTRIBUTION,
                acceptee_at=jour + dt.timedelta(seconds=rang),
                retraits=retraits,
            )
        )
        assert resolve(fiches).valeurs == normalize(voulue)
        assert resolve(fiches[::-1]).valeurs == normalize(voulue)


@given(vu=valeurs, propose=valeurs)
def test_on_a_place_that_has_not_changed_there_is_never_a_conflict(vu: dict[str, Any], propose: dict[str, Any]) -> None:
    apres = {champ: propose.get(champ) for champ in (*vu, *propose)}
    fusion = merge(vu, apres, vu)
    assert fusion.conflits == ()
    assert list(fusion.valeurs) == list_modifies(vu, apres)


@given(vu=valeurs, mien=valeurs, sien=valeurs)
def test_a_merge_takes_all_of_mine_and_keeps_all_of_theirs_that_i_did_not_touch(
    vu: dict[str, Any], mien: dict[str, Any], sien: dict[str, Any]
) -> None:
    apres = {champ: mien.get(champ) for champ in (*vu, *mien)}
    fusion = merge(vu, apres, sien)
    touches = set(list_modifies(vu, apres))
    assert set(fusion.valeurs) | set(fusion.sans_effet) == touches
    assert {conflit.champ for conflit in fusion.conflits} <= set(fusion.valeurs)
    resultat = sien | fusion.valeurs
    for champ in (*vu, *mien, *sien):
        if champ not in touches:
            assert resultat.get(champ) == sien.get(champ)
        elif champ not in {"genres", "evenements"}:
            assert is_vide(resultat.get(champ)) if is_vide(mien.get(champ)) else resultat[champ] == mien[champ]
    if "genres" in touches:
        ajoutes = set(mien.get("genres") or []) - set(vu.get("genres") or [])
        otes = set(vu.get("genres") or []) - set(mien.get("genres") or [])
        assert set(resultat.get("genres") or []) == (set(sien.get("genres") or []) | ajoutes) - otes
