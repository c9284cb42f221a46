"""Command `flask planification report`: the report of a study as files, with their digests."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from tierslieux.core.errors import TiersLieuxError
from tierslieux.planification.cli_etude import add_options, open_session, read_etude
from tierslieux.planification.rapports.donnees import read_donnees
from tierslieux.planification.rapports.fichiers import render_fichier, render_rapport_pdf
from tierslieux.planification.rapports.rapport import build_rapport

TEMPS_MAX_S = 600.0


@click.command("report")
@click.option("--territoire", required=True, metavar="LEVEL:CODE", help="departement:48, epci:200072023, france…")
@add_options
@click.option("--sortie", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write in.")
@with_appcontext
def report_command(territoire: str, sortie: Path, **options: Any) -> None:  # noqa: ANN401
    """Write the report of the best plan (rapport.html, .pdf and .json, carte.html) and print the digests."""
    # The library of maps takes a quarter of a second: no other command waits for it.
    from tierslieux.planification.rapports.carte import render_carte  # noqa: PLC0415

    try:
        etude = read_etude(territoire, options)
        with open_session() as session:
            donnees = read_donnees(session, etude, temps_max_s=TEMPS_MAX_S)
            rapport = build_rapport(donnees)
            fichiers = {
                "rapport.html": render_fichier(current_app.jinja_env, rapport).encode(),
                "rapport.pdf": render_rapport_pdf(current_app.jinja_env, rapport),
                "rapport.json": rapport.to_json().encode(),
            }
            if carte := render_carte(donnees):
                fichiers["carte.html"] = carte.encode()
    except TiersLieuxError as erreur:
        raise click.ClickException(erreur.message) from erreur
    sortie.mkdir(parents=True, exist_ok=True)
    for nom, contenu in fichiers.items():
        (sortie / nom).write_bytes(contenu)
        click.echo(f"{hashlib.sha256(contenu).hexdigest()}  {nom}")
    click.echo(f"{rapport.digest}  report")
    if donnees.resultat is not None and not donnees.resultat.est_optimal:
        click.echo("The plan is not proven: another machine may stop at another one.", err=True)
