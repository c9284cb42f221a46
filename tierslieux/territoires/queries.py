"""Statements on territories. Names are looked for under the keys that `noms.build_cle` makes."""

from __future__ import annotations

from collections.abc import Collection

from geoalchemy2 import functions as geo
from sqlalchemy import Float, and_, case, func, or_, select, true, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from tierslieux.core.db import Stmt
from tierslieux.core.geo import SRID_WGS84
from tierslieux.core.types import Bbox, Position
from tierslieux.territoires.enums import NatureToponyme, Niveau
from tierslieux.territoires.models import CodePostalTerritoire, Territoire, Toponyme
from tierslieux.territoires.requete import Filtre

# On the shore and on islets the publisher's polygons are simplified by about 200 m; beyond 2 km, one is at sea.
RIVAGE_M = 2_000
# Among the nearest in degrees is the nearest in metres: at 51° N a degree of longitude is 0.63 of one of latitude.
_VOISINES_EXAMINEES = 8
# One typing error changes the length of a name by 1 at most; two are still read, to be sorted out by their distance.
_ECART_LONGUEUR = 1
_DISTANCE_LEVENSHTEIN_MAX = 2

NIVEAUX_COMMUNAUX = (Niveau.COMMUNE, Niveau.ARRONDISSEMENT)

RANG_NATURE = case(
    {
        NatureToponyme.OFFICIEL.value: 0,
        NatureToponyme.SANS_ARTICLE.value: 1,
        NatureToponyme.ANCIENNE_COMMUNE.value: 2,
    },
    value=Toponyme.nature,
)

# --- Search by name: (territoire_id, niveau, code, population, toponyme, cle, nature) --------------------------------


def _toponymes_stmt(filtre: Filtre | None = None) -> Stmt:
    stmt = select(
        Toponyme.territoire_id,
        Territoire.niveau,
        Territoire.code,
        Toponyme.population,
        Toponyme.nom.label("toponyme"),
        Toponyme.cle,
        Toponyme.nature,
    ).join(Territoire, Territoire.id == Toponyme.territoire_id)
    return stmt if filtre is None else stmt.where(*_build_conditions(filtre))


def _build_conditions(filtre: Filtre) -> list[ColumnElement[bool]]:
    if filtre.code_postal is not None:
        servis = select(CodePostalTerritoire.territoire_id).where(
            CodePostalTerritoire.code_postal == filtre.code_postal
        )
        return [Territoire.id.in_(servis)]
    if filtre.departement is not None:
        return [Territoire.departement_code == filtre.departement]
    return [Territoire.region_code == filtre.region]


def list_exacts_stmt(cles: Collection[str], filtre: Filtre | None = None) -> Stmt:
    """Names whose key is one of these, in no order."""
    return _toponymes_stmt(filtre).where(Toponyme.cle.in_(cles))


def list_prefixe_stmt(cle: str, limite: int, filtre: Filtre | None = None) -> Stmt:
    """Names whose key begins so, official names and big communes first. A key holds neither % nor _."""
    ordre = (RANG_NATURE, Toponyme.population.desc().nulls_last(), Toponyme.territoire_id)
    if filtre is not None:
        return _toponymes_stmt(filtre).where(Toponyme.cle.like(cle + "%")).order_by(*ordre).limit(limite)
    # Cut before the join: thousands of names begin with "saint", and rows of territoire are wide.
    retenus = select(Toponyme.id).where(Toponyme.cle.like(cle + "%")).order_by(*ordre).limit(limite)
    return _toponymes_stmt().where(Toponyme.id.in_(retenus)).order_by(*ordre)


def list_proches_stmt(cle: str, filtre: Filtre | None = None) -> Stmt:
    """Names one typing error away from the key, and some of those two away.

    One error (a letter more, less, wrong, or two swapped) spoils two neighbouring letters at most: of two parts of the
    key separated by one letter, one is whole. So every such name shares its beginning or its end with the key.
    """
    moitie = (len(cle) - 1) // 2
    longueurs = func.char_length(Toponyme.cle).between(len(cle) - _ECART_LONGUEUR, len(cle) + _ECART_LONGUEUR)
    partage: ColumnElement[bool] = true()
    if moitie:
        inverse = func.reverse(Toponyme.cle)
        partage = or_(Toponyme.cle.like(cle[:moitie] + "%"), inverse.like(cle[::-1][:moitie] + "%"))
    distance = func.levenshtein_less_equal(Toponyme.cle, cle, _DISTANCE_LEVENSHTEIN_MAX)
    return _toponymes_stmt(filtre).where(partage, longueurs, distance <= _DISTANCE_LEVENSHTEIN_MAX)


