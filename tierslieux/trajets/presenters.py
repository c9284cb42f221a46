"""Context of the page that tells how travel times are obtained. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

from pyproj import Geod

from tierslieux.core.textes import N_
from tierslieux.trajets.estimation import (
    PREMIERE_PARTIE_M,
    SEUILS_HAB_KM2,
    Densite,
    Hypotheses,
    compute_duree,
    get_hypotheses,
)
from tierslieux.trajets.externes import Service
from tierslieux.trajets.extrait import Provenance
from tierslieux.trajets.moteur import Mode
from tierslieux.trajets.vitesses import ATTENTES, LIMITE_MIN, RACCORD_MAX_M, VITESSES, Attentes, Vitesses

EXEMPLES_M = (1_000, 5_000, 20_000)

_GEODE = Geod(ellps="GRS80")

# What OpenStreetMap's classes of road are called by people, in the order of the table of speeds.
LIBELLES_VOIES: Mapping[str, str] = MappingProxyType(
    {
        "motorway": N_("autoroute"),
        "motorway_link": N_("bretelle d’autoroute"),
        "trunk": N_("voie rapide"),
        "trunk_link": N_("bretelle de voie rapide"),
        "primary": N_("grande route"),
        "primary_link": N_("bretelle de grande route"),
        "secondary": N_("route moyenne"),
        "secondary_link": N_("bretelle de route moyenne"),
        "tertiary": N_("petite route"),
        "tertiary_link": N_("bretelle de petite route"),
        "unclassified": N_("route de campagne"),
        "road": N_("route d’un type inconnu"),
        "residential": N_("rue"),
        "living_street": N_("rue où les piétons ont la priorité"),
        "service": N_("allée ou parking"),
        "cycleway": N_("piste cyclable"),
        "busway": N_("voie de bus"),
        "track": N_("chemin de terre"),
        "bridleway": N_("chemin pour les chevaux"),
        "path": N_("sentier"),
        "footway": N_("chemin pour les piétons"),
        "pedestrian": N_("rue piétonne"),
        "platform": N_("quai"),
        "corridor": N_("couloir"),
        "steps": N_("escalier"),
    }
)


@dataclass(frozen=True, slots=True)
class LigneHypotheses:
    """What is assumed for one class of density, and what it gives: (straight line in metres, minutes)."""

    densite: Densite
    hypotheses: Hypotheses
    exemples: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class LigneVitesses:
    """Speeds on one class of road; `libelle` is its French name, to be translated."""

    libelle: str
    vitesses: Vitesses


@dataclass(frozen=True, slots=True)
class RoutesChargees:
    """The roads of the loaded extract: the day of its data (None when it does not say), and what it covers.

    `ouest`, `sud`, `est`, `nord` in degrees (EPSG:4326); `largeur_m` and `hauteur_m` of that box at its middle.
    """

    date: dt.date | None
    ouest: float
    sud: float
    est: float
    nord: float
    largeur_m: float
    hauteur_m: float
    vitesses: tuple[LigneVitesses, ...]
    attentes: tuple[tuple[Mode, Attentes], ...]
    raccord_max_m: float = RACCORD_MAX_M
    limite_min: float = LIMITE_MIN


@dataclass(frozen=True, slots=True)
class MethodePage:
    """The page /temps-de-trajet: for each mode, its lines.

    `routes` is there when the roads of an extract are followed, `service` when an outside service is asked; with
    neither, all is estimated. `seuils` are people per km², the greatest first.
    """

    routes: RoutesChargees | None
    service: Service | None
    modes: tuple[tuple[Mode, tuple[LigneHypotheses, ...]], ...]
    seuils: tuple[int, ...] = tuple(seuil for seuil, _ in SEUILS_HAB_KM2)
    premiere_partie_m: int = PREMIERE_PARTIE_M


def build_methode_page(provenance: Provenance | None = None, service: Service | None = None) -> MethodePage:
    """Every assumption, read from where the engines read them; `provenance` is that of the road graph in use."""
    return MethodePage(
        _build_routes(provenance) if provenance else None,
        service,
        tuple((mode, tuple(_build_ligne(densite, mode) for densite in Densite)) for mode in Mode),
    )


def _build_ligne(densite: Densite, mode: Mode) -> LigneHypotheses:
    hypotheses = get_hypotheses(densite, mode)
    return LigneHypotheses(densite, hypotheses, tuple((d, compute_duree(d, hypotheses)) for d in EXEMPLES_M))


def _build_routes(provenance: Provenance) -> RoutesChargees:
    ouest, sud, est, nord = provenance.bbox
    milieu_lon, milieu_lat = (ouest + est) / 2, (sud + nord) / 2
    return RoutesChargees(
        date=_read_date(provenance.edition),
        ouest=ouest,
        sud=sud,
        est=est,
        nord=nord,
        largeur_m=_GEODE.inv(ouest, milieu_lat, est, milieu_lat)[2],
        hauteur_m=_GEODE.inv(milieu_lon, sud, milieu_lon, nord)[2],
        vitesses=tuple(LigneVitesses(LIBELLES_VOIES[voie], vitesses) for voie, vitesses in VITESSES.items()),
        attentes=tuple(ATTENTES.items()),
    )


def _read_date(edition: str | None) -> dt.date | None:
    """The day of an extract, which its header gives as an instant."""
    with suppress(ValueError):
        return dt.datetime.fromisoformat(edition).date() if edition else None
    return None
