"""History replayed is the present, and every former state: on random lives of a place."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tierslieux.contributions.fusion import list_modifies
from tierslieux.contributions.versions.differences import list_differences
from tierslieux.lieux.historique import replay
from tierslieux.lieux.models import Changement
from tierslieux.lieux.resolution import diff_valeurs

ETATS = st.fixed_dictionaries(
    {"nom": st.sampled_from("ABC")},
    optional={
        "telephone": st.sampled_from(["3939", "3949"]),
        "genres": st.lists(st.sampled_from(["fablab", "mairie"]), unique=True, min_size=1),
        "accessible": st.booleans(),
        "ferme": st.sampled_from([True]),
        "presentation": st.text(max_size=5),
        "position": st.sampled_from(
            [{"lon": -4.5, "lat": 48.4, "precision": "rue"}, {"lon": 2.3, "lat": 48.8, "precision": "commune"}]
        ),
    },
)


def write_histoire(etats: list[dict[str, Any]]) -> list[Changement]:
    """The rows of history of a place that was each of these in turn, with rows of records in between."""
    rangees = [Changement(champ=None, avant=None, apres=etats[0])]
    for avant, apres in itertools.pairwise(etats):
        rangees.append(Changement(champ="fiches", avant=[1], apres=[1, 2]))
        rangees += [Changement(champ=c, avant=a, apres=b) for c, a, b in diff_valeurs(avant, apres)]
    return rangees


@given(st.lists(ETATS, min_size=1, max_size=8))
def test_replaying_a_history_gives_each_of_its_states(etats: list[dict[str, Any]]) -> None:
    assert replay(write_histoire(etats)) == etats[-1]
    for rang in range(len(etats)):
        assert replay(write_histoire(etats[: rang + 1])) == etats[rang]


@given(ETATS, ETATS)
def test_two_states_differ_in_words_when_a_value_does(avant: dict[str, Any], apres: dict[str, Any]) -> None:
    dits = {change.champ for change in list_differences(avant, apres)}
    assert dits >= set(list_modifies(avant, {**dict.fromkeys(avant), **apres}))
    assert dits == {champ for champ, _, _ in diff_valeurs(avant, apres)}
