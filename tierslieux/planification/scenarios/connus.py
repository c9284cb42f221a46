"""Scenarios whose editing link this browser has opened, as long as it is open: a study is then kept in one of them.

The secret stands in the session's cookie, which only this site reads: a page that leads to the simulation and back
needs it in no address.
"""

from __future__ import annotations

from flask import session
from sqlalchemy.orm import Session

from tierslieux.core.errors import NotFoundError
from tierslieux.planification.scenarios import services as scenarios
from tierslieux.territoires.enums import Niveau

CLE_SESSION = "scenarios"
CONNUS_MAX = 5

# (id, secret, version that was seen)
Connu = tuple[str, str, int]


def list_connus() -> list[Connu]:
    """Those of this browser, the last opened first."""
    return [(public_id, jeton, version) for public_id, jeton, version in session.get(CLE_SESSION, [])]


def remember(public_id: str, jeton: str, version: int) -> None:
    """Note that this browser has seen this version."""
    session[CLE_SESSION] = [(public_id, jeton, version), *_list_autres(public_id)][:CONNUS_MAX]


def forget(public_id: str) -> None:
    """Note nothing of it any more."""
    session[CLE_SESSION] = _list_autres(public_id)


def _list_autres(public_id: str) -> list[Connu]:
    return [connu for connu in list_connus() if connu[0] != public_id]


def find_jeton(public_id: str) -> str:
    """The secret of one of them; raises NotFoundError."""
    for connu, jeton, _version in list_connus():
        if connu == public_id:
            return jeton
    raise NotFoundError(scenarios.LIEN_INCONNU)


def list_modifiables(session_sql: Session, niveau: Niveau, code: str) -> list[tuple[str, str]]:
    """("<id>.<version that was seen>", title) of those of a territory; those deleted since are left out."""
    trouves = []
    for public_id, jeton, version in list_connus():
        try:
            scenario = scenarios.get_modifiable(session_sql, public_id, jeton)
        except NotFoundError:
            continue
        if (scenario.niveau, scenario.code) == (niveau, code):
            trouves.append((f"{public_id}.{version}", scenario.titre))
    return trouves
