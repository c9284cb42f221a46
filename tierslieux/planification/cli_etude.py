"""What the commands of plans share: every field of a study as an option, and a session with its travel times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy.orm import Session

from tierslieux.core.db import transaction
from tierslieux.core.errors import InvalidInputError
from tierslieux.extensions import get_etat
from tierslieux.planification.enums import Objectif, Priorite, Propriete
from tierslieux.planification.etude import Etude
from tierslieux.territoires.enums import CODE_FRANCE, Niveau
from tierslieux.trajets.choix import CLE, build_choix

# Field of a study, and the option that fills it; several values may be given, or one with commas.
_CHAMPS = (
    ("besoin", "ID", "Who is in need: id of an indicator that counts people, or table-<id>."),
    ("cible", "KIND", "Kind of place that counts as open."),
    ("mode", "MODE", "How people travel."),
    ("minutes", "N", "Time limit in minutes (20)."),
    ("population_min", "N", "Smallest commune of a candidate, in inhabitants."),
    ("population_max", "N", "Largest commune of a candidate, in inhabitants."),
    ("propriete", "|".join(Propriete), "Whose buildings."),
    ("zone", "'LON,LAT LON,LAT …'", "Corners of an area where candidates must stand."),
    ("table", "ID", "Table of candidates that the territory has uploaded."),
    ("objectif", "|".join(Objectif), "What to be best at (couverture)."),
    ("sites", "N", "How many places may open (5, or any number with --budget or --part)."),
    ("budget", "X", "At most so much spent, in the unit of the costs of the table."),
    ("part", "PCT", "Share of the people to serve with the fewest places."),
    ("espacement_km", "KM", "Least distance between two new places, as the crow flies."),
    ("capacite", "N", "People in need that one new place can serve."),
    ("priorite", "|".join(Priorite), "Whose people weigh twice when places are chosen."),
)
_LISTES = (
    ("genres", "--candidats", "KIND", "Kinds of buildings that may host one (several, or with commas)."),
    ("imposes", "--impose", "CODE", "A candidate that must open (several)."),
    ("interdits", "--interdit", "CODE", "A candidate that must not open (several)."),
    ("gestes", "--geste", "CHANGE", "A change before: ouvrir:<code>, fermer:<code>, deplacer:<code>@<lon>,<lat>."),
)


def add_options(fonction: Callable[..., None]) -> Callable[..., None]:
    """Every field of a study as an option."""
    for champ, option, forme, aide in reversed(_LISTES):
        fonction = click.option(option, champ, multiple=True, metavar=forme, help=aide)(fonction)
    par_epci = click.option("--par-epci", is_flag=True, help="A new place in each EPCI that has a candidate.")
    fonction = par_epci(fonction)
    for champ, forme, aide in reversed(_CHAMPS):
        fonction = click.option(f"--{champ.replace('_', '-')}", champ, metavar=forme, help=aide)(fonction)
    return fonction


@contextmanager
def open_session() -> Iterator[Session]:
    """A session that knows the engine of travel times of the installation; what it writes is committed at its end."""
    etat = get_etat()
    with etat.session_factory() as session, transaction(session):
        session.info.setdefault(CLE, build_choix(etat.settings))
        yield session


def read_etude(territoire: str, options: Mapping[str, Any]) -> Etude:
    """The study of the command line; raises the first InvalidInputError."""
    niveau, _, code = territoire.partition(":")
    if niveau not in set(Niveau) or not (code or niveau == Niveau.FRANCE):
        raise InvalidInputError("territoire", territoire, "niveau:code, par exemple departement:16, ou france")
    args = {champ: [valeur] for champ, _, _ in _CHAMPS if (valeur := options[champ]) is not None}
    for champ, *_ in _LISTES:
        if valeurs := options[champ]:
            # Positions hold commas; nothing else does.
            args[champ] = list(valeurs) if champ == "gestes" else [v for groupe in valeurs for v in groupe.split(",")]
    if options["par_epci"]:
        args["par_epci"] = ["1"]
    if "part" in args:
        args.setdefault("objectif", [Objectif.PART.value])
    if "part" in args or "budget" in args:
        args.setdefault("sites", [""])
    etude, erreurs = Etude.from_args(Niveau(niveau), code or CODE_FRANCE, args)
    if erreurs:
        raise erreurs[0]
    return etude
