"""Places counted on a map's grid: from the view `grappe` at far zooms, from the places themselves at near ones."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ARRAY, BigInteger, Boolean, Float, Integer, Text, cast, column, func, select, table
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from tierslieux.cartes.grappes import Grappe, Grille
from tierslieux.core.db import Rangee, Stmt
from tierslieux.core.geo import SRID_WGS84
from tierslieux.lieux.enums import Genre
from tierslieux.lieux.models import Lieu
from tierslieux.lieux.params import Criteres
from tierslieux.lieux.queries import build_filtres

# The last zoom of the view. At the next one, a box of CELLULES_MAX cells holds at most some 16,000 of 200,000 places
# (around Paris), read in 25 ms.
ZOOM_VUE_MAX = 10

_VUE = table(
    "grappe",
    column("zoom", Integer),
    column("service", Text),
    column("x", Integer),
    column("y", Integer),
    column("genres", ARRAY(Text)),
    column("besoins", ARRAY(Text)),
    column("est_offre", Boolean),
    column("nombre", Integer),
    column("somme_lon", Float),
    column("somme_lat", Float),
    column("lieu_id", BigInteger),
)


def list_grappes(session: Session, grille: Grille, criteres: Criteres) -> list[Grappe]:
    """Published places counted in each cell of the grid, west to east; empty cells are left out.

    Only the criteria `besoin`, `genre`, `service` and `candidats` are looked at. A cell of one place is that place.
    """
    stmt = count_vue_stmt(grille, criteres) if grille.zoom <= ZOOM_VUE_MAX else count_lieux_stmt(grille, criteres)
    cellules = session.execute(stmt).all()
    seuls = [cellule.lieu_id for cellule in cellules if cellule.nombre == 1]
    lieux = {lieu.id: lieu for lieu in session.execute(list_noms_stmt(seuls))} if seuls else {}
    return [_build_grappe(cellule, lieux) for cellule in cellules]


def count_vue_stmt(grille: Grille, criteres: Criteres) -> Stmt:
    """(lon, lat, nombre, lieu_id) by cell, from the view."""
    vue = _VUE.c
    stmt = select(
        (func.sum(vue.somme_lon) / cast(func.sum(vue.nombre), Float)).label("lon"),
        (func.sum(vue.somme_lat) / cast(func.sum(vue.nombre), Float)).label("lat"),
        func.sum(vue.nombre).label("nombre"),
        func.min(vue.lieu_id).label("lieu_id"),
    ).where(
        vue.zoom == grille.zoom,
        vue.service == criteres.service if criteres.service else vue.service.is_(None),
        vue.x.between(grille.x_min, grille.x_max),
        vue.y.between(grille.y_min, grille.y_max),
    )
    if not criteres.includes_candidats:
        stmt = stmt.where(vue.est_offre)
    for colonne, code in ((vue.besoins, criteres.besoin), (vue.genres, criteres.genre)):
        if code:
            stmt = stmt.where(colonne.bool_op("@>")(cast(array([code]), ARRAY(Text))))
    return stmt.group_by(vue.x, vue.y).order_by(vue.x, vue.y)


def count_lieux_stmt(grille: Grille, criteres: Criteres) -> Stmt:
    """(lon, lat, nombre, lieu_id) by cell, from the places."""
    cote = 2 ** (grille.zoom + 2)
    lon, lat = func.ST_X(Lieu.geom), func.ST_Y(Lieu.geom)
    x = func.floor((lon + 180) / 360 * cote)
    y = func.floor((1 - func.asinh(func.tan(func.radians(lat))) / func.pi()) / 2 * cote)
    bbox = grille.bbox
    boite = func.ST_MakeEnvelope(bbox.ouest, bbox.sud, bbox.est, bbox.nord, SRID_WGS84)
    cellules = (
        select(Lieu.id, lon.label("lon"), lat.label("lat"), x.label("x"), y.label("y"))
        .where(
            *build_filtres(replace(criteres, gratuit=False, accessible=False, prise_en_charge=None)),
            Lieu.geom.bool_op("&&")(boite),
        )
        .subquery()
        .c
    )
    return (
        select(
            func.avg(cellules.lon).label("lon"),
            func.avg(cellules.lat).label("lat"),
            func.count().label("nombre"),
            func.min(cellules.id).label("lieu_id"),
        )
        .group_by(cellules.x, cellules.y)
        .order_by(cellules.x, cellules.y)
    )


def list_noms_stmt(ids: list[int]) -> Stmt:
    """What a map says of a single place."""
    return select(Lieu.id, Lieu.public_id, Lieu.nom, Lieu.genres).where(Lieu.id == func.any(ids))


def _build_grappe(cellule: Rangee, lieux: dict[int, Rangee]) -> Grappe:
    lieu = lieux.get(cellule.lieu_id) if cellule.nombre == 1 else None
    if lieu is None:
        return Grappe(cellule.lon, cellule.lat, cellule.nombre)
    genre = Genre(lieu.genres[0]).libelle if lieu.genres else None
    return Grappe(cellule.lon, cellule.lat, 1, lieu.public_id, lieu.nom, genre)
