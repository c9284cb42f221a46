"""Sources that are read again by themselves from their publisher's address.

A file that has not changed is only said to be up to date. One that has changed is applied through a depot: when it is
refused, because it would lose many places say, people find it on the page of imports with its reason, see what it would
change, and decide.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.config import Settings
from tierslieux.core.db import transaction
from tierslieux.core.errors import SourceError
from tierslieux.imports import chargement, queries, services
from tierslieux.imports.contrat import Fichier, Origine, Source
from tierslieux.imports.correspondances.correspondance import build_source
from tierslieux.imports.depots import depots
from tierslieux.imports.depots.depots import EtatDepot
from tierslieux.imports.fichiers import Emplacement, Endroits, read_emplacement
from tierslieux.imports.models import Depot
from tierslieux.imports.rapport import REFUSEE, REUSSIE, Rapport
from tierslieux.imports.registre import SOURCES

logger = logging.getLogger(__name__)

# A publisher that does not answer is asked again the next day.
ESSAI = dt.timedelta(days=1)
DEJA_REFUSE = "Le fichier publié est le même que celui qui a déjà été refusé : il attend une décision."


def list_dues(session: Session, settings: Settings, *, now: dt.datetime) -> list[Source]:
    """Sources whose last success is older than they ask for, and that were not tried today."""
    if not settings.telechargement:
        return []
    reussies, dernieres = queries.list_dernieres(session, REUSSIE), queries.list_dernieres(session)
    dues = []
    for source in _iterate_sources(session):
        if source.rafraichissement_jours is None or source.url is None:
            continue
        reussie, derniere = reussies.get(source.id), dernieres.get(source.id)
        est_vieille = reussie is None or reussie.debut_at <= now - dt.timedelta(days=source.rafraichissement_jours)
        if est_vieille and (derniere is None or derniere.debut_at <= now - ESSAI):
            dues.append(source)
    return dues


def refresh(session_factory: sessionmaker[Session], settings: Settings, source_id: str, *, now: dt.datetime) -> None:
    """Read a source again from its address; see the module for what follows. A failure is a run of its own."""
    with session_factory() as session:
        source = services.find_source(session, source_id)
        reussie = queries.list_dernieres(session, REUSSIE).get(source.id)
    if source.url is None:
        logger.info("refresh=%s event=no_address", source.id)
        return
    emplacement = Emplacement(Origine.ADRESSE, source.url)
    try:
        fichier = read_emplacement(source, emplacement, Endroits(None, settings.geodata_dir, telechargement=True))
    except SourceError as erreur:
        _record_refus(session_factory, source, emplacement, None, erreur.message, now=now)
        return
    if reussie is not None and reussie.sha256 == fichier.sha256:
        with services.open_geocodeur(settings) as geocodeur:
            services.apply_import(session_factory, source, fichier, now=now, geocodeur=geocodeur)
    elif _is_refuse(session_factory, source, fichier):
        _record_refus(session_factory, source, emplacement, fichier, DEJA_REFUSE, now=now)
    else:
        with session_factory() as session, transaction(session):
            depot = depots.create_depot(
                session,
                nom_fichier=PurePosixPath(urlsplit(source.url).path).name or source.id,
                contenu=fichier.contenu,
                source_id=source.id,
                correspondance=None,
                reconnu={},
                proposition={},
                now=now,
            )
            depots.apply_at_once(session, depot, now=now)


def _iterate_sources(session: Session) -> Iterator[Source]:
    yield from SOURCES
    for declaration in queries.list_declarees(session):
        try:
            yield build_source(declaration, origine="page")
        except SourceError as erreur:
            # Declared under an older version of the program, say: the other sources must not wait for it.
            logger.warning("refresh=%s event=skipped error=%s", declaration.get("id"), erreur.message)


def _is_refuse(session_factory: sessionmaker[Session], source: Source, fichier: Fichier) -> bool:
    """Whether this very file waits for a decision already."""
    stmt = select(Depot.id).where(
        Depot.source_id == source.id,
        Depot.sha256 == fichier.sha256,
        Depot.etat.in_({EtatDepot.REFUSE, EtatDepot.APERCU}),
    )
    with session_factory() as session:
        return session.scalars(stmt.limit(1)).first() is not None


def _record_refus(
    session_factory: sessionmaker[Session],
    source: Source,
    emplacement: Emplacement,
    fichier: Fichier | None,
    message: str,
    *,
    now: dt.datetime,
) -> None:
    rapport = Rapport(
        source=source.id,
        statut=REFUSEE,
        message=message,
        origine=emplacement.libelle,
        sha256=fichier.sha256 if fichier else None,
        seconds=0.0,
    )
    octets = fichier.octets if fichier else None
    with session_factory() as session, transaction(session):
        chargement.record_echec(session, source, rapport, octets=octets, now=now)
