"""When residents' votes accept a proposal: how much each counts, and what a group of accomplices cannot do. Pure.

Five residents say the same, nobody the contrary, and two days have passed. Weights only slow down: a vote never counts
for more than one person. What the rules are against is worked out in tests/unit/contributions/votes.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tierslieux.contributions.enums import Demarche

POUR_REQUIS = 5
DELAI = dt.timedelta(days=2)
# Beyond, nobody is going to vote any more: moderators decide alone.
DELAI_MAX = dt.timedelta(days=30)

# An account of this morning is anybody's; accounts take time, and time is what who makes fifty of them lacks.
AGE_NEUF = dt.timedelta(days=3)
AGE_CONNU = dt.timedelta(days=30)
POIDS_NEUF, POIDS_RECENT, POIDS_CONNU = 0.0, 0.5, 1.0
# Who lives elsewhere may be right, and cannot go and look.
POIDS_AILLEURS = 0.5
# Whose proposals are mostly refused is not believed on those of others.
REFUS_MIN, PART_REFUS_MAX = 3, 0.5
# The same person for the same author, again and again: friends, or the same person twice.
MEME_AUTEUR_MAX = 3
POIDS_HABITUE = 0.25

# What is decided with the person concerned or by who answers for the map is not put to the vote.
DEMARCHES_VOTEES = frozenset({Demarche.NOUVEAU, Demarche.CORRECTION, Demarche.FERMETURE, Demarche.EVENEMENT})


@dataclass(frozen=True, slots=True)
class Votant:
    """What is known of who votes, when they vote.

    `acceptees`, `refusees`: their own proposals; `pour_cet_auteur`: their votes for the same author over 90 days;
    `est_voisin`: whether they said to live in the same département.
    """

    age: dt.timedelta
    acceptees: int
    refusees: int
    pour_cet_auteur: int
    est_voisin: bool


@dataclass(frozen=True, slots=True)
class Voix:
    """One vote as it was given; `reseau` tells networks apart, None when it is not known any more."""

    auteur: str
    est_pour: bool
    poids: float
    reseau: str | None


@dataclass(frozen=True, slots=True)
class Compte:
    """Where a proposal is: residents for it, what they weigh together, whether somebody is against."""

    pour: int
    poids: float
    contre: int

    @property
    def est_acquis(self) -> bool:
        """Whether it is accepted, once the delay has passed."""
        return self.contre == 0 and self.pour >= POUR_REQUIS and self.poids >= POUR_REQUIS


def compute_poids(votant: Votant) -> float:
    """How much a vote counts, from 0 to 1."""
    decidees = votant.acceptees + votant.refusees
    if decidees >= REFUS_MIN and votant.refusees / decidees > PART_REFUS_MAX:
        return 0.0
    if votant.acceptees > 0 or votant.age >= AGE_CONNU:
        poids = POIDS_CONNU
    else:
        poids = POIDS_RECENT if votant.age >= AGE_NEUF else POIDS_NEUF
    if not votant.est_voisin:
        poids *= POIDS_AILLEURS
    if votant.pour_cet_auteur >= MEME_AUTEUR_MAX:
        poids = min(poids, POIDS_HABITUE)
    return poids


def count(voix: Sequence[Voix], *, auteur: str, reseaux_auteur: Collection[str]) -> Compte:
    """Count the votes on a proposal of `auteur`, sent from these networks.

    People of one network are one person, who weighs as the weightiest of them; the author's own networks, nobody. A
    vote against is heard whoever gives it, but the author and those who weigh nothing.
    """
    pour: defaultdict[str, float] = defaultdict(float)
    contre = 0
    for une in voix:
        if une.auteur == auteur or une.poids <= 0:
            continue
        if not une.est_pour:
            contre += 1
        elif une.reseau is None or une.reseau not in reseaux_auteur:
            cle = une.reseau or f"auteur:{une.auteur}"
            pour[cle] = max(pour[cle], une.poids)
    return Compte(len(pour), sum(pour.values()), contre)
