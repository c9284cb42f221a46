"""What a line of the register of personal data is made of. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_

JOURS_PAR_AN = 365
# Nobody contests what a person does not want to be shown any more: it is then erased.
JOURS_OPPOSITION = 30


class BaseLegale(Libelle):
    """Why it is lawful (GDPR, article 6)."""

    ACCORD = "accord", N_("votre accord")
    SERVICE = "service", N_("le service que vous demandez")
    INTERET = "interet", N_("l’intérêt de tous, pour une carte juste et sans abus")
    OBLIGATION = "obligation", N_("la loi, qui protège vos droits")


class Groupe(Libelle):
    """Where a datum stands on the page."""

    COMPTE = "compte", N_("Si vous avez un compte")
    CONTRIBUTION = "contribution", N_("Si vous proposez ou corrigez un lieu")
    COURRIEL = "courriel", N_("Si nous vous écrivons")
    LIEU = "lieu", N_("Si vous travaillez dans un lieu")
    ABUS = "abus", N_("Contre les abus et les pannes")


class Suite(StrEnum):
    """What happens at the limit.

    `COMPTE` deletes an account with all that is personal; `AILLEURS` says that a job of another feature does it, under
    the same limit, as tests check.
    """

    SUPPRIMER = "supprimer"
    VIDER = "vider"
    COMPTE = "compte"
    AILLEURS = "ailleurs"


@dataclass(frozen=True, slots=True)
class Condition:
    """Which rows: those whose column holds one of these values, or none of them."""

    colonne: str
    valeurs: tuple[str, ...]
    est_exclue: bool = False


@dataclass(frozen=True, slots=True)
class Regle:
    """What is forgotten of a table, `jours` days after a date.

    `depuis`: the column of that date, or several of which the first that is filled counts; "execution.debut_at" is a
    column of the row that `execution_id` names. `colonnes` are emptied by VIDER.
    """

    cle: str
    table: str | None
    jours: int
    depuis: tuple[str, ...]
    suite: Suite
    colonnes: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Donnee:
    """One kind of personal data. `colonnes` are "table.column"; without any, it is in files.

    `duree` is a whole sentence in which `%(duree)s` is the limit of the first rule and `%(maximum)s` of the second.
    """

    groupe: Groupe
    quoi: str
    pourquoi: str
    base: BaseLegale
    duree: str
    colonnes: tuple[str, ...] = ()
    regles: tuple[Regle, ...] = field(default=())
