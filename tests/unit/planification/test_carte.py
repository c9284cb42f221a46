"""The map of a study: classes with fixed bounds, means by commune, marks of places before and after."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from tests.factories.terrains import build_terrain
from tierslieux.cartes.reperes import FERME, OUVERT, PROPOSE
from tierslieux.planification.bilan import compute_etat
from tierslieux.planification.carte import CLASSES, average_par, draw_carte_etude, find_classe, write_reseau
from tierslieux.planification.terrain import Terrain
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import Contour


def build_contours(terrain: Terrain) -> list[Contour]:
    communes = terrain.communes
    return [
        Contour(str(code), nom, shapely.box(lon - 0.02, lat - 0.02, lon + 0.02, lat + 0.02))
        for code, nom, lon, lat in zip(communes.codes, terrain.noms, communes.lon, communes.lat, strict=True)
    ]


@pytest.mark.parametrize(
    ("duree_min", "classe"),
    [(0.0, 0), (10.0, 0), (10.1, 1), (15.0, 1), (20.0, 2), (20.5, 3), (30.0, 3), (31.0, 4), (500.0, 4), (None, None)],
)
def test_a_time_equal_to_a_threshold_is_within_it(duree_min: float | None, classe: int | None) -> None:
    assert find_classe(duree_min) == classe
    assert len(CLASSES) == 5


def test_means_are_those_of_the_people_of_each_commune() -> None:
    terrain = build_terrain(1, communes=3)
    # Two points in each commune, with 60 % and 40 % of its people.
    durees = np.array([10.0, 20.0, 5.0, np.inf, np.inf, np.inf])
    moyennes = average_par(terrain, durees, Niveau.COMMUNE)
    assert moyennes == {"48000": pytest.approx(14.0), "48001": pytest.approx(5.0), "48002": None}
    # Over the département: (14 x people of the first + 5 x 60 % of those of the second) / as many people.
    gens = terrain.communes.population
    attendu = (14 * gens[0] + 5 * 0.6 * gens[1]) / (gens[0] + 0.6 * gens[1])
    assert average_par(terrain, durees, Niveau.DEPARTEMENT) == {"48": pytest.approx(attendu)}


def test_the_legend_counts_every_commune_and_every_place() -> None:
    terrain = build_terrain(2)
    etat = compute_etat(terrain, terrain.list_ouverts())
    carte = draw_carte_etude(
        build_contours(terrain),
        terrain,
        etat,
        titre="Aujourd’hui",
        proposes=terrain.sites[4:6],
        fermes=terrain.sites[:1],
    )
    assert carte is not None
    assert sum(entree.effectif for entree in carte.legende) == 20
    assert [entree.libelle for entree in carte.legende][: len(CLASSES)] == list(CLASSES)
    # Three are open, of which one is shown closed.
    assert {e.genre: e.effectif for e in carte.legende_reperes} == {OUVERT: 2, PROPOSE: 2, FERME: 1}
    proposes = next(g for g in carte.cadres[0].reperes if g.genre == PROPOSE)
    assert [(r.numero, r.code) for r in proposes.reperes] == [("1", "site4"), ("2", "site5")]


def test_more_open_places_never_darken_a_commune() -> None:
    terrain = build_terrain(3)
    contours = build_contours(terrain)

    def list_classes(ouverts: np.ndarray) -> dict[str, int]:
        carte = draw_carte_etude(contours, terrain, compute_etat(terrain, ouverts), titre="")
        assert carte is not None
        return {f.texte.partition("\u00a0")[0]: int(g.css[-1]) for g in carte.cadres[0].groupes for f in g.formes}

    avant, apres = list_classes(terrain.list_ouverts()), list_classes(np.ones(len(terrain.sites), dtype=bool))
    assert avant.keys() == apres.keys()
    assert all(apres[nom] <= avant[nom] for nom in avant)
    assert apres != avant


def test_communes_without_any_journey_are_said_so() -> None:
    terrain = build_terrain(4)
    aucun = np.zeros(len(terrain.sites), dtype=bool)
    carte = draw_carte_etude(build_contours(terrain), terrain, compute_etat(terrain, aucun), titre="")
    assert carte is not None
    assert [(e.libelle, e.effectif) for e in carte.legende if e.effectif] == [("aucun trajet connu", 20)]
    assert carte.legende_reperes == ()


def test_without_outlines_there_is_no_map() -> None:
    terrain = build_terrain(5)
    assert draw_carte_etude([], terrain, compute_etat(terrain, terrain.list_ouverts()), titre="") is None


def test_the_net_over_the_map_gives_the_degrees_of_its_corners() -> None:
    terrain = build_terrain(6)
    carte = draw_carte_etude(build_contours(terrain), terrain, compute_etat(terrain, terrain.list_ouverts()), titre="")
    assert carte is not None
    noeuds = [tuple(map(float, noeud.split(","))) for noeud in write_reseau(carte.cadres[0].grille).split(" ")]
    assert len(noeuds) == 36
    lons, lats = zip(*noeuds, strict=True)
    emprise = shapely.total_bounds([contour.geometrie for contour in build_contours(terrain)])
    # The frame holds all communes.
    assert min(lons) <= emprise[0]
    assert max(lons) >= emprise[2]
    assert min(lats) <= emprise[1]
    assert max(lats) >= emprise[3]
    # From the top left corner, eastwards then southwards.
    assert noeuds[0][0] < noeuds[5][0]
    assert noeuds[0][1] > noeuds[30][1]
