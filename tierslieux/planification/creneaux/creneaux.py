"""Half-days of a week: who finds a place open near then, and what opening a place one half-day more gains. Pure.

Only hours that a place declares count. People are those in need who live within the minutes of a study.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from tierslieux.core.calendrier import JOURS
from tierslieux.core.enums import Libelle
from tierslieux.couverture.hypotheses import SEMAINES
from tierslieux.couverture.methodes import Flottants
from tierslieux.lieux.horaires.expressions import find_expression
from tierslieux.lieux.horaires.plages import EtatOuverture, Plage
from tierslieux.lieux.horaires.syntaxe import ORDINAIRES
from tierslieux.planification.terrain import Booleens

# Less than an hour is no half-day: nobody comes for it.
DUREE_MIN = dt.timedelta(hours=1)
# Hours that change with the date: a half-day counts when it is open in so large a share of the weeks.
PART_SEMAINES = 0.5
_UN_JOUR = dt.timedelta(days=1)
_UNE_SEMAINE = dt.timedelta(weeks=1)


class Partie(Libelle):
    """A part of a day. The hour from 12 to 13 belongs to none: who closes at 12:30 or 13:00 is not open afternoons."""

    MATIN = "matin", "matin"
    APRES_MIDI = "apres", "après-midi"
    SOIR = "soir", "soir"


HEURES = {Partie.MATIN: (6, 12), Partie.APRES_MIDI: (13, 18), Partie.SOIR: (18, 20)}
_CLES_JOURS = ("lu", "ma", "me", "je", "ve", "sa", "di")


@dataclass(frozen=True, slots=True)
class Creneau:
    """A part of a day of the week; `jour`: 0 is Monday."""

    jour: int
    partie: Partie

    @property
    def code(self) -> str:
        """As it stands in addresses: "sa-matin"."""
        return f"{_CLES_JOURS[self.jour]}-{self.partie.value}"

    @property
    def libelle(self) -> str:
        """In French: "samedi matin"."""
        return f"{JOURS[self.jour]} {self.partie.libelle}"


CRENEAUX = tuple(Creneau(jour, partie) for jour in range(7) for partie in Partie)
RANGS = {creneau: rang for rang, creneau in enumerate(CRENEAUX)}
_PAR_CODE = {creneau.code: creneau for creneau in CRENEAUX}


def find_creneau(code: str) -> Creneau | None:
    """The half-day of a code, None for another text."""
    return _PAR_CODE.get(code)


# --- When a place is open --------------------------------------------------------------------------------------------


@lru_cache(maxsize=16_384)
def compute_ouvertures(texte: str | None, annee: int) -> frozenset[Creneau] | None:
    """The half-days that a place is open at least an hour; None without hours that can be read or trusted.

    `texte`: hours in OpenStreetMap syntax. Public holidays are left aside. Hours that change with the date are read
    over the year `annee`; openings that are not certain (school holidays, an end that nobody gives) do not count, and
    when nothing else is said the answer is None.
    """
    expression = find_expression(texte, None) if texte else None
    if texte is None or expression is None:
        return None
    # The first whole week, then as many as make a year; a plain week is like any other.
    lundi = dt.datetime(annee, 1, 7) - dt.timedelta(days=dt.date(annee, 1, 7).weekday())  # noqa: DTZ001  (local, naive)
    semaines = 1 if ORDINAIRES.fullmatch(texte) else SEMAINES
    fois: dict[Creneau, int] = {}
    certaines, est_incertain = False, False
    for rang in range(semaines):
        debut = lundi + rang * _UNE_SEMAINE
        durees: dict[Creneau, dt.timedelta] = {}
        for plage in expression.iter_plages(debut, debut + _UNE_SEMAINE):
            est_incertain |= plage.etat is EtatOuverture.INCONNU
            if plage.etat is EtatOuverture.OUVERT:
                certaines = True
                _add_plage(durees, plage)
        for creneau, duree in durees.items():
            fois[creneau] = fois.get(creneau, 0) + (duree >= DUREE_MIN)
    if est_incertain and not certaines:
        return None
    return frozenset(creneau for creneau, n in fois.items() if n and n >= PART_SEMAINES * semaines)


def _add_plage(durees: dict[Creneau, dt.timedelta], plage: Plage) -> None:
    """Add the time that a stretch gives to each half-day."""
    minuit = dt.datetime.combine(plage.debut.date(), dt.time())
    while minuit < plage.fin:
        for partie, (de, vers) in HEURES.items():
            debut = max(plage.debut, minuit + dt.timedelta(hours=de))
            fin = min(plage.fin, minuit + dt.timedelta(hours=vers))
            if debut < fin:
                creneau = Creneau(minuit.weekday(), partie)
                durees[creneau] = durees.get(creneau, dt.timedelta()) + (fin - debut)
        minuit += _UN_JOUR


def build_matrice(ouvertures: Sequence[Collection[Creneau] | None]) -> Booleens:
    """(places, half-days) whether a place is known to be open then; one of unknown hours never is."""
    matrice = np.zeros((len(ouvertures), len(CRENEAUX)), dtype=bool)
    for rang, ouverts in enumerate(ouvertures):
        matrice[rang, [RANGS[creneau] for creneau in ouverts or ()]] = True
    return matrice


# --- What half-days serve, and could serve ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gains:
    """Who is served, and who would be.

    `servis` (half-days, points): who has a place open near then. `gens` (places, half-days): people whom a place would
    newly serve if it alone opened then, 0 where it is open or brings nobody. `portee` (points): who has a place near,
    open then or not: whom opening every place would serve.
    """

    servis: Booleens
    gens: Flottants
    portee: Booleens


@dataclass(frozen=True, slots=True)
class Meilleur:
    """A place (its rank) and a half-day, with the people that opening it then gains, and where they live.

    `autres`: other half-days of the same place that would gain as many.
    """

    lieu: int
    creneau: Creneau
    gens: float
    nouveaux: Booleens
    autres: tuple[Creneau, ...]


def compute_gains(temps: csr_array, poids: Flottants, ouvertures: Booleens) -> Gains:
    """What each place gains by opening each half-day.

    `temps`: (places, points), one explicit entry for each pair within the limit, 0 minutes included. `poids` (points):
    people in need. `ouvertures` (places, half-days): see `build_matrice`.
    """
    paires = _mark(temps)
    servis: Booleens = (paires.T @ ouvertures.astype(np.float64) > 0).T
    gens = np.asarray(paires @ (poids * ~servis).T, dtype=np.float64)
    return Gains(servis, np.where(ouvertures, 0.0, gens), paires.sum(axis=0) > 0)


def _mark(temps: csr_array) -> csr_array:
    """1 for each pair, whatever its minutes."""
    return csr_array(
        (np.ones(len(temps.indices)), temps.indices.astype(np.int64), temps.indptr.astype(np.int64)), shape=temps.shape
    )


def find_meilleurs(
    temps: csr_array, poids: Flottants, ouvertures: Booleens, permis: Booleens, limite: int
) -> list[Meilleur]:
    """The openings to begin with: each gains most people once those before it stand; equals by place, then half-day.

    `permis` (places, half-days): what may be proposed. The first is the best of all; then it is a greedy choice.
    """
    paires, gains = _mark(temps), compute_gains(temps, poids, ouvertures)
    servis, gens = gains.servis.copy(), np.where(permis, gains.gens, 0.0)
    choisis: list[Meilleur] = []
    while len(choisis) < limite and gens.size and gens.max() > 0:
        lieu, rang = (int(k) for k in np.unravel_index(gens.argmax(), gens.shape))
        nouveaux = group_lieu(temps, lieu) & ~servis[rang]
        egaux = np.flatnonzero(np.isclose(gens[lieu], gens[lieu, rang], rtol=1e-9, atol=0))
        autres = tuple(CRENEAUX[k] for k in egaux.tolist() if k != rang)
        choisis.append(Meilleur(lieu, CRENEAUX[rang], float(gens[lieu, rang]), nouveaux, autres))
        servis[rang] |= nouveaux
        gens[:, rang] = np.where(permis[:, rang], paires @ (poids * ~servis[rang]), 0.0)
    return choisis


def group_lieu(temps: csr_array, lieu: int) -> Booleens:
    """(points,) who lives within the limit of a place."""
    dedans = np.zeros(temps.shape[1], dtype=bool)
    dedans[temps.indices[temps.indptr[lieu] : temps.indptr[lieu + 1]]] = True
    return dedans
