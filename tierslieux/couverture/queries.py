"""Statements on what was computed of coverage, with the people of the indicators beside it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from tierslieux.core.db import Stmt
from tierslieux.couverture.models import AccesCommune, AccesTerritoire
from tierslieux.indicateurs.models import ValeurIndicateur
from tierslieux.lieux.models import Lieu
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire


def get_valeur_stmt(indicateur: str, niveau: Niveau, code: str, millesime: int | None) -> Stmt:
    """(valeur, bas, haut, millesime) of a territory; the latest vintage when none is given."""
    stmt = (
        select(ValeurIndicateur.valeur, ValeurIndicateur.bas, ValeurIndicateur.haut, ValeurIndicateur.millesime)
        .where(
            ValeurIndicateur.indicateur == indicateur,
            ValeurIndicateur.niveau == niveau,
            ValeurIndicateur.code == code,
        )
        .order_by(ValeurIndicateur.millesime.desc())
        .limit(1)
    )
    return stmt if millesime is None else stmt.where(ValeurIndicateur.millesime == millesime)


def get_population_stmt(code: str) -> Stmt:
    """(population,) of a commune."""
    return select(Territoire.population).where(Territoire.niveau == Niveau.COMMUNE, Territoire.code == code)


def list_acces_commune_stmt(code: str) -> Stmt:
    """Rows of a commune by kind and mode, with the public id and the name of the nearest place."""
    return (
        select(AccesCommune, Lieu.public_id.label("lieu_public_id"), Lieu.nom.label("lieu_nom"))
        .outerjoin(Lieu, and_(Lieu.id == AccesCommune.lieu_id, Lieu.statut == "publie"))
        .where(AccesCommune.code == code)
    )


def list_acces_territoire_stmt(niveau: Niveau, code: str) -> Stmt:
    """Rows of a wider territory by kind and mode."""
    return select(AccesTerritoire).where(AccesTerritoire.niveau == niveau, AccesTerritoire.code == code)


def list_communes_stmt(parent: tuple[Niveau, str] | None) -> Stmt:
    """(code, nom, population) of every commune, or of those inside `parent`, by code."""
    stmt = select(Territoire.code, Territoire.nom, Territoire.population).where(Territoire.niveau == Niveau.COMMUNE)
    return _restrict(stmt, Niveau.COMMUNE, parent).order_by(Territoire.code)


def list_ecarts_niveau_stmt(niveau: Niveau, cible: str, mode: str, parent: tuple[Niveau, str] | None) -> Stmt:
    """(code, nom, AccesTerritoire or None) of the territories of a level, or those inside `parent`, by code."""
    acces = and_(
        AccesTerritoire.niveau == Territoire.niveau,
        AccesTerritoire.code == Territoire.code,
        AccesTerritoire.cible == cible,
        AccesTerritoire.mode == mode,
    )
    stmt = select(Territoire.code, Territoire.nom, AccesTerritoire).outerjoin(AccesTerritoire, acces)
    return _restrict(stmt.where(Territoire.niveau == niveau), niveau, parent).order_by(Territoire.code)


def _restrict(stmt: Stmt, niveau: Niveau, parent: tuple[Niveau, str] | None) -> Stmt:
    if parent is None or parent[0] is Niveau.FRANCE:
        return stmt
    return stmt.where(_build_dans(niveau, *parent))


def _build_dans(niveau: Niveau, parent: Niveau, code: str) -> ColumnElement[bool]:
    """Condition that a territory lies in another one; an EPCI that straddles two départements is in both."""
    if parent is niveau:
        return Territoire.code == code
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
    }


# --- Rank ------------------------------------------------------------------------------------------------------------


def count_rang_territoire_stmt(
    niveau: Niveau, cible: str, mode: str, *, rang_seuil: int, part: float, codes: Collection[str] | None
) -> Stmt:
    """(better, total) of the territories of a level, or of those, by the share of people in need beyond."""
    valeur = AccesTerritoire.besoin_au_dela[rang_seuil + 1] / AccesTerritoire.besoin
    stmt = select(func.count().filter(valeur < part), func.count()).where(
        AccesTerritoire.niveau == niveau,
        AccesTerritoire.cible == cible,
        AccesTerritoire.mode == mode,
        AccesTerritoire.besoin > 0,
    )
    return stmt if codes is None else stmt.where(AccesTerritoire.code.in_(sorted(codes)))
