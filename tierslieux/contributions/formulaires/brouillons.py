"""Forms that are kept for later under a secret address, and what a form was sent as. Nothing here commits.

Both stand in the table of drafts, which forgets them after a while.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tierslieux.contributions.models import Brouillon
from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.core.textes import gettext as _

DUREE = dt.timedelta(days=30)
# A whole form with every text at its longest makes 10 kB.
OCTETS_MAX = 60_000
# The "form" under which a sending is remembered.
ENVOI = "envoi"
_SEL = b"tierslieux.contributions.envoi\0"


def keep_brouillon(
    session: Session,
    formulaire: str,
    paires: Iterable[tuple[str, str]],
    *,
    now: dt.datetime,
    jeton: str | None = None,
) -> str:
    """Keep the fields of a form, in the draft of this secret if there is one; the secret of its address.

    Raises InvalidInputError when it is too much.
    """
    champs = {"paires": [list(paire) for paire in paires]}
    if len(json.dumps(champs, ensure_ascii=False).encode()) > OCTETS_MAX:
        raise InvalidInputError("brouillon", "", _("un texte plus court"))
    ancien = _find(session, jeton, now=now) if jeton else None
    if ancien is not None and jeton is not None and ancien.formulaire == formulaire:
        ancien.champs, ancien.modifie_at = champs, now
        session.flush()
        return jeton
    nouveau = secrets.token_urlsafe(24)
    session.add(
        Brouillon(
            jeton_sha256=_digest(nouveau),
            formulaire=formulaire,
            champs=champs,
            cree_at=now,
            modifie_at=now,
        )
    )
    session.flush()
    return nouveau


def get_brouillon(session: Session, jeton: str, *, now: dt.datetime) -> tuple[str, list[tuple[str, str]]]:
    """(form, fields) of a draft; raises NotFoundError, the same for a wrong secret and for one that is too old."""
    brouillon = _find(session, jeton, now=now)
    if brouillon is None or brouillon.formulaire == ENVOI:
        raise NotFoundError(_("Ce brouillon n’existe pas, ou n’existe plus."))
    return brouillon.formulaire, [(str(nom), str(valeur)) for nom, valeur in brouillon.champs["paires"]]


def _find(session: Session, jeton: str, *, now: dt.datetime) -> Brouillon | None:
    return session.scalar(
        select(Brouillon).where(Brouillon.jeton_sha256 == _digest(jeton), Brouillon.modifie_at > now - DUREE)
    )


# --- Sendings ---------------------------------------------------------------------------------------------------------


def reserve_envoi(session: Session, envoi: str, *, now: dt.datetime) -> bool:
    """Take a sending for this transaction; False when it was sent already. Waits for the one that is under way."""
    prise = session.scalar(
        insert(Brouillon)
        .values(jeton_sha256=_digest(ENVOI + envoi), formulaire=ENVOI, champs={}, cree_at=now, modifie_at=now)
        .on_conflict_do_nothing()
        .returning(Brouillon.jeton_sha256)
    )
    return prise is not None


def complete_envoi(session: Session, envoi: str, public_id: str, jeton: str) -> None:
    """Remember what a sending became. The secret is only readable with the one of the form, which is not stored."""
    brouillon = session.get_one(Brouillon, _digest(ENVOI + envoi))
    brouillon.champs = {"proposition": public_id, "jeton": _mask(jeton.encode(), envoi).hex()}
    session.flush()


def find_envoi(session: Session, envoi: str) -> tuple[str, str] | None:
    """(public id, secret) of the proposal that this form was sent as; None when it was not."""
    champs = session.scalar(select(Brouillon.champs).where(Brouillon.jeton_sha256 == _digest(ENVOI + envoi)))
    if not champs:
        return None
    return champs["proposition"], _mask(bytes.fromhex(champs["jeton"]), envoi).decode()


def _mask(octets: bytes, envoi: str) -> bytes:
    """Each byte with one of a stream that only the form's secret gives: doing it twice undoes it."""
    flux = hashlib.shake_256(_SEL + envoi.encode()).digest(len(octets))
    return bytes(un ^ autre for un, autre in zip(octets, flux, strict=True))


def _digest(jeton: str) -> str:
    return hashlib.sha256(jeton.encode()).hexdigest()
