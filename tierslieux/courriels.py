"""Outgoing mail of this installation: its way out by the settings, and the jobs that send and forget."""

from __future__ import annotations

import datetime as dt
import logging

from procrastinate import App
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.config import Settings
from tierslieux.core import courriels, taches
from tierslieux.core.db import transaction
from tierslieux.core.expedition import Chiffrement, Dossier, Expedition, Smtp

logger = logging.getLogger(__name__)

BALAYER = "courriels.balayer"
# Every hour; each mail has a job of its own, so this only finds those whose job was lost.
HORAIRE_BALAYER = "23 * * * *"
DOSSIER = "courriels"
# Mails written to files hold addresses.
CONSERVATION_FICHIERS = dt.timedelta(days=30)


def build_expedition(settings: Settings) -> Expedition:
    """SMTP when a server is set, files under var/courriels otherwise."""
    smtp = settings.smtp
    transport = (
        Smtp(smtp.hote, smtp.port, Chiffrement(smtp.chiffrement), smtp.utilisateur, smtp.mot_de_passe)
        if smtp
        else Dossier(settings.var_dir / DOSSIER)
    )
    return Expedition(settings.courriel_expediteur, transport, settings.secret_key)


def register(app: App, fabrique: sessionmaker[Session], settings: Settings) -> None:
    """Give procrastinate the jobs of mails."""
    expedition = build_expedition(settings)

    @app.task(name=courriels.ENVOYER, queue=taches.FILE_VITE, retry=taches.Reprise())
    def envoyer(courriel_id: int) -> None:
        courriels.send(fabrique, expedition, courriel_id, now=dt.datetime.now(dt.UTC))

    @app.periodic(cron=HORAIRE_BALAYER)
    @app.task(name=BALAYER, queue=taches.FILE_VITE, queueing_lock=BALAYER, retry=taches.Reprise())
    def balayer(timestamp: int) -> None:
        now = dt.datetime.now(dt.UTC)
        bilan = courriels.send_pending(fabrique, expedition, now=now)
        oublies = purge(fabrique, settings, now=now)
        logger.info("sweep=%d mails=%d forgotten=%d", timestamp, sum(bilan.values()), oublies)


def purge(fabrique: sessionmaker[Session], settings: Settings, *, now: dt.datetime) -> int:
    """Forget mails, and their files, once they are old; how many."""
    with fabrique() as session, transaction(session):
        oublies = courriels.purge(session, now=now)
    return oublies + Dossier(settings.var_dir / DOSSIER).purge(now=now, age_max=CONSERVATION_FICHIERS)
