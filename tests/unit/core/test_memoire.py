"""Results kept in memory: the oldest goes, nothing is kept without key."""

from __future__ import annotations

from tierslieux.core.memoire import Memoire


def test_the_oldest_goes_and_nothing_is_kept_without_key() -> None:
    memoire: Memoire[object] = Memoire(2)
    faits: list[str | None] = []

    def make(cle: str | None) -> object:
        def build() -> object:
            faits.append(cle)
            return cle

        return memoire.find(cle, build)

    for cle in ("a", "b", "a", "c", "a", "b", None, None):
        assert make(cle) == cle
    assert faits == ["a", "b", "c", "b", None, None]


def test_what_is_set_again_is_the_youngest() -> None:
    memoire: Memoire[int] = Memoire(2)
    for cle, valeur in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        memoire.set(cle, valeur)
    assert (memoire.get("a"), memoire.get("b"), memoire.get("c")) == (3, None, 4)
