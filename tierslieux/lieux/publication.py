"""Publish places: resolve their fiches, write what differs and a row of history for each change.

The one way by which a published value changes: imports, merges, unmerges, and people's contributions end here.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Row
from sqlalchemy.orm import Session

from tierslieux.core.sql import load_block
from tierslieux.lieux.enums import NatureSource, Statut
from tierslieux.lieux.resolution import (
    CHAMPS,
    CHAMPS_CUMULES,
    CHAMPS_LISTES,
    CHAMPS_LISTES_LIBRES,
    CHAMPS_OBJETS,
    Fiche,
    Resolu,
    derive,
    diff_valeurs,
    resolve,
)

T = TypeVar("T")

SQL = Path(__file__).parent / "sql" / "publication.sql"

# Rows in one statement: large enough for the round trip not to count, small enough for the JSON to stay under 10 MB.
LOT = 2_000

_COLONNES_SIMPLES = tuple(
    champ
    for champ in CHAMPS
    if champ not in {"position", "ferme", *CHAMPS_LISTES, *CHAMPS_LISTES_LIBRES, *CHAMPS_CUMULES, *CHAMPS_OBJETS}
)
_COLONNES_LISTES = (*CHAMPS_LISTES, *CHAMPS_LISTES_LIBRES, *CHAMPS_CUMULES, *CHAMPS_OBJETS)


def publish(
    session: Session,
    lieu_ids: Collection[int],
    *,
    now: dt.datetime,
    execution_id: int | None = None,
    auteur: str | None = None,
    motif: str | None = None,
) -> int:
    """Resolve these places again and write what differs; the number of places that changed.

    A place that no fiche speaks of any more is hidden. A hidden place stays hidden whatever its fiches become: showing
    it again is a decision of its own (`set_statut`). Flushes, never commits; clusters of the map are refreshed apart
    (`refresh_grappe`), once for a whole batch of changes.
    """
    session.flush()
    touches = 0
    for lot in split_lots(sorted(set(lieu_ids))):
        touches += _publish_lot(session, lot, now=now, execution_id=execution_id, auteur=auteur, motif=motif)
    return touches


def _publish_lot(
    session: Session,
    ids: list[int],
    *,
    now: dt.datetime,
    execution_id: int | None,
    auteur: str | None,
    motif: str | None,
) -> int:
    lieux = session.execute(load_block(SQL, "list_lieux"), {"ids": ids}).all()
    fiches = list_fiches(session, ids)
    a_ecrire: list[dict[str, Any]] = []
    orphelins: list[int] = []
    changements: list[dict[str, Any]] = []
    for lieu in lieux:
        if not any(fiche.est_entiere for fiche in fiches[lieu.id]):
            if lieu.statut != Statut.MASQUE:
                orphelins.append(lieu.id)
                changements.append(build_changement(lieu.id, "statut", lieu.statut, Statut.MASQUE.value))
            continue
        resolu = resolve(fiches[lieu.id])
        ligne = build_ligne(lieu.id, resolu, statut=compute_statut(lieu.statut, resolu.valeurs))
        differences = diff_valeurs(build_valeurs(lieu), resolu.valeurs)
        if differences or ligne["provenance"] != lieu.provenance or ligne["statut"] != lieu.statut:
            a_ecrire.append(ligne)
        changements += [build_changement(lieu.id, champ, avant, apres) for champ, avant, apres in differences]
    _run_lots(session, "update_lieux", a_ecrire)
    if orphelins:
        session.execute(load_block(SQL, "update_statuts"), {"ids": orphelins, "statut": Statut.MASQUE.value})
    insert_changements(session, changements, now=now, execution_id=execution_id, auteur=auteur, motif=motif)
    session.expire_all()
    return len({changement["lieu_id"] for changement in changements})


def set_statut(
    session: Session,
    lieu_ids: Collection[int],
    statut: Statut,
    *,
    now: dt.datetime,
    execution_id: int | None = None,
    auteur: str | None = None,
    motif: str | None = None,
) -> int:
    """Give these places a status and write its history; the number of places that changed."""
    lieux = session.execute(load_block(SQL, "list_lieux"), {"ids": sorted(set(lieu_ids))}).all()
    autres = [lieu for lieu in lieux if lieu.statut != statut]
    if not autres:
        return 0
    session.execute(load_block(SQL, "update_statuts"), {"ids": [lieu.id for lieu in autres], "statut": statut.value})
    changements = [build_changement(lieu.id, "statut", lieu.statut, statut.value) for lieu in autres]
    insert_changements(session, changements, now=now, execution_id=execution_id, auteur=auteur, motif=motif)
    session.expire_all()
    return len(autres)


def create(
    session: Session,
    lieux: Iterable[tuple[int, str, Resolu]],
    *,
    now: dt.datetime,
    execution_id: int | None = None,
    auteur: str | None = None,
    motif: str | None = None,
) -> None:
    """Insert new places (private id, public id, resolved values) with the row of history that opens each.

    They are taken as they come: tens of thousands never stand in memory together.
    """
    for lot in split_lots(lieux):
        lignes = [
            {"public_id": public_id}
            | build_ligne(lieu_id, resolu, statut=compute_statut(Statut.PUBLIE, resolu.valeurs))
            for lieu_id, public_id, resolu in lot
        ]
        _run_lots(session, "insert_lieux", lignes)
        creations = [build_changement(lieu_id, None, None, resolu.valeurs) for lieu_id, _, resolu in lot]
        insert_changements(session, creations, now=now, execution_id=execution_id, auteur=auteur, motif=motif)


def list_fiches(session: Session, lieu_ids: Sequence[int]) -> Mapping[int, list[Fiche]]:
    """The fiches of these places as the resolution takes them, by place."""
    fiches: defaultdict[int, list[Fiche]] = defaultdict(list)
    for rangee in session.execute(load_block(SQL, "list_fiches"), {"ids": list(lieu_ids)}):
        fiches[rangee.lieu_id].append(
            Fiche(
                rangee.id,
                rangee.source_id,
                rangee.identifiant,
                rangee.confiance,
                rangee.date_maj,
                rangee.valeurs,
                est_retiree=rangee.est_retiree,
                nature=NatureSource(rangee.nature),
                acceptee_at=rangee.acceptee_at,
                retraits=rangee.retraits,
            )
        )
    return fiches


def build_valeurs(lieu: Row[Any]) -> dict[str, Any]:
    """The published values of a place by field, from its row: what `resolve` gave when it was written."""
    valeurs: dict[str, Any] = {}
    for champ in _COLONNES_SIMPLES:
        valeur = getattr(lieu, champ)
        if valeur is not None:
            valeurs[champ] = valeur
    if lieu.lon is not None:
        valeurs["position"] = {"lon": lieu.lon, "lat": lieu.lat, "precision": lieu.precision}
    for champ in _COLONNES_LISTES:
        liste = getattr(lieu, champ)
        if liste:
            valeurs[champ] = list(liste)
    # "ferme" has no column: a hidden place has lost it from its status, its provenance still tells.
    if "ferme" in lieu.provenance:
        valeurs["ferme"] = True
    return valeurs


def build_ligne(lieu_id: int, resolu: Resolu, *, statut: Statut) -> dict[str, Any]:
    """The row of a place for `insert_lieux` and `update_lieux`."""
    valeurs = resolu.valeurs
    position = valeurs.get("position") or {}
    return (
        {champ: valeurs.get(champ) for champ in _COLONNES_SIMPLES}
        | {champ: valeurs.get(champ, []) for champ in _COLONNES_LISTES}
        | derive(valeurs)
        | {
            "id": lieu_id,
            "statut": statut.value,
            "lon": position.get("lon"),
            "lat": position.get("lat"),
            "precision": position.get("precision"),
            "provenance": {champ: provenance.to_json() for champ, provenance in resolu.provenance.items()},
        }
    )


def compute_statut(avant: str, valeurs: Mapping[str, Any]) -> Statut:
    """Closed when a fiche says so, published otherwise; what a person has hidden stays hidden."""
    if avant == Statut.MASQUE:
        return Statut.MASQUE
    return Statut.FERME if valeurs.get("ferme") else Statut.PUBLIE


def build_changement(lieu_id: int, champ: str | None, avant: Any, apres: Any) -> dict[str, Any]:  # noqa: ANN401
    """One row of history; `champ` is None for the creation, whose `apres` is every value."""
    return {"lieu_id": lieu_id, "champ": champ, "avant": avant, "apres": apres}


def insert_changements(
    session: Session,
    changements: Sequence[dict[str, Any]],
    *,
    now: dt.datetime,
    execution_id: int | None = None,
    auteur: str | None = None,
    motif: str | None = None,
) -> None:
    """Append rows of history, in this order."""
    autres = {"now": now, "execution_id": execution_id, "auteur": auteur, "motif": motif}
    _run_lots(session, "insert_changements", changements, **autres)


def refresh_grappe(session: Session) -> None:
    """Count the clusters of the map again, within the transaction."""
    session.execute(load_block(SQL, "refresh_grappe"))


def _run_lots(session: Session, bloc: str, lignes: Sequence[dict[str, Any]], **parametres: Any) -> None:  # noqa: ANN401
    for lot in split_lots(lignes):
        session.execute(load_block(SQL, bloc), {"lignes": json.dumps(lot, ensure_ascii=False), **parametres})


def split_lots(lignes: Iterable[T]) -> Iterator[list[T]]:
    """The rows by lists of at most LOT."""
    iterateur = iter(lignes)
    while lot := list(islice(iterateur, LOT)):
        yield lot
