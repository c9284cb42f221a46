"""Whether this browser has come by the link that was mailed to a place: it then speaks for the place.

The secret of the link stands in the session's cookie, so that it needs to stand in no address of the form; whether it
is still good is asked of the base each time.
"""

from __future__ import annotations

import datetime as dt

from flask import session
from sqlalchemy.orm import Session

from tierslieux.contributions.suivi.relances import find_relance, record_reponse
from tierslieux.core.errors import NotFoundError

CLE = "gestion"


def open_gestion(public_id: str, jeton: str) -> None:
    """Note that this browser speaks for a place; only one at a time."""
    session[CLE] = [public_id, jeton]


def is_gestionnaire(lecture: Session, public_id: str, *, now: dt.datetime) -> bool:
    """Whether this browser speaks for the place: what it sends is then the place's own (Voie.GESTIONNAIRE)."""
    jeton = _find_jeton(public_id)
    if jeton is None:
        return False
    try:
        find_relance(lecture, public_id, jeton, now=now)
    except NotFoundError:
        session.pop(CLE, None)
        return False
    return True


def record_correction(ecriture: Session, *, now: dt.datetime) -> None:
    """Write that the place for which this browser speaks answered the mail; raises NotFoundError for another one."""
    public_id, jeton = session.get(CLE, ("", ""))
    record_reponse(ecriture, public_id, jeton, now=now)


def _find_jeton(public_id: str) -> str | None:
    connu = session.get(CLE)
    if not isinstance(connu, list) or len(connu) != 2 or connu[0] != public_id:
        return None
    jeton: str = connu[1]
    return jeton