def list_ressemblants_stmt(cle: str, limite: int) -> Stmt:
    """Names whose groups of three letters are most like those of the key, nearest first.

    The threshold (pg_trgm's own, 0.3 of the groups in common) spares the index most of the walk.
    """
    ecart = Toponyme.cle.op("<->", return_type=Float())(cle)
    ressemble = Toponyme.cle.op("%", is_comparison=True)(cle)
    return _toponymes_stmt().where(ressemble).order_by(ecart).limit(limite)


def list_codes_postaux_stmt(codes_postaux: Collection[str]) -> Stmt:
    """Communes and arrondissements that the postcodes serve, under their official name; `code_postal` in the end."""
    return (
        _toponymes_stmt()
        .join(CodePostalTerritoire, CodePostalTerritoire.territoire_id == Territoire.id)
        .add_columns(CodePostalTerritoire.code_postal)
        .where(
            CodePostalTerritoire.code_postal.in_(codes_postaux),
            Toponyme.nature == NatureToponyme.OFFICIEL.value,
        )
    )


def list_code_insee_stmt(code: str) -> Stmt:
    """Names of the commune or arrondissement with this code, and former communes that had it."""
    officiels = (
        select(Toponyme.id)
        .join(Territoire, Territoire.id == Toponyme.territoire_id)
        .where(
            Territoire.niveau.in_(NIVEAUX_COMMUNAUX),
            Territoire.code == code,
            Toponyme.nature == NatureToponyme.OFFICIEL.value,
        )
    )
    anciens = select(Toponyme.id).where(Toponyme.code == code)
    return _toponymes_stmt().where(Toponyme.id.in_(union_all(officiels, anciens)))


def list_regions_departements_stmt() -> Stmt:
    """(niveau, code, nom, nom_tri) of the départements and régions."""
    return select(Territoire.niveau, Territoire.code, Territoire.nom, Territoire.nom_tri).where(
        Territoire.niveau.in_((Niveau.DEPARTEMENT, Niveau.REGION))
    )


# --- Addresses by names ----------------------------------------------------------------------------------------------


def list_echelle_stmt() -> Stmt:
    """(niveau, code, nom, region_code) of the régions and départements: the first steps of addresses."""
    return select(Territoire.niveau, Territoire.code, Territoire.nom, Territoire.region_code).where(
        Territoire.niveau.in_((Niveau.REGION, Niveau.DEPARTEMENT))
    )


def list_communes_nommees_stmt(cles: Collection[str], departement: str | None = None) -> Stmt:
    """(niveau, code, nom, nature, departement_code) of communes and arrondissements by the keys of their names.

    Official names first, then big communes; in one département when it is given.
    """
    stmt = (
        select(Territoire.niveau, Territoire.code, Territoire.nom, Toponyme.nature, Territoire.departement_code)
        .join(Territoire, Territoire.id == Toponyme.territoire_id)
        .where(Toponyme.cle.in_(cles))
        .order_by(RANG_NATURE, Toponyme.population.desc().nulls_last(), Territoire.code)
    )
    return stmt if departement is None else stmt.where(Territoire.departement_code == departement)


# --- Communes in full ------------------------------------------------------------------------------------------------


def describe_communes_stmt(ids: Collection[int]) -> Stmt:
    """(id, code, nom, niveau, population, departement_code, departement_nom, lon, lat, codes_postaux) of territories.

    The position is the town hall's when it stands in its commune, else a point inside the commune (EPSG:4326).
    """
    departement = aliased(Territoire)
    point = case((geo.ST_Intersects(Territoire.geom, Territoire.mairie), Territoire.mairie), else_=Territoire.centre)
    codes_postaux = (
        select(func.array_agg(aggregate_order_by(CodePostalTerritoire.code_postal, CodePostalTerritoire.code_postal)))
        .where(CodePostalTerritoire.territoire_id == Territoire.id)
        .correlate(Territoire)
        .scalar_subquery()
    )
    return (
        select(
            Territoire.id,
            Territoire.code,
            Territoire.nom,
            Territoire.niveau,
            Territoire.population,
            Territoire.departement_code,
            departement.nom.label("departement_nom"),
            geo.ST_X(point).label("lon"),
            geo.ST_Y(point).label("lat"),
            codes_postaux.label("codes_postaux"),
        )
        .outerjoin(
            departement,
            and_(departement.niveau == Niveau.DEPARTEMENT, departement.code == Territoire.departement_code),
        )
        .where(Territoire.id.in_(ids))
    )


