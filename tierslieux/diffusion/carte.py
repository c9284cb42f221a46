"""The page /carte: the interactive map, and the same map drawn on the server for those who have no script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from tierslieux.cartes.apercu import ZOOM_MAX, ZOOM_MIN, Apercu, Cadre, build_apercu, fit_zoom, format_compte
from tierslieux.cartes.fond import Ville, choose_niveau, choose_villes
from tierslieux.cartes.grappes import Grappe, build_grille, compute_u, compute_v, merge_proches
from tierslieux.config import Settings
from tierslieux.contributions.evenements import services as agenda
from tierslieux.contributions.evenements.params import JOURS, Ou
from tierslieux.core.geo import ZONES_OUTRE_MER
from tierslieux.core.textes import gettext as _
from tierslieux.core.textes import ngettext
from tierslieux.core.types import Bbox, Position
from tierslieux.diffusion import queries
from tierslieux.diffusion.params import EVENEMENTS, FILTRES_LISTE, ZOOM_FRANCE, Vue
from tierslieux.extensions import get_etat, get_session
from tierslieux.filtres import format_nombre
from tierslieux.lieux import grappes
from tierslieux.lieux.enums import Besoin, Genre
from tierslieux.lieux.evenements import GenreEvenement, write_occurrence
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import Niveau

bp = Blueprint("carte", __name__)

# The five overseas départements; the other territories have no commune in our sources.
DEPARTEMENTS_OUTRE_MER = ("971", "972", "973", "974", "976")
# A cluster that cannot be told apart any more by zooming leads to the list.
ZOOM_LISTE = 17
# The list under the map stays short enough to be read; the list of places has no such bound.
POINTS_MAX = 60
# A click on a cluster shows a sixteenth of the picture.
PAS_ZOOM = 2
DECIMALES = 4


@dataclass(frozen=True, slots=True)
class Lien:
    """A link to another part of the map."""

    libelle: str
    adresse: str
    geste: str | None = None


@dataclass(frozen=True, slots=True)
class CartePage:
    """The page /carte. `lon`, `lat`, `zoom` are None for the whole of metropolitan France.

    `points` are what the map shows, from north to south, `evenements` what happens there soon, when that is asked for;
    `racine_lieu` is the address of a place without its id.
    """

    vue: Vue
    lon: str | None
    lat: str | None
    zoom: int | None
    apercu: Apercu
    resume: str
    adresse_liste: str
    points: tuple[Lien, ...]
    evenements: tuple[Lien, ...]
    racine_lieu: str
    caches: tuple[tuple[str, str], ...]
    deplacements: tuple[Lien, ...]
    raccourcis: tuple[Lien, ...]
    tuiles_url: str | None
    tuiles_attribution: str | None
    choix_besoins: tuple[Besoin, ...] = tuple(Besoin)
    choix_genres: tuple[Genre, ...] = tuple(Genre)
    genres_evenements: tuple[GenreEvenement, ...] = tuple(GenreEvenement)


@bp.get("/carte")
def show_carte() -> str:
    """The map of the part and with the filters that the query string says."""
    now = dt.datetime.now(dt.UTC)
    page = build_carte_page(get_session(), Vue.from_args(request.args), get_etat().settings, now=now)
    return render_template("carte/carte.html", page=page)


def build_origine_tuiles(tuiles_url: str) -> str:
    """The source to allow in the content security policy for these tiles: "https://*.tuiles.example" for "{s}"."""
    adresse = urlsplit(tuiles_url.replace("{s}", "*"))
    return f"{adresse.scheme}://{adresse.netloc}"


def build_carte_page(session: Session, vue: Vue, settings: Settings, *, now: dt.datetime) -> CartePage:
    """Everything that the page says `now` (aware), read from the database in four statements, or five with events."""
    cadre = vue.cadre_ou_france
    grille = build_grille(cadre.bbox, cadre.zoom)
    comptees = merge_proches(grappes.list_grappes(session, grille, vue.criteres), grille.zoom)
    contours = territoires.list_contours(session, Niveau(choose_niveau(cadre.zoom)), emprise=cadre.bbox)
    villes = choose_villes(queries.list_villes(session, cadre.bbox, cadre.zoom), cadre.zoom)
    filtres = vue.build_filtres()
    apercu = _name_rangs(
        build_apercu(
            cadre,
            contours=(contour.geometrie for contour in contours),
            villes=villes,
            grappes=comptees,
            describe=lambda grappe: _describe(grappe, cadre, filtres, villes),
        )
    )
    nombre = sum(grappe.nombre for grappe in comptees)
    centre = _format_position(cadre.centre)
    return CartePage(
        vue=vue,
        lon=centre["lon"] if vue.cadre else None,
        lat=centre["lat"] if vue.cadre else None,
        zoom=cadre.zoom if vue.cadre else None,
        apercu=apercu,
        resume=ngettext(
            "%(nombre)s lieu affiché sur la carte.",
            "%(nombre)s lieux affichés sur la carte.",
            nombre,
            nombre=format_nombre(nombre),
        ),
        adresse_liste=build_adresse_liste(cadre.centre, filtres),
        points=_list_points(apercu),
        evenements=tuple(_list_evenements(session, cadre, now)) if vue.evenements else (),
        racine_lieu=url_for("lieux.show_lieu", public_id="0").removesuffix("0"),
        caches=_list_caches(vue, centre),
        deplacements=tuple(_list_deplacements(cadre, filtres)),
        raccourcis=tuple(_list_raccourcis(filtres)),
        tuiles_url=settings.tuiles_url,
        tuiles_attribution=settings.tuiles_attribution,
    )


def build_adresse_liste(centre: Position, filtres: Mapping[str, str]) -> str:
    """The list around the middle of the map, with the same filters: the map's equivalent."""
    args: dict[str, Any] = {**_format_position(centre), **filtres}
    args.pop(EVENEMENTS, None)
    return url_for("lieux.search_lieux", **args)


