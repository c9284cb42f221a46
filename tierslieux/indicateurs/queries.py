"""Statements on indicators, and on the territories that they are given for."""

from __future__ import annotations

from collections.abc import Collection

from geoalchemy2 import Geography
from sqlalchemy import and_, case, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.elements import ColumnElement

from tierslieux.core.db import Stmt
from tierslieux.indicateurs.models import EditionIndicateurs, ValeurIndicateur
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import EditionTerritoires, Territoire


def list_communes_stmt() -> Stmt:
    """(niveau, code, epci, departement, region, ville, population) of communes and arrondissements, by code."""
    return (
        select(
            Territoire.niveau,
            Territoire.code,
            Territoire.epci_code.label("epci"),
            Territoire.departement_code.label("departement"),
            Territoire.region_code.label("region"),
            Territoire.commune_code.label("ville"),
            Territoire.population,
        )
        .where(Territoire.niveau.in_((Niveau.COMMUNE, Niveau.ARRONDISSEMENT)))
        .order_by(Territoire.code)
    )


def list_epci_stmt() -> Stmt:
    """Codes of the EPCI."""
    return select(Territoire.code).where(Territoire.niveau == Niveau.EPCI)


def get_empreinte_territoires_stmt() -> Stmt:
    """The digest of the territories that are loaded."""
    return select(EditionTerritoires.sha256)


def list_editions_stmt() -> Stmt:
    """The editions that are loaded."""
    return select(EditionIndicateurs)


def list_millesimes_stmt(indicateurs: Collection[str]) -> Stmt:
    """(indicateur, millesime) of which a commune has a value."""
    return (
        select(ValeurIndicateur.indicateur, ValeurIndicateur.millesime)
        .where(ValeurIndicateur.indicateur.in_(indicateurs), ValeurIndicateur.niveau == Niveau.COMMUNE)
        .distinct()
        .order_by(ValeurIndicateur.indicateur, ValeurIndicateur.millesime)
    )


def list_valeurs_niveau_stmt(indicateur: str, millesime: int, niveau: Niveau) -> Stmt:
    """(code, valeur) of the territories of a level that have one."""
    return select(ValeurIndicateur.code, ValeurIndicateur.valeur).where(
        ValeurIndicateur.indicateur == indicateur,
        ValeurIndicateur.millesime == millesime,
        ValeurIndicateur.niveau == niveau,
    )


def list_besoins_stmt(personnes: str, part: str, millesime: int) -> Stmt:
    """(code, epci, departement, region, personnes, part) of the communes that have both, by code."""
    compte, proportion = aliased(ValeurIndicateur), aliased(ValeurIndicateur)
    stmt = select(
        Territoire.code,
        Territoire.epci_code,
        Territoire.departement_code,
        Territoire.region_code,
        compte.valeur.label("personnes"),
        proportion.valeur.label("part"),
    )
    for alias, indicateur in ((compte, personnes), (proportion, part)):
        stmt = stmt.join(
            alias,
            and_(
                alias.indicateur == indicateur,
                alias.millesime == millesime,
                alias.niveau == Territoire.niveau,
                alias.code == Territoire.code,
            ),
        )
    return stmt.where(Territoire.niveau == Niveau.COMMUNE).order_by(Territoire.code)


def list_valeurs_stmt(niveau: Niveau, code: str, indicateurs: Collection[str] | None = None) -> Stmt:
    """(indicateur, millesime, valeur, bas, haut, editions) of one territory; `editions` gives that of each source."""
    editions = select(func.jsonb_object_agg(EditionIndicateurs.source_id, EditionIndicateurs.edition)).scalar_subquery()
    stmt = select(
        ValeurIndicateur.indicateur,
        ValeurIndicateur.millesime,
        ValeurIndicateur.valeur,
        ValeurIndicateur.bas,
        ValeurIndicateur.haut,
        editions.label("editions"),
    ).where(ValeurIndicateur.niveau == niveau, ValeurIndicateur.code == code)
    return stmt if indicateurs is None else stmt.where(ValeurIndicateur.indicateur.in_(indicateurs))


def list_peuplements_stmt(indicateur: str, millesime: int, code: str | None = None) -> Stmt:
    """(code, classe, population, surface_km2) of every commune and arrondissement, or of the one of this code.

    `classe` is the value of the indicator, for an arrondissement that of its city; the ground, measured on the
    ellipsoid, is given where there is none.
    """
    valeur = and_(
        ValeurIndicateur.indicateur == indicateur,
        ValeurIndicateur.millesime == millesime,
        ValeurIndicateur.niveau == Niveau.COMMUNE,
        ValeurIndicateur.code == func.coalesce(Territoire.commune_code, Territoire.code),
    )
    surface_km2 = func.ST_Area(cast(Territoire.geom, Geography)) / 1_000_000
    stmt = (
        select(
            Territoire.code,
            ValeurIndicateur.valeur.label("classe"),
            Territoire.population,
            case((ValeurIndicateur.valeur.is_(None), surface_km2)).label("surface_km2"),
        )
        .outerjoin(ValeurIndicateur, valeur)
        .where(Territoire.niveau.in_((Niveau.COMMUNE, Niveau.ARRONDISSEMENT)))
    )
    return stmt if code is None else stmt.where(Territoire.code == code)


def list_niveau_stmt(indicateur: str, millesime: int, niveau: Niveau, parent: tuple[Niveau, str] | None) -> Stmt:
    """(code, nom, population, valeur, bas, haut) of every territory of a level, NULL where the value is absent."""
    valeur = and_(
        ValeurIndicateur.indicateur == indicateur,
        ValeurIndicateur.millesime == millesime,
        ValeurIndicateur.niveau == Territoire.niveau,
        ValeurIndicateur.code == Territoire.code,
    )
    stmt = (
        select(
            Territoire.code,
            Territoire.nom,
            Territoire.population,
            ValeurIndicateur.valeur,
            ValeurIndicateur.bas,
            ValeurIndicateur.haut,
        )
        .outerjoin(ValeurIndicateur, valeur)
        .where(Territoire.niveau == niveau)
        .order_by(Territoire.code)
    )
    if parent is None or parent[0] is Niveau.FRANCE:
        return stmt
    return stmt.where(_build_dans(niveau, *parent))


def _build_dans(niveau: Niveau, parent: Niveau, code: str) -> ColumnElement[bool]:
    """Condition that a territory lies in another one; an EPCI that straddles two départements is in both."""
    if niveau is Niveau.EPCI:
        membres = aliased(Territoire)
        return Territoire.code.in_(
            select(membres.epci_code).where(
                membres.niveau == Niveau.COMMUNE, _list_parents(membres)[parent] == code, membres.epci_code.is_not(None)
            )
        )
    return _list_parents(Territoire)[parent] == code


def _list_parents(modele: type[Territoire]) -> dict[Niveau, InstrumentedAttribute[str | None]]:
    return {
        Niveau.REGION: modele.region_code,
        Niveau.DEPARTEMENT: modele.departement_code,
        Niveau.EPCI: modele.epci_code,
        Niveau.COMMUNE: modele.commune_code,
    }
