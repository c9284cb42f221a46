"""The history of a place: its versions, what it was at each, who changed it. Replayed from the rows of `changement`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tierslieux.core.errors import NotFoundError
from tierslieux.lieux.models import Changement
from tierslieux.lieux.resolution import CHAMPS
from tierslieux.lieux.retraits import strip_retraits

# Kept with the values, though no field of a fiche: whether the place is shown.
STATUT = "statut"


@dataclass(frozen=True, slots=True)
class Modification:
    """One value that changed; `champ` is a field, STATUT, or "fiches" (ids of the records that the place has)."""

    champ: str
    avant: Any
    apres: Any


@dataclass(frozen=True, slots=True)
class Version:
    """What one act made of a place. `id` is the last row of history that it wrote: the place's version from then on.

    `execution_id` is the run of the import that did it, `auteur` the pseudonym of whoever did, `motif` why.
    `est_creation`: the act opened the place; `modifications` then hold all its values.
    """

    id: int
    fait_at: dt.datetime
    auteur: str | None
    motif: str | None
    execution_id: int | None
    est_creation: bool
    modifications: tuple[Modification, ...]


def get_version(session: Session, lieu_id: int) -> int:
    """The number of the last row of history of a place; raises NotFoundError without any."""
    version: int | None = session.scalar(select(func.max(Changement.id)).where(Changement.lieu_id == lieu_id))
    if version is None:
        raise NotFoundError(lieu=lieu_id)
    return version


def list_versions(session: Session, lieu_id: int) -> list[Version]:
    """The versions of a place, the first one first. Rows written by one act share its instant, author and reason."""
    rangees = _list_changements(session, lieu_id)
    return [_build_version(list(groupe)) for _, groupe in groupby(rangees, key=_get_acte)]


def get_valeurs(session: Session, lieu_id: int, version: int | None = None) -> dict[str, Any]:
    """The published values of a place by field as they were at a version (None: now), absent ones left out.

    Raises NotFoundError when the place had no history yet at that version.
    """
    return replay(_list_changements(session, lieu_id, version))


def replay(changements: Iterable[Changement]) -> dict[str, Any]:
    """Values by field after these rows of one place, in their order; raises NotFoundError unless the first opens it."""
    valeurs: dict[str, Any] | None = None
    for changement in changements:
        if changement.champ is None:
            dites = {champ: strip_retraits(valeur) for champ, valeur in changement.apres.items()}
            valeurs = {champ: valeur for champ, valeur in dites.items() if valeur is not None}
        elif valeurs is not None and changement.champ in CHAMPS:
            apres = strip_retraits(changement.apres)
            if apres is None:
                valeurs.pop(changement.champ, None)
            else:
                valeurs[changement.champ] = apres
    if valeurs is None:
        raise NotFoundError("Cette version n’existe pas.")
    return valeurs


def _list_changements(session: Session, lieu_id: int, version: int | None = None) -> Sequence[Changement]:
    stmt = select(Changement).where(Changement.lieu_id == lieu_id).order_by(Changement.id)
    if version is not None:
        stmt = stmt.where(Changement.id <= version)
    return session.scalars(stmt).all()


def _get_acte(changement: Changement) -> tuple[object, ...]:
    return (changement.fait_at, changement.auteur, changement.motif, changement.execution_id)


def _build_version(changements: Sequence[Changement]) -> Version:
    dernier = changements[-1]
    ouverture = next((c for c in changements if c.champ is None), None)
    valeurs: Mapping[str, Any] = ouverture.apres if ouverture else {}
    ouvertes = [Modification(champ, None, valeurs[champ]) for champ in CHAMPS if champ in valeurs]
    suites = [Modification(c.champ, c.avant, c.apres) for c in changements if c.champ is not None]
    return Version(
        id=dernier.id,
        fait_at=dernier.fait_at,
        auteur=dernier.auteur,
        motif=dernier.motif,
        execution_id=dernier.execution_id,
        est_creation=ouverture is not None,
        modifications=(*ouvertes, *suites),
    )
