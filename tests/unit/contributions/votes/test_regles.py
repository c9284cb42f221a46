"""Votes of residents: five neighbours accept a proposal, one person with many names does not."""

import datetime as dt
import random
from dataclasses import replace

import pytest

from tierslieux.contributions.votes.regles import (
    AGE_CONNU,
    AGE_NEUF,
    MEME_AUTEUR_MAX,
    POIDS_HABITUE,
    Voix,
    Votant,
    compute_poids,
    count,
)

VOISIN = Votant(age=AGE_CONNU, acceptees=0, refusees=0, pour_cet_auteur=0, est_voisin=True)


def cast(nombre: int, *, poids: float = 1.0, est_pour: bool = True, reseau: str | None = None) -> list[Voix]:
    """As many votes of different people, each from its own network unless one is given."""
    return [Voix(f"voisin-{rang}-{est_pour}", est_pour, poids, reseau or f"reseau-{rang}") for rang in range(nombre)]


def is_acquis(voix: list[Voix], reseaux_auteur: tuple[str, ...] = ()) -> bool:
    return count(voix, auteur="auteur", reseaux_auteur=reseaux_auteur).est_acquis


@pytest.mark.parametrize(("nombre", "attendu"), [(4, False), (5, True), (6, True)])
def test_five_neighbours_are_needed(nombre: int, attendu: bool) -> None:  # noqa: FBT001
    assert is_acquis(cast(nombre)) is attendu


def test_one_no_leaves_it_to_moderators() -> None:
    assert not is_acquis([*cast(9), *cast(1, est_pour=False)])


def test_a_no_that_weighs_nothing_blocks_nothing() -> None:
    assert is_acquis([*cast(5), *cast(3, est_pour=False, poids=0.0)])


def test_nobody_votes_for_themselves_nor_from_their_own_network() -> None:
    assert not is_acquis([*cast(4), Voix("auteur", est_pour=True, poids=1.0, reseau="ailleurs")])
    assert not is_acquis([*cast(4), *cast(3, reseau="chez-l-auteur")], reseaux_auteur=("chez-l-auteur",))


def test_people_of_one_network_are_one_person() -> None:
    compte = count([*cast(3), *cast(20, reseau="le-meme")], auteur="auteur", reseaux_auteur=())
    assert (compte.pour, compte.poids) == (4, 4.0)
    assert not compte.est_acquis


def test_half_weights_need_twice_as_many_people() -> None:
    assert not is_acquis(cast(9, poids=0.5))
    assert is_acquis(cast(10, poids=0.5))


@pytest.mark.parametrize(
    ("votant", "attendu"),
    [
        (VOISIN, 1.0),
        (replace(VOISIN, age=AGE_NEUF - dt.timedelta(seconds=1)), 0.0),
        (replace(VOISIN, age=AGE_NEUF), 0.5),
        # A new account whose proposal moderators accepted is known.
        (replace(VOISIN, age=dt.timedelta(0), acceptees=1), 1.0),
        (replace(VOISIN, est_voisin=False), 0.5),
        (replace(VOISIN, acceptees=1, refusees=2), 0.0),
        (replace(VOISIN, acceptees=1, refusees=1), 1.0),
        (replace(VOISIN, pour_cet_auteur=MEME_AUTEUR_MAX), POIDS_HABITUE),
    ],
)
def test_how_much_a_vote_counts(votant: Votant, attendu: float) -> None:
    assert compute_poids(votant) == attendu


def test_a_vote_never_counts_for_more_than_one_person() -> None:
    hasard = random.Random(7)  # noqa: S311  (nothing secret)
    for _ in range(2_000):
        votant = Votant(
            age=dt.timedelta(days=hasard.randint(0, 4_000)),
            acceptees=hasard.randint(0, 50),
            refusees=hasard.randint(0, 50),
            pour_cet_auteur=hasard.randint(0, 9),
            est_voisin=hasard.random() < 0.5,
        )
        assert 0.0 <= compute_poids(votant) <= 1.0


def test_one_person_with_many_accounts_never_passes_alone() -> None:
    """Fifty accounts of one person: of today from anywhere, or old ones from two networks, with or without friends."""
    du_jour = compute_poids(replace(VOISIN, age=dt.timedelta(hours=5)))
    assert not is_acquis(cast(50, poids=du_jour))
    ancien = compute_poids(VOISIN)
    deux_reseaux = [replace(voix, reseau=f"r{rang % 2}") for rang, voix in enumerate(cast(50, poids=ancien))]
    assert not is_acquis(deux_reseaux)
    # Two accomplices more, on their own networks, are still not five people.
    amis = [Voix(f"ami-{rang}", est_pour=True, poids=1.0, reseau=f"ami-{rang}") for rang in range(2)]
    assert not is_acquis([*deux_reseaux, *amis])


def test_a_ring_that_always_votes_for_its_own_wears_out() -> None:
    """Six accomplices, each on a network of their own, push each other's proposals: after three each, no more.

    One can count it by hand: the first three proposals of each pass, the fourth has 6 × 0.25 = 1.5 of the 5 needed.
    """
    passees = [is_acquis(cast(6, poids=compute_poids(replace(VOISIN, pour_cet_auteur=deja)))) for deja in range(6)]
    assert passees == [True, True, True, False, False, False]