def build_adresse_carte(cadre: Cadre, filtres: Mapping[str, str]) -> str:
    """The map at this place with these filters."""
    args: dict[str, Any] = {**_format_position(cadre.centre), "zoom": cadre.zoom, **filtres}
    return url_for("carte.show_carte", **args)


def _format_position(position: Position) -> dict[str, str]:
    return {"lon": f"{position.lon:.{DECIMALES}f}", "lat": f"{position.lat:.{DECIMALES}f}"}


def _describe(grappe: Grappe, cadre: Cadre, filtres: Mapping[str, str], villes: Sequence[Ville]) -> tuple[str, str]:
    """Where a cluster leads without script, and its accessible name: towns tell clusters apart."""
    if grappe.public_id:
        libelle = f"{grappe.nom}, {_(grappe.genre)}" if grappe.genre else f"{grappe.nom}"
        return url_for("lieux.show_lieu", public_id=grappe.public_id), libelle
    centre = Position(grappe.lon, grappe.lat)
    ville = _find_ville(grappe, villes)
    nombre = format_compte(grappe.nombre)
    if cadre.zoom >= ZOOM_LISTE:
        adresse = build_adresse_liste(centre, filtres)
        if ville:
            return adresse, _("%(nombre)s lieux vers %(ville)s : voir la liste", nombre=nombre, ville=ville)
        return adresse, _("%(nombre)s lieux : voir la liste", nombre=nombre)
    adresse = build_adresse_carte(Cadre(centre, min(cadre.zoom + PAS_ZOOM, ZOOM_MAX)), filtres)
    if ville:
        return adresse, _("%(nombre)s lieux vers %(ville)s : agrandir ici", nombre=nombre, ville=ville)
    return adresse, _("%(nombre)s lieux : agrandir ici", nombre=nombre)


def _find_ville(grappe: Grappe, villes: Sequence[Ville]) -> str | None:
    """The town nearest on the map, whatever its distance."""
    u, v = compute_u(grappe.lon), compute_v(grappe.lat)
    proche = min(
        villes, key=lambda ville: (compute_u(ville.lon) - u) ** 2 + (compute_v(ville.lat) - v) ** 2, default=None
    )
    return proche.nom if proche else None


def _name_rangs(apercu: Apercu) -> Apercu:
    """Each disc named with its rank among all, from north to south: two discs never bear the same name."""
    total = len(apercu.disques)
    ordonnes = sorted(apercu.disques, key=lambda disque: (disque.y, disque.x))
    noms = {
        id(disque): _("%(libelle)s. Point %(rang)s sur %(total)s.", libelle=disque.libelle, rang=rang, total=total)
        for rang, disque in enumerate(ordonnes, start=1)
    }
    return replace(apercu, disques=tuple(replace(disque, libelle=noms[id(disque)]) for disque in apercu.disques))


def _list_points(apercu: Apercu) -> tuple[Lien, ...]:
    ordonnes = sorted(apercu.disques, key=lambda disque: (disque.y, disque.x))
    return tuple(Lien(disque.libelle, disque.adresse) for disque in ordonnes[:POINTS_MAX])


def _list_evenements(session: Session, cadre: Cadre, now: dt.datetime) -> Iterable[Lien]:
    """What happens in the picture in the coming days, the nearest in time first."""
    au = now.date() + dt.timedelta(days=JOURS)
    sujets, _est_coupe = agenda.list_evenements(session, Ou(bbox=cadre.bbox), now=now, du=None, au=au)
    for un in agenda.build_agenda(sujets, now=now, du=None, au=au).rendez_vous[:POINTS_MAX]:
        evenement, lieu = un.sujet.evenement, un.sujet.lieu
        libelle = _(
            "%(genre)s : %(titre)s. %(quand)s. %(lieu)s",
            genre=_(evenement.genre.libelle),
            titre=evenement.titre,
            quand=write_occurrence(un.occurrence),
            lieu=lieu.nom,
        )
        yield Lien(libelle, url_for("lieux.show_lieu", public_id=lieu.public_id, _anchor="evenements"))


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
        yield Lien(_("Agrandir"), build_adresse_carte(Cadre(cadre.centre, cadre.zoom + 1), filtres), "plus")
    if cadre.zoom > ZOOM_MIN:
        yield Lien(_("Réduire"), build_adresse_carte(Cadre(cadre.centre, cadre.zoom - 1), filtres), "moins")
    voisins = (
        ("nord", _("Vers le nord"), Position(lon, bbox.nord)),
        ("sud", _("Vers le sud"), Position(lon, bbox.sud)),
        ("ouest", _("Vers l’ouest"), Position(bbox.ouest, lat)),
        ("est", _("Vers l’est"), Position(bbox.est, lat)),
    )
    for geste, libelle, centre in voisins:
        yield Lien(libelle, build_adresse_carte(Cadre(centre, cadre.zoom), filtres), geste)


def _list_raccourcis(filtres: Mapping[str, str]) -> Iterable[Lien]:
    args: dict[str, Any] = dict(filtres)
    yield Lien(_("France métropolitaine"), url_for("carte.show_carte", **args))
    for code in DEPARTEMENTS_OUTRE_MER:
        zone = ZONES_OUTRE_MER[code]
        emprise = Bbox(*zone.emprise)
        milieu = Position((emprise.ouest + emprise.est) / 2, (emprise.sud + emprise.nord) / 2)
        yield Lien(zone.nom, build_adresse_carte(Cadre(milieu, max(fit_zoom(emprise), ZOOM_FRANCE)), filtres))
