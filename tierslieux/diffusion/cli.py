"""`flask diffusion`: write the files of the page of downloads."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import AppGroup

from tierslieux.core.db import open_instantane
from tierslieux.core.errors import TiersLieuxError
from tierslieux.diffusion.exports import services
from tierslieux.diffusion.exports.ecarts import Journal
from tierslieux.diffusion.exports.params import read_selection
from tierslieux.diffusion.exports.registre import FORMATS, Format, get_format
from tierslieux.extensions import get_etat
from tierslieux.lieux.extraction import Selection

SUFFIXE_ECARTS = "-non-exportes.csv"


@click.group("diffusion", cls=AppGroup)
def groupe() -> None:
    """Open data out: write files."""


@groupe.command("export")
@click.argument("code", metavar="FORMAT", type=click.Choice([forme.code for forme in FORMATS if not forme.suffixe]))
@click.option(
    "--sortie",
    type=click.Path(path_type=Path),
    required=True,
    help="File to write, or folder: then named as on the page.",
)
@click.option("--besoin", help="Need that places answer.")
@click.option("--genre", help="Kind of place.")
@click.option("--service", help="Service that places offer.")
@click.option("--region", help="Code of a région.")
@click.option("--departement", help="Code of a département.")
@click.option("--epci", help="SIREN of an EPCI.")
@click.option("--commune", help="Code INSEE of a commune.")
@click.option("--q", help="Words of the name.")
@click.option("--source", help="Id of a source that speaks of the place.")
@click.option("--gratuit", is_flag=True, help="Only free places.")
@click.option("--accessible", is_flag=True, help="Only places for wheelchairs.")
@click.option("--candidats", is_flag=True, help="Also town halls and libraries that declare no help.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def export_command(code: str, sortie: Path, *, as_json: bool, **filtres: Any) -> None:  # noqa: ANN401  (options)
    """Write the places in FORMAT; what the national standard leaves out is written beside, and counted."""
    forme = get_format(code)
    args = {nom: "1" if valeur is True else valeur for nom, valeur in filtres.items() if valeur}
    try:
        rapport = _export(forme, read_selection(args), sortie)
    except TiersLieuxError as erreur:
        _fail(erreur.message)
    except OSError as erreur:
        _fail(f"{sortie}: {erreur.strerror}")
    if as_json:
        click.echo(json.dumps(rapport, ensure_ascii=False))
    else:
        _print_rapport(rapport)


def _export(forme: Format, selection: Selection, sortie: Path) -> dict[str, Any]:
    """Write the files under other names, then give them their own: nobody ever finds half of one."""
    debut = time.monotonic()
    etat = get_etat()
    with open_instantane(etat.session_factory) as session:
        services.check_selection(session, selection)
        if sortie.is_dir():
            sortie /= services.build_nom(
                forme,
                jour=dt.datetime.now(dt.UTC).date(),
                producteur=services.find_producteur(etat.settings.editeur),
                territoire=services.build_nom_territoire(session, selection),
            )
        ecartes = sortie.with_name(sortie.stem + SUFFIXE_ECARTS) if forme.est_national else None
        with tempfile.TemporaryDirectory(dir=sortie.parent, prefix=".export-") as dossier:
            # Some libraries look at the extension, whatever name was asked for.
            provisoire, provisoire_ecartes = Path(dossier) / f"export.{forme.extension}", Path(dossier) / "ecartes"
            with ExitStack() as pile:
                journal = Journal(pile.enter_context(provisoire_ecartes.open("wb")) if ecartes else None)
                contexte = services.build_contexte(session, selection, racine=None, journal=journal)
                services.write(session, forme, selection, contexte, provisoire)
            if ecartes:
                provisoire_ecartes.replace(ecartes)
            provisoire.replace(sortie)
    return {
        "format": forme.code,
        "fichier": str(sortie),
        "fichier_ecartes": str(ecartes) if ecartes else None,
        "lieux": contexte.compte.lieux,
        "exportes": contexte.compte.lieux - journal.lieux,
        "non_exportes": journal.lieux,
        "valeurs_non_exportees": dict(journal.valeurs),
        "filtre": contexte.filtre,
        "octets": sortie.stat().st_size,
        "seconds": round(time.monotonic() - debut, 2),
    }


def _print_rapport(rapport: dict[str, Any]) -> None:
    click.echo(
        f"{rapport['fichier']}: {rapport['exportes']} places, {rapport['octets']} bytes in {rapport['seconds']} s"
    )
    click.echo(f"  {rapport['filtre']}")
    if rapport["non_exportes"]:
        ou = rapport["fichier_ecartes"] or "the archive says why"
        click.echo(f"  left out: {rapport['non_exportes']} of {rapport['lieux']} places ({ou})")
    for champ, nombre in rapport["valeurs_non_exportees"].items():
        click.echo(f"  left out: {nombre} values of {champ}")


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    raise SystemExit(1)
