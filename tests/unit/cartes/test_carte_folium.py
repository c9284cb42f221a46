"""The map to download: whole, without any outside address, and texts of the data stay texts."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import shapely

from tierslieux.cartes.carte_folium import LIEUX_MAX, LieuCarte, build_carte_folium
from tierslieux.cartes.choroplethe import AireSource
from tierslieux.cartes.classes import ModeClasses, build_classes
from tierslieux.cartes.palettes import SEQUENTIELLES
from tierslieux.core.types import Position

HOSTILE = "</script><script>alert(1)</script> \"d’Arc\" 'L' {{ 7*7 }} <b>"
AIRES = [
    AireSource("1", "Brest", shapely.box(-4.6, 48.3, -4.4, 48.5)),
    AireSource("2", HOSTILE, shapely.box(-4.4, 48.3, -4.2, 48.5)),
    AireSource("3", "Sans donnée", shapely.box(-4.2, 48.3, -4.0, 48.5)),
    AireSource("4", "Sans contour", None),
]
VALEURS = {"1": 10.0, "2": 20.0, "4": 10.0}


@pytest.fixture
def leaflet(tmp_path: Path) -> Path:
    """Files that stand for the library, with what theirs have: addresses, images, comments."""
    (tmp_path / "leaflet.css").write_text(
        "/* https://bugs.example/1 */ .leaflet-x { background: url(images/layers.png) }", encoding="utf-8"
    )
    (tmp_path / "leaflet.js").write_text(
        "/* Leaflet https://leafletjs.com */ var L = {Control: {}};\n//# sourceMappingURL=leaflet.js.map",
        encoding="utf-8",
    )
    return tmp_path


class _Lecteur(HTMLParser):
    """Every element with its attributes, and the texts outside scripts and sheets."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texte = ""
        self.scripts: list[str] = []
        self.feuilles: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        dernier = self.elements[-1][0] if self.elements else ""
        if dernier == "script" and self.cdata_elem:
            self.scripts.append(data)
        elif dernier == "style" and self.cdata_elem:
            self.feuilles.append(data)
        else:
            self.texte += data


def _build(leaflet_dir: Path, **autres: object) -> str:
    classes = build_classes([VALEURS.get(aire.code) for aire in AIRES], ModeClasses.QUANTILES, 5, unite="%")
    arguments: dict[str, object] = {
        "titre": f"Finistère {HOSTILE}",
        "description": "Part des habitants",
        "sources": ["INSEE, recensement", HOSTILE],
        "date": "2022",
        "textes": {"1": "10 %", "2": HOSTILE, "4": "10 %"},
        "lieux": [LieuCarte(HOSTILE, Position(-4.5, 48.4), (HOSTILE,))],
        "leaflet_dir": leaflet_dir,
    }
    return build_carte_folium(AIRES, VALEURS, classes, **(arguments | autres))  # type: ignore[arg-type] - of a test


def test_the_file_asks_for_nothing(leaflet: Path) -> None:
    page = _build(leaflet)
    lu = _Lecteur(page)
    for tag, attributs in lu.elements:
        assert "src" not in attributs, tag
        assert "href" not in attributs, tag
        assert tag not in {"link", "iframe", "img", "object", "embed", "base"}
    assert not re.findall(r"url\((?!data:|#)|@import", " ".join(lu.feuilles))
    assert set(re.findall(r"(?:https?:)?//[a-z][^\s\"'<>)]*", page)) <= {"http://www.w3.org/2000/svg"}
    politique = next(a for _, a in lu.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert str(politique["content"]).startswith("default-src 'none'")


def test_texts_of_the_data_stay_texts(leaflet: Path) -> None:
    lu = _Lecteur(_build(leaflet))
    assert not [tag for tag, _ in lu.elements if tag == "b"]
    assert HOSTILE in lu.texte
    assert not any("alert(1)</script>" in script for script in lu.scripts)
    # Read back as a browser's JSON reader does, the name is what it was.
    assert any(json.dumps(HOSTILE, ensure_ascii=True)[1:8].replace("<", "\\u003c") in s for s in lu.scripts)
    assert "{{ 7*7 }}" in lu.texte


def test_legend_colours_sources_and_date(leaflet: Path) -> None:
    lu = _Lecteur(_build(leaflet))
    script = " ".join(lu.scripts)
    # Two values: the second and the fourth of five colours; the area without figure is hatched.
    assert SEQUENTIELLES[5][1] in script
    assert SEQUENTIELLES[5][3] in script
    assert "url(#hachures)" in script
    assert "10\u00a0% (2)" in lu.texte
    assert "20\u00a0% (1)" in lu.texte
    assert "pas de donnée (1)" in lu.texte
    assert "lieu (1)" in lu.texte
    assert "INSEE, recensement" in lu.texte
    assert "Date\u00a0: 2022" in lu.texte
    assert dict(lu.elements)["html"] == {"lang": "fr"}
    assert [attributs["aria-label"] for _, attributs in lu.elements if attributs.get("role") == "main"] == ["Carte"]
    vue = next(attributs for _, attributs in lu.elements if attributs.get("name") == "viewport")
    assert "scal" not in str(vue["content"]).replace("initial-scale", "")


def test_positions_are_the_right_way_round(leaflet: Path) -> None:
    script = " ".join(_Lecteur(_build(leaflet)).scripts)
    bornes = re.search(r"fitBounds\(\s*(\[\[.*?\]\])", script)
    assert bornes is not None
    assert json.loads(bornes[1]) == [[48.3, -4.6], [48.5, -4.0]]
    assert "[-4.5, 48.4]" in script


def test_too_much_and_too_little_are_refused(leaflet: Path) -> None:
    lieu = LieuCarte("Lieu", Position(-4.5, 48.4))
    with pytest.raises(ValueError, match="3001"):
        _build(leaflet, lieux=[lieu] * (LIEUX_MAX + 1))
    classes = build_classes([None], ModeClasses.QUANTILES, 5)
    with pytest.raises(ValueError, match="nothing"):
        build_carte_folium(AIRES[3:], {}, classes, titre="", description="", sources=[], date="", leaflet_dir=leaflet)
