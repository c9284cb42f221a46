"""Tiles kept in memory: bounded in bytes, the least recently asked for leaving first."""

from __future__ import annotations

from tierslieux.diffusion.tuiles.memoire import OCTETS_ENTREE, Contenu, Memoire


def build_contenu(octets: int, empreinte: str = "e") -> Contenu:
    return Contenu(b"x" * octets, empreinte)


def test_the_same_bytes_give_the_same_content_and_come_back() -> None:
    assert Contenu.build(b"tuile" * 100) == Contenu.build(b"tuile" * 100)
    assert Contenu.build(b"tuile" * 100).decompress() == b"tuile" * 100
    assert Contenu.build(b"a").empreinte != Contenu.build(b"b").empreinte


def test_an_empty_tile_is_kept_as_such() -> None:
    vide = Contenu.build(b"")
    assert (vide.gz, vide.decompress()) == (b"", b"")


def test_the_least_recently_asked_for_leaves_first() -> None:
    memoire = Memoire(3 * (100 + OCTETS_ENTREE))
    for nom in "abc":
        memoire.keep(nom, "1", build_contenu(100))
    assert memoire.find("a", "1") is not None
    memoire.keep("d", "1", build_contenu(100))
    assert [nom for nom in "abcd" if memoire.find(nom, "1")] == ["a", "c", "d"]
    assert memoire.octets == 3 * (100 + OCTETS_ENTREE)


def test_bytes_are_counted_again_when_a_content_is_replaced() -> None:
    memoire = Memoire(10_000)
    memoire.keep("a", "1", build_contenu(100))
    memoire.keep("a", "1", build_contenu(300))
    assert (len(memoire), memoire.octets) == (1, 300 + OCTETS_ENTREE)


def test_another_version_is_another_content() -> None:
    memoire = Memoire()
    memoire.keep("a", "1", build_contenu(10))
    assert memoire.find("a", "2") is None


def test_what_is_larger_than_the_whole_is_not_kept() -> None:
    memoire = Memoire(1_000)
    memoire.keep("a", "1", build_contenu(600))
    assert (len(memoire), memoire.octets) == (0, 0)
    memoire.keep("b", "1", build_contenu(10))
    memoire.forget()
    assert (len(memoire), memoire.octets) == (0, 0)
