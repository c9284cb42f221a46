"""The map of a report as one file that opens offline: areas by minutes after, places, candidates. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from tierslieux.cartes.carte_folium import LIEUX_MAX, GenreLieu, LieuCarte, build_carte_folium
from tierslieux.cartes.choroplethe import AireSource
from tierslieux.cartes.classes import Classe, Classes, ModeClasses
from tierslieux.cartes.palettes import SEQUENTIELLES, TRAITS
from tierslieux.config import RACINE
from tierslieux.core.types import Position
from tierslieux.couverture.enums import SEUILS_MIN
from tierslieux.filtres import format_nombre, protect_espaces
from tierslieux.planification.carte import CLASSES, average_par
from tierslieux.planification.presenters import format_compte, format_minutes
from tierslieux.planification.rapports.donnees import Donnees
from tierslieux.planification.rapports.textes import write_donnees, write_question, write_titre
from tierslieux.planification.terrain import Site

LEAFLET = RACINE / "static/vendor/leaflet"
CANDIDAT = GenreLieu("bâtiment qui pourrait accueillir un lieu", 3, TRAITS.halo, TRAITS.contour)
OUVERT = GenreLieu("lieu ouvert aujourd’hui", 5, TRAITS.contour, TRAITS.halo)
FERME = GenreLieu("lieu fermé", 6, TRAITS.sans_donnee_trait, TRAITS.halo, 2)
PROPOSE = GenreLieu("nouveau lieu", 9, SEQUENTIELLES[5][0], TRAITS.contour, 3)
# Degrees around the areas beyond which an open place is not drawn.
_MARGE_DEG = 0.1
_TEINTES = 5


def render_carte(donnees: Donnees) -> str | None:
    """The file; None where there is nothing to draw. No outside address, no date but that of the data."""
    lieux = _list_lieux(donnees)
    if not donnees.contours and not lieux:
        return None
    durees = average_par(donnees.terrain, donnees.evaluation.etat_apres.durees_min, donnees.niveau_carte)
    return build_carte_folium(
        [AireSource(contour.code, contour.nom, contour.geometrie) for contour in donnees.contours],
        durees,
        _build_classes([durees.get(contour.code) for contour in donnees.contours]),
        lieux,
        titre=protect_espaces(write_titre(donnees)),
        description=protect_espaces(_describe(donnees, lieux)),
        sources=("personnes et lieux : voir le rapport", f"temps : {_write_moteur(donnees)}"),
        date=protect_espaces(write_donnees(donnees).rstrip(".")),
        leaflet_dir=LEAFLET,
        textes={code: f"{format_minutes(duree)} en moyenne" for code, duree in durees.items()},
    )


def _write_moteur(donnees: Donnees) -> str:
    return "estimés d’après la distance" if donnees.terrain.is_estime else "par les routes (OpenStreetMap)"


def _describe(donnees: Donnees, lieux: list[LieuCarte]) -> str:
    texte = "Couleur : temps moyen pour aller au lieu ouvert le plus proche, une fois les nouveaux lieux ouverts."
    if donnees.resultat is not None:
        texte = f"{write_question(donnees.etude)} {texte}"
    if donnees.candidats and not any(lieu.genre == CANDIDAT for lieu in lieux):
        texte += (
            f" Les {format_nombre(len(donnees.candidats))} bâtiments étudiés sont trop nombreux pour être dessinés."
        )
    return texte


def _build_classes(durees: list[float | None]) -> Classes:
    """The fixed thresholds of all maps of studies; a time equal to a threshold is within it."""
    connues = [duree for duree in durees if duree is not None]
    bornes = [0.0, *(seuil + 1e-9 for seuil in SEUILS_MIN), float("inf")]
    classes = tuple(
        Classe(rang, bas, haut, sum(bas <= duree < haut for duree in connues), libelle, rang)
        for rang, (bas, haut, libelle) in enumerate(zip(bornes[:-1], bornes[1:], CLASSES, strict=True))
    )
    return Classes(ModeClasses.EGALES, "minutes", classes, len(durees) - len(connues), _TEINTES, None)


def _list_lieux(donnees: Donnees) -> list[LieuCarte]:
    """Candidates under open places, new ones over all; without candidates when there are too many to draw."""
    evaluation, terrain = donnees.evaluation, donnees.terrain
    nouveaux = {site.code for site in donnees.sites}
    ouverts = [terrain.sites[rang] for rang in np.flatnonzero(evaluation.etat_apres.ouverts)]
    proches = [site for site in _keep_proches(donnees, ouverts) if site.code not in nouveaux]
    dessus = [
        *(_mark(site, OUVERT) for site in proches),
        *(_mark(site, FERME) for site in evaluation.sites_fermes),
        *_list_nouveaux(donnees),
    ]
    candidats = [_mark(site, CANDIDAT) for site in donnees.candidats]
    if len(dessus) > LIEUX_MAX:
        return list(_list_nouveaux(donnees))[:LIEUX_MAX]
    return [*candidats, *dessus] if len(candidats) + len(dessus) <= LIEUX_MAX else dessus


def _keep_proches(donnees: Donnees, sites: Iterable[Site]) -> Iterator[Site]:
    """Those in the box of the points where people live, or just around."""
    points = donnees.terrain.points
    ouest, est = float(points.lon.min()) - _MARGE_DEG, float(points.lon.max()) + _MARGE_DEG
    sud, nord = float(points.lat.min()) - _MARGE_DEG, float(points.lat.max()) + _MARGE_DEG
    return (site for site in sites if ouest <= site.lon <= est and sud <= site.lat <= nord)


def _list_nouveaux(donnees: Donnees) -> Iterator[LieuCarte]:
    gains = {p.site.code: p.gain for p in donnees.resultat.sites} if donnees.resultat else {}
    for rang, site in enumerate(donnees.sites, start=1):
        lignes = (f"Gain : {format_compte(gains[site.code])} personnes",) if site.code in gains else ()
        yield _mark(site, PROPOSE, f"{rang}. {site.nom}", lignes)


def _mark(site: Site, genre: GenreLieu, nom: str | None = None, lignes: tuple[str, ...] = ()) -> LieuCarte:
    dites = (genre.libelle, *((site.commune_nom,) if site.commune_nom else ()), *lignes)
    return LieuCarte(nom or site.nom, Position(site.lon, site.lat), tuple(map(protect_espaces, dites)), genre)
