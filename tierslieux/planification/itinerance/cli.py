"""Command: `flask planification itinerance`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click
from flask.cli import with_appcontext

from tierslieux.core.errors import InvalidInputError, TiersLieuxError
from tierslieux.extensions import get_etat
from tierslieux.planification.bilan import Compte
from tierslieux.planification.itinerance.calcul import Itineraire
from tierslieux.planification.itinerance.comparaison import Forme
from tierslieux.planification.itinerance.params import Demande, read_etude
from tierslieux.planification.itinerance.semaine import JOURS
from tierslieux.planification.itinerance.services import find_itineraire
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.choix import CLE, build_choix

_OPTIONS = (
    ("besoin", "ID", "Who is in need: id of an indicator that counts people, or table-<id>."),
    ("cible", "KIND", "Kind of place that counts as open (aide)."),
    ("mode", "MODE", "How people travel."),
    ("minutes", "N", "People are served within N minutes of a stop (20)."),
    ("genres", "KIND,KIND", "Kinds of buildings where it may stop (mairie)."),
    ("imposes", "CODE,CODE", "Stops that must be visited."),
    ("interdits", "CODE,CODE", "Stops that must not be visited."),
    ("demi_journees", "N", "Half-days a week (10)."),
    ("vehicules", "N", "Vehicles at each depot (1)."),
    ("cycle", "1|2|4", "A stop is visited once in so many weeks (1)."),
    ("conduite_max", "MIN", "Driving of one day (120)."),
    ("ouverture", "HOURS", "Hours at a stop (3.5)."),
    ("installation", "MIN", "Setting up and packing, each half-day (30)."),
    ("agents", "N", "People aboard (1)."),
    ("depots", "COMMUNE,COMMUNE", "Where vehicles leave from (the most populated commune)."),
    ("marches", "'COMMUNE : DAY; …'", "Market days."),
    ("poids_marche", "N", "How many people more a visit on market day is worth (0)."),
    ("exclus", "'COMMUNE : DAY; …'", "When a commune cannot be visited."),
    ("heures_site", "HOURS", "Hours a week of a fixed site (24)."),
    ("agents_site", "N", "People at a fixed site (1)."),
)
_LISTES = frozenset({"genres", "imposes", "interdits"})


def _add_options(fonction: Any) -> Any:  # noqa: ANN401  (a command being decorated)
    for champ, forme, aide in reversed(_OPTIONS):
        fonction = click.option(f"--{champ.replace('_', '-')}", champ, metavar=forme, help=aide)(fonction)
    return fonction


@click.command("itinerance")
@click.option("--territoire", required=True, metavar="LEVEL:CODE", help="epci:200072023, departement:48…")
@_add_options
@click.option("--samedi", is_flag=True, help="Saturday is worked too.")
@click.option("--marches-imposes", is_flag=True, help="Visit communes with a market on market day only.")
@click.option("--temps-max", "temps_max_s", type=click.FloatRange(0.1), default=60.0, help="Seconds for each form.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def itinerance_command(
    territoire: str, *, samedi: bool, marches_imposes: bool, temps_max_s: float, as_json: bool, **options: str | None
) -> None:
    """Plan the week of a bus: the best stops and half-days, with a bound, beside fixed sites at equal staff time."""
    args = {
        champ: valeur.split(",") if champ in _LISTES else [valeur]
        for champ, valeur in options.items()
        if valeur is not None
    }
    args |= {nom: ["1"] for nom, mis in (("samedi", samedi), ("marches_imposes", marches_imposes)) if mis}
    niveau, _, code = territoire.partition(":")
    try:
        if niveau not in set(Niveau) or not code:
            raise InvalidInputError("territoire", territoire, "niveau:code, par exemple epci:200072023")
        etude, erreurs = read_etude(Niveau(niveau), code, args)
        demande, autres = Demande.from_args(args)
        if erreurs or autres:
            raise (erreurs + autres)[0]
        etat = get_etat()
        with etat.session_factory() as session:
            session.info.setdefault(CLE, build_choix(etat.settings))
            itineraire = find_itineraire(session, etude, demande, temps_max_s=temps_max_s)
    except TiersLieuxError as erreur:
        raise click.ClickException(erreur.message) from erreur
    if as_json:
        click.echo(json.dumps(itineraire.to_json(), ensure_ascii=False, indent=2))
        return
    for ligne in _list_lignes(itineraire):
        click.echo(ligne)


def _list_lignes(itineraire: Itineraire) -> Iterator[str]:
    """A tour for a terminal."""
    comparaison, plan = itineraire.comparaison, itineraire.comparaison.plan
    gains = dict(zip((visite.arret for visite in itineraire.visites), itineraire.gains_visites, strict=True))
    for tournee in plan.tournees:
        depot = itineraire.question.depots[tournee.equipe].commune_nom
        semaine = f"week {tournee.semaine + 1}, " if plan.parc.cycle > 1 else ""
        yield (
            f"{semaine}{JOURS[tournee.jour]}, vehicle {tournee.vehicule + 1} from {depot}: "
            f"{tournee.conduite_min:.0f} min of driving"
        )
        for visite in tournee.visites:
            site = itineraire.get_site(visite.arret)
            marche = ", market day" if visite.marche else ""
            yield f"  {visite.demi.libelle}: {site.nom} ({site.commune_nom}): {_tell(gains[visite.arret])}{marche}"
    preuve = "proven optimal" if plan.is_optimal else f"at most {plan.ecart:.2%} from the best"
    yield (
        f"objective {plan.objectif:.2f}, bound {plan.borne:.2f}, gap {plan.ecart:.4%} ({preuve}), {plan.secondes:.2f} s"
    )
    yield f"in need {_tell(itineraire.besoin)}, served today {_tell(itineraire.acquis)}"
    for nom, forme, gain in (
        ("tour", comparaison.tournee, itineraire.gain),
        ("permanences", comparaison.permanences, itineraire.gain_permanences),
        ("fixed sites", comparaison.fixes, itineraire.gain_fixes),
        ("one site more", comparaison.suivants, itineraire.gain_suivants),
    ):
        if forme is not None and gain is not None:
            yield f"{nom:14} {_tell_forme(forme, gain)}"
    yield f"verdict: {comparaison.verdict.value}"
    yield f"digest {itineraire.empreinte}"


def _tell_forme(forme: Forme, gain: Compte) -> str:
    offertes = "" if forme.heures_offertes is None else f", {forme.heures_offertes:.1f} h a week for each of them"
    return (
        f"{_tell(gain)} more people, {len(forme.sites)} sites, {forme.travail_h_semaine:.1f} h of staff a week"
        f" ({forme.conduite_h_semaine:.1f} h driving){offertes}"
    )


def _tell(compte: Compte) -> str:
    if compte.bas is None or compte.haut is None:
        return f"{compte.valeur:.1f}"
    return f"{compte.valeur:.1f} ({compte.bas:.1f} to {compte.haut:.1f})"
