"""Clusters counted by the view and by the places themselves: same cells, same counts, same filters."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.foule import make_foule
from tests.factories.lieux import make_lieu
from tierslieux.cartes.grappes import Grappe, build_grille
from tierslieux.core.db import Stmt
from tierslieux.core.types import Bbox
from tierslieux.lieux.enums import Besoin, Genre, Service
from tierslieux.lieux.grappes import ZOOM_VUE_MAX, count_lieux_stmt, count_vue_stmt, list_grappes
from tierslieux.lieux.params import Criteres
from tierslieux.lieux.publication import refresh_grappe

FRANCE = Bbox(-5.5, 41, 10, 51.5)
BREST = Bbox(-4.6, 48.3, -4.3, 48.5)


@pytest.fixture
def _lieux(session: Session) -> None:
    # Brest: three places on the same spot and one 4 km to the east; Nice: one. One town hall, one hidden place, one
    # without position.
    make_lieu(session, "fs", genres=("france-services",), services=["aide-aux-demarches-administratives"])
    make_lieu(session, "epn", genres=("epn",), services=["aide-aux-demarches-administratives", Service.ACCES.value])
    make_lieu(session, "fablab", genres=("fablab",))
    make_lieu(session, "est", lon=-4.43, genres=("fablab",))
    make_lieu(session, "nice", lon=7.26, lat=43.70, genres=("france-services", "fablab"))
    make_lieu(session, "mairie", genres=("mairie",))
    make_lieu(session, "caché", statut="masque")
    make_lieu(session, "sans position", lon=None, lat=None)
    refresh_grappe(session)


def count(session: Session, bbox: Bbox, zoom: int, **filtres: object) -> list[int]:
    """Counts of the cells, in order."""
    grappes = list_grappes(session, build_grille(bbox, zoom), Criteres(**filtres))  # type: ignore[arg-type]
    return sorted(grappe.nombre for grappe in grappes)


@pytest.mark.usefixtures("_lieux")
@pytest.mark.parametrize(
    ("filtres", "attendu"),
    [
        ({}, [1, 4]),
        ({"candidats": True}, [1, 5]),
        ({"genre": Genre.FABLAB}, [1, 2]),
        ({"genre": Genre.MAIRIE}, [1]),
        ({"besoin": Besoin.DEMARCHE}, [1, 2]),
        ({"service": Service.ACCES}, [1]),
        ({"service": Service.DEMARCHES, "genre": Genre.EPN}, [1]),
        ({"genre": Genre.FABLAB, "besoin": Besoin.DEMARCHE}, [1]),
        ({"genre": Genre.COWORKING}, []),
    ],
    ids=str,
)
def test_filters_are_counted_from_the_view(session: Session, filtres: dict[str, object], attendu: list[int]) -> None:
    # At zoom 5 a cell is 2.8° wide: Brest and its east together, Nice apart.
    assert count(session, FRANCE, 5, **filtres) == attendu


@pytest.mark.usefixtures("_lieux")
def test_near_zooms_count_the_places_with_the_same_filters(session: Session) -> None:
    # At zoom 14 a cell is 0.0055° wide: the three of the same spot together, the east one apart.
    assert count(session, BREST, 14) == [1, 3]
    assert count(session, BREST, 14, candidats=True) == [1, 4]
    assert count(session, BREST, 14, genre=Genre.FABLAB) == [1, 1]
    assert count(session, BREST, 14, service=Service.ACCES) == [1]


@pytest.mark.usefixtures("_lieux")
@pytest.mark.parametrize("criteres", [Criteres(), Criteres(candidats=True), Criteres(genre=Genre.FABLAB)])
def test_the_view_and_the_places_agree(session: Session, criteres: Criteres) -> None:
    grille = build_grille(Bbox(-5.2, 47.5, -3.2, 48.9), ZOOM_VUE_MAX)

    def read(stmt: Stmt) -> list[tuple[object, ...]]:
        return [(round(r.lon, 9), round(r.lat, 9), r.nombre, r.lieu_id) for r in session.execute(stmt)]

    lues = read(count_vue_stmt(grille, criteres))
    assert lues
    assert lues == read(count_lieux_stmt(grille, criteres))


@pytest.mark.usefixtures("_lieux")
@pytest.mark.parametrize("zoom", [5, 14])
def test_a_place_alone_is_that_place(session: Session, zoom: int) -> None:
    (grappe,) = list_grappes(session, build_grille(Bbox(7.2, 43.6, 7.3, 43.8), zoom), Criteres())
    assert isinstance(grappe, Grappe)
    assert (grappe.nombre, grappe.nom, grappe.genre) == (1, "nice", "Fablab")
    assert grappe.public_id
    assert (grappe.lon, grappe.lat) == pytest.approx((7.26, 43.70))


@pytest.mark.usefixtures("_lieux")
def test_a_cluster_stands_at_the_mean_of_its_places(session: Session) -> None:
    (grappe,) = list_grappes(session, build_grille(BREST, 5), Criteres())
    # Three at 4.49° W and one at 4.43° W.
    assert grappe.lon == pytest.approx(-(3 * 4.49 + 4.43) / 4)
    assert grappe.public_id is None


@pytest.mark.usefixtures("_lieux")
def test_overseas_and_the_whole_world(session: Session) -> None:
    make_lieu(session, "réunion", lon=55.45, lat=-20.88)
    refresh_grappe(session)
    assert count(session, Bbox(55, -21.5, 56, -20.7), 9) == [1]
    assert sum(count(session, Bbox(-180, -90, 180, 90), 12)) == 6


@pytest.mark.parametrize(
    ("zoom", "index"), [(ZOOM_VUE_MAX, "ix_grappe_zoom_service_x_y"), (ZOOM_VUE_MAX + 1, "ix_lieu_geom")]
)
def test_a_box_reads_its_index(session: Session, zoom: int, index: str) -> None:
    make_foule(session)
    refresh_grappe(session)
    session.execute(text("ANALYZE grappe"))
    grille = build_grille(BREST, zoom)
    stmt = count_vue_stmt(grille, Criteres()) if zoom <= ZOOM_VUE_MAX else count_lieux_stmt(grille, Criteres())
    compile_ = stmt.compile(session.connection().engine, compile_kwargs={"literal_binds": True})
    plan = "\n".join(ligne for (ligne,) in session.execute(text(f"EXPLAIN {compile_}")))
    assert index in plan
