"""Load sources of indicators, say where they stand, read the values of a territory or of a level."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from tierslieux.core.db import transaction
from tierslieux.core.errors import SourceError
from tierslieux.core.progress import Progress
from tierslieux.indicateurs import queries
from tierslieux.indicateurs.catalogue import Catalogue, Indicateur, SourceIndicateurs, get_catalogue
from tierslieux.indicateurs.chargement import RapportSource, Territoires, load_source
from tierslieux.indicateurs.fichiers import SourceAbsenteError, describe_emplacement, read_fichiers
from tierslieux.indicateurs.models import EditionIndicateurs
from tierslieux.territoires.enums import Niveau

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Valeur:
    """One figure of a territory, with all that must be said of it. `bas`, `haut`: its interval, None when measured.

    `edition` is that of the file that is loaded ("30 septembre 2019").
    """

    indicateur: Indicateur
    valeur: float
    bas: float | None
    haut: float | None
    millesime: int
    source: SourceIndicateurs
    edition: str | None


@dataclass(frozen=True, slots=True)
class ValeurTerritoire:
    """One territory of a level; `valeur` is None where the indicator is absent."""

    code: str
    nom: str
    population: int | None
    valeur: float | None
    bas: float | None
    haut: float | None


@dataclass(frozen=True, slots=True)
class EtatSource:
    """A source and what is loaded of it; `emplacement` is None when it can be had nowhere."""

    source: SourceIndicateurs
    indicateurs: tuple[str, ...]
    emplacement: str | None
    edition: EditionIndicateurs | None

    def to_json(self) -> dict[str, object]:
        """The state as one JSON object."""
        chargee = self.edition
        return {
            "id": self.source.id,
            "libelle": self.source.libelle,
            "producteur": self.source.producteur,
            "licence": self.source.licence,
            "indicateurs": list(self.indicateurs),
            "emplacement": self.emplacement,
            "edition": chargee.edition if chargee else None,
            "lues": chargee.lues if chargee else None,
            "chargees": chargee.chargees if chargee else None,
            "rejets": chargee.rejets if chargee else None,
            "communes": chargee.communes if chargee else None,
            "chargee_at": chargee.chargee_at.isoformat() if chargee else None,
        }


def list_valeurs(session: Session, niveau: Niveau, code: str) -> list[Valeur]:
    """Every figure of a territory, in the order of the catalogue, the latest vintage of each first."""
    catalogue = get_catalogue()
    editions = {edition.source_id: edition.edition for edition in session.scalars(queries.list_editions_stmt())}
    rangs = {indicateur_id: rang for rang, indicateur_id in enumerate(catalogue.indicateurs)}
    valeurs = []
    for rangee in session.execute(queries.list_valeurs_stmt(niveau, code)):
        # Values of an indicator that the catalogue has lost are gone for readers, until its source is loaded again.
        if rangee.indicateur in rangs:
            indicateur = catalogue.get(rangee.indicateur)
            source = catalogue.find_source(indicateur, rangee.millesime)
            figures = (rangee.valeur, rangee.bas, rangee.haut, rangee.millesime)
            valeurs.append(Valeur(indicateur, *figures, source, editions.get(source.id)))
    return sorted(valeurs, key=lambda valeur: (rangs[valeur.indicateur.id], -valeur.millesime))


def list_niveau(
    session: Session, indicateur: str, millesime: int, niveau: Niveau, parent: tuple[Niveau, str] | None = None
) -> list[ValeurTerritoire]:
    """Every territory of a level, or those inside `parent`, by code, with or without value; raises NotFoundError."""
    get_catalogue().get(indicateur)
    stmt = queries.list_niveau_stmt(indicateur, millesime, niveau, parent)
    return [ValeurTerritoire(*rangee) for rangee in session.execute(stmt)]


def list_millesimes(session: Session, indicateur: str) -> list[int]:
    """The vintages that communes have of an indicator, the latest first."""
    return sorted((m for _, m in session.execute(queries.list_millesimes_stmt([indicateur]))), reverse=True)


def list_sources(session: Session, raw_dir: Path | None, *, telechargement: bool) -> list[EtatSource]:
    """Every source of the catalogue with what is loaded of it."""
    catalogue = get_catalogue()
    editions = {edition.source_id: edition for edition in session.scalars(queries.list_editions_stmt())}
    return [
        EtatSource(
            source=source,
            indicateurs=tuple(indicateur.id for indicateur in catalogue.list_de(source.id)),
            emplacement=describe_emplacement(source, raw_dir, telechargement=telechargement),
            edition=editions.get(source.id),
        )
        for source in catalogue.sources.values()
    ]


def load_sources(
    fabrique: sessionmaker[Session],
    source_ids: Collection[str],
    raw_dir: Path | None,
    *,
    telechargement: bool,
    now: dt.datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> list[RapportSource]:
    """Load sources (all those that have a reader when none is named), each in its own transaction.

    One that cannot be had or trusted is reported, and the others are loaded. Raises NotFoundError for an unknown one,
    SourceError when no territory is loaded.
    """
    catalogue = get_catalogue()
    sources = [catalogue.get_source(source_id) for source_id in source_ids] or [
        source for source in catalogue.sources.values() if source.lecteur is not None
    ]
    with fabrique() as lectures:
        territoires = Territoires(lectures)
    return [
        _load(
            fabrique,
            source,
            catalogue,
            territoires,
            raw_dir,
            telechargement=telechargement,
            now=now,
            dry_run=dry_run,
            progress=progress,
        )
        for source in sources
    ]


def _load(
    fabrique: sessionmaker[Session],
    source: SourceIndicateurs,
    catalogue: Catalogue,
    territoires: Territoires,
    raw_dir: Path | None,
    *,
    telechargement: bool,
    now: dt.datetime,
    dry_run: bool,
    progress: Progress | None,
) -> RapportSource:
    try:
        fichiers = read_fichiers(source, raw_dir, telechargement=telechargement)
        with fabrique() as session, transaction(session):
            rapport = load_source(session, source, fichiers, catalogue, territoires, now=now, progress=progress)
            if dry_run:
                session.rollback()
    except SourceAbsenteError as erreur:
        return RapportSource(source.id, "absente", erreur.message)
    except SourceError as erreur:
        logger.warning("indicateurs source=%s refused", source.id)
        return RapportSource(source.id, "refusee", erreur.message)
    logger.info("indicateurs source=%s statut=%s lues=%d", source.id, rapport.statut, rapport.lues)
    return rapport