def _build_point(position: Position) -> ColumnElement[object]:
    return func.ST_SetSRID(func.ST_MakePoint(position.lon, position.lat), SRID_WGS84)


def find_id_at_stmt(position: Position) -> Stmt:
    """Id of the arrondissement, else of the commune, whose polygon holds the position."""
    return (
        select(Territoire.id)
        .where(geo.ST_Covers(Territoire.geom, _build_point(position)))
        .order_by(Territoire.niveau, Territoire.code)
        .limit(1)
    )


def find_id_near_stmt(position: Position) -> Stmt:
    """Id of the commune nearest to the position, RIVAGE_M away at most."""
    point = _build_point(position)
    voisines = (
        select(Territoire.id, Territoire.geom)
        .where(Territoire.geom.is_not(None), Territoire.niveau == Niveau.COMMUNE)
        .order_by(Territoire.geom.op("<->", return_type=Float())(point))
        .limit(_VOISINES_EXAMINEES)
        .subquery()
    )
    distance_m = func.ST_Distance(func.geography(voisines.c.geom), func.geography(point))
    return select(voisines.c.id).where(distance_m <= RIVAGE_M).order_by(distance_m).limit(1)


# --- Territories of every level --------------------------------------------------------------------------------------

RESUME = (
    Territoire.niveau,
    Territoire.code,
    Territoire.nom,
    Territoire.nom_tri,
    Territoire.type_nom,
    Territoire.population,
)


def get_territoire_stmt(niveau: str, code: str) -> Stmt:
    """One territory: RESUME, codes of its parents, position, town hall, bounding box of its outline (EPSG:4326)."""
    forme = func.coalesce(Territoire.contour, Territoire.geom)
    return select(
        *RESUME,
        Territoire.id,
        Territoire.population_annee,
        Territoire.region_code,
        Territoire.departement_code,
        Territoire.epci_code,
        Territoire.commune_code,
        geo.ST_X(Territoire.centre).label("lon"),
        geo.ST_Y(Territoire.centre).label("lat"),
        geo.ST_X(Territoire.mairie).label("mairie_lon"),
        geo.ST_Y(Territoire.mairie).label("mairie_lat"),
        func.ST_XMin(forme).label("ouest"),
        func.ST_YMin(forme).label("sud"),
        func.ST_XMax(forme).label("est"),
        func.ST_YMax(forme).label("nord"),
    ).where(Territoire.niveau == niveau, Territoire.code == code)


def list_resumes_stmt(cles: Collection[tuple[str, str]]) -> Stmt:
    """RESUME of the territories with these (niveau, code)."""
    return select(*RESUME).where(
        or_(*(and_(Territoire.niveau == niveau, Territoire.code == code) for niveau, code in cles))
    )


def list_codes_postaux_de_stmt(territoire_id: int) -> Stmt:
    """Postcodes of a commune or an arrondissement, in order."""
    return (
        select(CodePostalTerritoire.code_postal)
        .where(CodePostalTerritoire.territoire_id == territoire_id)
        .order_by(CodePostalTerritoire.code_postal)
    )


def list_anciennes_stmt(territoire_id: int) -> Stmt:
    """Names of the former communes of a commune, in order; each once, with its article."""
    return (
        select(func.max(Toponyme.nom))
        .where(
            Toponyme.territoire_id == territoire_id,
            Toponyme.nature == NatureToponyme.ANCIENNE_COMMUNE.value,
        )
        .group_by(Toponyme.cle)
        .order_by(Toponyme.cle)
    )


def build_dans(niveau: Niveau, code: str) -> ColumnElement[bool]:
    """Condition that a territory lies in another one, wider."""
    parents = {
        Niveau.REGION: Territoire.region_code,
        Niveau.DEPARTEMENT: Territoire.departement_code,
        Niveau.EPCI: Territoire.epci_code,
        Niveau.COMMUNE: Territoire.commune_code,
    }
    return true() if niveau is Niveau.FRANCE else parents[niveau] == code


