"""The page of downloads as people meet it: without script, on a phone, with a file at the end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.conftest import LARGEURS, Ouvrir, run_axe

ADRESSE = "/donnees/telecharger"


@pytest.mark.parametrize("largeur", LARGEURS)
@pytest.mark.parametrize("args", ["", "?departement=29&genre=epn", "?q=licorne"])
def test_axe_finds_nothing(ouvrir: Ouvrir, largeur: int, args: str) -> None:
    visite = ouvrir(largeur)
    visite.page.goto(ADRESSE + args)
    assert run_axe(visite.page) == []


def test_nothing_scrolls_sideways_and_targets_are_large(ouvrir: Ouvrir) -> None:
    visite = ouvrir(320)
    visite.page.goto(ADRESSE)
    assert visite.page.evaluate("document.documentElement.scrollWidth") <= 320
    petites = visite.page.evaluate(
        """() => [...document.querySelectorAll("main button, main select, main input[type=text], main label.case")]
            .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])
            .filter(([, hauteur]) => hauteur < 43.5)"""
    )
    assert petites == []


def test_from_the_sources_to_a_file_without_script(ouvrir: Ouvrir, tmp_path: Path) -> None:
    visite = ouvrir(360, script=False, accept_downloads=True)
    visite.page.goto("/donnees")
    visite.page.get_by_role("link", name="Télécharger les données").click()
    visite.page.get_by_label("Département", exact=True).select_option("29")
    visite.page.get_by_label("Type de lieu").select_option("epn")
    visite.page.get_by_role("button", name="Choisir ces lieux").click()
    # 22 of the 44 places laid around Brest.
    assert visite.page.get_by_role("status").inner_text().startswith("22 lieux.")
    with visite.page.expect_download() as attente:
        visite.page.get_by_role("link", name="GeoJSON").click()
    assert attente.value.suggested_filename.endswith("_tierslieux_lieux_Finistere.geojson")
    attente.value.save_as(tmp_path / "lieux.geojson")
    collection = json.loads((tmp_path / "lieux.geojson").read_text(encoding="utf-8"))
    assert len(collection["features"]) == collection["metadonnees"]["nombre"] == 22
