"""All of France: what is promised of every commune, on the publisher's real files."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np
import pytest
import shapely
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tierslieux.core.db import Stmt
from tierslieux.core.geo import METROPOLE
from tierslieux.core.types import Bbox, Position
from tierslieux.territoires import queries
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.frontieres import build_couverture
from tierslieux.territoires.models import CodePostalTerritoire, EditionTerritoires, Territoire
from tierslieux.territoires.services import (
    CommuneTrouvee,
    find_commune_at,
    get_contour,
    get_territoire,
    list_contours,
    load_referentiel,
    search_communes,
    search_communes_lot,
)

COMMUNES = 34_875
LOT = 1_000


def _cut(textes: Sequence[str]) -> Iterator[Sequence[str]]:
    return (textes[debut : debut + LOT] for debut in range(0, len(textes), LOT))


@pytest.fixture(scope="module")
def noms(session_nationale: Session) -> dict[str, str]:
    """Name of every commune and arrondissement by code."""
    stmt = select(Territoire.code, Territoire.nom).where(Territoire.niveau.in_(("commune", "arrondissement")))
    return dict(tuple(rangee) for rangee in session_nationale.execute(stmt))


def test_counts(session_nationale: Session) -> None:
    stmt = select(Territoire.niveau, func.count()).group_by(Territoire.niveau)
    assert dict(tuple(rangee) for rangee in session_nationale.execute(stmt)) == {
        "commune": COMMUNES,
        "arrondissement": 45,
        "epci": 1_253,
        "departement": 101,
        "region": 18,
        "france": 1,
    }


def test_every_commune_is_found_by_its_name_before_any_other_name(
    session_nationale: Session, noms: dict[str, str]
) -> None:
    """Of a name borne by n communes, the first n answers are these communes."""
    codes: dict[str, set[str]] = defaultdict(set)
    for code, nom in noms.items():
        codes[nom].add(code)
    trouves: dict[str, list[str]] = {}
    for nombre in sorted({len(homonymes) for homonymes in codes.values()}):
        for lot in _cut([nom for nom, homonymes in codes.items() if len(homonymes) == nombre]):
            reponses = search_communes_lot(session_nationale, lot, limite=nombre)
            trouves |= {nom: [c.code for c in communes] for nom, communes in zip(lot, reponses, strict=True)}
    assert {nom: set(trouves[nom]) for nom in codes} == codes
    # Namesakes: big ones first.
    assert [commune.code for commune in search_communes(session_nationale, "Saint-Denis", limite=2)] == [
        "97411",
        "93066",
    ]


def test_every_commune_is_found_by_each_of_its_postcodes(session_nationale: Session, noms: dict[str, str]) -> None:
    stmt = select(CodePostalTerritoire.code_postal, Territoire.code).join(Territoire)
    attendus: dict[str, set[str]] = defaultdict(set)
    for code_postal, code in session_nationale.execute(stmt):
        attendus[code_postal].add(code)
    trouves = {}
    for lot in _cut(sorted(attendus)):
        trouves |= dict(zip(lot, search_communes_lot(session_nationale, lot), strict=True))
    assert {cp: {commune.code for commune in communes} for cp, communes in trouves.items()} == attendus
    # Les Trois Lacs is the one commune to which the publisher gives no postcode.
    assert set(noms) - set().union(*attendus.values()) == {"27676"}


@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("brest", "29019"),
        ("BREST", "29019"),
        ("29200", "29019"),
        ("Saint-Brieuc", "22278"),
        ("st brieuc", "22278"),
        ("Y", "80829"),
        ("Eu", "76255"),
        ("Marsielle", "13055"),
        ("L'Haÿ-les-Roses", "94038"),
        ("lhay les roses", "94038"),
        ("Paris 11", "75111"),
        ("MARSEILLE 11", "13211"),
        ("Saint-Denis 93", "93066"),
        ("Saint-Denis (Réunion)", "97411"),
        ("Pierrefitte-sur-Seine", "93066"),
        ("mans", "72181"),
        ("Trois Lacs", "27676"),
        ("Chalinargues", "15035"),
        ("mamoudzou", "97611"),
    ],
)
def test_what_people_type(session_nationale: Session, q: str, code: str) -> None:
    assert search_communes(session_nationale, q)[0].code == code


def _misspell(nom: str, rang: int) -> str:
    """One error in the middle of a name: a letter less, more, wrong, or two swapped, in turn."""
    i = len(nom) // 2
    return (
        nom[:i] + nom[i + 1 :],
        nom[:i] + "k" + nom[i:],
        nom[:i] + "k" + nom[i + 1 :],
        nom[: i - 1] + nom[i] + nom[i - 1] + nom[i + 1 :],
    )[rang % 4]


def test_one_error_is_forgiven_in_every_big_commune(session_nationale: Session) -> None:
    """Over 50,000 inhabitants, any of four errors in the middle of the name: it is among the answers.

    Unless the name with its error is that of another commune (Meux for Meaux): nothing tells that it is one.
    """
    stmt = select(Territoire.nom).where(Territoire.niveau == "commune", Territoire.population > 50_000)
    cas = [
        (faute, nom)
        for nom in session_nationale.scalars(stmt).unique()
        for faute in {_misspell(nom, rang) for rang in range(4)}
    ]
    reponses = search_communes_lot(session_nationale, [faute for faute, _ in cas])
    manques = [
        (faute, nom)
        for (faute, nom), communes in zip(cas, reponses, strict=True)
        if nom not in [commune.nom for commune in communes] and not (communes and communes[0].exacte)
    ]
    assert manques == []


# --- Boundaries ------------------------------------------------------------------------------------------------------


def test_every_commune_has_a_boundary_and_an_outline(session_nationale: Session) -> None:
    """All of them: the older edition fills what the newest lacks."""
    remarques = session_nationale.scalars(select(EditionTerritoires.remarques)).one()
    stmt = select(Territoire.code).where(
        Territoire.niveau.in_(("commune", "arrondissement")),
        Territoire.geom.is_(None) | Territoire.contour.is_(None) | Territoire.centre.is_(None),
    )
    manquantes = sorted(session_nationale.scalars(stmt))
    assert manquantes == remarques["communes_sans_polygone"]
    assert manquantes == []


def test_shapes_are_valid(session_nationale: Session) -> None:
    stmt = select(Territoire.code).where(
        ~func.ST_IsValid(Territoire.geom) | ~func.ST_IsValid(Territoire.contour) | ~func.ST_IsValid(Territoire.centre)
    )
    assert session_nationale.scalars(stmt).all() == []


def test_simplified_communes_of_a_departement_share_their_edges(session_nationale: Session) -> None:
    """Finistère: no overlap and no gap. The area of the union is the sum of the areas, and edges match."""
    contours = list_contours(session_nationale, Niveau.COMMUNE, parent=(Niveau.DEPARTEMENT, "29"))
    geometries = np.array([contour.geometrie for contour in contours], dtype=object)
    assert len(geometries) == 277
    assert shapely.coverage_is_valid(geometries)
    union = shapely.union_all(geometries)
    assert union.area == pytest.approx(shapely.area(geometries).sum(), rel=1e-9)
    # No hole inside the département, and no fewer islands than in life.
    assert sum(len(polygone.interiors) for polygone in shapely.get_parts(union)) == 0


@pytest.mark.parametrize("niveau", [Niveau.REGION, Niveau.DEPARTEMENT, Niveau.EPCI])
def test_simplified_outlines_of_each_level_share_their_edges(session_nationale: Session, niveau: Niveau) -> None:
    geometries = np.array([c.geometrie for c in list_contours(session_nationale, niveau)], dtype=object)
    assert shapely.coverage_is_valid(geometries)


def test_outlines_stay_near_the_boundaries(session_nationale: Session) -> None:
    """The area of each département of the métropole changes by less than 3 %, its own communes as reference."""
    stmt = (
        select(Territoire.departement_code, func.sum(func.ST_Area(Territoire.geom)))
        .where(Territoire.niveau == "commune", Territoire.departement_code < "97")
        .group_by(Territoire.departement_code)
    )
    aires = dict(tuple(rangee) for rangee in session_nationale.execute(stmt))
    contours = {c.code: c.geometrie.area for c in list_contours(session_nationale, Niveau.DEPARTEMENT)}
    assert max(abs(contours[code] / aire - 1) for code, aire in aires.items()) < 0.03


def test_the_outlines_of_a_page_are_light(session_nationale: Session) -> None:
    """Vertices: Pas-de-Calais has the most communes; at 12 bytes each as JSON, compressed to a third."""
    communes = list_contours(session_nationale, Niveau.COMMUNE, parent=(Niveau.DEPARTEMENT, "62"))
    assert shapely.get_num_coordinates([c.geometrie for c in communes]).sum() < 20_000
    regions = list_contours(session_nationale, Niveau.REGION)
    assert shapely.get_num_coordinates([c.geometrie for c in regions]).max() < 1_000


def test_france_has_no_hole_but_true_ones(session_nationale: Session) -> None:
    """Llívia (Spain), and nothing bigger than 1 km² besides."""
    france = get_contour(session_nationale, Niveau.FRANCE, "FR")
    trous = [shapely.Polygon(anneau) for polygone in shapely.get_parts(france) for anneau in polygone.interiors]
    llivia = shapely.Point(1.98, 42.467)
    # 1 km² is about 1e-4 square degrees.
    grands = [trou for trou in trous if trou.area > 1e-4]
    assert any(trou.contains(llivia) for trou in grands)
    assert len(grands) == 1


def test_the_coverage_of_a_departement_with_faults_is_mended(session_nationale: Session) -> None:
    """Ardèche: nine communes overlap in the publisher's layer."""
    stmt = select(func.ST_AsBinary(Territoire.geom)).where(
        Territoire.niveau == "commune", Territoire.departement_code == "07"
    )
    formes = shapely.from_wkb([bytes(wkb) for wkb in session_nationale.scalars(stmt)])
    metriques = _to_metres(formes)
    assert not shapely.coverage_is_valid(metriques.to_numpy())
    mendees = build_couverture(metriques)
    assert shapely.coverage_is_valid(mendees.to_numpy())
    assert mendees.area.sum() == pytest.approx(metriques.area.sum(), rel=1e-5)


