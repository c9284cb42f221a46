"""The recorded self-audits hold every official number, tell how each was checked, and name tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tierslieux.accueil.audits import CritereRgaa, Reponse, Statut, read_rgaa, read_rgesn
from tierslieux.config import RACINE

# Criteria by theme: RGAA 4.1.2, 106 in 13 themes; RGESN of May 2024, 78 in 9 themes.
RGAA = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)
RGESN = (10, 10, 7, 15, 8, 7, 4, 10, 7)
# Criteria of the RGAA that stand on level AA of WCAG 2.1; the others on level A.
NIVEAU_AA = set(
    (
        "1.8 3.2 3.3 4.5 4.6 7.5 8.7 8.8 10.4 10.5 10.7 10.11 10.12 10.13 "
        "11.3 11.11 11.12 11.13 12.1 12.2 12.3 12.4 12.5 13.9"
    ).split()
)


def list_numeros(par_theme: tuple[int, ...]) -> list[str]:
    return [f"{theme}.{rang}" for theme, nombre in enumerate(par_theme, start=1) for rang in range(1, nombre + 1)]


def test_the_numbers_are_those_of_the_references() -> None:
    assert (sum(RGAA), sum(RGESN)) == (106, 78)
    assert [critere.numero for critere in read_rgaa().criteres] == list_numeros(RGAA)
    assert [critere.numero for critere in read_rgesn().criteres] == list_numeros(RGESN)
    assert {critere.numero for critere in read_rgaa().criteres if critere.niveau == "AA"} == NIVEAU_AA
    assert {critere.niveau for critere in read_rgaa().criteres} == {"A", "AA"}


@pytest.mark.parametrize("critere", read_rgaa().criteres, ids=lambda critere: critere.numero)
def test_each_criterion_says_how_it_was_checked_or_what_is_wrong(critere: CritereRgaa) -> None:
    if critere.statut is Statut.NON_APPLICABLE:
        assert critere.remarque, "why it does not apply"
        return
    assert critere.pages
    if critere.statut is Statut.CONFORME:
        assert critere.tests or critere.manuel
    else:
        assert critere.remarque, "what is wrong, or what was not done"
    if critere.statut is Statut.NON_VERIFIE:
        assert not critere.tests, "what a test shows is checked"
    if critere.manuel:
        assert re.search(r"\d{1,2} [a-zéû]+ \d{4}$|: ", critere.manuel), critere.manuel


@cache
def list_fonctions(fichier: str) -> frozenset[str]:
    arbre = ast.parse((RACINE / fichier).read_text(encoding="utf-8"))
    return frozenset(noeud.name for noeud in arbre.body if isinstance(noeud, ast.FunctionDef))


def test_every_named_test_exists() -> None:
    nommes = {test for critere in read_rgaa().criteres for test in critere.tests}
    manquants = []
    for test in sorted(nommes):
        fichier, _, fonction = test.partition("::")
        if not (RACINE / fichier).is_file() or fonction not in list_fonctions(fichier):
            manquants.append(test)
    assert manquants == []


def test_no_criterion_repeats_an_official_sentence() -> None:
    """Official ones are questions with these turns; ours are plain statements for people."""
    tournures = ("est-elle respectée", "hors cas particuliers", "chaque page web", "le service numérique")
    textes = [critere.demande for critere in read_rgaa().criteres]
    textes += [critere.question for critere in read_rgesn().criteres]
    assert [texte for texte in textes if any(tournure in texte.lower() for tournure in tournures)] == []
    assert len(set(textes)) == 106 + 78


def test_each_answer_on_eco_design_is_explained() -> None:
    criteres = read_rgesn().criteres
    assert all(len(critere.explication) > 5 for critere in criteres)
    assert sum(critere.priorite == "prioritaire" for critere in criteres) == 30
    assert {critere.priorite for critere in criteres} == {"prioritaire", "recommandé", "modéré"}
    assert {critere.reponse for critere in criteres} == set(Reponse)
