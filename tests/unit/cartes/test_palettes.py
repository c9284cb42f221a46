"""Colours of maps can be told apart by everybody, and pages use the ones that drawings have.

Forms of colour blindness: matrices of Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of
Color Vision Deficiency", IEEE TVCG 15(6), 2009, table 1, severity 1.0, applied to linear RGB. Distance: CIE76 in CIELAB
(D65). Greyscale: relative luminance (WCAG 2). All of it written again here, from the publications.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest

from tierslieux.cartes.palettes import BIVARIEE, SEQUENTIELLES, TRAITS, TRAITS_SOMBRES, choose_teintes, list_jetons
from tierslieux.config import RACINE

ECART_MIN = 10
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
VUES = {
    "trichromate": np.eye(3),
    "protanopie": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutéranopie": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopie": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
    "niveaux de gris": np.tile(LUMINANCE, (3, 1)),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
BLANC = np.array([0.95047, 1.0, 1.08883])


def _read_lineaire(couleur: str) -> np.ndarray:
    canaux = np.array([int(couleur[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(canaux <= 0.04045, canaux / 12.92, ((canaux + 0.055) / 1.055) ** 2.4)


def _compute_lab(couleur: str, vue: str) -> np.ndarray:
    xyz = XYZ @ np.clip(VUES[vue] @ _read_lineaire(couleur), 0, 1) / BLANC
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _compute_ecart(une: str, autre: str, vue: str) -> float:
    return math.dist(_compute_lab(une, vue), _compute_lab(autre, vue))


def _compute_clarte(couleur: str) -> float:
    return float(_compute_lab(couleur, "niveaux de gris")[0])


def _compute_contraste(une: str, autre: str) -> float:
    sombre, claire = sorted(float(LUMINANCE @ _read_lineaire(couleur)) for couleur in (une, autre))
    return (claire + 0.05) / (sombre + 0.05)


def test_the_measures_agree_with_known_values() -> None:
    # sRGB red is L* 53.24, a* 80.09, b* 67.20; black on white is 21:1.
    assert _compute_lab("#ff0000", "trichromate") == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    assert _compute_contraste("#000000", "#ffffff") == pytest.approx(21)
    # What colour blindness is: these two greens and reds, far apart for most people, are near for protanopes.
    assert _compute_ecart("#8a3a00", "#4f5500", "protanopie") < _compute_ecart("#8a3a00", "#4f5500", "trichromate") / 3


@pytest.mark.parametrize("vue", VUES)
@pytest.mark.parametrize("nombre", [5, 6, 7])
def test_neighbouring_classes_differ_for_everybody(nombre: int, vue: str) -> None:
    assert all(_compute_ecart(une, autre, vue) >= ECART_MIN for une, autre in pairwise(SEQUENTIELLES[nombre]))


@pytest.mark.parametrize("nombre", [5, 6, 7])
def test_greyscale_keeps_the_order(nombre: int) -> None:
    clartes = [_compute_clarte(couleur) for couleur in SEQUENTIELLES[nombre]]
    assert clartes == sorted(clartes, reverse=True)
    assert len(SEQUENTIELLES[nombre]) == nombre == len(set(clartes))


@pytest.mark.parametrize("vue", VUES)
def test_crossed_classes_differ_from_their_neighbours(vue: str) -> None:
    colonnes = list(zip(*BIVARIEE, strict=True))
    for serie in (*BIVARIEE, *colonnes):
        assert all(_compute_ecart(une, autre, vue) >= ECART_MIN for une, autre in pairwise(serie))
        clartes = [_compute_clarte(couleur) for couleur in serie]
        assert clartes == sorted(clartes, reverse=True)


@pytest.mark.parametrize("traits", [TRAITS, TRAITS_SOMBRES], ids=["clair", "sombre"])
def test_what_is_not_a_class_is_seen(traits) -> None:
    # Lines of the hatching on their ground; an outline and its halo, seen on any colour by one or the other.
    assert _compute_contraste(traits.sans_donnee_trait, traits.sans_donnee_fond) >= 4.5
    assert _compute_contraste(traits.contour, traits.halo) >= 3
    assert _compute_contraste(traits.barre_ici, traits.barre) >= 3
    assert _compute_contraste(traits.barre_ici, traits.halo) >= 3
    for couleurs in SEQUENTIELLES.values():
        assert max(_compute_contraste(traits.contour, c) for c in couleurs) >= 3
        for couleur in couleurs:
            seen = max(_compute_contraste(couleur, traits.contour), _compute_contraste(couleur, traits.halo))
            assert seen >= 3
            # The hatching is no class, even when its lines are too thin to be seen.
            assert _compute_ecart(traits.sans_donnee_fond, couleur, "niveaux de gris") >= ECART_MIN


@pytest.mark.parametrize("nombre", range(8))
def test_few_classes_take_distinct_colours_of_the_smallest_palette(nombre: int) -> None:
    taille, rangs = choose_teintes(nombre)
    assert taille == max(nombre, 5)
    assert len(rangs) == nombre
    assert list(rangs) == sorted(set(rangs))
    assert all(rang < taille for rang in rangs)


def _read_jetons(bloc: str) -> dict[str, str]:
    jetons = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{3,6});", bloc))
    return {nom: "#" + "".join(2 * c for c in v[1:]) if len(v) == 4 else v for nom, v in jetons.items()}


def test_pages_have_the_same_colours() -> None:
    feuille = (RACINE / "static/css/tokens.css").read_text(encoding="utf-8")
    clair, reste = feuille.split("@media (prefers-color-scheme: dark)")
    sombre, papier = reste.split("@media print")
    clairs, sombres = list_jetons(), list_jetons(sombre=True)
    assert clairs.items() <= _read_jetons(clair).items()
    assert sombres.items() <= _read_jetons(sombre.split("@media")[0]).items()
    assert clairs.items() <= _read_jetons(papier).items()
    assert len({f"--seq-{n}-{rang}" for n in (5, 6, 7) for rang in range(n)} & clairs.keys()) == 18


def test_every_colour_of_a_map_has_its_rule() -> None:
    feuille = (RACINE / "static/css/features/cartes_statistiques.css").read_text(encoding="utf-8")
    for jeton in list_jetons():
        assert f"var({jeton})" in feuille, jeton
