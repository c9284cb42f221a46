"""One pass over every place, for bases loaded before matching existed: merge what is the same, queue what may be.

Places are taken in the order of their ids, by batches, each in its own transaction: stopped at any moment, it goes on
from where it was, and a second pass finds next to nothing more to merge.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from tierslieux.core.db import transaction
from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.core.sql import load_block
from tierslieux.imports.doublons.doublons import (
    SQL,
    Decisions,
    FicheCandidate,
    PaireTrouvee,
    compare_fiches,
    list_candidats,
    list_fiches,
    record_paires,
)
from tierslieux.imports.doublons.ressemblance import Bande, Comparaison
from tierslieux.lieux import publication
from tierslieux.lieux.decisions import DIFFERENT, MEME
from tierslieux.lieux.liens import merge_lieux

logger = logging.getLogger(__name__)

# Places of one transaction: a few seconds of work, so that nobody waits long for a row.
LOT = 2_000
MOTIF = "Rapprochement automatique"


@dataclass(frozen=True, slots=True)
class BilanRapprochement:
    """What a pass did; `dernier` is the last private id seen, from which another pass may go on."""

    lieux: int
    fusions: int
    a_revoir: int
    dernier: int


@dataclass(frozen=True, slots=True)
class _Rencontre:
    """Two places and the pair of their fiches that looks most alike."""

    fiche: FicheCandidate
    autre: FicheCandidate
    comparaison: Comparaison
    est_meme: bool


def rapprocher(
    session_factory: sessionmaker[Session],
    *,
    now: dt.datetime,
    apres: int = 0,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> BilanRapprochement:
    """Match every place with those of a smaller id, after the private id `apres`.

    `dry_run` rolls each batch back: a place merged in one batch may then be counted again in a later one.
    """
    progress = progress or ignore_progress
    lieux = fusions = a_revoir = 0
    while True:
        with session_factory() as session, transaction(session):
            session.execute(load_block(SQL, "lift_timeout"))
            ids = list(session.scalars(load_block(SQL, "list_lieux_apres"), {"apres": apres, "limite": LOT}))
            if ids:
                fusionnes, revus = _match_lot(session, ids, now=now)
                fusions, a_revoir = fusions + fusionnes, a_revoir + revus
            if dry_run:
                session.rollback()
        if not ids:
            break
        lieux, apres = lieux + len(ids), ids[-1]
        progress("Rapprochement", lieux, None)
    if fusions and not dry_run:
        with session_factory() as session, transaction(session):
            session.execute(load_block(SQL, "lift_timeout"))
            publication.refresh_grappe(session)
    logger.info("rapprochement lieux=%d fusions=%d a_revoir=%d", lieux, fusions, a_revoir)
    return BilanRapprochement(lieux, fusions, a_revoir, apres)


def _match_lot(session: Session, ids: list[int], *, now: dt.datetime) -> tuple[int, int]:
    """(merges, pairs to review) of one batch of places with those before each."""
    decisions = Decisions(session.execute(load_block(SQL, "list_toutes_decisions")))
    publiees = publication.list_fiches(session, ids)
    fiches = [(lieu_id, fiche) for lieu_id in ids for fiche in publiees[lieu_id]]
    candidats = list_candidats(
        session, [fiche.valeurs for _, fiche in fiches], avant=[lieu_id for lieu_id, _ in fiches]
    )
    voisins: defaultdict[int, set[int]] = defaultdict(set)
    for rang, lieux in candidats.items():
        voisins[fiches[rang][0]] |= lieux
    par_lieu = list_fiches(session, {*ids, *(autre for lieux in voisins.values() for autre in lieux)})
    devenus: dict[int, int] = {}
    a_revoir: list[tuple[FicheCandidate, FicheCandidate, Comparaison, Bande]] = []
    for lieu_id in ids:
        rencontres = _list_rencontres(lieu_id, voisins[lieu_id], par_lieu, devenus, decisions)
        for rencontre in rencontres:
            garde = _follow(devenus, rencontre.autre.lieu_id)
            bande = Bande.A_REVOIR
            # Fiches gathered meanwhile in the place that stays must agree too.
            if (
                rencontre.est_meme
                and lieu_id not in devenus
                and _can_merge(par_lieu[lieu_id], par_lieu[garde], decisions)
            ):
                merge_lieux(session, garde, lieu_id, now=now, motif=MOTIF)
                devenus[lieu_id] = garde
                par_lieu[garde] = [*par_lieu[garde], *par_lieu[lieu_id]]
                bande = Bande.MEME
            if bande is Bande.MEME or _follow(devenus, lieu_id) != garde:
                a_revoir.append((rencontre.fiche, rencontre.autre, rencontre.comparaison, bande))
    paires = [
        PaireTrouvee(rang, autre.id, autre.lieu_id, bande, comparaison.score, comparaison.parts)
        for rang, (_, autre, comparaison, bande) in enumerate(a_revoir)
    ]
    record_paires(session, paires, [fiche.id for fiche, *_ in a_revoir], now=now)
    return len(devenus), sum(bande is Bande.A_REVOIR for *_, bande in a_revoir)


def _follow(devenus: Mapping[int, int], lieu_id: int) -> int:
    """The place in which another has been merged during the batch."""
    while lieu_id in devenus:
        lieu_id = devenus[lieu_id]
    return lieu_id


def _list_rencontres(
    lieu_id: int,
    voisins: set[int],
    par_lieu: Mapping[int, list[FicheCandidate]],
    devenus: Mapping[int, int],
    decisions: Decisions,
) -> list[_Rencontre]:
    """The places that this one may be, the most alike first."""
    rencontres = []
    for autre_id in sorted({_follow(devenus, voisin) for voisin in voisins} - {lieu_id}):
        if not par_lieu[autre_id] or not par_lieu[lieu_id]:
            continue
        verdicts = {decisions.find(a.cle, b.cle) for a in par_lieu[lieu_id] for b in par_lieu[autre_id]}
        if DIFFERENT in verdicts:
            continue
        fiche, autre, comparee = max(
            (
                (a, b, compare_fiches(a.cle, a.profil, b.cle, b.profil))
                for a in par_lieu[lieu_id]
                for b in par_lieu[autre_id]
            ),
            key=lambda trouve: trouve[2].ordre,
        )
        if comparee.bande is not Bande.DIFFERENT or MEME in verdicts:
            est_meme = comparee.bande is Bande.MEME or MEME in verdicts
            rencontres.append(_Rencontre(fiche, autre, comparee.comparaison, est_meme))
    return sorted(rencontres, key=lambda r: (-r.comparaison.score, r.autre.id))


def _can_merge(fiches: list[FicheCandidate], autres: list[FicheCandidate], decisions: Decisions) -> bool:
    """Whether no fiche of one place speaks against one of the other."""
    for a in fiches:
        for b in autres:
            decision = decisions.find(a.cle, b.cle)
            if decision == DIFFERENT:
                return False
            if decision is None and compare_fiches(a.cle, a.profil, b.cle, b.profil).contredit:
                return False
    return True
