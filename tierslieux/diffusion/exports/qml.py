"""The style of the layer of places for QGIS: one colour for each kind, with its name in French. Pure."""

from __future__ import annotations

import colorsys
from xml.etree import ElementTree as ET

from tierslieux.lieux.enums import GENRES_TIERS_LIEU, Genre

# A place has its first kind's colour: kinds are listed from the most telling to the least.
_EXPRESSION = "regexp_substr(\"genres\", '^([^|]+)')"
_TAILLE_MM = 2.6
# Third places from yellow to pink, places of help from green to violet: two families that the eye keeps apart.
_TEINTES_TIERS_LIEU = (0.90, 1.16)
_TEINTES_AIDE = (0.27, 0.80)
_GRIS = (128, 128, 128)

# Red, green, blue, 0 to 255.
Couleur = tuple[int, int, int]


def render_qml() -> str:
    """The style as a QML document."""
    racine = ET.Element("qgis", version="3.28.0", styleCategories="Symbology")
    rendu = ET.SubElement(
        racine,
        "renderer-v2",
        {"type": "categorizedSymbol", "attr": _EXPRESSION, "symbollevels": "0", "enableorderby": "0"},
    )
    categories, symboles = ET.SubElement(rendu, "categories"), ET.SubElement(rendu, "symbols")
    classes = [(genre.value, genre.libelle, couleur) for genre, couleur in build_couleurs().items()]
    for rang, (valeur, libelle, couleur) in enumerate([*classes, ("", "Type inconnu", _GRIS)]):
        ET.SubElement(
            categories,
            "category",
            {"symbol": str(rang), "value": valeur, "label": libelle, "render": "true", "type": "string"},
        )
        symboles.append(_build_symbole(str(rang), couleur))
    ET.SubElement(racine, "layerGeometryType").text = "0"
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(racine, encoding="unicode")


def build_couleurs() -> dict[Genre, Couleur]:
    """A colour for each kind."""
    couleurs = {}
    for famille, (debut, fin) in ((True, _TEINTES_TIERS_LIEU), (False, _TEINTES_AIDE)):
        genres = [genre for genre in Genre if (genre in GENRES_TIERS_LIEU) is famille]
        for rang, genre in enumerate(genres):
            teinte = (debut + (fin - debut) * rang / (len(genres) - 1)) % 1
            # Neighbours on the wheel are one light, one dark.
            rouge, vert, bleu = colorsys.hls_to_rgb(teinte, (0.36, 0.5)[rang % 2], 0.75)
            couleurs[genre] = (round(rouge * 255), round(vert * 255), round(bleu * 255))
    return {genre: couleurs[genre] for genre in Genre}


def _build_symbole(nom: str, couleur: Couleur) -> ET.Element:
    symbole = ET.Element("symbol", {"name": nom, "type": "marker", "alpha": "1", "clip_to_extent": "1"})
    couche = ET.SubElement(symbole, "layer", {"class": "SimpleMarker", "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(couche, "Option", type="Map")
    for cle, texte in {
        "color": ",".join(map(str, couleur)) + ",255",
        "name": "circle",
        "outline_color": "255,255,255,255",
        "outline_width": "0.3",
        "outline_width_unit": "MM",
        "size": str(_TAILLE_MM),
        "size_unit": "MM",
    }.items():
        ET.SubElement(options, "Option", {"name": cle, "value": texte, "type": "QString"})
    return symbole
