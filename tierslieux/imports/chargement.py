"""The only writer of imports: one transaction per run, so that a stop at any moment leaves before or after.

Order inside the transaction: lock of the source, comparison with its fiches, the run's row, how the fiches that change
were before, fiches and places, history, rejected rows, clusters of the map. Reading and cleaning (preparation.py)
happen before it opens.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from tierslieux.contributions import desaccords
from tierslieux.core.errors import SourceError
from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.core.sql import load_block
from tierslieux.imports.contrat import Fichier, Record, Reject, Source
from tierslieux.imports.doublons import doublons
from tierslieux.imports.doublons.doublons import PaireTrouvee
from tierslieux.imports.preparation import (
    Difference,
    Existante,
    Nouvelle,
    Preparation,
    compute_difference,
)
from tierslieux.imports.rapport import REUSSIE, Rapport
from tierslieux.lieux import publication
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.identite import build_public_id
from tierslieux.lieux.models import Execution
from tierslieux.lieux.resolution import Fiche, Resolu, resolve

logger = logging.getLogger(__name__)

SQL = Path(__file__).parent / "sql" / "chargement.sql"

# A publisher's file that loses more than this share of its places is more often cut than right.
PART_PERDUE_MAX = 0.10


class PerteError(SourceError):
    """Le fichier ne contient plus une grande partie des lieux déjà chargés."""


@dataclass(frozen=True, slots=True)
class Bilan:
    """What a load did: lues = creees + modifiees + inchangees + fusionnees + rejetees, always."""

    execution_id: int
    lues: int
    creees: int
    modifiees: int
    inchangees: int
    fusionnees: int
    disparues: int
    retirees: int
    rejets_par_code: dict[str, int]


@dataclass(frozen=True, slots=True)
class Constat:
    """What a file would change, and the pairs found with other sources' records.

    `identifiants` are the records that the indices of `paires` number.
    """

    difference: Difference
    paires: list[PaireTrouvee]
    identifiants: list[str]


def load(
    session: Session,
    source: Source,
    fichier: Fichier,
    preparation: Preparation,
    *,
    now: dt.datetime,
    accepter_pertes: bool = False,
    progress: Progress = ignore_progress,
) -> Bilan:
    """Write what the file changes; flushes, never commits. Raises PerteError before any change.

    Only the load of a source waits for another load of the same one. `progress` may raise to stop the run.
    """
    lock(session, source.id)
    upsert_source(session, source)
    constat = compare(session, source, fichier, preparation)
    difference = constat.difference
    if difference.part_perdue > PART_PERDUE_MAX and not accepter_pertes:
        raise PerteError(
            f"le fichier ne contient plus {len(difference.disparues)} des {difference.presentes_avant} lieux chargés"
            f" ({difference.part_perdue:.0%}, au plus {PART_PERDUE_MAX:.0%} sans accord)"
        )
    bilan = _insert_execution(session, source, fichier, preparation, difference, now=now)
    etape = f"Writing {source.id}"
    progress(etape, 0, len(difference.nouvelles))
    keep_avant(session, _list_changees(difference), execution_id=bilan.execution_id)
    fiches = _insert_nouvelles(session, source, difference.nouvelles, execution_id=bilan.execution_id, now=now)
    doublons.record_paires(session, constat.paires, [fiches[cle] for cle in constat.identifiants], now=now)
    progress(etape, len(difference.nouvelles), len(difference.nouvelles))
    _update_fiches(session, difference, execution_id=bilan.execution_id, now=now)
    _insert_rejets(session, preparation.rejets, bilan.execution_id)
    rouverts = [n.lieu_id for n in difference.nouvelles if n.ouvre and n.lieu_id is not None]
    publication.set_statut(session, rouverts, Statut.PUBLIE, execution_id=bilan.execution_id, now=now)
    publication.publish(session, _list_touches(difference), execution_id=bilan.execution_id, now=now)
    desaccords.record(session, bilan.execution_id, _list_touches(difference), now=now)
    progress(f"Map {source.id}", 0, None)
    publication.refresh_grappe(session)
    return bilan


def lock(session: Session, source_id: str) -> None:
    """Make this transaction the only one that loads this source, or undoes a load of it."""
    session.execute(load_block(SQL, "lift_timeout"))
    session.execute(load_block(SQL, "lock_source"), {"source_id": source_id})


def compare(session: Session, source: Source, fichier: Fichier, preparation: Preparation) -> Constat:
    """What the file would change; reads only."""
    difference = compute_difference(preparation.groupes, list_existantes(session, source.id), sha256=fichier.sha256)
    sans_lieu = [nouvelle for nouvelle in difference.nouvelles if nouvelle.lieu_id is None]
    appariement = doublons.match_nouvelles(session, source, [nouvelle.record for nouvelle in sans_lieu])
    return Constat(
        difference=_reopen_orphelins(session, source.id, _join_lieux(difference, sans_lieu, appariement.meme)),
        paires=[*appariement.justifications, *appariement.a_revoir],
        identifiants=[nouvelle.record.identifiant for nouvelle in sans_lieu],
    )


def _join_lieux(difference: Difference, sans_lieu: Sequence[Nouvelle], meme: Mapping[int, int]) -> Difference:
    """New records join the places that other sources know; the rows of the file that say one place join it together."""
    lieux: dict[int | None, int] = {}
    for indice in sorted(meme):
        lieux.setdefault(sans_lieu[indice].rang, meme[indice])
    nouvelles = [
        replace(nouvelle, lieu_id=lieux[nouvelle.rang], rang=None, ouvre=False)
        if nouvelle.lieu_id is None and nouvelle.rang in lieux
        else nouvelle
        for nouvelle in difference.nouvelles
    ]
    return replace(difference, nouvelles=nouvelles)


def _reopen_orphelins(session: Session, source_id: str, difference: Difference) -> Difference:
    """New places whose address is that of a place without fiches any more open this one again."""
    publics = {build_public_id(source_id, n.record.identifiant): n.rang for n in difference.nouvelles if n.ouvre}
    rangees = session.execute(load_block(SQL, "list_orphelins"), {"public_ids": list(publics)})
    lieux = {publics[rangee.public_id]: rangee.id for rangee in rangees}
    if not lieux:
        return difference
    return replace(
        difference,
        nouvelles=[
            replace(nouvelle, lieu_id=lieux[nouvelle.rang], rang=None) if nouvelle.rang in lieux else nouvelle
            for nouvelle in difference.nouvelles
        ],
    )


def upsert_source(session: Session, source: Source) -> None:
    """Write the register's row of the source."""
    champs = ("id", "libelle", "producteur", "licence", "url", "edition", "confiance", "est_inventee")
    session.execute(load_block(SQL, "upsert_source"), {champ: getattr(source, champ) for champ in champs})


