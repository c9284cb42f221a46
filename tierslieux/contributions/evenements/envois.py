"""What the forms of events hand over: the whole list of a place with one event added, changed or taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Demarche
from tierslieux.core.errors import NotFoundError
from tierslieux.core.textes import gettext as _
from tierslieux.lieux import historique
from tierslieux.lieux.evenements import Evenement
from tierslieux.lieux.evenements.objets import EVENEMENTS_MAX

CHAMP = "evenements"


def list_actuels(session: Session, lieu_id: int, version: int) -> list[dict[str, Any]]:
    """The objects of the field at this version of the place; raises NotFoundError for an unknown version."""
    actuels: list[dict[str, Any]] = historique.get_valeurs(session, lieu_id, version).get(CHAMP, [])
    return actuels


def replace_evenement(
    actuels: Sequence[Mapping[str, Any]], identifiant: str, nouveau: Evenement | None
) -> list[dict[str, Any]]:
    """The list with this event in place of the one with this id, or at its end; without it for None. Pure.

    Raises NotFoundError when there is none to take out.
    """
    objet = nouveau.to_json() if nouveau else None
    suite = [dict(actuel) for actuel in actuels if actuel.get("id") != identifiant]
    if objet is None and len(suite) == len(actuels):
        raise NotFoundError(_("Ce rendez-vous n’est plus annoncé."))
    return [*suite, objet] if objet else suite


def is_plein(actuels: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a place has as many events as it may."""
    return len(actuels) >= EVENEMENTS_MAX


def build_depot(
    lieu_id: int,
    version: int,
    apres: Sequence[Mapping[str, Any]],
    auteur: str,
    **autres: Any,  # noqa: ANN401
) -> Depot:
    """The proposal of this list of events; `autres` are fields of Depot."""
    return Depot(Demarche.EVENEMENT, {CHAMP: list(apres)}, auteur, lieu_id=lieu_id, version=version, **autres)
