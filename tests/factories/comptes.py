"""Accounts of tests, and browsers that are signed in without going through the mail."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import itertools
import re
import time
from collections.abc import Iterable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from tierslieux.comptes import second_facteur, sessions
from tierslieux.comptes.acces import CLE_COMPTE, CLE_JETON
from tierslieux.comptes.droits import Habilitation, Personne, Role
from tierslieux.comptes.jetons import generate_pseudonyme
from tierslieux.comptes.models import Compte, HabilitationCompte
from tierslieux.core.courriels import CourrielSortant
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

_NUMEROS = itertools.count(1)
GRAINE = "graine-des-essais"
ADMINISTRATEUR_FRANCE = Habilitation(Role.ADMINISTRATEUR, Niveau.FRANCE, CODE_FRANCE)


def create_compte(
    session: Session,
    *,
    courriel: str | None = None,
    habilitations: Iterable[Habilitation] = (),
    pseudonyme: str | None = None,
    commune_code: str | None = None,
    now: dt.datetime | None = None,
) -> Personne:
    """An account with these roles; flushed, not committed."""
    now = now or dt.datetime.now(dt.UTC)
    pseudonyme = pseudonyme or generate_pseudonyme()
    compte = Compte(
        pseudonyme=pseudonyme,
        courriel=courriel or f"compte{next(_NUMEROS)}@example.org",
        fs_uniquifier=f"uniquifier-{pseudonyme}",
        actif=True,
        commune_code=commune_code,
        cree_at=now,
        essais=0,
    )
    session.add(compte)
    session.flush()
    for droit in habilitations:
        session.add(
            HabilitationCompte(
                compte_id=compte.id,
                role=droit.role.value,
                niveau=droit.niveau.value,
                code=droit.code,
                donnee_par="commande",
                donnee_at=now,
            )
        )
    session.flush()
    return Personne(compte.id, pseudonyme, tuple(habilitations))


def sign_in(
    client: FlaskClient,
    session_factory: sessionmaker[Session],
    personne: Personne,
    *,
    est_forte: bool = True,
    now: dt.datetime | None = None,
) -> None:
    """Put a session of this account in the browser; `est_forte`: the second factor was given, where roles ask for it.

    `session_factory`: the fixture `fabrique`. The account must have been flushed or committed in its transaction.
    """
    now = now or dt.datetime.now(dt.UTC)
    with session_factory() as session:
        compte = session.get_one(Compte, personne.compte_id)
        session.refresh(compte, ["habilitations", "fs_uniquifier"])
        jeton = sessions.open_session(session, compte, now=now, est_forte=est_forte)
        nom = compte.fs_uniquifier
        session.commit()
    with client.session_transaction() as cookie:
        cookie[CLE_COMPTE] = nom
        cookie[CLE_JETON] = jeton
        cookie["fs_paa"] = time.time()


def read_jeton(page: str) -> str:
    """The token of the first form of a page."""
    trouve = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert trouve is not None, "the page has no form with a token"
    return trouve[1]


def send_form(client: FlaskClient, page: str, action: str | None = None, **champs: str) -> TestResponse:
    """Open a page and send a form of it, with its token; `action` when it goes elsewhere."""
    jeton = read_jeton(client.get(page).text)
    return client.post(action or page.partition("?")[0], data={"csrf_token": jeton, **champs})


def read_mails(session: Session) -> list[tuple[str, str, str]]:
    """(address, subject, text) of the mails that wait, oldest first."""
    stmt = select(CourrielSortant.destinataire, CourrielSortant.sujet, CourrielSortant.corps)
    return [
        (a or "", sujet or "", corps or "") for a, sujet, corps in session.execute(stmt.order_by(CourrielSortant.id))
    ]


def read_code(session: Session) -> str:
    """The code of the last mail."""
    trouve = re.search(r"\b(\d{6})\b", read_mails(session)[-1][2])
    assert trouve is not None, "the last mail holds no code"
    return trouve[1]


def set_second_facteur(session: Session, personne: Personne, cle: str, *, now: dt.datetime) -> list[str]:
    """Give an account a second factor, as if it had been set at `now`; its recovery codes."""
    _issue, codes = second_facteur.enroll(session, cle, personne.compte_id, GRAINE, build_totp(cle, now=now), now=now)
    return codes


def build_totp(cle: str, *, now: dt.datetime) -> str:
    """What the telephone of these accounts shows; `cle`: the secret key of the site."""
    secret = hmac.digest(cle.encode(), f"tierslieux.totp\0{GRAINE}".encode(), "sha256")[:20]
    return compute_totp(base64.b32encode(secret).decode(), now=now)


def compute_totp(cle: str, *, now: dt.datetime) -> str:
    """What an authenticator shows for a key in base 32: computed apart from the program, after RFC 6238."""
    pas = int(now.timestamp()) // 30
    empreinte = hmac.digest(base64.b32decode(cle), pas.to_bytes(8, "big"), "sha1")
    debut = empreinte[-1] & 15
    nombre = int.from_bytes(empreinte[debut : debut + 4], "big") & 0x7FFFFFFF
    return f"{nombre % 1_000_000:06d}"
