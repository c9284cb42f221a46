"""Statements of scenarios and of what residents say of them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Delete, Select, delete, func, or_, select

from tierslieux.core.db import Stmt
from tierslieux.planification.etude import PREFIXE_TABLE
from tierslieux.planification.models import AvisScenario, Scenario
from tierslieux.territoires.enums import Niveau


def get_scenario_stmt(public_id: str, *, verrou: bool = False) -> Select[Scenario]:
    """One scenario; with `verrou`, nobody else changes it until the end of the transaction."""
    stmt = select(Scenario).where(Scenario.public_id == public_id)
    return stmt.with_for_update() if verrou else stmt


def list_publies_stmt(niveau: Niveau, code: str) -> Stmt:
    """(public_id, titre, publie_at, avis) of the published scenarios of a territory, the last published first."""
    avis = (
        select(func.count())
        .where(AvisScenario.scenario_id == Scenario.public_id, AvisScenario.statut == "publie")
        .scalar_subquery()
    )
    return (
        select(Scenario.public_id, Scenario.titre, Scenario.publie_at, avis.label("avis"))
        .where(Scenario.niveau == niveau.value, Scenario.code == code, Scenario.publie_at.is_not(None))
        .order_by(Scenario.publie_at.desc(), Scenario.public_id)
    )


def list_tous_publies_stmt() -> Select[Scenario]:
    """Every published scenario, the last published first."""
    return (
        select(Scenario).where(Scenario.publie_at.is_not(None)).order_by(Scenario.publie_at.desc(), Scenario.public_id)
    )


def count_avec_table_stmt(table_id: str) -> Select[int]:
    """How many scenarios use a table, for their candidates or for their people."""
    de_besoin = Scenario.etude["besoin"].astext == f"{PREFIXE_TABLE}{table_id}"
    return select(func.count()).where(or_(Scenario.etude["table"].astext == table_id, de_besoin))


def purge_stmt(avant: dt.datetime) -> Delete:
    """Forget the scenarios that are not published and were last changed before an instant, with all said of them."""
    return delete(Scenario).where(Scenario.publie_at.is_(None), Scenario.modifie_at < avant)


def list_avis_stmt(scenario_id: str, statut: str | None = None) -> Select[AvisScenario]:
    """What residents say of a scenario, the first received first; None for every status."""
    stmt = select(AvisScenario).where(AvisScenario.scenario_id == scenario_id)
    if statut is not None:
        stmt = stmt.where(AvisScenario.statut == statut)
    return stmt.order_by(AvisScenario.recu_at, AvisScenario.id)


def count_avis_stmt(scenario_id: str, statut: str) -> Select[int]:
    """How many of one status."""
    return select(func.count()).where(AvisScenario.scenario_id == scenario_id, AvisScenario.statut == statut)


def get_avis_stmt(scenario_id: str, avis_id: int) -> Select[AvisScenario]:
    """One of a scenario, held until the end of the transaction."""
    return (
        select(AvisScenario)
        .where(AvisScenario.scenario_id == scenario_id, AvisScenario.id == avis_id)
        .with_for_update()
    )


def find_double_stmt(scenario_id: str, site_code: str, texte: str) -> Select[AvisScenario]:
    """The same text on the same site: a form that was sent twice."""
    return select(AvisScenario).where(
        AvisScenario.scenario_id == scenario_id, AvisScenario.site_code == site_code, AvisScenario.texte == texte
    )
