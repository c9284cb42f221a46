"""The map to download opens from a folder, without network, and says what one asks it."""

from __future__ import annotations

from pathlib import Path

import shapely
from playwright.sync_api import Browser

from tierslieux.cartes.carte_folium import LieuCarte, build_carte_folium
from tierslieux.cartes.choroplethe import AireSource
from tierslieux.cartes.classes import ModeClasses, build_classes
from tierslieux.config import RACINE
from tierslieux.core.types import Position


def test_the_map_opens_without_network(chromium: Browser, tmp_path: Path) -> None:
    nom = "L’Île <b> </script><script>alert(1)</script>"
    aires = [
        AireSource("1", nom, shapely.box(-4.6, 48.3, -4.4, 48.5)),
        AireSource("2", "Landerneau", shapely.box(-4.4, 48.3, -4.2, 48.5)),
    ]
    fichier = tmp_path / "carte.html"
    fichier.write_text(
        build_carte_folium(
            aires,
            {"1": 12.3},
            build_classes([12.3, None], ModeClasses.QUANTILES, 5, unite="%"),
            [LieuCarte("Médiathèque", Position(-4.3, 48.45), ("Bibliothèque",))],
            titre="Pays de Brest",
            description="Part des habitants",
            sources=["INSEE, recensement 2022"],
            date="22 novembre 2026",
            leaflet_dir=RACINE / "static/vendor/leaflet",
            textes={"1": "12,3 %"},
        ),
        encoding="utf-8",
    )
    contexte = chromium.new_context(offline=True, viewport={"width": 360, "height": 700})
    page = contexte.new_page()
    demandes: list[str] = []
    erreurs: list[str] = []
    page.on("request", lambda demande: demandes.append(demande.url))
    page.on("pageerror", lambda erreur: erreurs.append(str(erreur)))
    page.on("console", lambda message: erreurs.append(message.text) if message.type == "error" else None)

    page.goto(fichier.as_uri())
    formes = page.locator("path.leaflet-interactive")
    formes.nth(2).wait_for()
    # Two areas and a place.
    assert formes.count() == 3
    formes.first.click()
    bulle = page.locator(".leaflet-popup-content")
    bulle.wait_for()
    assert bulle.locator("p").all_inner_texts() == [nom, "12,3 %", "INSEE, recensement 2022", "22 novembre 2026"]

    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert demandes == [fichier.as_uri()]
    assert erreurs == []
    contexte.close()
