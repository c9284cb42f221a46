"""Phrases that people say, written by somebody who had not seen the vocabulary, and the needs that they mean."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tierslieux.config import RACINE
from tierslieux.lieux.enums import find_besoins
from tierslieux.lieux.vocabulaire import Lecture, read_besoin
from tierslieux.territoires.noms import build_cle

DONNEES = RACINE / "tests" / "data"
FICHIERS = (DONNEES / "phrases_besoins.csv", DONNEES / "phrases_besoins_2.csv")
FICHIER_SANS_BESOIN = DONNEES / "phrases_sans_besoin.csv"


@dataclass(frozen=True, slots=True)
class BilanPhrases:
    """How many phrases were tried, how many lead to the right need in the first answer, and each that does not."""

    phrases: int
    justes: int
    fautes: tuple[str, ...]

    @property
    def part(self) -> float:
        """Share of phrases that lead to the right need, 0 to 1."""
        return self.justes / self.phrases


def run_phrases(fichiers: Sequence[Path] = FICHIERS) -> BilanPhrases:
    """Read every phrase of the files as the search does, and compare with what its author meant.

    Several needs may be accepted, separated by "|". A text that names a kind of place leads to the needs which places
    of this kind answer; where its author only meant a kind, it is the first of those that answer.
    """
    fautes: list[str] = []
    lignes: list[dict[str, str]] = []
    for fichier in fichiers:
        with fichier.open(encoding="utf-8", newline="") as flux:
            lignes += csv.DictReader(flux)
    for ligne in lignes:
        lecture = read_besoin(build_cle(ligne["phrase"]))
        if not _is_juste(lecture, ligne):
            lu = f"{lecture.besoin or lecture.genre} ({lecture.entree})" if lecture else "nothing"
            fautes.append(f"{ligne['phrase']!r}: read as {lu}, meant {ligne['besoin'] or ligne['genres']}")
    return BilanPhrases(len(lignes), len(lignes) - len(fautes), tuple(fautes))


def list_sans_besoin(*sortes: str) -> list[str]:
    """Texts in which no need must be read: "commune", "lieu" (names of places), "rien" (nonsense); all by default."""
    with FICHIER_SANS_BESOIN.open(encoding="utf-8", newline="") as flux:
        return [ligne["texte"] for ligne in csv.DictReader(flux) if not sortes or ligne["sorte"] in sortes]


def _is_juste(lecture: Lecture | None, ligne: dict[str, str]) -> bool:
    if lecture is None:
        return False
    besoins = set(ligne["besoin"].split("|")) - {""}
    genres = set(ligne["genres"].split("|")) - {""}
    if lecture.besoin in besoins:
        return True
    if lecture.genre is not None and besoins & set(find_besoins([lecture.genre], [])):
        return True
    # The author meant a kind of place: it is the first of those that answer.
    return not besoins and bool(lecture.genres) and lecture.genres[0] in genres
