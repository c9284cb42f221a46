"""Over which territories a proposal stands, so that those who moderate there see it and nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from tierslieux.comptes.droits import Echelle
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire

Perimetre = tuple[Niveau, str]


def find_echelle(session: Session, commune_code: str | None) -> Echelle:
    """The territories that hold a commune or an arrondissement, from its code; empty when it is unknown."""
    if commune_code is None:
        return {}
    table = Territoire.__table__.c
    rangee = session.execute(
        select(table.niveau, table.commune_code, table.epci_code, table.departement_code, table.region_code).where(
            table.code == commune_code, table.niveau.in_((Niveau.COMMUNE, Niveau.ARRONDISSEMENT))
        )
    ).first()
    if rangee is None:
        return {}
    codes = {
        Niveau.COMMUNE: rangee.commune_code if rangee.niveau == Niveau.ARRONDISSEMENT else commune_code,
        Niveau.EPCI: rangee.epci_code,
        Niveau.DEPARTEMENT: rangee.departement_code,
        Niveau.REGION: rangee.region_code,
    }
    return {niveau: code for niveau, code in codes.items() if code is not None}


def build_filtre(colonne: InstrumentedAttribute[str | None], perimetres: Sequence[Perimetre]) -> ColumnElement[bool]:
    """Whether the commune of a row is in one of these territories; a row without commune is France's alone."""
    if any(niveau is Niveau.FRANCE for niveau, _ in perimetres):
        return true()
    if not perimetres:
        return false()
    codes = select(Territoire.code).where(
        Territoire.niveau.in_((Niveau.COMMUNE, Niveau.ARRONDISSEMENT)),
        or_(*(_build_condition(niveau, code) for niveau, code in perimetres)),
    )
    return colonne.in_(codes)


def _build_condition(niveau: Niveau, code: str) -> ColumnElement[bool]:
    if niveau in {Niveau.COMMUNE, Niveau.ARRONDISSEMENT}:
        return or_(Territoire.code == code, Territoire.commune_code == code)
    colonne: InstrumentedAttribute[str | None] = getattr(Territoire, f"{niveau}_code")
    return colonne == code
