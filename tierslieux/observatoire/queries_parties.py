"""Statements on the parts of a territory and on the territories like it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.elements import ColumnElement

from tierslieux.core.db import Stmt
from tierslieux.couverture.models import AccesCommune, AccesTerritoire
from tierslieux.couverture.services import Regle
from tierslieux.indicateurs.models import ValeurIndicateur
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import EditionTerritoires, Territoire

# Like: from half as many inhabitants to twice as many.
RAPPORT_POPULATION_MAX = 2.0


def build_dans(niveau: Niveau, parent: Niveau, code: str) -> ColumnElement[bool]:
    """Condition that a territory of a level lies in another one; an EPCI that straddles two départements is in both."""
    if parent is Niveau.FRANCE:
        return Territoire.niveau == niveau
    if niveau is Niveau.EPCI:
        membres = aliased(Territoire)
        codes = select(membres.epci_code).where(
            membres.niveau == Niveau.COMMUNE, _get_parents(membres)[parent] == code, membres.epci_code.is_not(None)
        )
        return and_(Territoire.niveau == niveau, Territoire.code.in_(codes))
    return and_(Territoire.niveau == niveau, _get_parents(Territoire)[parent] == code)


def _get_parents(modele: type[Territoire]) -> dict[Niveau, InstrumentedAttribute[str | None]]:
    return {
        Niveau.REGION: modele.region_code,
        Niveau.DEPARTEMENT: modele.departement_code,
        Niveau.EPCI: modele.epci_code,
    }


def list_acces_niveau_stmt(niveau: Niveau, regle: Regle, parent: tuple[Niveau, str]) -> Stmt:
    """(code, nom, population, duree_min, accessibilite) of the territories of a level in `parent`, by code."""
    if niveau is Niveau.COMMUNE:
        return (
            select(
                Territoire.code,
                Territoire.nom,
                Territoire.population,
                AccesCommune.duree_min,
                AccesCommune.accessibilite,
            )
            .outerjoin(
                AccesCommune,
                and_(
                    AccesCommune.cible == regle.cible,
                    AccesCommune.mode == regle.mode,
                    AccesCommune.code == Territoire.code,
                ),
            )
            .where(build_dans(niveau, *parent))
            .order_by(Territoire.code)
        )
    return (
        select(
            Territoire.code,
            Territoire.nom,
            Territoire.population,
            AccesTerritoire.duree_min,
            AccesTerritoire.accessibilite,
        )
        .outerjoin(
            AccesTerritoire,
            and_(
                AccesTerritoire.niveau == Territoire.niveau,
                AccesTerritoire.code == Territoire.code,
                AccesTerritoire.cible == regle.cible,
                AccesTerritoire.mode == regle.mode,
            ),
        )
        .where(build_dans(niveau, *parent))
        .order_by(Territoire.code)
    )


def list_semblables_stmt(
    niveau: Niveau,
    code: str,
    population: int,
    *,
    region: str | None,
    classe: tuple[str, int, float] | None,
    limite: int,
) -> Stmt:
    """(code, nom, population) of the territories of a level nearest by population, `code` left out.

    Within a région when it is given; `classe` (indicator, vintage, value) keeps those that have this value.
    """
    ecart = func.abs(func.ln(Territoire.population) - func.ln(population))
    stmt = (
        select(Territoire.code, Territoire.nom, Territoire.population)
        .where(
            Territoire.niveau == niveau,
            Territoire.code != code,
            Territoire.population >= population / RAPPORT_POPULATION_MAX,
            Territoire.population <= population * RAPPORT_POPULATION_MAX,
            Territoire.population > 0,
        )
        .order_by(ecart, Territoire.code)
        .limit(limite)
    )
    if region is not None:
        stmt = stmt.where(Territoire.region_code == region)
    if classe is not None:
        indicateur, millesime, valeur = classe
        stmt = stmt.join(
            ValeurIndicateur,
            and_(
                ValeurIndicateur.indicateur == indicateur,
                ValeurIndicateur.millesime == millesime,
                ValeurIndicateur.niveau == Territoire.niveau,
                ValeurIndicateur.code == Territoire.code,
            ),
        ).where(ValeurIndicateur.valeur == valeur)
    return stmt


def list_nommes_stmt(niveau: Niveau, texte: str, code: str, limite: int) -> Stmt:
    """(code, nom, population) of the territories of a level whose name holds the text, big ones first.

    `texte` is in lower case without accents.
    """
    return (
        select(Territoire.code, Territoire.nom, Territoire.population)
        .where(
            Territoire.niveau == niveau,
            Territoire.code != code,
            func.lower(func.sans_accent(Territoire.nom)).contains(texte, autoescape=True),
        )
        .order_by(Territoire.population.desc().nulls_last(), Territoire.code)
        .limit(limite)
    )


def list_codes_stmt(niveau: Niveau, codes: Sequence[str]) -> Stmt:
    """(code, nom, population) of the territories of a level with these codes."""
    return select(Territoire.code, Territoire.nom, Territoire.population).where(
        Territoire.niveau == niveau, Territoire.code.in_(codes)
    )


def get_edition_territoires_stmt() -> Stmt:
    """The digest of the territories that are loaded."""
    return select(EditionTerritoires.sha256)
