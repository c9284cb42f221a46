"""Statements of reports: which editions the figures of a study come from."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from tierslieux.core.db import Stmt
from tierslieux.indicateurs.models import EditionIndicateurs
from tierslieux.lieux.models import Execution, FicheSource, Lieu, Source


def list_sources_lieux_stmt(public_ids: Collection[str]) -> Stmt:
    """Sources that speak of these places: what they are, how many places, the latest date they give.

    `sha256` is that of the file of the last run that was applied and not undone, None without any.
    """
    dernier = (
        select(Execution.sha256)
        .where(Execution.source_id == Source.id, Execution.statut == "reussie", Execution.annulee_at.is_(None))
        .order_by(Execution.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Source.id,
            Source.libelle,
            Source.producteur,
            Source.licence,
            Source.edition,
            func.count(FicheSource.lieu_id.distinct()).label("lieux"),
            func.max(FicheSource.date_maj).label("date_maj"),
            dernier.label("sha256"),
        )
        .join(FicheSource, FicheSource.source_id == Source.id)
        .join(Lieu, Lieu.id == FicheSource.lieu_id)
        .where(FicheSource.retiree_at.is_(None), Lieu.public_id.in_(public_ids))
        .group_by(Source.id)
    )


def list_editions_stmt(sources: Collection[str]) -> Stmt:
    """(source_id, edition, sha256) of the sources of indicators that are loaded among these."""
    return select(EditionIndicateurs.source_id, EditionIndicateurs.edition, EditionIndicateurs.sha256).where(
        EditionIndicateurs.source_id.in_(sources)
    )
