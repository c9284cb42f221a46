"""Figures of the benchmark, by hand; and the stored pairs hold no real value."""

from __future__ import annotations

import re

import pytest

from tierslieux.config import RACINE
from tierslieux.imports.doublons.etalon import (
    FICHIERS,
    PaireEtalon,
    Part,
    Verdict,
    build_empreinte,
    build_rapport,
    describe_rapport,
    measure,
    read_etalon,
)
from tierslieux.imports.doublons.ressemblance import Bande


def verdict(etiquette: str, bande: Bande, *, poids: float | None = None, candidate: bool = True) -> Verdict:
    return Verdict(PaireEtalon("a" * 16, "b" * 16, etiquette, "essai", "regle", poids), bande, candidate)


def test_wilson_s_interval() -> None:
    # 8 of 10: centre (0.8 + 3.8415/20) / (1 + 3.8415/10) = 0.7167, half width 0.2266 (Wilson 1927).
    bas, haut = Part(8, 10).intervalle or (0, 0)
    assert (bas, haut) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert Part(0, 0).valeur is None
    assert Part(0, 0).intervalle is None


def test_precision_is_of_the_merged_and_recall_of_the_merged_and_the_reviewed() -> None:
    verdicts = [
        verdict("meme", Bande.MEME),
        verdict("meme", Bande.MEME),
        verdict("meme", Bande.A_REVOIR),
        verdict("meme", Bande.DIFFERENT, candidate=False),
        verdict("different", Bande.MEME),
        verdict("different", Bande.DIFFERENT),
        verdict("indecidable", Bande.MEME),
    ]
    mesure = measure(verdicts)
    assert (mesure.pairs, mesure.matches) == (6, 4)
    assert mesure.precision.valeur == pytest.approx(2 / 3)
    assert mesure.recall.valeur == pytest.approx(3 / 4)
    assert mesure.automatique.valeur == pytest.approx(2 / 4)
    assert mesure.candidates.valeur == pytest.approx(3 / 4)


def test_weighted_figures_count_what_each_pair_stands_for() -> None:
    verdicts = [verdict("meme", Bande.MEME, poids=30), verdict("meme", Bande.DIFFERENT, poids=10)]
    assert measure(verdicts, lambda paire: paire.poids or 0).recall.valeur == pytest.approx(0.75)


def test_the_report_has_the_figures_promised() -> None:
    verdicts = [verdict("meme", Bande.MEME, poids=2), verdict("different", Bande.DIFFERENT, poids=5)]
    rapport = build_rapport([v.paire for v in verdicts], verdicts)
    assert (rapport["pairs"], rapport["precision"], rapport["recall"]) == (2, 1.0, 1.0)
    assert rapport["precision_interval"][1] == 1.0
    assert {"held_out", "tuning", "population", "strata", "found", "listed"} <= set(rapport)
    assert list(describe_rapport(rapport))[1].startswith("all pairs: 2 pairs, 1 matches")


def test_the_stored_pairs_are_digests_and_enough_of_them() -> None:
    paires = read_etalon(RACINE / "geodata" / "etalon" / "paires.csv")
    assert len(paires) >= 1_000
    assert sum(paire.methode == "relecture" for paire in paires) >= 300
    assert all(re.fullmatch(r"[0-9a-f]{16}", empreinte) for paire in paires for empreinte in (paire.a, paire.b))
    assert {paire.etiquette for paire in paires} == {"meme", "different", "indecidable"}
    assert len({(paire.a, paire.b) for paire in paires}) == len(paires)
    assert all(paire.a < paire.b for paire in paires)
    # Two halves of about the same size, whatever the order of the file.
    assert sum(paire.est_tenue for paire in paires) == pytest.approx(len(paires) / 2, rel=0.1)


def test_a_digest_depends_on_the_file_and_the_identifier() -> None:
    fichiers = [cle for cle, _, _ in FICHIERS]
    assert len({build_empreinte(fichier, "1") for fichier in fichiers}) == len(fichiers)
    assert build_empreinte("mairies", "1") != build_empreinte("mairies", "11")
