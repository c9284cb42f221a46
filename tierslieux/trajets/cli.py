"""Commands: `flask trajets load`, `flask trajets time`."""

from __future__ import annotations

import json
import resource
import time
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup

from tierslieux.core.affichage import open_progress
from tierslieux.core.errors import InvalidInputError, TiersLieuxError
from tierslieux.core.progress import Progress
from tierslieux.core.types import Position
from tierslieux.extensions import get_etat
from tierslieux.trajets.archive import find_archive, save_reseau
from tierslieux.trajets.choix import build_choix
from tierslieux.trajets.estimation import Densite
from tierslieux.trajets.extrait import read_extrait
from tierslieux.trajets.moteur import Mode, Point
from tierslieux.trajets.reseau import ETAPE_GRAPHE, Trame, build_reseau


class PointType(click.ParamType[Point]):
    """A position written "lon,lat"."""

    name = "lon,lat"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Point:
        """Read the position or refuse it with what was expected."""
        try:
            position = Position.parse(str(value), "point")
        except InvalidInputError as erreur:
            self.fail(erreur.message, param, ctx)
        return Point(position.lon, position.lat)


@click.group("trajets", cls=AppGroup)
def groupe() -> None:
    """Travel times: the road graph, and one journey by the engine of the settings."""


@groupe.command("load")
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "en_json", is_flag=True, help="Print the report as one JSON object.")
def load_command(fichier: Path, *, en_json: bool) -> None:
    """Build the road graph of FICHIER, an OpenStreetMap extract (.osm.pbf), and keep it in place of the one before."""
    debut_s = time.monotonic()
    archive = find_archive(get_etat().settings.var_dir)
    try:
        with open_progress() as progress:
            releves = _Releves(progress)
            archive.parent.mkdir(parents=True, exist_ok=True)
            reseau = build_reseau(read_extrait(fichier, releves, travail=archive.parent), releves)
            octets = save_reseau(reseau, archive)
    except TiersLieuxError as erreur:
        raise click.ClickException(erreur.message) from erreur
    modes = {
        mode.value: build_rapport(trame) | releve
        for (mode, trame), releve in zip(reseau.trames.items(), releves.list_modes(), strict=True)
    }
    provenance = reseau.provenance
    secondes, memoire_mo = round(time.monotonic() - debut_s, 1), read_memoire_max_mo()
    if en_json:
        rapport = asdict(provenance) | {"modes": modes, "archive": str(archive), "octets": octets}
        rapport |= {"secondes": secondes, "memoire_max_mo": memoire_mo}
        click.echo(json.dumps(rapport, ensure_ascii=False, indent=2))
        return
    click.echo(f"Roads of {fichier.name}, edition {provenance.edition or 'unknown'}, box {provenance.bbox}")
    for nom, m in modes.items():
        click.echo(
            f"  {nom}: {m['noeuds']} nodes, {m['troncons']} edges, {m['km']} km, {m['iles']} islands apart,"
            f" {m['secondes']} s, {m['memoire_max_mo']} MB at most so far"
        )
    click.echo(
        f"  in all {secondes} s, {memoire_mo} MB at most, {octets} bytes kept. © OpenStreetMap contributors, ODbL"
    )


@groupe.command("time")
@click.argument("depart", type=PointType())
@click.argument("arrivee", type=PointType())
@click.option(
    "--mode", "code", type=click.Choice([mode.value for mode in Mode]), default=Mode.A_PIED.value, show_default=True
)
@click.option(
    "--densite",
    type=click.Choice([densite.value for densite in Densite]),
    default=Densite.INTERMEDIAIRE.value,
    show_default=True,
    help="Of the commune of departure: parking, and the speeds of an estimate.",
)
def time_command(depart: Point, arrivee: Point, code: str, densite: str) -> None:
    """Print as JSON the journey from DEPART to ARRIVEE ("lon,lat" in degrees; put -- before negative ones)."""
    settings = get_etat().settings
    mode = Mode(code)
    [trajet] = build_choix(settings).build(Densite(densite)).compute_trajets(depart, [arrivee], mode)
    click.echo(
        json.dumps(
            {
                "mode": mode.value,
                "moteur": settings.trajets,
                "duree_min": None if trajet is None else round(trajet.duree_min, 2),
                "distance_m": None if trajet is None else round(trajet.distance_m, 1),
                "methode": None if trajet is None else trajet.methode.value,
            }
        )
    )


def build_rapport(trame: Trame) -> dict[str, object]:
    """What the graph of one mode holds, for a machine."""
    return {
        "noeuds": trame.nombre,
        "troncons": len(trame.u),
        "km": _sum_km(trame),
        "iles": int(trame.composantes.max()),
    }


def _sum_km(trame: Trame) -> float:
    return round(float(trame.longueur_m.sum()) / 1000, 1)


def read_memoire_max_mo() -> int:
    """The most memory that this process has held so far, in megabytes (Linux counts it in KiB)."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1_000_000)


class _Releves:
    """Hands progress on, and notes when each mode's graph was done and the memory held until then."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._instants_s: list[float] = []
        self._memoires_mo: list[int] = []

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if stage == ETAPE_GRAPHE:
            self._instants_s.append(time.monotonic())
            self._memoires_mo.append(read_memoire_max_mo())
        self._progress(stage, done, total)

    def list_modes(self) -> list[dict[str, object]]:
        """Seconds of each mode, in their order, and the memory peak at its end."""
        return [
            {"secondes": round(apres_s - avant_s, 2), "memoire_max_mo": memoire_mo}
            for avant_s, apres_s, memoire_mo in zip(
                self._instants_s, self._instants_s[1:], self._memoires_mo[1:], strict=False
            )
        ]
