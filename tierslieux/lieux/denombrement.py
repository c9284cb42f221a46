"""How many places each part of a territory has: one statement for a whole list of territories."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tierslieux.core.db import Stmt
from tierslieux.lieux.models import Lieu
from tierslieux.lieux.queries import EST_OFFRE, EST_PUBLIE
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire

# A column of territories, as it is or computed.
Colonne = InstrumentedAttribute[str | None] | InstrumentedAttribute[str] | ColumnElement[str | None]

_PARENTS = {
    Niveau.REGION: Territoire.region_code,
    Niveau.DEPARTEMENT: Territoire.departement_code,
    Niveau.EPCI: Territoire.epci_code,
    Niveau.COMMUNE: Territoire.commune_code,
}
# A code INSEE starts with its département's: joining 101 rows is ten times faster than joining every commune.
_CODE_DEPARTEMENT = func.substr(Lieu.commune_code, 1, case((func.left(Lieu.commune_code, 2) == "97", 3), else_=2))


def count_offres_par_enfant_stmt(enfant: Niveau, parent: Niveau, code: str) -> Stmt:
    """(code, number) of the published places of help and third places, by territory of a level inside another."""
    groupe, jointure = _group(enfant)
    stmt = (
        select(groupe.label("code"), func.count())
        .select_from(Lieu)
        .join(Territoire, jointure)
        .where(EST_PUBLIE, EST_OFFRE)
        .group_by(groupe)
    )
    return stmt if parent is Niveau.FRANCE else stmt.where(_PARENTS[parent] == code)


def _group(enfant: Niveau) -> tuple[Colonne, ColumnElement[bool]]:
    """The column to count by, and the territory that each place is joined to."""
    if enfant in {Niveau.REGION, Niveau.DEPARTEMENT}:
        groupe = Territoire.region_code if enfant is Niveau.REGION else Territoire.code
        return groupe, and_(Territoire.niveau == Niveau.DEPARTEMENT, Territoire.code == _CODE_DEPARTEMENT)
    communale = and_(
        Territoire.niveau.in_((Niveau.COMMUNE, Niveau.ARRONDISSEMENT)), Territoire.code == Lieu.commune_code
    )
    if enfant is Niveau.EPCI:
        return Territoire.epci_code, communale
    # A place of Paris is in an arrondissement, whose commune is Paris.
    est_commune = enfant is Niveau.COMMUNE
    return func.coalesce(Territoire.commune_code, Territoire.code) if est_commune else Territoire.code, communale


def count_offres_par_enfant(session: Session, enfant: Niveau, parent: Niveau, code: str) -> dict[str, int]:
    """Number of places of help and third places by code; a territory without any is absent."""
    stmt = count_offres_par_enfant_stmt(enfant, parent, code)
    return dict(session.execute(stmt).all())
