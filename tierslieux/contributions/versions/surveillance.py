"""What one author did, which flows are out of the ordinary, and what is set aside. Scoped by territories.

Rights are checked by the routes. Every function flushes and never commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.contributions import services as contributions
from tierslieux.contributions.enums import STATUTS_OUVERTS, STATUTS_PUBLIES, Statut
from tierslieux.contributions.errors import TraiteeError, VerrouilleeError
from tierslieux.contributions.models import Blocage
from tierslieux.contributions.perimetres import Perimetre
from tierslieux.contributions.versions import queries
from tierslieux.contributions.versions.enums import GenreBlocage
from tierslieux.core.db import Rangee
from tierslieux.core.errors import NotFoundError
from tierslieux.territoires.enums import Niveau

PAR_PAGE = 50
PERIODE = dt.timedelta(days=7)
# So many proposals in the period are worth a look: the form lets one address send five an hour and twenty a day.
SEUIL = 5
LIMITE_FLUX = 20
# By what proposals are counted together.
COLONNES = ("auteur", "reseau", "lieu_id")


@dataclass(frozen=True, slots=True)
class Mesure:
    """A measure in force, and the name of its territory."""

    blocage: Blocage
    territoire: str


@dataclass(frozen=True, slots=True)
class Auteur:
    """What an author proposed in some territories: counts by state, the proposals of a page, what sets them aside."""

    pseudonyme: str
    comptes: dict[str, int]
    propositions: tuple[Rangee, ...]
    suivante: int | None
    blocages: tuple[Mesure, ...]

    @property
    def total(self) -> int:
        """All the proposals."""
        return sum(self.comptes.values())

    @property
    def publiees(self) -> int:
        """Those that undoing everything would take back."""
        return sum(self.comptes.get(statut, 0) for statut in STATUTS_PUBLIES)

    @property
    def ouvertes(self) -> int:
        """Those that undoing everything would set aside."""
        return sum(self.comptes.get(statut, 0) for statut in STATUTS_OUVERTS - {Statut.QUARANTAINE})


@dataclass(frozen=True, slots=True)
class Flux:
    """Bursts of the last days, by author, network and place; the measures in force."""

    auteurs: tuple[Rangee, ...]
    reseaux: tuple[Rangee, ...]
    lieux: tuple[tuple[Rangee, Rangee], ...]
    blocages: tuple[Mesure, ...]


def read_auteur(
    session: Session, pseudonyme: str, perimetres: Sequence[Perimetre], *, avant: int | None, now: dt.datetime
) -> Auteur:
    """What an author proposed in these territories; raises NotFoundError when it is nothing."""
    comptes = queries.count_par_statut(session, pseudonyme, perimetres)
    if not comptes:
        raise NotFoundError
    rangees = queries.list_par_auteur(session, pseudonyme, perimetres, avant=avant, limite=PAR_PAGE + 1)
    return Auteur(
        pseudonyme,
        comptes,
        tuple(rangees[:PAR_PAGE]),
        rangees[PAR_PAGE - 1].id if len(rangees) > PAR_PAGE else None,
        _keep_blocages(session, queries.list_blocages(session, GenreBlocage.AUTEUR, pseudonyme, now=now), perimetres),
    )


def read_flux(session: Session, perimetres: Sequence[Perimetre], *, now: dt.datetime) -> Flux:
    """The bursts of the last days in these territories."""

    def count(colonne: str) -> Sequence[Rangee]:
        return queries.count_flux(session, colonne, perimetres, depuis=now - PERIODE, seuil=SEUIL, limite=LIMITE_FLUX)

    par_lieu = count("lieu_id")
    lieux = {lieu.id: lieu for lieu in queries.list_lieux(session, [rangee.cle for rangee in par_lieu])}
    blocages = [mesure for genre in GenreBlocage for mesure in queries.list_blocages(session, genre, None, now=now)]
    return Flux(
        tuple(count("auteur")),
        tuple(count("reseau")),
        tuple((rangee, lieux[rangee.cle]) for rangee in par_lieu),
        _keep_blocages(session, blocages, perimetres),
    )


def set_aside(
    session: Session, colonne: str, valeur: str | int, perimetres: Sequence[Perimetre], *, acteur: str, now: dt.datetime
) -> tuple[int, int]:
    """Put in quarantine what waits of an author, a network or a place ("auteur", "reseau", "lieu_id") these last days.

    How many were set aside, and how many could not be: somebody else is deciding them.
    """
    isolees = laissees = 0
    for public_id in queries.list_ouvertes(session, colonne, valeur, perimetres, depuis=now - PERIODE):
        try:
            contributions.set_quarantaine(session, public_id, est_isolee=True, acteur=acteur, now=now)
            isolees += 1
        except (VerrouilleeError, TraiteeError):
            laissees += 1
    return isolees, laissees


def _keep_blocages(
    session: Session, blocages: Sequence[Blocage], perimetres: Sequence[Perimetre]
) -> tuple[Mesure, ...]:
    """The measures that stand over one of these territories themselves; those who hold France see all of them."""
    codes = {(niveau.value, code) for niveau, code in perimetres}
    est_nationale = any(niveau is Niveau.FRANCE for niveau, _ in perimetres)
    gardees = [mesure for mesure in blocages if est_nationale or (mesure.niveau, mesure.code) in codes]
    noms = queries.list_noms(session, {(m.niveau, m.code) for m in gardees}) if gardees else {}
    return tuple(Mesure(m, noms.get((m.niveau, m.code), f"{m.niveau} {m.code}")) for m in gardees)
