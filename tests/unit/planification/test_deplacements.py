"""Journeys spared: by hand on a straight road, and by a sum over points on invented grounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pyproj import Geod

from tests.factories.terrains import build_site, build_terrain
from tierslieux.couverture.geodesie import locate
from tierslieux.couverture.methodes import DENSITES
from tierslieux.planification.bilan import apply_gestes, compute_etat
from tierslieux.planification.deplacements import VISITES_AN, compute_epargne
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.terrain import Couche, Terrain
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.estimation import Densite, get_hypotheses
from tierslieux.trajets.moteur import Mode

ETUDE = Etude(Niveau.DEPARTEMENT, "48")
GEODE = Geod(ellps="GRS80")


def build_route(bassins: tuple[int, ...] = (0, 0)) -> Terrain:
    """Two communes of the countryside on one meridian: 100 people at the open place, 50 at a candidate 0.1° north."""
    terrain = build_terrain(0, communes=2)
    bassin = np.array(bassins)
    lon, lat = np.array([3.0, 3.0]), np.array([44.0, 44.1])
    points = replace(
        terrain.points,
        commune=np.array([0, 1]),
        lon=lon,
        lat=lat,
        part=np.array([1.0, 1.0]),
        densite=np.full(2, DENSITES.index(Densite.RURALE)),
        bassin=bassin,
        xyz=locate(lon, lat, bassin),
    )
    sites = (build_site("ouvert", 3.0, 44.0), replace(build_site("candidat", 3.0, 44.1), bassin=int(bassin[1])))
    return replace(
        terrain,
        points=points,
        poids=np.array([100.0, 50.0]),
        population=np.array([500.0, 400.0]),
        sites=sites,
        nombre_ouverts=1,
        couches=(Couche.build(sites, np.arange(2), points, Mode.VOITURE, None),),
    )


def compute(terrain: Terrain, *gestes: Geste, **options: float):
    etude = replace(ETUDE, gestes=gestes, besoin="population")
    apres, ouverts = apply_gestes(terrain, etude)
    return compute_epargne(
        apres, etude, compute_etat(apres, apres.list_ouverts()), compute_etat(apres, ouverts), **options
    )


def test_one_new_place_by_hand() -> None:
    # 0.1° of latitude at 44° N is 11,111 m, 11,112 to 11,113 on the ellipsoid. In the countryside by car: detour 1.35,
    # 50 km/h on the first 5 km, 65 beyond, 2 minutes to park.
    droite_m = 11_111.5
    minutes = 2 + 5_000 * 1.35 / 50_000 * 60 + (droite_m - 5_000) * 1.35 / 65_000 * 60
    epargne = compute(build_route(), Geste(Action.OUVRIR, "candidat"))
    assert epargne.personnes.valeur == 50
    # 2 minutes to park are left at the new place.
    assert epargne.heures_visite == pytest.approx(50 * 2 * (minutes - 2) / 60, rel=1e-3)
    assert epargne.km_visite == pytest.approx(50 * 2 * droite_m * 1.35 / 1_000, rel=1e-3)
    assert epargne.visites_an == VISITES_AN == 4
    assert (epargne.heures_an, epargne.km_an) == pytest.approx((4 * epargne.heures_visite, 4 * epargne.km_visite))
    assert epargne.sans_mesure == 0


def test_visits_are_a_parameter_that_is_told() -> None:
    epargne = compute(build_route(), Geste(Action.OUVRIR, "candidat"), visites_an=1.5)
    assert epargne.heures_an == pytest.approx(1.5 * epargne.heures_visite)
    assert "1,5\u00a0fois par an" in epargne.hypotheses[0]


def test_closing_again_costs_what_opening_spares_and_no_change_is_nothing() -> None:
    ouvrir = compute(build_route(), Geste(Action.OUVRIR, "candidat"))
    terrain = replace(build_route(), nombre_ouverts=2)
    fermer = compute(terrain, Geste(Action.FERMER, "candidat"))
    assert (fermer.heures_an, fermer.km_an) == pytest.approx((-ouvrir.heures_an, -ouvrir.km_an))
    rien = compute(build_route())
    assert (rien.heures_an, rien.km_an, rien.personnes.valeur) == (0, 0, 0)


def test_who_had_no_journey_at_all_is_counted_apart() -> None:
    epargne = compute(build_route((0, 1)), Geste(Action.OUVRIR, "candidat"))
    assert (epargne.heures_an, epargne.personnes.valeur, epargne.sans_mesure) == (0, 0, 50)


@pytest.mark.parametrize("graine", range(4))
def test_figures_are_sums_over_the_points_whose_nearest_place_changes(graine: int) -> None:
    terrain, etude = build_terrain(graine), ETUDE.add(Geste(Action.OUVRIR, "site5"), Geste(Action.FERMER, "site0"))
    terrain, ouverts = apply_gestes(terrain, etude)
    avant, apres = compute_etat(terrain, terrain.list_ouverts()), compute_etat(terrain, ouverts)
    epargne = compute_epargne(terrain, etude, avant, apres)
    heures, km, gens = 0.0, 0.0, 0.0
    for i, poids in enumerate(terrain.poids):
        de, vers = terrain.sites[avant.proches[i]], terrain.sites[apres.proches[i]]
        if de is vers:
            continue
        detour = get_hypotheses(DENSITES[terrain.points.densite[i]], Mode.VOITURE).detour
        metres = [
            GEODE.inv(terrain.points.lon[i], terrain.points.lat[i], site.lon, site.lat)[2] * detour
            for site in (de, vers)
        ]
        gens += poids
        heures += poids * 8 * (avant.durees_min[i] - apres.durees_min[i]) / 60
        km += poids * 8 * (metres[0] - metres[1]) / 1_000
    assert epargne.heures_an == pytest.approx(heures)
    assert epargne.km_an == pytest.approx(km, rel=1e-6)
    assert epargne.personnes.valeur == pytest.approx(gens)
    if gens:
        assert epargne.personnes.bas is not None
