"""Commands: `flask tuiles build|seed|check|clear`."""

from __future__ import annotations

import datetime as dt
import json

import click
from flask.cli import AppGroup

from tierslieux.core.affichage import open_progress
from tierslieux.core.db import transaction
from tierslieux.core.errors import TiersLieuxError
from tierslieux.diffusion.tuiles.couches import COUCHES, OCTETS_MAX, ZOOM_MAX
from tierslieux.diffusion.tuiles.magasin import Magasin
from tierslieux.diffusion.tuiles.params import Fond, UnFond, parse_fond_indicateur
from tierslieux.diffusion.tuiles.semis import Pesee, seed, weigh
from tierslieux.extensions import get_etat
from tierslieux.territoires.chargement_dessins import draw_territoires, is_drawn

# Below Settings.var_dir.
DOSSIER = "tuiles"
ZOOM = click.IntRange(0, ZOOM_MAX)


@click.group("tuiles", cls=AppGroup)
def groupe() -> None:
    """Vector tiles: draw the boundaries, make tiles in advance, weigh them."""


@groupe.command("build")
@click.option("--force", is_flag=True, help="Draw again even what is drawn already.")
@click.option("--json", "en_json", is_flag=True, help="Print the report as one JSON object.")
def build(*, force: bool, en_json: bool) -> None:
    """Draw the boundaries that are loaded, simplified by zoom, in one transaction."""
    with get_etat().session_factory() as session, transaction(session):
        if not force and is_drawn(session):
            click.echo(json.dumps({"drawn": False}) if en_json else "Tiles: drawn already, nothing to do.")
            return
        with open_progress() as progress:
            rapport = draw_territoires(session, now=dt.datetime.now(dt.UTC), progress=progress)
    if rapport is None:
        raise click.ClickException("no territory is loaded: run `flask territoires load` first")
    if en_json:
        click.echo(json.dumps({"drawn": True} | rapport.to_dict()))
        return
    click.echo(f"Tiles: {rapport.dessins} outlines of edition {rapport.edition} in {rapport.secondes} s.")


@groupe.command("seed")
@click.option("--zoom-max", default=ZOOM_MAX, show_default=True, type=ZOOM, help="Last zoom made in advance.")
@click.option("--json", "en_json", is_flag=True, help="Print one JSON object a layer.")
def seed_command(zoom_max: int, *, en_json: bool) -> None:
    """Make every tile of boundaries in advance, in var/tuiles (MBTiles, which QGIS opens too)."""
    etat = get_etat()
    magasin = Magasin(etat.settings.var_dir / DOSSIER)
    try:
        with etat.session_factory() as session, open_progress() as progress:
            semees = seed(session, magasin, zoom_max=zoom_max, progress=progress)
    except TiersLieuxError as erreur:
        raise click.ClickException(erreur.message) from erreur
    for semee in semees:
        chemin = magasin.locate(semee.couche, semee.version)
        if en_json:
            click.echo(json.dumps({"layer": semee.couche, "tiles": semee.tuiles, "bytes": semee.octets}))
        else:
            click.echo(f"{semee.couche}: {semee.tuiles:,} tiles, {semee.octets / 1e6:.1f} MB in {chemin}")


@groupe.command("check")
@click.option("--zoom-max", default=ZOOM_MAX, show_default=True, type=ZOOM, help="Last zoom weighed.")
@click.option(
    "--indicateur", "indicateurs", multiple=True, metavar="NIVEAU/ID/MILLESIME", help="Also weigh tiles with figures."
)
@click.option("--json", "en_json", is_flag=True, help="Print one JSON object a layer and zoom.")
def check(zoom_max: int, indicateurs: tuple[str, ...], *, en_json: bool) -> None:
    """Draw every tile with ground in it and name the heaviest; exit status 1 when one is too heavy."""
    trop_lourdes = []
    try:
        fonds: list[UnFond] = [Fond(couche) for couche in COUCHES.values()]
        for texte in indicateurs:
            niveau, indicateur, millesime = [*texte.split("/"), "", ""][:3]
            fonds.append(parse_fond_indicateur(niveau, indicateur, millesime))
        with get_etat().session_factory() as session, open_progress() as progress:
            for fond in fonds:
                for pesee in weigh(session, fond, zoom_max=zoom_max, progress=progress):
                    click.echo(json.dumps(pesee.to_dict()) if en_json else _format(pesee))
                    if not pesee.est_tenue:
                        trop_lourdes.append(pesee)
    except TiersLieuxError as erreur:
        raise click.ClickException(erreur.message) from erreur
    if trop_lourdes:
        noms = ", ".join(f"{pesee.plus_lourde} ({pesee.octets_max:,} bytes)" for pesee in trop_lourdes)
        raise click.ClickException(f"tiles over {OCTETS_MAX:,} bytes: {noms}")


@groupe.command("clear")
def clear() -> None:
    """Remove the tiles made in advance; they are then drawn when they are asked for."""
    nombre = Magasin(get_etat().settings.var_dir / DOSSIER).clear()
    click.echo(f"Tiles: {nombre} files removed.")


def _format(pesee: Pesee) -> str:
    return (
        f"{pesee.couche} zoom {pesee.zoom}: {pesee.tuiles:,} tiles, {pesee.octets / 1e6:.1f} MB, "
        f"heaviest {pesee.octets_max:,} bytes ({pesee.octets_max_gzip:,} compressed) {pesee.plus_lourde or ''}"
    ).rstrip()
