"""What the buttons of the editing page of a scenario do. Nothing here commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy.orm import Session

from tierslieux.planification.scenarios import avis
from tierslieux.planification.scenarios import services as scenarios
from tierslieux.planification.scenarios.avis import Statut


@dataclass(frozen=True, slots=True)
class Demande:
    """A button that was pressed: by whoever holds `jeton`, on the `version` that the page has shown.

    `avis_id`: the words of a resident that it is about.
    """

    public_id: str
    jeton: str
    version: int
    avis_id: int | None
    now: dt.datetime


# (id, secret) of the scenario whose page comes next; None when it is gone.
Suite = tuple[str, str] | None
Faire = Callable[[Session, Demande], Suite]

RENOMMER, SUPPRIMER = "renommer", "supprimer"


def _undo(session: Session, d: Demande) -> Suite:
    scenarios.undo(session, d.public_id, d.jeton, d.version, now=d.now)
    return d.public_id, d.jeton


def _publish(session: Session, d: Demande) -> Suite:
    scenarios.publish(session, d.public_id, d.jeton, d.version, now=d.now)
    return d.public_id, d.jeton


def _unpublish(session: Session, d: Demande) -> Suite:
    scenarios.unpublish(session, d.public_id, d.jeton, d.version, now=d.now)
    return d.public_id, d.jeton


def _duplicate(session: Session, d: Demande) -> Suite:
    copie, jeton = scenarios.duplicate(session, d.public_id, d.jeton, now=d.now)
    return copie.public_id, jeton


def _delete(session: Session, d: Demande) -> Suite:
    scenarios.delete(session, d.public_id, d.jeton, d.version)
    return None


def _moderate(session: Session, d: Demande, statut: Statut) -> Suite:
    scenario = scenarios.get_modifiable(session, d.public_id, d.jeton)
    avis.moderate(session, scenario, d.avis_id or 0, statut, now=d.now)
    return d.public_id, d.jeton


def _show_avis(session: Session, d: Demande) -> Suite:
    return _moderate(session, d, Statut.PUBLIE)


def _refuse_avis(session: Session, d: Demande) -> Suite:
    return _moderate(session, d, Statut.REFUSE)


ACTIONS: Mapping[str, Faire] = MappingProxyType(
    {
        "annuler": _undo,
        "publier": _publish,
        "retirer": _unpublish,
        "dupliquer": _duplicate,
        SUPPRIMER: _delete,
        "avis-publier": _show_avis,
        "avis-refuser": _refuse_avis,
    }
)
