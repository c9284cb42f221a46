"""The records of one place: what each source says, which one is published field by field, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tierslieux.contributions.versions import queries
from tierslieux.contributions.versions.histoires import Cache, LieuLu, find_caches, list_caches
from tierslieux.core.db import Rangee
from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_
from tierslieux.lieux.enums import NatureSource
from tierslieux.lieux.resolution import CHAMPS_CUMULES, CHAMPS_OBJETS


class Raison(Libelle):
    """Why a value of a record is published, or is not. `%(source)s`: whose value is."""

    PUBLIEE = "publiee", N_("Montré sur le site.")
    PUBLIEE_AVEC = "publiee-avec", N_("Montré sur le site, avec ce que disent les autres sources.")
    IDENTIQUE = "identique", N_("Dit la même chose que « %(source)s ».")
    RETIREE = "retiree", N_("Pas montré : cette source ne parle plus du lieu.")
    NIEE = "niee", N_("Pas montré : une contribution vérifiée dit le contraire.")
    CONTRIBUTION = "contribution", N_("Pas montré : une contribution vérifiée passe avant.")
    CONFIANCE = "confiance", N_("Pas montré : « %(source)s » est une source plus sûre.")
    DATE = "date", N_("Pas montré : « %(source)s » est plus récente.")
    RANG = "rang", N_("Pas montré : « %(source)s » passe avant, à date égale.")


@dataclass(frozen=True, slots=True)
class FicheLue:
    """A record of a place. `raisons`: by field, why its value is published or not, and whose is."""

    rangee: Rangee
    raisons: Mapping[str, tuple[Raison, str]]
    caches: frozenset[str]

    @property
    def est_retiree(self) -> bool:
        """Whether it does not speak any more."""
        return self.rangee.retiree_at is not None


@dataclass(frozen=True, slots=True)
class FichesLues:
    """The records of a place that say something, the strongest first; how often it was confirmed, and the last time."""

    fiches: tuple[FicheLue, ...]
    confirmations: int
    confirme_le: dt.date | None


def read_fiches(session: Session, lieu: LieuLu) -> FichesLues:
    """Every record of a place."""
    rangees = queries.list_fiches(session, lieu.id)
    caches = list_caches(session, lieu.id)
    confirmations = [r for r in rangees if r.nature == NatureSource.CONFIRMATION and r.retiree_at is None]
    disantes = sorted((r for r in rangees if r.nature != NatureSource.CONFIRMATION), key=_get_rang)
    return FichesLues(
        fiches=tuple(_read_fiche(rangee, disantes, lieu.provenance, caches) for rangee in disantes),
        confirmations=len(confirmations),
        confirme_le=max((r.date_maj for r in confirmations if r.date_maj), default=None),
    )


def explain(
    champ: str,
    fiche: Any,  # noqa: ANN401  (a row)
    fiches: Sequence[Any],
    provenance: Mapping[str, Mapping[str, Any]],
) -> tuple[Raison, str]:
    """Why what a record says in a field is published or not, and the name of the source whose word is.

    `fiches`: the records of the place, the strongest first. The rule is that of lieux.resolution.
    """
    retenues: Collection[int] = provenance.get(champ, {}).get("fiches", ())
    gagnante = next((autre for autre in fiches if autre.id in retenues), None)
    if fiche.id in retenues:
        est_cumule = champ in CHAMPS_CUMULES or champ in CHAMPS_OBJETS
        return (Raison.PUBLIEE_AVEC if est_cumule and len(retenues) > 1 else Raison.PUBLIEE), fiche.libelle
    if fiche.retiree_at is not None:
        return Raison.RETIREE, ""
    if gagnante is None or champ in CHAMPS_CUMULES or champ in CHAMPS_OBJETS:
        return Raison.NIEE, ""
    return _compare(champ, fiche, gagnante), gagnante.libelle


def _compare(champ: str, fiche: Any, gagnante: Any) -> Raison:  # noqa: ANN401
    """Why a record stands behind the one that is published."""
    if gagnante.valeurs.get(champ) == fiche.valeurs.get(champ):
        return Raison.IDENTIQUE
    if gagnante.confiance > fiche.confiance:
        return Raison.CONTRIBUTION if gagnante.nature == NatureSource.CONTRIBUTION else Raison.CONFIANCE
    if (gagnante.date_maj or dt.date.min) > (fiche.date_maj or dt.date.min):
        return Raison.DATE
    return Raison.RANG


def _read_fiche(
    rangee: Rangee,
    fiches: Sequence[Rangee],
    provenance: Mapping[str, Mapping[str, Any]],
    caches: Collection[Cache],
) -> FicheLue:
    return FicheLue(
        rangee,
        {champ: explain(champ, rangee, fiches, provenance) for champ in rangee.valeurs},
        find_caches(caches, rangee.acceptee_at or rangee.modifiee_at),
    )


def _get_rang(rangee: Rangee) -> tuple[object, ...]:
    """Decreasing authority, as resolution.order_fiches; the withdrawn last."""
    return (
        rangee.retiree_at is not None,
        -rangee.confiance,
        -(rangee.date_maj or dt.date.min).toordinal(),
        -(rangee.acceptee_at.timestamp() if rangee.acceptee_at else 0.0),
        rangee.source_id,
        rangee.identifiant,
    )