def _to_metres(formes: np.ndarray) -> gpd.GeoSeries:
    return gpd.GeoSeries(formes, crs=4326).to_crs(METROPOLE.srid)


# --- Figures, places -------------------------------------------------------------------------------------------------


def test_populations(session_nationale: Session) -> None:
    """Census 2017, municipal populations. Source: INSEE (Finistère 909,028; Paris 2,187,526)."""
    finistere = get_territoire(session_nationale, Niveau.DEPARTEMENT, "29")
    assert (finistere.population, finistere.population_annee) == (909_028, 2017)
    paris = get_territoire(session_nationale, Niveau.COMMUNE, "75056")
    assert (paris.population, paris.nombre_communes) == (2_187_526, None)
    mayotte = get_territoire(session_nationale, Niveau.DEPARTEMENT, "976")
    assert (mayotte.population, mayotte.population_annee) == (None, None)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (-4.4861, 48.3904, "29019"),
        (2.3795, 48.8585, "75111"),
        (55.4504, -20.8789, "97411"),
        (45.2278, -12.7806, "97611"),
        (-30.0, 45.0, None),
    ],
)
def test_where_somebody_is(session_nationale: Session, lon: float, lat: float, code: str | None) -> None:
    commune: CommuneTrouvee | None = find_commune_at(session_nationale, Position(lon, lat))
    assert (commune and commune.code) == code


