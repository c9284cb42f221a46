"""What is loaded of the indicators, for the page of methods; read once for each state of the data."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from tierslieux.indicateurs.queries import list_editions_stmt
from tierslieux.indicateurs.services import find_evaluation
from tierslieux.observatoire import queries
from tierslieux.observatoire.methode import Chargement, EditionChargee, Modele

V = TypeVar("V")


class _Dernier(Generic[V]):
    """The last result, with the state of the data that it is of; made by one thread while the others wait for it."""

    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self._garde: tuple[object, V] | None = None

    def get(self, etat: object, build: Callable[[], V]) -> V:
        """The result for this state."""
        with self._verrou:
            if self._garde is None or self._garde[0] != etat:
                self._garde = (etat, build())
            return self._garde[1]


_CHARGES: _Dernier[tuple[tuple[str, int], ...]] = _Dernier()
_COMPTES: _Dernier[Mapping[tuple[str, int], int]] = _Dernier()


def read_chargement(session: Session, *, comptes: bool = False) -> Chargement:
    """Editions and vintages that are loaded; with `comptes` (a second, once), how many communes have each."""
    etat, editions, total = _read_etat(session)

    def _list_charges() -> tuple[tuple[str, int], ...]:
        return tuple((r.indicateur, r.millesime) for r in session.execute(queries.list_charges_stmt()))

    charges = _CHARGES.get(etat, _list_charges)

    # One statement for each: none of them is near the time that a page may take.
    def _count() -> Mapping[tuple[str, int], int]:
        return {cle: session.scalar(queries.count_valeurs_stmt(*cle)) or 0 for cle in charges}

    communes: Mapping[tuple[str, int], int | None] = dict.fromkeys(charges)
    if comptes:
        communes = dict(_COMPTES.get(etat, _count))
    return Chargement(editions, communes, total)


def read_modele(session: Session) -> Modele | None:
    """The line that the model of illectronisme fits and how good it is; None where its values are not computed."""
    evaluation = find_evaluation(session)
    if evaluation is None:
        return None
    constante, *pentes = evaluation.coefficients
    return Modele(constante, tuple(pentes), evaluation)


def _read_etat(session: Session) -> tuple[object, dict[str, EditionChargee], int]:
    """(what changes with each load, editions by source, how many communes there are)."""
    editions = sorted(session.scalars(list_editions_stmt()), key=lambda edition: edition.source_id)
    total = session.scalar(queries.count_communes_stmt()) or 0
    cle = (total, *((edition.source_id, edition.empreinte, edition.chargee_at) for edition in editions))
    return cle, {e.source_id: EditionChargee(e.edition, e.chargee_at) for e in editions}, total
