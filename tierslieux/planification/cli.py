"""Commands: `flask planification compute`, `flask planification jobs`; `report` is in cli_rapport.py."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tierslieux.core import taches
from tierslieux.core.affichage import open_progress
from tierslieux.core.errors import InvalidInputError, TiersLieuxError
from tierslieux.extensions import get_etat
from tierslieux.planification.bilan import Compte
from tierslieux.planification.calculs import series
from tierslieux.planification.calculs import services as calculs
from tierslieux.planification.cli_etude import add_options, open_session, read_etude
from tierslieux.planification.courbes import compute_courbe
from tierslieux.planification.etude import SITES_MAX, Etude
from tierslieux.planification.itinerance.cli import itinerance_command
from tierslieux.planification.lecture import load_terrain
from tierslieux.planification.plans import compute_plan
from tierslieux.planification.rapports.cli import report_command
from tierslieux.planification.resultats import Resultat
from tierslieux.planification.scenarios.cli import scenarios_command, unpublish_command
from tierslieux.territoires.enums import Niveau

TEMPS_MAX_S = 60.0
WORKERS_MAX = 64


@click.group("planification", cls=AppGroup)
def groupe() -> None:
    """Where to open places so that they serve most people in need, with a proof of how good the answer is."""


groupe.add_command(report_command)
groupe.add_command(itinerance_command)
groupe.add_command(scenarios_command)
groupe.add_command(unpublish_command)


@groupe.command("compute")
@click.option("--territoire", required=True, metavar="LEVEL:CODE", help="departement:16, epci:200072023, france…")
@add_options
@click.option("--courbe", type=click.IntRange(1, SITES_MAX), help="A plan for each number of places from 1 to N.")
@click.option("--par", metavar="LEVEL", help="A plan for each part of the territory: region, departement or epci.")
@click.option("--workers", type=click.IntRange(1, WORKERS_MAX), default=1, help="Processes that share the parts (1).")
@click.option("--temps-max", "temps_max_s", type=click.FloatRange(0.1), default=TEMPS_MAX_S, help="Seconds for a plan.")
@click.option("--file", "en_file", is_flag=True, help="Queue it: `flask imports worker` computes it, a page shows it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; with --par, one line for each part, then the total.")
def compute_command(territoire: str, courbe: int | None, par: str | None, **options: Any) -> None:  # noqa: ANN401
    """Compute the best plan of a territory and print it with its bound."""
    demande = _Demande(options.pop("temps_max_s"), options.pop("workers"), options.pop("as_json"))
    en_file = options.pop("en_file")
    try:
        etude = read_etude(territoire, options)
        niveau = _read_par(par)
        with open_session() as session:
            if en_file:
                _queue(session, etude, niveau, demande)
            elif niveau is not None:
                _run_serie(session, etude, niveau, demande)
            elif courbe is not None:
                _run_courbe(session, etude, courbe, demande)
            else:
                _run_plan(session, etude, demande)
    except TiersLieuxError as erreur:
        raise click.ClickException(erreur.message) from erreur


@groupe.command("jobs")
@click.argument("public_id", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def jobs_command(public_id: str | None, *, as_json: bool) -> None:
    """List the computations that were queued, or show one and its result."""
    try:
        with open_session() as session:
            lus = [calculs.get_calcul(session, public_id)] if public_id else calculs.list_calculs(session)
            lignes = [calculs.describe(calcul, complet=bool(public_id)) for calcul in lus]
    except TiersLieuxError as erreur:
        raise click.ClickException(erreur.message) from erreur
    if as_json:
        click.echo(_dump(lignes[0] if public_id else lignes, indent=2))
        return
    for ligne in lignes:
        message = f", {ligne['message']}" if ligne["message"] else ""
        click.echo(f"{ligne['id']}  {ligne['state']:9} {ligne['progress']:4.0%}  {ligne['territoire']}{message}")


@dataclass(frozen=True, slots=True)
class _Demande:
    """How long one plan may take, how many processes share the parts, how the answer is printed."""

    temps_max_s: float
    workers: int
    as_json: bool


# --- What is asked ----------------------------------------------------------------------------------------------------


def _read_par(par: str | None) -> Niveau | None:
    if par is None:
        return None
    if par not in set(series.DECOUPAGES):
        raise InvalidInputError("par", par, ", ".join(niveau.value for niveau in series.DECOUPAGES))
    return Niveau(par)


# --- What is done -----------------------------------------------------------------------------------------------------


def _run_plan(session: Session, etude: Etude, demande: _Demande) -> None:
    resultat = compute_plan(load_terrain(session, etude), etude, temps_max_s=demande.temps_max_s)
    if demande.as_json:
        click.echo(_dump(resultat.to_json(), indent=2))
        return
    for ligne in _list_lignes(resultat):
        click.echo(ligne)


def _run_courbe(session: Session, etude: Etude, sites_max: int, demande: _Demande) -> None:
    """A plan for each number of sites; a number that no plan can have ends the curve."""
    terrain = load_terrain(session, etude)
    for resultat in compute_courbe(terrain, etude, sites_max, temps_max_s=demande.temps_max_s):
        if demande.as_json:
            click.echo(_dump(resultat.to_json()))
        else:
            click.echo(
                f"{resultat.etude.sites:4} sites: {_tell(resultat.gain)} more people,"
                f" objective {resultat.objectif:.2f} {resultat.unite}, gap {resultat.ecart:.4%}"
            )


def _run_serie(session: Session, etude: Etude, par: Niveau, demande: _Demande) -> None:
    """Parts as they are done, in order, then the total."""
    ici = series.list_parties(session, etude, par)
    session.commit()
    parties: list[series.Partie] = []
    with open_progress() as progress:
        for partie in _compute_parties(session, etude, par, ici, demande):
            parties.append(partie)
            click.echo(_dump(partie.to_json()) if demande.as_json else _tell_partie(partie))
            progress("plans", len(parties), len(ici))
    total = series.compute_total(parties)
    if demande.as_json:
        click.echo(_dump({"total": total}))
        return
    gain = _tell(Compte(total["gain"]["valeur"] or 0.0, total["gain"]["bas"], total["gain"]["haut"]))
    click.echo(f"total: {total['plans']} plans of {total['parties']}, {total['sites']} sites, {gain} more people")


def _compute_parties(
    session: Session, etude: Etude, par: Niveau, ici: Sequence[series.Ici], demande: _Demande
) -> Iterator[series.Partie]:
    moteur = session.get_bind()
    if demande.workers == 1 or not isinstance(moteur, Engine):
        for partie in ici:
            yield series.compute_partie(session, etude, par, partie, temps_max_s=demande.temps_max_s)
        return
    yield from series.compute_parties(
        taches.find_url(moteur),
        get_etat().settings,
        etude,
        par,
        ici,
        workers=demande.workers,
        temps_max_s=demande.temps_max_s,
    )


def _queue(session: Session, etude: Etude, par: Niveau | None, demande: _Demande) -> None:
    if par is not None:
        series.check_serie(etude, par)
    calcul = calculs.create(session, etude, par=par, now=dt.datetime.now(dt.UTC))
    if demande.as_json:
        click.echo(_dump(calculs.describe(calcul), indent=2))
        return
    click.echo(f"{calcul.public_id}  {calcul.statut}  (flask planification jobs {calcul.public_id})")
    if not taches.has_ouvrier(session):
        click.echo("No worker lives: start `flask imports worker`.", err=True)


# --- What is printed --------------------------------------------------------------------------------------------------


def _dump(valeurs: object, indent: int | None = None) -> str:
    return json.dumps(valeurs, ensure_ascii=False, indent=indent)


def _list_lignes(resultat: Resultat) -> Iterator[str]:
    """A plan for a terminal."""
    minutes = resultat.etude.minutes
    yield (
        f"{len(resultat.sites)} sites of {resultat.candidats} candidates:"
        f" {_tell(resultat.gain)} more people within {minutes} min"
    )
    for rang, site in enumerate(resultat.sites, start=1):
        ou = f" ({site.site.commune_nom})" if site.site.commune_nom else ""
        yield f"{rang:3}. {site.site.nom}{ou}: {_tell(site.gain)}  [{site.site.code}]"
    preuve = "proven optimal" if resultat.est_optimal else f"at most {resultat.ecart:.2%} from the best"
    yield (
        f"objective {resultat.objectif:.2f} {resultat.unite}, bound {resultat.borne:.2f},"
        f" gap {resultat.ecart:.4%} ({preuve}), {resultat.secondes:.2f} s"
    )
    yield (
        f"beyond {minutes} min: {_tell(resultat.avant.au_dela)} before, {_tell(resultat.apres.au_dela)} after,"
        f" of {_tell(resultat.avant.besoin)}"
    )
    yield from resultat.remarques
    yield f"digest {resultat.empreinte}"


def _tell_partie(partie: series.Partie) -> str:
    if partie.resultat is None:
        return f"{partie.code:9} {partie.nom}: {partie.refus}"
    lu = partie.resultat
    gain = _tell(Compte(**lu["gain"]))
    return f"{partie.code:9} {partie.nom}: {len(lu['sites'])} sites, {gain} more people, gap {lu['gap']:.4%}"


def _tell(compte: Compte) -> str:
    if compte.bas is None or compte.haut is None:
        return f"{compte.valeur:.1f}"
    return f"{compte.valeur:.1f} ({compte.bas:.1f} to {compte.haut:.1f})"
