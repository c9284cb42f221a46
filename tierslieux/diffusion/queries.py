"""What maps, forms and the list of addresses read of territories and places. Positions in EPSG:4326."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from tierslieux.cartes.fond import Ville
from tierslieux.core.db import Stmt
from tierslieux.core.geo import SRID_WGS84
from tierslieux.core.types import Bbox
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.models import FicheSource, Lieu
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire

# Enough for the names that do not fit to leave room for others.
VILLES_LUES = 400
# Up to this zoom only towns have a chance to be named. Reading their population first spares the outlines of 34,000
# communes: 5 ms instead of 40 for the whole country.
_ZOOM_VILLES = 7
_POPULATION_VILLE = 10_000


def list_villes_stmt(bbox: Bbox, zoom: int) -> Stmt:
    """(nom, lon, lat) of the biggest communes whose middle is in the box, biggest first, VILLES_LUES at most."""
    population_min = _POPULATION_VILLE if zoom <= _ZOOM_VILLES else None
    boite = func.ST_MakeEnvelope(bbox.ouest, bbox.sud, bbox.est, bbox.nord, SRID_WGS84)
    return (
        select(Territoire.nom, func.ST_X(Territoire.centre).label("lon"), func.ST_Y(Territoire.centre).label("lat"))
        .where(
            # PostgreSQL looks at conditions in this order.
            *([Territoire.population >= population_min] if population_min else []),
            Territoire.niveau == Niveau.COMMUNE,
            # The index is on outlines: that of a commune whose middle is in the box touches it.
            Territoire.contour.bool_op("&&")(boite),
            Territoire.centre.bool_op("&&")(boite),
        )
        .order_by(Territoire.population.desc().nulls_last(), Territoire.code)
        .limit(VILLES_LUES)
    )


def list_villes(session: Session, bbox: Bbox, zoom: int) -> list[Ville]:
    """The biggest communes of the box, biggest first: those that a map at this zoom may name."""
    return [Ville(rangee.nom, rangee.lon, rangee.lat) for rangee in session.execute(list_villes_stmt(bbox, zoom))]


def list_departements(session: Session) -> list[tuple[str, str]]:
    """(code, name) of every département, by code."""
    stmt = select(Territoire.code, Territoire.nom).where(Territoire.niveau == Niveau.DEPARTEMENT)
    return [(rangee.code, rangee.nom) for rangee in session.execute(stmt.order_by(Territoire.code))]


# --- The list of addresses, for search engines -----------------------------------------------------------------------

_COMMUNAUX = (Niveau.COMMUNE, Niveau.ARRONDISSEMENT)
_EST_COMMUNE_DU_LIEU = and_(Territoire.code == Lieu.commune_code, Territoire.niveau.in_(_COMMUNAUX))


def list_territoires_stmt(niveaux: Collection[Niveau], departement: str | None = None) -> Stmt:
    """(niveau, code, nom, region_code, departement_code) of the levels, in one département if it is given."""
    stmt = select(
        Territoire.niveau, Territoire.code, Territoire.nom, Territoire.region_code, Territoire.departement_code
    ).where(Territoire.niveau.in_(niveaux))
    if departement is not None:
        stmt = stmt.where(Territoire.departement_code == departement)
    return stmt.order_by(Territoire.niveau, Territoire.code)


def list_lieux_adresses_stmt(departement: str | None) -> Stmt:
    """(public_id, nom, commune_code, modifie_at) of the published places of a département; None: of no known commune.

    `modifie_at` (UTC) is when a record of the place last changed.
    """
    stmt = (
        select(Lieu.public_id, Lieu.nom, Lieu.commune_code, func.max(FicheSource.modifiee_at).label("modifie_at"))
        .outerjoin(FicheSource, FicheSource.lieu_id == Lieu.id)
        .where(Lieu.statut == Statut.PUBLIE)
        .group_by(Lieu.id)
        .order_by(Lieu.id)
    )
    if departement is not None:
        return stmt.join(Territoire, _EST_COMMUNE_DU_LIEU).where(Territoire.departement_code == departement)
    connues = select(Territoire.code).where(Territoire.niveau.in_(_COMMUNAUX))
    return stmt.where(or_(Lieu.commune_code.is_(None), Lieu.commune_code.not_in(connues)))


def list_modifications_stmt() -> Stmt:
    """(departement_code, modifie_at): when a record of a published place of each département last changed (UTC)."""
    return (
        select(Territoire.departement_code, func.max(FicheSource.modifiee_at).label("modifie_at"))
        .select_from(Lieu)
        .join(Territoire, _EST_COMMUNE_DU_LIEU)
        .join(FicheSource, FicheSource.lieu_id == Lieu.id)
        .where(Lieu.statut == Statut.PUBLIE)
        .group_by(Territoire.departement_code)
    )
