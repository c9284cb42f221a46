"""Which three places, by the rule written in the module: each case is small enough to be worked out by hand."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.pages import build_resume
from tierslieux.orientation.enums import Anneau, Critere, Relachement, Verdict
from tierslieux.orientation.selection import CRITERES_ABSOLUS, Constat, Examen, select

OUI, INCONNU, NON = Verdict.REMPLI, Verdict.INCONNU, Verdict.NON
PROCHE, PLUS_LOIN, LOIN = Anneau.PROCHE, Anneau.PLUS_LOIN, Anneau.LOIN


def make(
    nom: str,
    duree_min: float | None = 5,
    anneau: Anneau = PROCHE,
    *,
    qualite: int = 0,
    distance_m: float = 1_000,
    id_: int = 1,
    telephone: str | None = "",
    **verdicts: Verdict,
) -> Examen:
    """A place looked at: `moment=NON` is a constat of this criterion."""
    constats = tuple(Constat(Critere(critere), verdict, "Une phrase.") for critere, verdict in verdicts.items())
    # Each its own number, unless one is given.
    numero = f"+332980000{id_:02}{len(nom)}{nom}" if telephone == "" else telephone
    lieu = build_resume(id=id_, nom=nom, distance_m=distance_m, telephone=numero)
    return Examen(lieu, constats, anneau, duree_min, qualite)


def list_noms(*examens: Examen) -> list[str]:
    return [examen.lieu.nom for examen in select(examens).choisis]


@pytest.mark.parametrize(
    ("examens", "attendus"),
    [
        ([], []),
        ([make("A", 12), make("B", 3)], ["B", "A"]),
        ([make("A", 12), make("B", 3), make("C", 18), make("D", 7)], ["B", "D", "A"]),
        # Open, then not known, then closed, whatever the way within reach.
        (
            [make("fermé", 1, moment=NON), make("inconnu", 2, moment=INCONNU), make("ouvert", 19, moment=OUI)],
            ["ouvert", "inconnu", "fermé"],
        ),
        # A little further but open comes before near and closed; far and open comes after it.
        (
            [
                make("loin", 90, LOIN, moment=OUI),
                make("fermé", 1, moment=NON),
                make("plus loin", 40, PLUS_LOIN, moment=OUI),
            ],
            ["plus loin", "fermé", "loin"],
        ),
        # Known to be accessible, then not known; known not to be is never proposed.
        (
            [make("non", 1, fauteuil=NON), make("inconnu", 2, fauteuil=INCONNU), make("oui", 19, fauteuil=OUI)],
            ["oui", "inconnu"],
        ),
        # Even further, for this alone: not for hours, which a call tells.
        (
            [make("inconnu", 2, fauteuil=INCONNU), make("oui", 40, PLUS_LOIN, fauteuil=OUI)],
            ["oui", "inconnu"],
        ),
        (
            [make("inconnu", 2, moment=INCONNU), make("ouvert", 40, PLUS_LOIN, moment=OUI)],
            ["inconnu", "ouvert"],
        ),
        # Two things not known come after one.
        (
            [
                make("deux", 1, fauteuil=INCONNU, surdite=INCONNU),
                make("un", 19, fauteuil=OUI, surdite=INCONNU),
            ],
            ["un", "deux"],
        ),
        # Nobody can be asked whether it is open: further, but with a telephone, comes first.
        (
            [make("muet", 2, moment=INCONNU, telephone=None), make("joignable", 9, moment=INCONNU)],
            ["joignable", "muet"],
        ),
        # One place that two sources describe: by its name, by its telephone.
        ([make("Relais d’Étel", 2), make("relais d'etel", 6), make("B", 9)], ["Relais d’Étel", "B"]),
        ([make("A", 2, telephone="+331"), make("B", 6, telephone="+331"), make("C", 9)], ["A", "C"]),
        # What was not asked for (the price) sets nothing back.
        ([make("A", 12, prix=OUI), make("B", 3, prix=NON)], ["B", "A"]),
        # 6 and 9 minutes are as near: the better known comes first. 4 and 6 are not.
        ([make("A", 6, qualite=1), make("B", 9, qualite=4)], ["B", "A"]),
        ([make("A", 4, qualite=1), make("B", 6, qualite=4)], ["A", "B"]),
        # All the same: the nearest in a straight line.
        ([make("A", 6, distance_m=900), make("B", 6, distance_m=800)], ["B", "A"]),
        # Without any time: by kilometres.
        ([make("A", None, distance_m=3_400), make("B", None, distance_m=1_200)], ["B", "A"]),
        # Who stays at home: a place without telephone is of no use.
        ([make("muet", None, distance=NON), make("joignable", None, distance=INCONNU)], ["joignable"]),
        ([make("sans public", 2, public=NON), make("A", 9)], ["A"]),
    ],
)
def test_the_rule(examens: list[Examen], attendus: list[str]) -> None:
    for ordre in itertools.permutations(examens):
        assert list_noms(*ordre) == attendus


@pytest.mark.parametrize(
    ("examens", "attendus"),
    [
        ([make("A"), make("B"), make("C")], ()),
        ([make("A"), make("B", 30, PLUS_LOIN)], (Relachement.PLUS_LOIN,)),
        ([make("A"), make("B", 30, PLUS_LOIN), make("C", 80, LOIN)], (Relachement.TROP_LOIN,)),
        ([make("A", moment=OUI), make("B", moment=NON)], (Relachement.MOMENT,)),
        ([make("A", 80, LOIN, moment=NON)], (Relachement.TROP_LOIN, Relachement.MOMENT)),
        # Three that suit: the fourth, closed, is not shown, so nothing was given up.
        ([make("A"), make("B"), make("C"), make("D", moment=NON)], ()),
    ],
)
def test_what_was_given_up_is_said(examens: list[Examen], attendus: tuple[Relachement, ...]) -> None:
    assert select(examens).relachements == attendus


EXAMENS = st.builds(
    make,
    st.uuids().map(str),
    st.none() | st.floats(0, 300),
    st.sampled_from(Anneau),
    qualite=st.integers(0, 6),
    distance_m=st.floats(0, 50_000),
    id_=st.integers(1, 10_000),
    moment=st.sampled_from(Verdict),
    fauteuil=st.sampled_from(Verdict),
    distance=st.sampled_from(Verdict),
)


@given(st.lists(EXAMENS, max_size=12))
def test_what_holds_for_any_places(examens: list[Examen]) -> None:
    selection = select(examens)
    possibles = [e for e in examens if all(e.get_verdict(critere) is not NON for critere in CRITERES_ABSOLUS)]
    assert len(selection.choisis) == min(3, len(possibles))
    assert all(choisi in possibles for choisi in selection.choisis)
    ouverts_proches = [e for e in possibles if e.anneau is not LOIN and not e.est_ferme]
    if len(ouverts_proches) >= 3:
        assert all(choisi in ouverts_proches for choisi in selection.choisis)
    if any(e.est_ferme for e in selection.choisis):
        assert Relachement.MOMENT in selection.relachements
