"""Load sources of indicators, say where they stand, read the values of a territory or of a level."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy.orm import Session, sessionmaker

from tierslieux.core.db import Rangee, Stmt, transaction
from tierslieux.core.errors import SourceError
from tierslieux.core.progress import Progress
from tierslieux.indicateurs import queries
from tierslieux.indicateurs.besoins import ANNEE_BESOIN, SOURCES, read_besoins
from tierslieux.indicateurs.catalogue import Catalogue, Indicateur, SourceIndicateurs, get_catalogue
from tierslieux.indicateurs.chargement import RapportSource, Territoires, load_source
from tierslieux.indicateurs.evaluation import Evaluation
from tierslieux.indicateurs.fichiers import SourceAbsenteError, describe_emplacement, read_fichiers
from tierslieux.indicateurs.incertitude import Besoins
from tierslieux.indicateurs.modeles import MODELES, compute_modele
from tierslieux.indicateurs.models import EditionIndicateurs
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.estimation import Densite
from tierslieux.trajets.estimation import find_densite as find_classe

logger = logging.getLogger(__name__)

# The indicator whose classes say how densely a commune is peopled.
GRILLE = "classe_densite"


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


def list_valeurs(
    session: Session, niveau: Niveau, code: str, indicateurs: Collection[str] | None = None
) -> list[Valeur]:
    """Every figure of a territory, in the order of the catalogue, the latest vintage of each first.

    Only those of `indicateurs` when it is given.
    """
    catalogue = get_catalogue()
    rangs = {indicateur_id: rang for rang, indicateur_id in enumerate(catalogue.indicateurs)}
    valeurs = []
    for rangee in session.execute(queries.list_valeurs_stmt(niveau, code, indicateurs)):
        # Values of an indicator that the catalogue has lost are gone for readers, until its source is loaded again.
        if rangee.indicateur in rangs:
            indicateur = catalogue.get(rangee.indicateur)
            source = catalogue.find_source(indicateur, rangee.millesime)
            figures = (rangee.valeur, rangee.bas, rangee.haut, rangee.millesime)
            valeurs.append(Valeur(indicateur, *figures, source, (rangee.editions or {}).get(source.id)))
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


def find_densite(session: Session, code: str | None) -> Densite:
    """The class of density of a commune or arrondissement, which travel times are estimated by.

    INSEE's grid decides where it is loaded, people per km² elsewhere; see `trajets.estimation`.
    """
    rangee = code and session.execute(_build_peuplements_stmt(code)).one_or_none()
    return _classify(rangee) if rangee else Densite.RURALE


def list_densites(session: Session) -> dict[str, Densite]:
    """The class of density of every commune and arrondissement, by code: what `find_densite` gives for each."""
    return {rangee.code: _classify(rangee) for rangee in session.execute(_build_peuplements_stmt())}


def _build_peuplements_stmt(code: str | None = None) -> Stmt:
    grille = get_catalogue().get(GRILLE)
    millesime = max(annee for annee in grille.sources.values() if annee is not None)
    return queries.list_peuplements_stmt(GRILLE, millesime, code)


def _classify(rangee: Rangee) -> Densite:
    return find_classe(rangee.population, rangee.surface_km2, rangee.classe and int(rangee.classe))


def load_besoins(session: Session, annee: int = ANNEE_BESOIN) -> Besoins | None:
    """People in need of every commune by the definition of `annee`; None until they are computed.

    People aged 15 and over are those that the number of people in need was computed with.
    """
    return read_besoins(session, annee)


def find_evaluation(session: Session, annee: int = ANNEE_BESOIN) -> Evaluation | None:
    """How good the model of illectronisme was found when its values were computed; None before."""
    edition = session.get(EditionIndicateurs, SOURCES[annee])
    objet = edition.remarques.get("evaluation") if edition else None
    return Evaluation.from_json(cast("dict[str, Any]", objet)) if objet else None


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
    """Load sources (all those that have a reader when none is named), then the models; each in its own transaction.

    One that cannot be had or trusted is reported, and the others are loaded. The reports of the models come last, those
    alone that something was done of when sources are named. Raises NotFoundError for an unknown source, SourceError
    when no territory is loaded.
    """
    catalogue = get_catalogue()
    sources = [catalogue.get_source(source_id) for source_id in source_ids] or [
        source for source in catalogue.sources.values() if source.lecteur is not None
    ]
    with fabrique() as lectures:
        territoires = Territoires(lectures)
    rapports = [
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
    calculs = _compute(fabrique, catalogue, territoires, now=now, dry_run=dry_run, progress=progress)
    return rapports + [rapport for rapport in calculs if not source_ids or rapport.statut == "chargee"]


def load_missing(
    fabrique: sessionmaker[Session],
    raw_dir: Path | None,
    *,
    telechargement: bool,
    now: dt.datetime,
    progress: Progress | None = None,
) -> list[RapportSource]:
    """Load what is not loaded, or whose file is another than the last time, then the models; what was done or lacks.

    A source that is loaded from its address is not fetched again here. Raises SourceError without territories.
    """
    catalogue = get_catalogue()
    with fabrique() as lectures:
        territoires = Territoires(lectures)
        chargees = {edition.source_id for edition in lectures.scalars(queries.list_editions_stmt())}
    rapports = []
    for source in catalogue.sources.values():
        sur_place = describe_emplacement(source, raw_dir, telechargement=False) is not None
        if source.lecteur is not None and (sur_place or source.id not in chargees):
            rapports.append(
                _load(
                    fabrique,
                    source,
                    catalogue,
                    territoires,
                    raw_dir,
                    telechargement=telechargement,
                    now=now,
                    dry_run=False,
                    progress=progress,
                )
            )
    rapports += _compute(fabrique, catalogue, territoires, now=now, dry_run=False, progress=progress)
    return [rapport for rapport in rapports if rapport.statut != "inchangee"]


def compute_modeles(
    fabrique: sessionmaker[Session], *, now: dt.datetime, dry_run: bool = False, progress: Progress | None = None
) -> list[RapportSource]:
    """Work out again what is modelled, where what it stems from has changed; raises SourceError without territories."""
    with fabrique() as lectures:
        territoires = Territoires(lectures)
    return _compute(fabrique, get_catalogue(), territoires, now=now, dry_run=dry_run, progress=progress)


def _compute(
    fabrique: sessionmaker[Session],
    catalogue: Catalogue,
    territoires: Territoires,
    *,
    now: dt.datetime,
    dry_run: bool,
    progress: Progress | None,
) -> list[RapportSource]:
    rapports = []
    for source_id in MODELES:
        with fabrique() as session, transaction(session):
            source = catalogue.get_source(source_id)
            rapport = compute_modele(session, source, catalogue, territoires, now=now, progress=progress)
            if dry_run:
                session.rollback()
        logger.info("indicateurs source=%s statut=%s communes=%d", source_id, rapport.statut, rapport.communes)
        rapports.append(rapport)
    return rapports


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
