"""Mails that ask a place, once or twice a year, whether what is said of it is still true.

They go to the address that the place publishes for everybody, never to a person's. Their link shows what is published
and lets the place confirm or correct it, for two months. Of the address, a keyed digest is kept.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tierslieux.comptes.jetons import digest_jeton
from tierslieux.contributions.annonces import build_chemin_desabonnement
from tierslieux.contributions.champs import is_courriel_personnel
from tierslieux.contributions.lettres import NOM_MAX, clean_ligne, write_lettre
from tierslieux.contributions.liens_prives import Reglages
from tierslieux.contributions.models import Relance
from tierslieux.contributions.suivi.services import SQL
from tierslieux.core.courriels import Courriel, digest_adresse, queue
from tierslieux.core.db import Rangee
from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.core.sql import load_block
from tierslieux.lieux.fraicheur import MOIS_SURVEILLER, subtract_mois
from tierslieux.lieux.models import Lieu

GENRE = "relance"
MODELE = "relance"
VALIDITE = dt.timedelta(days=60)
# One address is often that of several places: they take turns.
INTERVALLE_ADRESSE = dt.timedelta(days=1)
OCTETS_JETON = 24
# Of one call: a mail server of a town takes some hundreds an hour without a word.
LIMITE = 500


@dataclass(frozen=True, slots=True)
class Bilan:
    """What a batch did: mails queued, and addresses left out because they are a person's, or want none today."""

    envoyees: int = 0
    nominatives: int = 0
    ecartees: int = 0
    illisibles: int = 0


def send_batch(
    session: Session, reglages: Reglages, *, mois: int, now: dt.datetime, limite: int = LIMITE
) -> Bilan | None:
    """Queue the mails that are due, `limite` at most; None when another process is at it.

    `mois`: each place at most once in so many months. Raises InvalidInputError without an address of this site.
    """
    if reglages.site is None:
        raise InvalidInputError("TIERSLIEUX_SITE", "", "https://…")
    if not session.execute(load_block(SQL, "take_tour")).scalar_one():
        return None
    ecartees = set(session.scalars(load_block(SQL, "list_ecartees"), {"depuis": now - INTERVALLE_ADRESSE}))
    nombres = {"envoyees": 0, "nominatives": 0, "ecartees": 0, "illisibles": 0}
    for issue in _send(session, reglages, _list_dus(session, mois=mois, now=now), ecartees, now=now):
        nombres[issue] += 1
        if nombres["envoyees"] >= limite:
            break
    session.flush()
    return Bilan(**nombres)


def find_relance(session: Session, public_id: str, jeton: str, *, now: dt.datetime) -> tuple[Lieu, Relance]:
    """The place and the mail of a link; raises NotFoundError, the same for a wrong one and one that is too old."""
    rangee = session.execute(
        select(Lieu, Relance)
        .join(Relance, Relance.lieu_id == Lieu.id)
        .where(Lieu.public_id == public_id, Relance.jeton_sha256 == digest_jeton(jeton), Relance.expire_at > now)
    ).one_or_none()
    if rangee is None:
        raise NotFoundError
    lieu, relance = rangee
    return lieu, relance


def record_reponse(session: Session, public_id: str, jeton: str, *, now: dt.datetime) -> None:
    """Write that a link was used to confirm or to correct; raises NotFoundError."""
    _lieu, relance = find_relance(session, public_id, jeton, now=now)
    relance.repondue_at = now
    session.flush()


def _list_dus(session: Session, *, mois: int, now: dt.datetime) -> Iterable[Rangee]:
    valeurs = {
        "depuis": dt.datetime.combine(subtract_mois(now.date(), mois), now.timetz()),
        "perime": subtract_mois(now.date(), MOIS_SURVEILLER).isoformat(),
    }
    return session.execute(load_block(SQL, "list_a_relancer"), valeurs).all()


def _send(
    session: Session, reglages: Reglages, lieux: Iterable[Rangee], ecartees: set[str], *, now: dt.datetime
) -> Iterator[str]:
    """Queue one mail after the other; what came of each place, by the names of Bilan."""
    for lieu in lieux:
        if is_courriel_personnel(lieu.courriel, lieu.nom, lieu.commune_nom):
            yield "nominatives"
            continue
        empreinte = digest_adresse(lieu.courriel, reglages.secret)
        if empreinte in ecartees:
            yield "ecartees"
            continue
        jeton = secrets.token_urlsafe(OCTETS_JETON)
        try:
            courriel = _write(reglages, lieu, empreinte, jeton, expire_at=now + VALIDITE)
        except InvalidInputError:
            # An address that publishers give and that mail does not know: the place keeps it, nobody is written to.
            yield "illisibles"
            continue
        ecartees.add(empreinte)
        session.add(
            Relance(
                lieu_id=lieu.id,
                empreinte=empreinte,
                jeton_sha256=digest_jeton(jeton),
                envoyee_at=now,
                expire_at=now + VALIDITE,
            )
        )
        queue(session, courriel, now=now, perime_at=now + VALIDITE)
        yield "envoyees"


def _write(reglages: Reglages, lieu: Rangee, empreinte: str, jeton: str, *, expire_at: dt.datetime) -> Courriel:
    stop = reglages.build_lien(build_chemin_desabonnement(reglages, empreinte))
    sujet, corps = write_lettre(
        reglages,
        "fr",
        MODELE,
        nom=clean_ligne(lieu.nom, NOM_MAX),
        commune=clean_ligne(lieu.commune_nom or "", NOM_MAX),
        lien=reglages.build_lien(f"/lieux/{lieu.public_id}/tenir-a-jour/{jeton}"),
        lien_lieu=reglages.build_lien(f"/lieux/{lieu.public_id}"),
        site=reglages.site,
        expire_at=expire_at,
        stop=stop,
    )
    return Courriel(a=lieu.courriel, sujet=sujet, corps=corps, genre=GENRE, desabonnement=stop)
