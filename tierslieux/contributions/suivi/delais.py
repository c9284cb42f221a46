"""How long people wait for an answer, and what the answers are: figures that anybody can read.

Over twelve months, but for what waits: a proposal that waits for longer is never left out. A figure under K_MIN is not
given, since it could tell of one person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tierslieux.contributions.enums import MotifRefus
from tierslieux.contributions.suivi.services import SQL
from tierslieux.core.db import Rangee
from tierslieux.core.sql import load_block
from tierslieux.lieux.fraicheur import subtract_mois
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire

MOIS = 12
K_MIN = 5
SECONDES_PAR_JOUR = 86_400


@dataclass(frozen=True, slots=True)
class Effectif:
    """A count; `est_secret` when it is from 1 to K_MIN - 1, and then not to be shown."""

    nombre: int

    @property
    def est_secret(self) -> bool:
        """Whether it could tell of one person."""
        return 0 < self.nombre < K_MIN

    def to_json(self) -> int | str:
        """The count, or "<5"."""
        return f"<{K_MIN}" if self.est_secret else self.nombre


@dataclass(frozen=True, slots=True)
class Delais:
    """The figures of a territory. Delays in days; None under K_MIN answers, as `attente_jours` under K_MIN waiting."""

    code: str
    nom: str
    recues: Effectif
    en_attente: Effectif
    acceptees: Effectif
    refusees: Effectif
    retirees: Effectif
    annulees: Effectif
    median_jours: float | None
    p90_jours: float | None
    attente_jours: float | None


@dataclass(frozen=True, slots=True)
class Chiffres:
    """What the public page says. `france` is None as long as nobody has proposed anything."""

    fait_at: dt.datetime
    depuis: dt.date
    france: Delais | None
    motifs: tuple[tuple[MotifRefus, Effectif], ...]
    departements: tuple[Delais, ...]

    @property
    def detailles(self) -> list[Delais]:
        """Départements of which there is something to say, by name."""
        return sorted((d for d in self.departements if not self._is_tu(d)), key=lambda d: d.nom)

    @property
    def tus(self) -> list[str]:
        """Names of those of which every figure is too small."""
        return sorted(d.nom for d in self.departements if self._is_tu(d))

    @staticmethod
    def _is_tu(delais: Delais) -> bool:
        return delais.recues.nombre < K_MIN and delais.en_attente.nombre < K_MIN


def compute_chiffres(session: Session, *, now: dt.datetime) -> Chiffres:
    """The figures of the last twelve months, for France and for each département that has any."""
    depuis = subtract_mois(now.date(), MOIS)
    instant = dt.datetime.combine(depuis, dt.time.min, dt.UTC)
    rangees = session.execute(load_block(SQL, "compute_delais"), {"depuis": instant}).all()
    noms = _list_noms(session)
    motifs = session.execute(load_block(SQL, "count_motifs"), {"depuis": instant}).all()
    france = next((r for r in rangees if r.est_france and (r.recues or r.en_attente)), None)
    return Chiffres(
        fait_at=now,
        depuis=depuis,
        france=_read(france, "FR", "France", now=now, k_attente=1) if france else None,
        motifs=tuple((MotifRefus(motif.motif_refus), Effectif(motif.nombre)) for motif in motifs),
        departements=tuple(
            _read(rangee, rangee.departement_code, noms.get(rangee.departement_code, rangee.departement_code), now=now)
            for rangee in rangees
            if not rangee.est_france and rangee.departement_code is not None
        ),
    )


def _read(rangee: Rangee, code: str, nom: str, *, now: dt.datetime, k_attente: int = K_MIN) -> Delais:
    """`k_attente`: how many must wait for the oldest to be told; in a country, it tells of nobody."""
    median_s, p90_s = rangee.delais_s if rangee.repondues >= K_MIN else (None, None)
    attente_s = None
    if rangee.en_attente >= k_attente:
        attente_s = (now - rangee.plus_ancienne_at).total_seconds()
    return Delais(
        code=code,
        nom=nom,
        recues=Effectif(rangee.recues),
        en_attente=Effectif(rangee.en_attente),
        acceptees=Effectif(rangee.acceptees),
        refusees=Effectif(rangee.refusees),
        retirees=Effectif(rangee.retirees),
        annulees=Effectif(rangee.annulees),
        median_jours=_count_jours(median_s),
        p90_jours=_count_jours(p90_s),
        attente_jours=_count_jours(attente_s),
    )


def _count_jours(duree_s: float | None) -> float | None:
    return None if duree_s is None else round(float(duree_s) / SECONDES_PAR_JOUR, 1)


def _list_noms(session: Session) -> Mapping[str, str]:
    stmt = select(Territoire.code, Territoire.nom).where(Territoire.niveau == Niveau.DEPARTEMENT)
    return {rangee.code: rangee.nom for rangee in session.execute(stmt)}
