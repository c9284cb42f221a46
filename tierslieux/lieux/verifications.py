"""Places that somebody should go and look at: last checked a year ago, or nobody knows when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tierslieux.core.types import Position
from tierslieux.lieux.fraicheur import MOIS_VERIFIER, find_derniere, find_fraicheur, subtract_mois
from tierslieux.lieux.params import RAYON_M
from tierslieux.lieux.queries_fraicheur import list_douteux_stmt
from tierslieux.lieux.resumes import LieuResume, build_resume

NOMBRE = 5
# What somebody who stands at the door can see or ask, in the order in which they would.
CHAMPS_A_VOIR = ("adresse", "horaires", "telephone", "services", "frais", "accessible")


@dataclass(frozen=True, slots=True)
class LieuDouteux:
    """A place to look at. `version` is historique.get_version; the fields are those of CHAMPS_A_VOIR.

    `anciens`: said by somebody, a year ago or nobody knows when; `manquants`: said by nobody.
    """

    resume: LieuResume
    version: int
    anciens: tuple[str, ...]
    manquants: tuple[str, ...]


def list_douteux(
    session: Session, position: Position, *, now: dt.datetime, limite: int = NOMBRE, rayon_m: float = RAYON_M
) -> list[LieuDouteux]:
    """The nearest offers to look at, within `rayon_m` metres."""
    today = now.date()
    stmt = list_douteux_stmt(position, avant=subtract_mois(today, MOIS_VERIFIER), rayon_m=rayon_m, limite=limite)
    rangees = sorted(session.execute(stmt).all(), key=lambda rangee: (rangee.distance_m, rangee.id))[:limite]
    return [
        LieuDouteux(
            build_resume(rangee, now=now),
            rangee.version,
            tuple(champ for champ in CHAMPS_A_VOIR if _is_ancien(rangee.provenance.get(champ), today)),
            tuple(champ for champ in CHAMPS_A_VOIR if champ not in rangee.provenance),
        )
        for rangee in rangees
    ]


def _is_ancien(origine: Mapping[str, Any] | None, today: dt.date) -> bool:
    if origine is None:
        return False
    jours = (origine.get("date"), origine.get("confirme"))
    date = find_derniere(*(dt.date.fromisoformat(jour) if jour else None for jour in jours))
    return find_fraicheur(date, today).est_douteuse
