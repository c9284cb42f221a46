"""What changed in a text, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Every character belongs to exactly one of these: a text is its pieces put together.
_MOTS = re.compile(r"\w+|\s+|[^\w\s]")
# Comparing costs as the square of this; beyond, the whole text is said to be replaced.
MOTS_MAX = 1_500


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of both texts: what stood there, and what stands there now."""

    avant: str
    apres: str

    @property
    def est_egal(self) -> bool:
        """Whether nothing changed in it."""
        return self.avant == self.apres


def compare_mots(avant: str, apres: str) -> tuple[Segment, ...]:
    """The pieces of the two texts in order: their `avant` make the first text, their `apres` the second."""
    mots_avant, mots_apres = _MOTS.findall(avant), _MOTS.findall(apres)
    debut = _count_communs(mots_avant, mots_apres)
    fin = _count_communs(mots_avant[debut:][::-1], mots_apres[debut:][::-1])
    milieu_avant = mots_avant[debut : len(mots_avant) - fin]
    milieu_apres = mots_apres[debut : len(mots_apres) - fin]
    tete, queue = "".join(mots_avant[:debut]), "".join(mots_avant[len(mots_avant) - fin :])
    segments = [Segment(tete, tete), *_compare(milieu_avant, milieu_apres), Segment(queue, queue)]
    return tuple(_join(segment for segment in segments if segment.avant or segment.apres))


def _count_communs(a: Sequence[str], b: Sequence[str]) -> int:
    """How many first words are the same."""
    compte = 0
    for mot_a, mot_b in zip(a, b, strict=False):
        if mot_a != mot_b:
            break
        compte += 1
    return compte


def _compare(avant: Sequence[str], apres: Sequence[str]) -> list[Segment]:
    if len(avant) > MOTS_MAX or len(apres) > MOTS_MAX:
        return [Segment("".join(avant), "".join(apres))]
    suite = SequenceMatcher(None, avant, apres).get_opcodes()
    return [Segment("".join(avant[a:b]), "".join(apres[c:d])) for _, a, b, c, d in suite]


def _join(segments: Iterable[Segment]) -> list[Segment]:
    """One piece for neighbours of a kind; a space between two changes is part of them, so that they read in a row."""
    joints: list[Segment] = []
    for segment in segments:
        if joints and joints[-1].est_egal == segment.est_egal:
            joints[-1] = Segment(joints[-1].avant + segment.avant, joints[-1].apres + segment.apres)
        elif len(joints) > 1 and not segment.est_egal and joints[-1].avant.isspace():
            espace, precedent = joints.pop(), joints.pop()
            joints.append(
                Segment(precedent.avant + espace.avant + segment.avant, precedent.apres + espace.apres + segment.apres)
            )
        else:
            joints.append(segment)
    return joints
