"""The page /carte: the interactive map, and the same map drawn on the server for those who have no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from tierslieux.cartes.apercu import ZOOM_MAX, ZOOM_MIN, Apercu, Cadre, build_apercu, fit_zoom, format_compte
from tierslieux.cartes.fond import choose_niveau, choose_villes
from tierslieux.cartes.grappes import Grappe, build_grille, merge_proches
from tierslieux.config import Settings
from tierslieux.core.geo import ZONES_OUTRE_MER
from tierslieux.core.types import Bbox, Position
from tierslieux.diffusion import queries
from tierslieux.diffusion.params import FILTRES_LISTE, ZOOM_FRANCE, Vue
from tierslieux.extensions import get_etat, get_session
from tierslieux.filtres import INSECABLE, agree, format_nombre
from tierslieux.lieux import grappes
from tierslieux.lieux.enums import Besoin, Genre
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import Niveau

bp = Blueprint("carte", __name__)

# The five overseas départements; the other territories have no commune in our sources.
DEPARTEMENTS_OUTRE_MER = ("971", "972", "973", "974", "976")
# A cluster that cannot be told apart any more by zooming leads to the list.
ZOOM_LISTE = 17
# A click on a cluster shows a sixteenth of the picture.
PAS_ZOOM = 2
DECIMALES = 4


@dataclass(frozen=True, slots=True)
class Lien:
    """A link to another part of the map."""

    libelle: str
    adresse: str


@dataclass(frozen=True, slots=True)
class CartePage:
    """The page /carte. `lon`, `lat`, `zoom` are None for the whole of metropolitan France."""

    vue: Vue
    lon: str | None
    lat: str | None
    zoom: int | None
    apercu: Apercu
    resume: str
    adresse_liste: str
    caches: tuple[tuple[str, str], ...]
    deplacements: tuple[Lien, ...]
    raccourcis: tuple[Lien, ...]
    tuiles_url: str | None
    tuiles_attribution: str | None
    choix_besoins: tuple[Besoin, ...] = tuple(Besoin)
    choix_genres: tuple[Genre, ...] = tuple(Genre)


@bp.get("/carte")
def show_carte() -> str:
    """The map of the part and with the filters that the query string says."""
    page = build_carte_page(get_session(), Vue.from_args(request.args), get_etat().settings)
    return render_template("carte/carte.html", page=page)


def build_origine_tuiles(tuiles_url: str) -> str:
    """The source to allow in the content security policy for these tiles: "https://*.tuiles.example" for "{s}"."""
    adresse = urlsplit(tuiles_url.replace("{s}", "*"))
    return f"{adresse.scheme}://{adresse.netloc}"


def build_carte_page(session: Session, vue: Vue, settings: Settings) -> CartePage:
    """Everything that the page says, read from the database in four statements."""
    cadre = vue.cadre_ou_france
    grille = build_grille(cadre.bbox, cadre.zoom)
    comptees = merge_proches(grappes.list_grappes(session, grille, vue.criteres), grille.zoom)
    contours = territoires.list_contours(session, Niveau(choose_niveau(cadre.zoom)), emprise=cadre.bbox)
    villes = choose_villes(queries.list_villes(session, cadre.bbox, cadre.zoom), cadre.zoom)
    filtres = vue.criteres.to_args()
    apercu = build_apercu(
        cadre,
        contours=(contour.geometrie for contour in contours),
        villes=villes,
        grappes=comptees,
        describe=lambda grappe: _describe(grappe, cadre, filtres),
    )
    nombre = sum(grappe.nombre for grappe in comptees)
    centre = _format_position(cadre.centre)
    return CartePage(
        vue=vue,
        lon=centre["lon"] if vue.cadre else None,
        lat=centre["lat"] if vue.cadre else None,
        zoom=cadre.zoom if vue.cadre else None,
        apercu=apercu,
        resume=f"{format_nombre(nombre)} {agree(nombre, 'lieu', 'lieux')} dans cette partie de la carte.",
        adresse_liste=build_adresse_liste(cadre.centre, filtres),
        caches=_list_caches(vue, centre),
        deplacements=tuple(_list_deplacements(cadre, filtres)),
        raccourcis=tuple(_list_raccourcis(filtres)),
        tuiles_url=settings.tuiles_url,
        tuiles_attribution=settings.tuiles_attribution,
    )


def build_adresse_liste(centre: Position, filtres: Mapping[str, str]) -> str:
    """The list around the middle of the map, with the same filters: the map's equivalent."""
    return "/recherche?" + urlencode({**_format_position(centre), **filtres})


