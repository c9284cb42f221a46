"""Commands of outgoing mail: `flask courriels send`, `flask courriels list`. None shows an address or a text."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter

import click
from flask.cli import AppGroup

from tierslieux.core import courriels
from tierslieux.core.courriels import EtatCourriel
from tierslieux.courriels import build_expedition, purge
from tierslieux.extensions import get_etat

# Of one call: a mail takes up to a minute when the server is slow.
LIMITE = 500


groupe = AppGroup("courriels", help="Outgoing mail: what waits, what was sent.")


@groupe.command("send")
@click.option("--dry-run", is_flag=True, help="Say what would be sent; send nothing.")
@click.option("--failed", is_flag=True, help="Also try again the failed ones that still have their text (7 days).")
def send_command(*, dry_run: bool, failed: bool) -> None:
    """Send the mails that wait, for installations without worker; exit code 1 if one could not be sent."""
    etat = get_etat()
    now = dt.datetime.now(dt.UTC)
    with etat.session_factory() as session:
        reprises = courriels.retry(session, now=now) if failed else 0
        if dry_run:
            # What `retry` has changed is rolled back with the session.
            genres = Counter(du.genre for du in courriels.list_dus(session, now=now, limite=LIMITE))
            for genre, nombre in sorted(genres.items()):
                click.echo(f"{genre}: {nombre} would be sent")
            click.echo(f"{genres.total()} mails would be sent")
            return
        session.commit()
    if failed:
        click.echo(f"{reprises} failed mails wait again")
    bilan = courriels.send_pending(etat.session_factory, build_expedition(etat.settings), now=now, limite=LIMITE)
    purge(etat.session_factory, etat.settings, now=now)
    click.echo(
        f"{bilan.get(EtatCourriel.ENVOYE, 0)} sent, {bilan.get(EtatCourriel.ATTENTE, 0)} to be tried again,"
        f" {bilan.get(EtatCourriel.ECHEC, 0)} failed"
    )
    if set(bilan) - {EtatCourriel.ENVOYE}:
        raise SystemExit(1)


@groupe.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="So many, the last first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: states, mails.")
def list_command(limit: int, *, as_json: bool) -> None:
    """The last mails: kind, state, attempts, dates. No address, no text."""
    with get_etat().session_factory() as session:
        etats = courriels.count_etats(session)
        recents = courriels.list_recents(session, limit)
    if as_json:
        lignes = [
            {
                nom: valeur.isoformat() if isinstance(valeur, dt.datetime) else valeur
                for nom, valeur in recent._asdict().items()
            }
            for recent in recents
        ]
        click.echo(json.dumps({"states": etats, "mails": lignes}, ensure_ascii=False, indent=2))
        return
    click.echo(", ".join(f"{etat}: {nombre}" for etat, nombre in etats.items()) or "no mail")
    for recent in recents:
        erreur = f", {recent.erreur}" if recent.erreur else ""
        click.echo(
            f"{recent.id} {recent.genre}: {recent.etat}, {recent.essais} attempts, {recent.cree_at:%F %T}{erreur}"
        )
