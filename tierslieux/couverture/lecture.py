"""Read what a computation needs: communes with their people, points, places. Statements: sql/couverture.sql."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from sqlalchemy.orm import Session

from tierslieux.core.db import Rangee
from tierslieux.core.sql import load_block
from tierslieux.couverture.bassins import find_bassin
from tierslieux.couverture.communes import Communes
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.geodesie import locate, measure_cordes
from tierslieux.couverture.heures import compute_heures_semaine
from tierslieux.couverture.hypotheses import SURFACE_REPARTIE_KM2, build_empreinte, build_empreinte_points
from tierslieux.couverture.methodes import DENSITES, Flottants, Points
from tierslieux.couverture.points import PointCommune, Siege, build_points_commune, build_points_ville
from tierslieux.couverture.volets import CIBLES, Lieux
from tierslieux.indicateurs import services as indicateurs
from tierslieux.indicateurs.incertitude import rank_codes
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.estimation import Densite

SQL = Path(__file__).parent / "sql" / "couverture.sql"

# People in work who live in a commune: who may look for a third place.
ACTIFS = "actifs_occupes"


@dataclass(frozen=True, slots=True)
class LieuLu:
    """A place as the database has it; `heures` None when they are not known."""

    id: int
    cibles: tuple[str, ...]
    commune_code: str | None
    lon: float
    lat: float
    horaires: str | None
    heures: float | None


def read_empreinte(session: Session, moteur: str) -> str:
    """Digest of all that decides of the results but places: assumptions, territories, indicators, engine."""
    territoires = session.execute(load_block(SQL, "get_empreinte_territoires")).one_or_none()
    editions = session.execute(load_block(SQL, "list_editions_indicateurs")).all()
    return build_empreinte(repr(territoires and territoires.sha256), repr(editions), moteur)


def read_empreinte_points(session: Session) -> str:
    """Digest of what decides of the points that are not cells."""
    territoires = session.execute(load_block(SQL, "get_empreinte_territoires")).one_or_none()
    return build_empreinte_points(repr(territoires and territoires.sha256))


def build_points(session: Session) -> list[PointCommune]:
    """The points of every commune that has no cell of a grid, by code."""
    carroyees = set(session.scalars(load_block(SQL, "list_communes_carroyees")))
    sieges: dict[str, Siege] = {}
    arrondissements: dict[str, list[Siege]] = {}
    for r in session.execute(load_block(SQL, "list_sieges")):
        siege = Siege(r.lon, r.lat, r.est_mairie, r.population)
        if r.niveau == Niveau.ARRONDISSEMENT:
            arrondissements.setdefault(r.commune_code, []).append(siege)
        else:
            sieges[r.code] = siege
    grandes = {
        r.code: (r.surface_km2, shapely.from_wkb(bytes(r.contour)))
        for r in session.execute(load_block(SQL, "list_grandes"), {"surface_m2": SURFACE_REPARTIE_KM2 * 1e6})
    }
    points: list[PointCommune] = []
    for code, siege in sieges.items():
        if code in carroyees:
            continue
        ville = build_points_ville(code, arrondissements[code]) if code in arrondissements else []
        points += ville or build_points_commune(code, siege, *grandes.get(code, (None, None)))
    return points


def read_communes(session: Session) -> Communes:
    """Every commune with its people and their needs, without its points: see `locate_communes`."""
    rangees = session.execute(load_block(SQL, "list_communes")).all()
    codes, epcis, departements, regions = (np.array([r[k] for r in rangees], dtype=np.str_) for k in range(4))
    rangs = {str(code): rang for rang, code in enumerate(codes)}
    densites = indicateurs.list_densites(session)
    vides = {nom: np.full(len(rangees), np.nan) for nom in ("parts", "personnes_15", "actifs", "lon", "lat", "rayon_m")}
    codes_regions, rangs_regions = rank_codes(regions)
    ecart_regions, ecarts, annee = np.zeros(len(codes_regions)), np.zeros(2), 0
    besoins = indicateurs.load_besoins(session)
    if besoins is not None:
        ou = np.array([rangs[str(code)] for code in besoins.communes], dtype=np.int64)
        vides["parts"][ou], vides["personnes_15"][ou] = besoins.parts, besoins.personnes_15
        # Deviations are given by the rank of the régions that have a figure.
        ecart_regions[rangs_regions[ou]] = besoins.ecarts.regions[besoins.rangs_regions]
        ecarts, annee = np.array([besoins.ecarts.epci, besoins.ecarts.commune]), besoins.annee
    for code, valeur in _read_actifs(session).items():
        if code in rangs:
            vides["actifs"][rangs[code]] = valeur
    codes_epcis, rangs_epcis = rank_codes(epcis)
    codes_departements, rangs_departements = rank_codes(departements)
    return Communes(
        codes=codes,
        epcis=codes_epcis,
        departements=codes_departements,
        regions=codes_regions,
        rangs_epcis=rangs_epcis,
        rangs_departements=rangs_departements,
        rangs_regions=rangs_regions,
        population=np.array([r.population for r in rangees], dtype=np.float64),
        densite=np.array([DENSITES.index(densites.get(str(c), Densite.RURALE)) for c in codes], dtype=np.int64),
        bassin=np.full(len(rangees), -1, dtype=np.int64),
        ecart_regions=ecart_regions,
        ecarts=ecarts,
        annee=np.array([annee]),
        **vides,
    )


def _read_actifs(session: Session) -> Mapping[str, float]:
    millesimes = indicateurs.list_millesimes(session, ACTIFS)
    if not millesimes:
        return {}
    valeurs = indicateurs.list_niveau(session, ACTIFS, millesimes[0], Niveau.COMMUNE)
    return {v.code: v.valeur for v in valeurs if v.valeur is not None}


def read_points(session: Session, communes: Communes, codes: Sequence[str] | None = None) -> Points:
    """The points of every commune, or of those, by code."""
    bloc, valeurs = ("list_points", {}) if codes is None else ("list_points_communes", {"codes": list(codes)})
    rangees = session.execute(load_block(SQL, bloc), valeurs).all()
    rangs = {str(code): rang for rang, code in enumerate(communes.codes)} if codes is None else None
    lues = np.array([r.commune_code for r in rangees], dtype=np.str_)
    commune = (
        np.searchsorted(communes.codes, lues)
        if rangs is None
        else np.array([rangs[code] for code in lues.tolist()], dtype=np.int64)
    )
    part, lon, lat = (np.array([r[k] for r in rangees], dtype=np.float64) for k in (1, 2, 3))
    par_commune: dict[str, int] = {}
    for code, x, y in zip(lues.tolist(), lon.tolist(), lat.tolist(), strict=True):
        if code not in par_commune:
            par_commune[code] = find_bassin(code, x, y)
    bassin = np.array([par_commune[code] for code in lues.tolist()], dtype=np.int64)
    return Points(commune, lon, lat, part, communes.densite[commune], bassin, locate(lon, lat, bassin))


def locate_communes(communes: Communes, points: Points) -> None:
    """Write in `communes` where each is: a circle around its points (its first point, metres to the farthest)."""
    premiers = np.unique(points.commune, return_index=True)[1]
    vues = points.commune[premiers]
    communes.lon[vues], communes.lat[vues] = points.lon[premiers], points.lat[premiers]
    communes.bassin[vues] = points.bassin[premiers]
    centre = np.zeros(len(communes), dtype=np.int64)
    centre[vues] = premiers
    ecarts_m = measure_cordes(points.xyz, points.xyz[centre[points.commune]])
    communes.rayon_m[vues] = 0.0
    np.maximum.at(communes.rayon_m, points.commune, ecarts_m)


def read_lieux(session: Session, annee: int) -> list[LieuLu]:
    """Every published place that is one kind or more, by id; hours are those of an ordinary week of `annee`."""
    return [
        LieuLu(
            r.id, tuple(r.cibles), r.commune_code, r.lon, r.lat, r.horaires, compute_heures_semaine(r.horaires, annee)
        )
        for r in session.execute(load_block(SQL, "list_lieux"))
    ]


def build_lieux(lieux: Iterable[LieuLu | Rangee]) -> Lieux:
    """Places as arrays; of rows with the same attributes."""
    table = list(lieux)
    cibles = np.zeros((len(table), len(CIBLES)), dtype=bool)
    for rang, lieu in enumerate(table):
        for cible in lieu.cibles:
            cibles[rang, CIBLES.index(Cible(cible))] = True
    return Lieux(
        ids=np.array([lieu.id for lieu in table], dtype=np.int64),
        lon=_floats([lieu.lon for lieu in table]),
        lat=_floats([lieu.lat for lieu in table]),
        bassin=np.array([find_bassin(lieu.commune_code, lieu.lon, lieu.lat) for lieu in table], dtype=np.int64),
        heures=_floats([lieu.heures for lieu in table]),
        cibles=cibles,
    )


def _floats(valeurs: Sequence[float | None]) -> Flottants:
    return np.array([np.nan if valeur is None else valeur for valeur in valeurs], dtype=np.float64)
