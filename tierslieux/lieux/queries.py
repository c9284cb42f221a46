"""Statements on places. Distances are metres on the ellipsoid (geography), positions EPSG:4326."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from geoalchemy2 import Geography
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Float,
    Integer,
    Row,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType, Text

from tierslieux.core.db import Rangee, Stmt
from tierslieux.core.geo import SRID_WGS84
from tierslieux.core.types import Bbox, Position
from tierslieux.lieux.enums import Frais
from tierslieux.lieux.models import Changement, FicheSource, Lieu, Source
from tierslieux.lieux.params import Criteres, Curseur
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire

# Words of a place's name beyond this one do not make the search any finer.
MOTS_MAX = 8

# Trigram word distance (0 same, 1 nothing in common). "mediateque" is at 0.36 of "médiathèque", another word at 0.6.
DISTANCE_NOM_MAX = 0.45

# Written out, never bound: the planner uses a partial index only when it can see that its condition holds.
EST_PUBLIE: ColumnElement[bool] = literal_column("lieu.statut = 'publie'")
EST_OFFRE: ColumnElement[bool] = literal_column("(lieu.est_aide OR lieu.est_tiers_lieu)")
POSITION = literal_column("(lieu.geom::geography)", Geography)

# The table's columns, not the entity's attributes: a list is rows, and loading them as entities would cost the program
# as much as reading them costs the database.
LIEU = Lieu.__table__.c

SOURCE = Source.__table__.c
_ORIGINE = LIEU.provenance["nom"]


def _read_source(colonne: ColumnElement[Any]) -> ColumnElement[Any]:
    """A value of the source that names the place: read with each row, it spares a statement to every request."""
    return select(colonne).where(SOURCE.id == _ORIGINE["source"].astext).scalar_subquery()


COLONNES_CARTE = (
    LIEU.id,
    LIEU.public_id,
    LIEU.nom,
    # psycopg makes lists of arrays already: without type, SQLAlchemy does not copy them once more.
    *(type_coerce(LIEU[nom], NullType()).label(nom) for nom in ("genres", "services", "besoins", "frais")),
    LIEU.est_aide,
    LIEU.est_tiers_lieu,
    LIEU.horaires,
    LIEU.telephone,
    LIEU.adresse,
    LIEU.code_postal,
    LIEU.commune_code,
    LIEU.commune_nom,
    LIEU.itinerant,
    LIEU.accessible,
    LIEU.precision,
    _read_source(SOURCE.libelle).label("source_libelle"),
    _read_source(SOURCE.est_inventee).label("source_est_inventee"),
    # Dates in ISO form compare as texts; a missing one gives way.
    cast(func.greatest(_ORIGINE["date"].astext, _ORIGINE["confirme"].astext), Date).label("date_nom"),
    func.ST_X(LIEU.geom).label("lon"),
    func.ST_Y(LIEU.geom).label("lat"),
)


# historique.get_version; 0 for a place without history.
VERSION = func.coalesce(
    select(func.max(Changement.id)).where(Changement.lieu_id == LIEU.id).correlate(Lieu).scalar_subquery(), 0
)

_CARTE = select(*COLONNES_CARTE)
_SOURCES = select(*SOURCE)


def build_point(lon: ColumnElement[float], lat: ColumnElement[float]) -> ColumnElement[Any]:
    """A position as a geography: the argument is transformed, never the indexed column."""
    return cast(func.ST_SetSRID(func.ST_MakePoint(lon, lat), SRID_WGS84), Geography)


def build_filtres(criteres: Criteres) -> list[ColumnElement[bool]]:
    """Conditions of the criteria that SQL can decide; opening hours are read in Python."""
    filtres: list[ColumnElement[bool]] = [EST_PUBLIE]
    if not criteres.includes_candidats:
        filtres.append(EST_OFFRE)
    if criteres.besoin:
        filtres.append(_contains(LIEU.besoins, criteres.besoin))
    if criteres.genre:
        filtres.append(_contains(LIEU.genres, criteres.genre))
    if criteres.service:
        filtres.append(_contains(LIEU.services, criteres.service))
    if criteres.prise_en_charge:
        filtres.append(_contains(LIEU.prises_en_charge, criteres.prise_en_charge))
    if criteres.gratuit:
        filtres.append(_contains(LIEU.frais, Frais.GRATUIT))
    if criteres.accessible:
        filtres.append(LIEU.accessible.is_(True))
    return filtres


def _contains(colonne: ColumnElement[Any], code: str) -> ColumnElement[bool]:
    return colonne.bool_op("@>")(cast(array([str(code)]), ARRAY(Text)))


def list_proches_stmt(
    position: Position, criteres: Criteres, *, rayon_m: float, limite: int, apres: Curseur | None = None
) -> Stmt:
    """Places within `rayon_m` metres, nearest first, after the cursor; columns of COLONNES_CARTE and `distance_m`.

    The order is the distance alone, and places as far as the last one all come: asked to sort by id too, the planner
    reads and sorts every place of the radius instead of walking the index outwards (200,000 places, Paris: 6 s in
    place of 1 ms). `list_proches` puts the equals in order.
    """
    stmt = _build_proches_stmt(criteres, est_suite=apres is not None)
    return stmt.params(_build_proches_valeurs(position, rayon_m=rayon_m, limite=limite, apres=apres))


def list_proches(
    session: Session,
    position: Position,
    criteres: Criteres,
    *,
    rayon_m: float,
    limite: int,
    apres: Curseur | None = None,
) -> Sequence[Rangee]:
    """Run the statement of `list_proches_stmt`: by distance, then by private id."""
    stmt = _build_proches_stmt(criteres, est_suite=apres is not None)
    valeurs = _build_proches_valeurs(position, rayon_m=rayon_m, limite=limite, apres=apres)
    return sorted(session.execute(stmt, valeurs).all(), key=lambda rangee: (rangee.distance_m, rangee.id))


# The search that is run most: building its statement would take longer than running it.
@lru_cache(maxsize=1024)
def _build_proches_stmt(criteres: Criteres, *, est_suite: bool) -> Stmt:
    point = build_point(bindparam("lon", type_=Float()), bindparam("lat", type_=Float()))
    distance = POSITION.op("<->", return_type=Float())(point)
    stmt = _CARTE.add_columns(distance.label("distance_m")).where(
        *build_filtres(criteres), func.ST_DWithin(POSITION, point, bindparam("rayon_m", type_=Float()))
    )
    if est_suite:
        apres_m, apres_id = bindparam("apres_m", type_=Float()), bindparam("apres_id", type_=BigInteger())
        stmt = stmt.where(or_(distance > apres_m, and_(distance == apres_m, LIEU.id > apres_id)))
    return stmt.order_by(distance).fetch(bindparam("limite", type_=Integer()), with_ties=True)


def _build_proches_valeurs(
    position: Position, *, rayon_m: float, limite: int, apres: Curseur | None
) -> dict[str, float]:
    valeurs = {"lon": position.lon, "lat": position.lat, "rayon_m": rayon_m, "limite": limite}
    return valeurs | ({"apres_m": apres.distance_m, "apres_id": apres.lieu_id} if apres else {})


def list_bbox_stmt(bbox: Bbox, criteres: Criteres, *, limite: int, apres_id: int | None = None) -> Stmt:
    """Published places in the box by id, after `apres_id`; columns of COLONNES_CARTE."""
    boite = func.ST_MakeEnvelope(bbox.ouest, bbox.sud, bbox.est, bbox.nord, SRID_WGS84)
    stmt = _CARTE.where(*build_filtres(criteres), LIEU.geom.bool_op("&&")(boite))
    if apres_id is not None:
        stmt = stmt.where(LIEU.id > apres_id)
    return stmt.order_by(LIEU.id).limit(limite)


def list_territoire_stmt(
    niveau: str, code: str, criteres: Criteres, *, limite: int, apres_id: int | None = None
) -> Stmt:
    """Published places of the territory by id, after `apres_id`; columns of COLONNES_CARTE."""
    stmt = _CARTE.where(*build_filtres(criteres), *build_filtre_territoire(niveau, code))
    if apres_id is not None:
        stmt = stmt.where(LIEU.id > apres_id)
    return stmt.order_by(LIEU.id).limit(limite)


def list_commune_stmt(codes: Collection[str], criteres: Criteres, *, limite: int) -> Stmt:
    """Published places of these communes, help first, then by name; columns of COLONNES_CARTE."""
    return (
        _CARTE.where(*build_filtres(criteres), LIEU.commune_code.in_(codes))
        .order_by(LIEU.est_aide.desc(), LIEU.est_tiers_lieu.desc(), LIEU.nom_cle, LIEU.id)
        .limit(limite)
    )


def search_nom_stmt(mots: str, *, limite: int) -> Stmt:
    """Published places whose name holds all the words of `build_tsquery`; offers first, then the shortest names."""
    requete = func.to_tsquery("simple", func.sans_accent(mots))
    return (
        _CARTE.where(EST_PUBLIE, LIEU.recherche.bool_op("@@")(requete))
        .order_by(or_(LIEU.est_aide, LIEU.est_tiers_lieu).desc(), func.length(LIEU.nom), LIEU.nom_cle, LIEU.id)
        .limit(limite)
    )


def search_nom_approche_stmt(nom: str, *, limite: int) -> Stmt:
    """Published places whose name looks like this one: the second try, since trigrams cost more than words.

    The nearest names are taken first, by the index alone, and only then those that are too far left out: a limit on the
    distance, or a second key of order, has the planner read and sort every place (200,000 places: 600 ms, not 90).
    """
    distance = LIEU.nom_cle.op("<->>", return_type=Float())(func.sans_accent(nom))
    proches = _CARTE.add_columns(distance.label("ecart")).where(EST_PUBLIE).order_by(distance).limit(limite).subquery()
    return select(proches).where(proches.c.ecart < DISTANCE_NOM_MAX).order_by(proches.c.ecart, proches.c.id)


def list_fiches(session: Session, lieu_ids: Collection[int]) -> Sequence[Row[FicheSource, Source]]:
    """The fiches linked to these places with their sources."""
    return session.execute(
        select(FicheSource, Source)
        .join(Source, Source.id == FicheSource.source_id)
        .where(FicheSource.lieu_id.in_(lieu_ids))
        .order_by(FicheSource.lieu_id, FicheSource.id)
    ).all()


def list_sources(session: Session) -> dict[str, Rangee]:
    """Every source by its id, as rows with the columns of `Source`."""
    return {source.id: source for source in session.execute(_SOURCES).all()}


def get_detail_stmt(public_id: str) -> Stmt:
    """The place with this public id, whatever its status: the entity, the columns of COLONNES_CARTE and `version`."""
    return select(Lieu, *COLONNES_CARTE, VERSION.label("version")).where(Lieu.public_id == public_id)


def count_par_genre_stmt(niveau: str, code: str) -> Stmt:
    """(kind, published places) of a territory; a place of two kinds counts in both."""
    genre = func.unnest(LIEU.genres).label("genre")
    sous = select(LIEU.id, genre).where(EST_PUBLIE, *build_filtre_territoire(niveau, code)).subquery()
    return select(sous.c.genre, func.count()).group_by(sous.c.genre)


def count_offres_stmt(niveau: str, code: str) -> Stmt:
    """(places of help, third places) of a territory."""
    return select(
        func.count().filter(LIEU.est_aide).label("aides"), func.count().filter(LIEU.est_tiers_lieu).label("tiers_lieux")
    ).where(EST_PUBLIE, EST_OFFRE, *build_filtre_territoire(niveau, code))


def build_filtre_territoire(niveau: str, code: str) -> list[ColumnElement[bool]]:
    """Condition that a place is in the territory; a place of an arrondissement is also in its commune."""
    if niveau == Niveau.FRANCE:
        return []
    codes = select(Territoire.code).where(Territoire.niveau.in_((Niveau.COMMUNE, Niveau.ARRONDISSEMENT)))
    if niveau in {Niveau.COMMUNE, Niveau.ARRONDISSEMENT}:
        codes = codes.where(or_(Territoire.code == code, Territoire.commune_code == code))
    else:
        codes = codes.where(getattr(Territoire, f"{niveau}_code") == code)
    return [LIEU.commune_code.in_(codes)]


def build_tsquery(texte: str) -> str | None:
    """The words of a text joined for to_tsquery, the last one as a beginning; None without any word."""
    mots = re.findall(r"\w+", texte.replace("\x00", " "))[:MOTS_MAX]
    if not mots:
        return None
    return " & ".join([*mots[:-1], f"{mots[-1]}:*"])