def test_the_ground_of_a_merged_commune_is_in_its_commune(session_nationale: Session) -> None:
    pierrefitte = find_commune_at(session_nationale, Position(2.3569, 48.9658))
    assert pierrefitte is not None
    assert pierrefitte.code == "93066"


def test_the_reference_of_imports(session_nationale: Session) -> None:
    referentiel = load_referentiel(session_nationale)
    assert len(referentiel.communes) == COMMUNES + 45
    successeur = referentiel.find_successeur("93059")
    assert successeur is not None
    assert successeur.code == "93066"
    assert referentiel.compute_distance_m("29019", -4.4861, 48.3904) == 0
    trouvee = referentiel.find_nom("MARSEILLE 11", "13")
    assert trouvee is not None
    assert trouvee.code == "13211"


# --- Indexes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stmt", "index"),
    [
        (queries.find_id_at_stmt(Position(-4.55, 48.35)), "ix_territoire_geom"),
        (queries.find_id_near_stmt(Position(-4.55, 48.27)), "ix_territoire_geom"),
        (queries.list_contours_stmt(Niveau.COMMUNE, None, Bbox(-4.6, 48.3, -4.5, 48.4), 10), "ix_territoire_contour"),
        (queries.list_exacts_stmt(["brest"]), "ix_toponyme_cle"),
        (queries.list_proches_stmt("marsielle"), "ix_toponyme_cle_inverse"),
        (queries.list_ressemblants_stmt("marsielle", 10), "ix_toponyme_cle_trgm"),
        (queries.list_code_insee_stmt("29990"), "ix_toponyme_code"),
        (queries.list_codes_postaux_stmt(["29200"]), "pk_code_postal_territoire"),
    ],
)
def test_statements_use_their_index(session_nationale: Session, stmt: Stmt, index: str) -> None:
    connexion = session_nationale.connection()
    sql = stmt.compile(connexion, compile_kwargs={"render_postcompile": True})
    plan = connexion.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}", sql.params).scalar()
    noeuds = json.dumps(plan)
    assert f'"{index}"' in noeuds
    assert '"Seq Scan"' not in noeuds


def test_the_timeout_of_pages_leaves_room(session_nationale: Session) -> None:
    """The slowest statement of a page on territories, the outlines of a whole région, takes a fraction of 5 s."""
    session_nationale.execute(text("SET LOCAL statement_timeout = '2s'"))
    assert len(list_contours(session_nationale, Niveau.COMMUNE, parent=(Niveau.REGION, "76"))) > 4_000
    session_nationale.rollback()
