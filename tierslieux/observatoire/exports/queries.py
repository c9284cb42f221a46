"""Statements on the rows of a table, a batch of territories at a time, and on what dates it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Integer, String, and_, column, exists, func, select, values
from sqlalchemy.orm import aliased

from tierslieux.core.db import Stmt
from tierslieux.couverture.models import AccesCommune, AccesTerritoire, EditionCouverture
from tierslieux.indicateurs.models import EditionIndicateurs, ValeurIndicateur
from tierslieux.observatoire.exports.params import Demande
from tierslieux.observatoire.queries_parties import build_dans
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import EditionTerritoires, Territoire

# Territories read at once: their values are held in memory for the time of writing them.
LOT = 1_000


def list_territoires_stmt(demande: Demande, *, contours: bool) -> Stmt:
    """IDENTITE of the rows, by code, and WKB of the simplified outline (EPSG:4326) when it is asked for."""
    stmt = select(
        Territoire.niveau,
        Territoire.code,
        Territoire.nom,
        Territoire.region_code,
        Territoire.departement_code,
        Territoire.epci_code,
        Territoire.commune_code,
        Territoire.population,
        Territoire.population_annee,
    ).order_by(Territoire.code)
    if contours:
        stmt = stmt.add_columns(func.ST_AsBinary(Territoire.contour).label("contour"))
    return _restrict(stmt, demande)


def count_territoires_stmt(demande: Demande) -> Stmt:
    """How many rows the table has."""
    return _restrict(select(func.count()).select_from(Territoire), demande)


def _restrict(stmt: Stmt, demande: Demande) -> Stmt:
    niveau, (parent, code) = demande.niveau, demande.parent
    if niveau is parent:
        return stmt.where(Territoire.niveau == niveau, Territoire.code == code)
    if parent is Niveau.COMMUNE:
        return stmt.where(Territoire.niveau == niveau, Territoire.commune_code == code)
    return stmt.where(build_dans(niveau, parent, code))


def list_presents_stmt(niveau: Niveau, series: Sequence[tuple[str, int]]) -> Stmt:
    """(indicateur, millesime) of these that a territory of the level has."""
    voulues = values(column("indicateur", String), column("millesime", Integer), name="voulues").data(list(series))
    presente = exists().where(
        ValeurIndicateur.indicateur == voulues.c.indicateur,
        ValeurIndicateur.millesime == voulues.c.millesime,
        ValeurIndicateur.niveau == niveau,
    )
    return select(voulues.c.indicateur, voulues.c.millesime).where(presente)


def has_remplacees_stmt(niveau: Niveau, indicateur: str, millesime: int, recents: Collection[int]) -> Stmt:
    """Whether a territory of the level that has this vintage has one of the later ones too."""
    ancienne, recente = aliased(ValeurIndicateur), aliased(ValeurIndicateur)
    remplacee = (
        select(ancienne.code)
        .join(
            recente,
            and_(
                recente.indicateur == ancienne.indicateur,
                recente.niveau == ancienne.niveau,
                recente.code == ancienne.code,
                recente.millesime.in_(recents),
            ),
        )
        .where(ancienne.indicateur == indicateur, ancienne.millesime == millesime, ancienne.niveau == niveau)
    )
    return select(remplacee.exists())


def list_valeurs_stmt(niveau: Niveau, codes: Collection[str], series: Sequence[tuple[str, int]]) -> Stmt:
    """(code, valeurs): for each territory an object of [value, low, high] by the rank of the series.

    One object a territory is read twice as fast as a row a value.
    """
    voulues = values(
        column("indicateur", String), column("millesime", Integer), column("rang", Integer), name="voulues"
    ).data([(*serie, rang) for rang, serie in enumerate(series)])
    triplet = func.json_build_array(ValeurIndicateur.valeur, ValeurIndicateur.bas, ValeurIndicateur.haut)
    return (
        select(ValeurIndicateur.code, func.json_object_agg(voulues.c.rang, triplet).label("valeurs"))
        .join(
            voulues,
            and_(
                voulues.c.indicateur == ValeurIndicateur.indicateur,
                voulues.c.millesime == ValeurIndicateur.millesime,
            ),
        )
        .where(ValeurIndicateur.niveau == niveau, ValeurIndicateur.code.in_(codes))
        .group_by(ValeurIndicateur.code)
    )


def list_acces_communes_stmt(codes: Collection[str]) -> Stmt:
    """(code, acces): for each commune a list of [kind, mode, minutes, minutes to the second, hours, access, parts].

    As JSON: eighteen rows a commune with an array in each take four times longer to read.
    """
    acces = func.json_build_array(
        AccesCommune.cible,
        AccesCommune.mode,
        AccesCommune.duree_min,
        AccesCommune.duree_second_min,
        AccesCommune.heures_semaine,
        AccesCommune.accessibilite,
        AccesCommune.parts_au_dela,
    )
    return (
        select(AccesCommune.code, func.json_agg(acces).label("acces"))
        .where(AccesCommune.code.in_(codes))
        .group_by(AccesCommune.code)
    )


def list_acces_territoires_stmt(niveau: Niveau, codes: Collection[str]) -> Stmt:
    """What is computed of wider territories, a row for each kind and mode."""
    return select(
        AccesTerritoire.code,
        AccesTerritoire.cible,
        AccesTerritoire.mode,
        AccesTerritoire.duree_min,
        AccesTerritoire.heures_semaine,
        AccesTerritoire.accessibilite,
        AccesTerritoire.gini,
        AccesTerritoire.part_dixieme,
        AccesTerritoire.population,
        AccesTerritoire.population_au_dela,
        AccesTerritoire.besoin_au_dela,
        AccesTerritoire.au_dela_bas,
        AccesTerritoire.au_dela_haut,
    ).where(AccesTerritoire.niveau == niveau, AccesTerritoire.code.in_(codes))


def list_editions_stmt() -> Stmt:
    """(source_id, edition, millesime, empreinte, chargee_at) of the indicators that are loaded, by source."""
    return select(
        EditionIndicateurs.source_id,
        EditionIndicateurs.edition,
        EditionIndicateurs.millesime,
        EditionIndicateurs.empreinte,
        EditionIndicateurs.chargee_at,
    ).order_by(EditionIndicateurs.source_id)


def get_edition_couverture_stmt() -> Stmt:
    """(parametres, actualisee_at) of the computation that stands."""
    return select(EditionCouverture.parametres, EditionCouverture.actualisee_at)


def get_edition_territoires_stmt() -> Stmt:
    """(edition, sha256, chargee_at) of the territories that are loaded."""
    return select(EditionTerritoires.edition, EditionTerritoires.sha256, EditionTerritoires.chargee_at)