def keep_avant(session: Session, fiche_ids: Iterable[int], *, execution_id: int) -> None:
    """Keep these fiches as they are, so that the run that changes them can be undone."""
    session.execute(load_block(SQL, "keep_avant"), {"ids": list(fiche_ids), "execution_id": execution_id})


def list_existantes(session: Session, source_id: str) -> dict[str, Existante]:
    """The fiches of a source by identifier."""
    rangees = session.execute(load_block(SQL, "list_existantes"), {"source_id": source_id})
    return {
        r.identifiant: Existante(
            r.id, r.identifiant, r.lieu_id, r.empreinte, r.date_maj, r.est_disparue, r.est_retiree, r.absente_de
        )
        for r in rangees
    }


def _insert_execution(
    session: Session,
    source: Source,
    fichier: Fichier,
    preparation: Preparation,
    difference: Difference,
    *,
    now: dt.datetime,
) -> Bilan:
    codes = Counter(rejet.code.value for rejet in preparation.rejets)
    comptes = {
        "lues": preparation.lues,
        "creees": difference.creees,
        "modifiees": len(difference.modifiees),
        "inchangees": len(difference.inchangees),
        "fusionnees": difference.rattachees + preparation.repetitions,
        "disparues": len(difference.disparues),
        "retirees": len(difference.retirees),
        "rejets_par_code": dict(sorted(codes.items())),
    }
    execution_id = session.execute(
        insert(Execution)
        .values(
            source_id=source.id,
            statut=REUSSIE,
            message=None,
            origine=fichier.origine,
            sha256=fichier.sha256,
            octets=fichier.octets,
            debut_at=now,
            duree_s=0.0,
            rejetees=len(preparation.rejets),
            reconnu=dict(preparation.reconnu),
            colonnes=list(preparation.colonnes),
            **comptes,
        )
        .returning(Execution.id)
    ).scalar_one()
    return Bilan(execution_id=execution_id, **comptes)  # type: ignore[arg-type]  # names and types as above