def list_enfants_stmt(niveau: Niveau, parent: Niveau, code: str) -> Stmt:
    """RESUME of the territories of a level in another one, by name without article nor accent.

    Arrondissements go by number. EPCI are found by their communes: one that straddles two départements is in both.
    """
    par_nom = (func.sans_accent(Territoire.nom_tri), Territoire.code)
    ordre = (Territoire.code,) if niveau is Niveau.ARRONDISSEMENT else par_nom
    stmt = select(*RESUME).where(Territoire.niveau == niveau).order_by(*ordre)
    if niveau is Niveau.EPCI and parent is not Niveau.FRANCE:
        return stmt.where(Territoire.code.in_(_list_codes_epci_stmt(parent, code)))
    return stmt.where(build_dans(parent, code))


def _list_codes_epci_stmt(parent: Niveau, code: str) -> Stmt:
    membres = aliased(Territoire)
    colonne = {Niveau.REGION: membres.region_code, Niveau.DEPARTEMENT: membres.departement_code}[parent]
    return select(membres.epci_code).where(
        membres.niveau == Niveau.COMMUNE, colonne == code, membres.epci_code.is_not(None)
    )


def count_communes_stmt(niveau: Niveau, code: str) -> Stmt:
    """Number of communes in a territory wider than a commune."""
    return select(func.count()).where(Territoire.niveau == Niveau.COMMUNE, build_dans(niveau, code))


def get_contour_stmt(niveau: Niveau, code: str, *, detail: bool) -> Stmt:
    """WKB of a territory's outline; `detail` gives the publisher's own boundary where there is one."""
    forme = func.coalesce(Territoire.geom, Territoire.contour) if detail else Territoire.contour
    return select(func.ST_AsBinary(forme)).where(Territoire.niveau == niveau, Territoire.code == code)


def list_contours_stmt(niveau: Niveau, parent: tuple[Niveau, str] | None, emprise: Bbox | None, limite: int) -> Stmt:
    """(code, nom, WKB of the simplified outline) of a level, inside a territory and in a box when they are given."""
    stmt = select(Territoire.code, Territoire.nom, func.ST_AsBinary(Territoire.contour).label("wkb")).where(
        Territoire.niveau == niveau, Territoire.contour.is_not(None)
    )
    if parent is not None and niveau is Niveau.EPCI and parent[0] is not Niveau.FRANCE:
        stmt = stmt.where(Territoire.code.in_(_list_codes_epci_stmt(*parent)))
    elif parent is not None:
        stmt = stmt.where(build_dans(*parent))
    if emprise is not None:
        boite = func.ST_MakeEnvelope(emprise.ouest, emprise.sud, emprise.est, emprise.nord, SRID_WGS84)
        stmt = stmt.where(Territoire.contour.op("&&")(boite))
    return stmt.order_by(Territoire.code).limit(limite)


# --- The whole reference, for imports --------------------------------------------------------------------------------


def list_reference_stmt() -> Stmt:
    """Every commune and arrondissement: id, codes, names, positions and WKB of the boundary (EPSG:4326)."""
    return select(
        Territoire.id,
        Territoire.niveau,
        Territoire.code,
        Territoire.nom,
        Territoire.departement_code,
        Territoire.commune_code,
        geo.ST_X(Territoire.centre).label("lon"),
        geo.ST_Y(Territoire.centre).label("lat"),
        geo.ST_X(Territoire.mairie).label("mairie_lon"),
        geo.ST_Y(Territoire.mairie).label("mairie_lat"),
        func.ST_AsBinary(Territoire.geom).label("wkb"),
    ).where(Territoire.niveau.in_(NIVEAUX_COMMUNAUX))


def list_reference_noms_stmt() -> Stmt:
    """(territoire_id, cle, nature, code) of every name."""
    return select(Toponyme.territoire_id, Toponyme.cle, Toponyme.nature, Toponyme.code)


def list_reference_codes_postaux_stmt() -> Stmt:
    """(territoire_id, code_postal) of every postcode."""
    return select(CodePostalTerritoire.territoire_id, CodePostalTerritoire.code_postal)
