"""Writing the audit log. It outlives everything that it tells of, so nothing personal may enter it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from tierslieux.comptes.droits import Habilitation
from tierslieux.comptes.enums import Acte
from tierslieux.comptes.models_journal import Journal

# The program itself, when nobody asked for what it does.
PROGRAMME = "programme"


def record(
    session: Session,
    action: str,
    objet: str,
    *,
    acteur: str,
    now: dt.datetime,
    details: dict[str, object] | None = None,
) -> None:
    """Append an act: `acteur` is a pseudonym, `objet` is "kind:id". Flushes."""
    session.add(Journal(fait_at=now, acteur=acteur, action=action, objet=objet, details=details or {}))
    session.flush()


def write(
    session: Session,
    acteur: str,
    acte: Acte,
    cible: str | None,
    *,
    now: dt.datetime,
    droit: Habilitation | None = None,
) -> None:
    """Append what was done to an account: who (pseudonym, or enums.COMMANDE), what, to whom; `droit`: the role."""
    details: dict[str, object] = {}
    if droit:
        details = {"role": droit.role.value, "niveau": droit.niveau.value, "code": droit.code}
    record(session, acte.value, f"compte:{cible or ''}", acteur=acteur, now=now, details=details)