def _insert_nouvelles(
    session: Session, source: Source, nouvelles: Sequence[Nouvelle], *, execution_id: int, now: dt.datetime
) -> dict[str, int]:
    """Insert the places that new records open, then the fiches of all new records; their private ids by identifier."""
    ouvrantes = [nouvelle for nouvelle in nouvelles if nouvelle.ouvre and nouvelle.lieu_id is None]
    lieu_ids = dict(zip((n.rang for n in ouvrantes), _reserve(session, "reserve_lieux", len(ouvrantes)), strict=True))
    fiche_ids = _reserve(session, "reserve_fiches", len(nouvelles))
    public_ids = _choose_public_ids(session, source.id, [nouvelle.record.identifiant for nouvelle in ouvrantes])

    def resolve_lieux() -> Iterator[tuple[int, str, Resolu]]:
        publics = iter(public_ids)
        paires = zip(fiche_ids, nouvelles, strict=True)
        # New records of one place stand together, in the order of the places.
        for rang, groupe in groupby(paires, key=lambda paire: paire[1].rang):
            if rang is not None:
                fiches = [_build_fiche_resolue(source, fiche_id, nouvelle.record) for fiche_id, nouvelle in groupe]
                yield lieu_ids[rang], next(publics), resolve(fiches)

    def build_fiches() -> Iterator[dict[str, Any]]:
        for fiche_id, nouvelle in zip(fiche_ids, nouvelles, strict=True):
            lieu_id = nouvelle.lieu_id if nouvelle.lieu_id is not None else lieu_ids[nouvelle.rang]
            fiche = _build_fiche(fiche_id, nouvelle.record, nouvelle.empreinte)
            yield fiche | {"identifiant": nouvelle.record.identifiant, "lieu_id": lieu_id}

    publication.create(session, resolve_lieux(), execution_id=execution_id, now=now)
    _run_lots(session, "insert_fiches", build_fiches(), source_id=source.id, execution_id=execution_id, now=now)
    session.execute(load_block(SQL, "keep_nouvelles"), {"ids": fiche_ids, "execution_id": execution_id})
    return dict(zip((nouvelle.record.identifiant for nouvelle in nouvelles), fiche_ids, strict=True))


def _build_fiche_resolue(source: Source, fiche_id: int, record: Record) -> Fiche:
    return Fiche(fiche_id, source.id, record.identifiant, source.confiance, record.date_maj, record.valeurs)


def _reserve(session: Session, bloc: str, nombre: int) -> list[int]:
    return list(session.execute(load_block(SQL, bloc), {"nombre": nombre}).scalars())


def _choose_public_ids(session: Session, source_id: str, identifiants: Sequence[str]) -> list[str]:
    choisis = [build_public_id(source_id, identifiant) for identifiant in identifiants]
    pris = set(session.execute(load_block(SQL, "list_public_ids"), {"public_ids": choisis}).scalars())
    for rang, identifiant in enumerate(identifiants):
        essai = 0
        while choisis[rang] in pris:
            essai += 1
            choisis[rang] = build_public_id(source_id, identifiant, essai)
        pris.add(choisis[rang])
    return choisis


def _build_fiche(fiche_id: int, record: Record, empreinte: str) -> dict[str, Any]:
    return {
        "id": fiche_id,
        "brut": record.brut,
        "valeurs": record.valeurs,
        "empreinte": empreinte,
        "date_maj": record.date_maj.isoformat() if record.date_maj else None,
    }


def _update_fiches(session: Session, difference: Difference, *, execution_id: int, now: dt.datetime) -> None:
    modifiees = [_build_fiche(fiche.id, record, empreinte) for fiche, record, empreinte in difference.modifiees]
    _run_lots(session, "update_fiches", modifiees, now=now)
    redatees = [{"id": fiche.id, "date_maj": date and date.isoformat()} for fiche, date in difference.redatees]
    _run_lots(session, "update_dates", redatees)
    vues = [fiche.id for fiche in difference.inchangees] + [fiche.id for fiche, _, _ in difference.modifiees]
    session.execute(load_block(SQL, "mark_vues"), {"ids": vues, "execution_id": execution_id})
    disparues = [fiche.id for fiche in difference.disparues]
    session.execute(load_block(SQL, "mark_disparues"), {"ids": disparues, "execution_id": execution_id})
    session.execute(load_block(SQL, "withdraw_fiches"), {"ids": [f.id for f in difference.retirees], "now": now})