def build_adresse_carte(cadre: Cadre, filtres: Mapping[str, str]) -> str:
    """The map at this place with these filters."""
    return "/carte?" + urlencode({**_format_position(cadre.centre), "zoom": str(cadre.zoom), **filtres})


def _format_position(position: Position) -> dict[str, str]:
    return {"lon": f"{position.lon:.{DECIMALES}f}", "lat": f"{position.lat:.{DECIMALES}f}"}


def _describe(grappe: Grappe, cadre: Cadre, filtres: Mapping[str, str]) -> tuple[str, str]:
    """Where a cluster leads without script, and its accessible name."""
    if grappe.public_id:
        genre = f", {grappe.genre}" if grappe.genre else ""
        return f"/lieux/{grappe.public_id}", f"{grappe.nom}{genre}"
    lieux = f"{format_compte(grappe.nombre)} lieux"
    centre = Position(grappe.lon, grappe.lat)
    if cadre.zoom >= ZOOM_LISTE:
        return build_adresse_liste(centre, filtres), f"{lieux}{INSECABLE}: voir la liste"
    proche = Cadre(centre, min(cadre.zoom + PAS_ZOOM, ZOOM_MAX))
    return build_adresse_carte(proche, filtres), f"{lieux}{INSECABLE}: agrandir ici"


def _list_caches(vue: Vue, centre: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What the filter form keeps without showing it: the part of the map, and filters that only other pages offer."""
    ou = [*centre.items(), ("zoom", str(vue.cadre.zoom))] if vue.cadre else []
    filtres = vue.criteres.to_args()
    autres = [(nom, filtres[nom]) for nom in ("service", *FILTRES_LISTE) if nom in filtres]
    return (*ou, *autres)


def _list_deplacements(cadre: Cadre, filtres: Mapping[str, str]) -> Iterable[Lien]:
    bbox = cadre.bbox
    lon, lat = cadre.centre.lon, cadre.centre.lat
    if cadre.zoom < ZOOM_MAX:
        yield Lien("Agrandir", build_adresse_carte(Cadre(cadre.centre, cadre.zoom + 1), filtres))
    if cadre.zoom > ZOOM_MIN:
        yield Lien("Réduire", build_adresse_carte(Cadre(cadre.centre, cadre.zoom - 1), filtres))
    voisins = {
        "Vers le nord": Position(lon, bbox.nord),
        "Vers le sud": Position(lon, bbox.sud),
        "Vers l’ouest": Position(bbox.ouest, lat),
        "Vers l’est": Position(bbox.est, lat),
    }
    for libelle, centre in voisins.items():
        yield Lien(libelle, build_adresse_carte(Cadre(centre, cadre.zoom), filtres))


def _list_raccourcis(filtres: Mapping[str, str]) -> Iterable[Lien]:
    suite = f"?{urlencode(filtres)}" if filtres else ""
    yield Lien("France métropolitaine", f"/carte{suite}")
    for code in DEPARTEMENTS_OUTRE_MER:
        zone = ZONES_OUTRE_MER[code]
        emprise = Bbox(*zone.emprise)
        milieu = Position((emprise.ouest + emprise.est) / 2, (emprise.sud + emprise.nord) / 2)
        yield Lien(zone.nom, build_adresse_carte(Cadre(milieu, max(fit_zoom(emprise), ZOOM_FRANCE)), filtres))
