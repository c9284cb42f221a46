"""Values are shown whole to those who decide."""

from __future__ import annotations

from tierslieux.contributions.moderation.valeurs import compare_valeurs, keep_autres, write_valeur

ATELIER = {
    "id": "23456789",
    "genre": "atelier",
    "titre": "Mes démarches",
    "debut": "2026-12-01T14:00",
    "fin": "2026-12-01T16:00",
    "texte": "Première ligne.\nSeconde.",
    "inscription": "+33298111111",
    "gratuit": True,
    "public": "les débutants",
}


def test_everything_that_an_event_would_show() -> None:
    lignes = write_valeur("evenements", [ATELIER], "29019")
    assert lignes[0].startswith("Mes démarches (")
    assert "Mardi 1er décembre 2026" in lignes[1]
    assert lignes[2:] == (
        "Gratuit",
        "Pour qui\u00a0: les débutants",
        "Inscription : 02\u00a098\u00a011\u00a011\u00a011",
        "Première ligne.",
        "Seconde.",
    )


def test_of_events_only_those_that_change() -> None:
    autre = ATELIER | {"id": "e2"}
    assert keep_autres("evenements", [ATELIER, autre], [ATELIER]) == [autre]
    assert keep_autres("genres", ["fablab", "mairie"], ["fablab"]) == ["fablab", "mairie"]


def test_lists_are_written_one_a_line_and_nothing_is_said_of_nothing() -> None:
    assert write_valeur("genres", ["fablab", "repair-cafe"], None)[0] == "Fablab"
    assert write_valeur("telephone", None, None) == ("non renseigné",)


def test_two_texts_without_much_in_common_are_read_side_by_side() -> None:
    assert compare_valeurs("presentation", "Une salle claire.", "Une salle sombre.", None) is not None
    assert compare_valeurs("presentation", "Une salle claire.", "Tout autre chose, ailleurs.", None) is None
    assert compare_valeurs("presentation", None, "Une salle.", None) is None