def _insert_rejets(session: Session, rejets: Iterable[Reject], execution_id: int) -> None:
    lignes = [
        {
            "ligne": rejet.ligne,
            "code": rejet.code.value,
            "champ": rejet.champ,
            "valeur": rejet.valeur,
            "brut": rejet.brut,
        }
        for rejet in rejets
    ]
    _run_lots(session, "insert_rejets", lignes, execution_id=execution_id)


def _list_changees(difference: Difference) -> set[int]:
    """Fiches that exist already and that the run changes, but for the run that saw them last."""
    return (
        {fiche.id for fiche, _, _ in difference.modifiees}
        | {fiche.id for fiche, _ in difference.redatees}
        | {fiche.id for fiche in (*difference.revenues, *difference.disparues, *difference.retirees)}
    )


def _list_touches(difference: Difference) -> set[int]:
    """Places that exist already and whose fiches have changed."""
    return (
        {fiche.lieu_id for fiche, _, _ in difference.modifiees}
        | {fiche.lieu_id for fiche, _ in difference.redatees}
        | {fiche.lieu_id for fiche in (*difference.revenues, *difference.retirees)}
        | {nouvelle.lieu_id for nouvelle in difference.nouvelles if nouvelle.lieu_id is not None}
    )


def finish(session: Session, execution_id: int, duree_s: float) -> None:
    """Write how long the run took, as its last statement."""
    session.execute(update(Execution).where(Execution.id == execution_id).values(duree_s=duree_s))


def record_echec(session: Session, source: Source, rapport: Rapport, *, octets: int | None, now: dt.datetime) -> None:
    """The row of a run that changed nothing: refused, or stopped by an error."""
    upsert_source(session, source)
    session.execute(
        insert(Execution).values(
            source_id=source.id,
            statut=rapport.statut,
            message=rapport.message,
            origine=rapport.origine,
            sha256=rapport.sha256,
            octets=octets,
            debut_at=now,
            duree_s=rapport.seconds,
        )
    )


def withdraw(session: Session, source_id: str, *, now: dt.datetime, motif: str) -> int:
    """Hide every place that only this source speaks of; the number of places hidden. Its fiches stay."""
    lieu_ids = list(session.execute(load_block(SQL, "list_lieux_de_source"), {"source_id": source_id}).scalars())
    fiches = publication.list_fiches(session, lieu_ids)
    seuls = [numero for numero in lieu_ids if {fiche.source_id for fiche in fiches[numero]} == {source_id}]
    masques = publication.set_statut(session, seuls, Statut.MASQUE, now=now, motif=motif)
    if masques:
        publication.refresh_grappe(session)
    return masques


def list_valeurs(session: Session, fiche_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Cleaned values of these fiches, by private id."""
    rangees = session.execute(load_block(SQL, "list_valeurs"), {"ids": list(fiche_ids)})
    return {rangee.id: rangee.valeurs for rangee in rangees}


def confirm_disparitions(session: Session, source_id: str, *, now: dt.datetime, auteur: str | None = None) -> int:
    """Withdraw the records that have vanished from a source, as a second absence would; the number of records."""
    lock(session, source_id)
    rangees = session.execute(load_block(SQL, "list_disparues"), {"source_id": source_id}).all()
    session.execute(load_block(SQL, "withdraw_fiches"), {"ids": [rangee.id for rangee in rangees], "now": now})
    motif = "Disparition de la source confirmée"
    if publication.publish(session, {r.lieu_id for r in rangees}, now=now, auteur=auteur, motif=motif):
        publication.refresh_grappe(session)
    return len(rangees)


def analyze(session: Session) -> None:
    """Give the planner figures of what has just been loaded."""
    session.execute(load_block(SQL, "lift_timeout"))
    session.execute(load_block(SQL, "analyze"))


def _run_lots(session: Session, bloc: str, lignes: Iterable[Mapping[str, Any]], **parametres: Any) -> None:  # noqa: ANN401
    for lot in publication.split_lots(lignes):
        session.execute(load_block(SQL, bloc), {"lignes": json.dumps(lot, ensure_ascii=False), **parametres})
