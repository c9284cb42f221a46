"""A standalone map of a territory to download: one HTML file that opens without network. Flips to (lat, lon)."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import folium
import numpy as np
import shapely
from branca.element import Element
from folium.utilities import JsCode
from jinja2 import Template

from tierslieux.cartes.choroplethe import SANS_DONNEE, AireSource
from tierslieux.cartes.classes import Classes
from tierslieux.cartes.palettes import SEQUENTIELLES, TRAITS
from tierslieux.core.types import Position

LIEUX_MAX = 3_000

# About ten metres, and a file that stays under two megabytes for the communes of a région.
_DECIMALES = 4

_NOM_TIRE = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")

# The file may ask for nothing: not even what a mistake of ours would let through.
_POLITIQUE = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"

_FEUILLE = """
body { display: flex; flex-direction: column; height: 100vh; margin: 0; color: #221d17; background: #fff;
  font: 16px/1.4 system-ui, sans-serif; }
.entete, .pied { padding: 8px 16px; }
.entete h1 { margin: 0; font-size: 20px; }
.entete p, .pied p { margin: 4px 0 0; font-size: 14px; }
.folium-map { order: 1; flex: 1 1 320px; min-height: 320px; height: auto !important; background: #f3f0ea; }
.pied { order: 2; }
.legende { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0; padding: 0; list-style: none; font-size: 14px; }
.legende svg { width: 26px; height: 16px; margin-right: 6px; vertical-align: -3px; }
.leaflet-popup-content { font-size: 14px; }
.leaflet-popup-content p { margin: 2px 0; }
@media (max-width: 600px) { body { height: auto; } .folium-map { flex-basis: 70vh; } }
"""

_HACHURES = (
    '<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>'
    '<pattern id="hachures" width="8" height="8" patternUnits="userSpaceOnUse">'
    f'<rect width="8" height="8" fill="{TRAITS.sans_donnee_fond}"/>'
    f'<path d="M-2 2l4-4M0 8L8 0M6 10l4-4" stroke="{TRAITS.sans_donnee_trait}"/></pattern></defs></svg>'
)

_EN_FRANCAIS = (
    "Object.assign(L.Control.Zoom.prototype.options, {zoomInTitle: 'Agrandir', zoomOutTitle: 'Réduire'});"
    "L.Control.Scale.prototype.options.imperial = false;"
)

# Texts of the data are set as texts, never read as HTML.
_BULLE = """
function (feature, layer) {
  var lignes = feature.properties.lignes.concat(__COMMUNES__);
  var bulle = function () {
    var boite = document.createElement('div');
    lignes.forEach(function (ligne, rang) {
      var p = document.createElement('p');
      var texte = rang ? p : p.appendChild(document.createElement('strong'));
      texte.textContent = ligne;
      boite.appendChild(p);
    });
    return boite;
  };
  var etiquette = document.createElement('span');
  etiquette.textContent = feature.properties.lignes.slice(0, 2).join('\u00a0: ');
  layer.bindPopup(bulle);
  layer.bindTooltip(etiquette, {sticky: true});
}
"""


@dataclass(frozen=True, slots=True)
class GenreLieu:
    """How places of one kind are marked: `rayon` in pixels, colours, and what the legend calls them."""

    libelle: str
    rayon: int = 4
    fond: str = TRAITS.contour
    trait: str = TRAITS.halo
    epaisseur: int = 1


LIEU = GenreLieu("lieu")


@dataclass(frozen=True, slots=True)
class LieuCarte:
    """A place to mark: `lignes` are the lines of its popup under its name (plain text)."""

    nom: str
    position: Position
    lignes: tuple[str, ...] = ()
    genre: GenreLieu = LIEU


class _Brut(Element):
    """Markup of ours, which no template engine reads again."""

    _template = Template("{{ this.contenu }}")

    def __init__(self, contenu: str) -> None:
        super().__init__()
        self.contenu = contenu


def build_carte_folium(
    aires: Sequence[AireSource],
    valeurs: Mapping[str, float | None],
    classes: Classes,
    lieux: Sequence[LieuCarte] = (),
    *,
    titre: str,
    description: str,
    sources: Sequence[str],
    date: str,
    leaflet_dir: Path,
    textes: Mapping[str, str] | None = None,
) -> str:
    """The HTML of a map: areas by class, places as points, legend, title, sources and date; no outside address.

    `leaflet_dir`: folder of leaflet.js and leaflet.css (static/vendor/leaflet). `textes` by code: the figure as
    written ("12,3 %"). `date`: of the figures, as written. Raises ValueError beyond LIEUX_MAX places and when neither
    area nor place has a position.
    """
    if len(lieux) > LIEUX_MAX:
        raise ValueError(f"{len(lieux)} places: a phone draws {LIEUX_MAX} at most")
    dessinees = [aire for aire in aires if aire.geometrie is not None and not aire.geometrie.is_empty]
    points = [shapely.Point(lieu.position.lon, lieu.position.lat) for lieu in lieux]
    etendue = [*(aire.geometrie for aire in dessinees), *points]
    if not etendue:
        raise ValueError("nothing to draw")
    carte = folium.Map(tiles=None, control_scale=True, attributionControl=False, zoomSnap=0.25)
    carte.default_js, carte.default_css = [], []
    if dessinees:
        chiffres = {aire.code: (textes or {}).get(aire.code, SANS_DONNEE) for aire in dessinees}
        rangs = {aire.code: classes.find_rang(valeurs.get(aire.code)) for aire in dessinees}
        _add_aires(carte, dessinees, chiffres, _list_styles(classes, rangs), [*sources, date])
    # Kinds lie over each other in the order in which they come.
    genres = tuple(dict.fromkeys(lieu.genre for lieu in lieux))
    for genre in genres:
        _add_lieux(carte, [lieu for lieu in lieux if lieu.genre == genre], genre)
    west, south, east, north = shapely.total_bounds(np.array(etendue, dtype=object)).tolist()
    carte.fit_bounds([[south, west], [north, east]], padding=(12, 12))
    racine: Any = carte.get_root()
    racine.title = html.escape(titre)
    racine.header.add_child(
        _Brut(f'<meta http-equiv="Content-Security-Policy" content="{_POLITIQUE}">'), name="politique"
    )
    racine.header.add_child(_Brut(_embed_leaflet(leaflet_dir)), name="leaflet")
    racine.header.add_child(_Brut(f"<style>{_FEUILLE}</style>"), name="feuille")
    racine.html.add_child(_Brut(_write_entete(titre, description)), name="entete")
    legende = _write_legende(aires, valeurs, classes)
    racine.html.add_child(_Brut(_write_pied(legende, _write_genres(genres, lieux), sources, date)), name="pied")
    return _mend(racine.render())


def _mend(page: str) -> str:
    """What folium writes, made readable to all: its language, its main part, and zooming that it would forbid."""
    page = page.replace("<html>", '<html lang="fr">', 1)
    page = page.replace('<div class="folium-map"', '<div role="main" aria-label="Carte" class="folium-map"', 1)
    page = re.sub(r",\s*maximum-scale=1\.0,\s*user-scalable=no", "", page, count=1)
    return _number_noms(page)


def _number_noms(page: str) -> str:
    """The names that folium draws at random, numbered: the same map is the same file, byte for byte."""
    noms = {nom: f"{rang:032x}" for rang, nom in enumerate(dict.fromkeys(_NOM_TIRE.findall(page)))}
    return _NOM_TIRE.sub(lambda trouve: noms[trouve[0]], page)


def _embed_leaflet(dossier: Path) -> str:
    """Script and sheet of Leaflet within the page, without the addresses that they name."""
    feuille = re.sub(r"/\*.*?\*/", "", (dossier / "leaflet.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    # Images of controls that this map has not.
    feuille = re.sub(r"url\([^)]*\)", "url(data:,)", feuille)
    script = (dossier / "leaflet.js").read_text(encoding="utf-8")
    script = script.replace("https://leafletjs.com", "leafletjs.com").replace("</script", "<\\/script")
    script = re.sub(r"//# sourceMappingURL=\S*", "", script)
    return f"<style>{feuille}</style><script>{script}</script><script>{_EN_FRANCAIS}</script>"


def _list_styles(classes: Classes, rangs: Mapping[str, int | None]) -> dict[str, dict[str, object]]:
    couleurs = SEQUENTIELLES[classes.teintes]
    return {
        code: {
            "color": TRAITS.contour,
            "weight": 0.7,
            "fillColor": "url(#hachures)" if rang is None else couleurs[classes.classes[rang].teinte],
            "fillOpacity": 1,
        }
        for code, rang in rangs.items()
    }


def _add_aires(
    carte: folium.Map,
    aires: Sequence[AireSource],
    chiffres: Mapping[str, str],
    styles: Mapping[str, Mapping[str, object]],
    origine: Sequence[str],
) -> None:
    folium.GeoJson(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "id": aire.code,
                    "properties": {"lignes": [aire.nom, chiffres[aire.code]]},
                    "geometry": _round_geometrie(aire),
                }
                for aire in aires
            ],
        },
        style_function=lambda feature: styles[feature["id"]],
        on_each_feature=_write_bulle(origine),
    ).add_to(carte)


def _round_geometrie(aire: AireSource) -> dict[str, Any]:
    arrondie = shapely.transform(aire.geometrie, lambda points: points.round(_DECIMALES))
    geometrie: dict[str, Any] = shapely.geometry.mapping(arrondie)
    return geometrie


def _add_lieux(carte: folium.Map, lieux: Sequence[LieuCarte], genre: GenreLieu) -> None:
    point = folium.CircleMarker(
        radius=genre.rayon,
        weight=genre.epaisseur,
        color=genre.trait,
        fill=True,
        fill_color=genre.fond,
        fill_opacity=1,
    )
    folium.GeoJson(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "id": str(rang),
                    "properties": {"lignes": [lieu.nom, *lieu.lignes]},
                    "geometry": {
                        "type": "Point",
                        "coordinates": [round(lieu.position.lon, 5), round(lieu.position.lat, 5)],
                    },
                }
                for rang, lieu in enumerate(lieux)
            ],
        },
        marker=point,
        on_each_feature=_write_bulle([]),
    ).add_to(carte)


def _write_bulle(communes: Sequence[str]) -> JsCode:
    """What opens on a shape: its lines, then those that all have."""
    valeurs = json.dumps(list(communes), ensure_ascii=False)
    return JsCode(_BULLE.replace("__COMMUNES__", valeurs.replace("<", "\\u003c")))


def _write_entete(titre: str, description: str) -> str:
    return f'<header class="entete"><h1>{html.escape(titre)}</h1><p>{html.escape(description)}</p></header>'


def _write_legende(aires: Sequence[AireSource], valeurs: Mapping[str, float | None], classes: Classes) -> str:
    couleurs = SEQUENTIELLES[classes.teintes]
    rangs = [classes.find_rang(valeurs.get(aire.code)) for aire in aires]
    entrees = [(couleurs[c.teinte], c.libelle, rangs.count(c.rang)) for c in classes.classes]
    if None in rangs:
        entrees.append(("url(#hachures)", SANS_DONNEE, rangs.count(None)))
    return "".join(
        f'<li><svg viewBox="0 0 26 16" aria-hidden="true"><rect width="26" height="16" fill="{couleur}" '
        f'stroke="{TRAITS.sans_donnee_trait}"/></svg>{html.escape(libelle)} ({effectif})</li>'
        for couleur, libelle, effectif in entrees
    )


def _write_genres(genres: Sequence[GenreLieu], lieux: Sequence[LieuCarte]) -> str:
    """The marks in the legend, with how many there are."""
    nombres = Counter(lieu.genre for lieu in lieux)
    return "".join(
        f'<li><svg viewBox="-13 -8 26 16" aria-hidden="true"><circle r="{min(genre.rayon, 7)}" fill="{genre.fond}" '
        f'stroke="{genre.trait}" stroke-width="{genre.epaisseur}"/></svg>{html.escape(genre.libelle)} '
        f"({nombres[genre]})</li>"
        for genre in genres
    )


def _write_pied(legende: str, points: str, sources: Sequence[str], date: str) -> str:
    origine = html.escape("\u00a0; ".join(sources))
    return (
        f'{_HACHURES}<footer class="pied"><ul class="legende">{legende}{points}</ul>'
        "<p>Entre parenthèses\u00a0: nombre de territoires ou de lieux.</p>"
        f"<p>Sources\u00a0: {origine}. Date\u00a0: {html.escape(date)}.</p></footer>"
    )
