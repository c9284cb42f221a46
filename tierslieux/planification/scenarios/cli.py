"""Commands of scenarios, for whoever keeps the site: there are no accounts, so anybody may publish one."""

from __future__ import annotations

import datetime as dt
import json

import click
from flask.cli import with_appcontext

from tierslieux.core.db import transaction
from tierslieux.core.errors import NotFoundError
from tierslieux.extensions import get_etat
from tierslieux.planification.scenarios import services as scenarios


@click.command("scenarios")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@with_appcontext
def scenarios_command(*, as_json: bool) -> None:
    """The published scenarios, the last published first."""
    with get_etat().session_factory() as session:
        lignes = [
            {
                "id": s.public_id,
                "territoire": f"{s.niveau}:{s.code}",
                "publie_at": s.publie_at.isoformat(timespec="seconds") if s.publie_at else None,
                "titre": s.titre,
            }
            for s in scenarios.list_tous_publies(session)
        ]
    if as_json:
        click.echo(json.dumps(lignes, ensure_ascii=False, indent=2))
        return
    for ligne in lignes:
        click.echo("  ".join(str(valeur) for valeur in ligne.values()))


@click.command("unpublish")
@click.argument("public_id")
@with_appcontext
def unpublish_command(public_id: str) -> None:
    """Take a published scenario off the site: nobody reads it any more but those who have its address."""
    try:
        with get_etat().session_factory() as session, transaction(session):
            scenarios.withdraw(session, public_id, now=dt.datetime.now(dt.UTC))
    except NotFoundError as erreur:
        raise click.ClickException(f"no scenario has the id {public_id}") from erreur
    click.echo(f"{public_id} is not published any more")
