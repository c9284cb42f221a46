"""Read what was computed of a territory or of a level: access to each kind of place, and people left beyond."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.couverture.enums import Cible
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode


@dataclass(frozen=True, slots=True)
class Regle:
    """What makes somebody far: more than `seuil_min` minutes (one of SEUILS_MIN) by `mode` from any place of a kind."""

    cible: Cible = Cible.AIDE
    mode: Mode = Mode.VOITURE
    seuil_min: int = 20


@dataclass(frozen=True, slots=True)
class Besoin:
    """People in need in one territory: modelled, with the interval and the year of the definition.

    For Cible.TIERS_LIEU they are the people in work who live there (measured: no interval), for any other kind the
    people in illectronisme.
    """

    indicateur: str
    annee: int
    valeur: float
    bas: float | None
    haut: float | None


@dataclass(frozen=True, slots=True)
class Ecart:
    """People who are far from a kind of place.

    `besoin_au_dela` (with `bas`, `haut`) counts those in need, out of `besoin`; None where the need is not known.
    `population_au_dela` out of `population`.
    """

    regle: Regle
    population: float
    population_au_dela: float
    besoin: float | None
    besoin_au_dela: float | None
    bas: float | None
    haut: float | None


@dataclass(frozen=True, slots=True)
class EcartTerritoire:
    """One territory of a level and its gap; `ecart` is None where nothing was computed."""

    niveau: Niveau
    code: str
    nom: str
    ecart: Ecart | None


@dataclass(frozen=True, slots=True)
class Acces:
    """How far one kind of place is from the people of a territory, by one mode.

    Minutes are means, over the inhabitants of a commune, over the people in need of a wider territory.
    `lieu_public_id`, `lieu_nom`: the place nearest to most inhabitants, for communes only. `duree_second_min`: to the
    second place, for communes only. `heures_semaine`: hours a week open within reach. `accessibilite`: E2SFCA, hours
    a week for 1,000 people in need. `gini`, `part_dixieme`: inequality between the communes of a wider territory.
    """

    cible: Cible
    mode: Mode
    duree_min: float | None
    duree_second_min: float | None
    lieu_public_id: str | None
    lieu_nom: str | None
    heures_semaine: float | None
    accessibilite: float | None
    gini: float | None
    part_dixieme: float | None


@dataclass(frozen=True, slots=True)
class Rang:
    """Place of a territory among those of its level and density class, the least part beyond first (1).

    `classe`: the label of the density class in French, None when all territories of the level are compared.
    """

    rang: int
    total: int
    classe: str | None


@dataclass(frozen=True, slots=True)
class Edition:
    """What the figures were computed with, and when. `libelle_moteur`: words for readers, in French.

    `communes_avec_carreaux`, `points`, `lieux`: how many counted; `lieux_sans_horaires`: places whose hours are not
    known and are taken to be the median of their kind.
    """

    moteur: str
    libelle_moteur: str
    calculee_at: dt.datetime
    actualisee_at: dt.datetime
    points: int
    communes_avec_carreaux: int
    lieux: int
    lieux_sans_horaires: int


def find_edition(session: Session) -> Edition | None:
    """The computation that stands; None before the first."""
    raise NotImplementedError


def find_besoin(session: Session, niveau: Niveau, code: str, cible: Cible = Cible.AIDE) -> Besoin | None:
    """People in need of this kind of place in a territory; None where no indicator says it."""
    raise NotImplementedError


def list_ecarts(session: Session, niveau: Niveau, code: str) -> list[Ecart]:
    """Every kind, mode and threshold of one territory, in the order of the enumerations; empty before a computation."""
    raise NotImplementedError


def list_ecarts_niveau(
    session: Session, niveau: Niveau, regle: Regle, parent: tuple[Niveau, str] | None = None
) -> list[EcartTerritoire]:
    """The gap of every territory of a level, or those inside `parent`, by code."""
    raise NotImplementedError


def list_acces(session: Session, niveau: Niveau, code: str) -> list[Acces]:
    """Access to every kind by every mode of one territory; empty when none is computed."""
    raise NotImplementedError


def find_rang(session: Session, niveau: Niveau, code: str, regle: Regle) -> Rang | None:
    """Rank of a territory by the share of its people in need who are beyond, among its peers; None without figure."""
    raise NotImplementedError
