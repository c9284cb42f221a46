"""Searches that found nothing near: unmet demand, counted by commune, month and need. Nothing says who searched.

A count tells nothing of anybody before it holds several people: figures leave this module by tens, never below ten.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.lieux import queries_vaines as queries
from tierslieux.lieux.models import RechercheVaine
from tierslieux.lieux.params import Criteres
from tierslieux.lieux.resultats import RecherchePage
from tierslieux.lieux.resumes import LieuResume
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode

# Near is what coverage calls near: pages of figures count who lives beyond it.
PROCHE_MIN = 20
# No figure below that; the others are rounded down to a multiple of it, so that none can be told from a difference.
PALIER = 10
MOIS_LUS = 12
MOIS_GARDES = 24
# The same search that comes back within this time is most often the same person: a page read again, a list left and
# found again. Kept in the memory of the process, without anything on who asks.
REPETITION = dt.timedelta(minutes=10)
_RECENTES_GARDEES = 2_000


@dataclass(frozen=True, slots=True)
class Vaine:
    """A search that found nothing near. `besoin`: code of the need, kind or service looked for, "" for any place."""

    commune_code: str
    besoin: str


@dataclass(frozen=True, slots=True)
class Vaines:
    """Searches without anything near from a month to another (their first days): at least `total`; None below ten.

    `par_commune`: at least as many in each commune that has ten or more, by code.
    """

    depuis: dt.date
    jusque: dt.date
    total: int | None
    par_commune: Mapping[str, int]


# --- Which searches count --------------------------------------------------------------------------------------------


def find_vaine(page: RecherchePage) -> Vaine | None:
    """What to count of a search that was answered; None when something is near, or when nobody can say.

    Only searches for a need, a kind or a service count: which places are open, free or accessible is often not known,
    and none found is then no lack. Neither do following pages, nor searches with a filter that was not understood.
    """
    if page.ou is None or page.demande.apres is not None or page.demande.erreurs:
        return None
    code = page.ou.point.commune_code
    if code is None or _is_restreinte(page.criteres) or _has_proche(page.lieux):
        return None
    quoi = page.criteres.genre or page.criteres.service or page.criteres.besoin
    return Vaine(code, quoi.value if quoi else "")


def _is_restreinte(criteres: Criteres) -> bool:
    return bool(
        criteres.quand or criteres.a_temps or criteres.gratuit or criteres.accessible or criteres.prise_en_charge
    )


def _has_proche(lieux: Iterable[LieuResume]) -> bool:
    """Whether one of the places can be reached in time; one that no road leads to cannot."""
    return any(
        trajet.mode is Mode.VOITURE and trajet.duree_min <= PROCHE_MIN for lieu in lieux for trajet in lieu.trajets
    )


class Recentes:
    """The searches that were counted lately by this process."""

    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self._vues: OrderedDict[Vaine, dt.datetime] = OrderedDict()

    def add(self, vaine: Vaine, now: dt.datetime) -> bool:
        """Whether the search is to be counted; it is then remembered for `REPETITION`."""
        with self._verrou:
            vue_at = self._vues.get(vaine)
            if vue_at is not None and now - vue_at < REPETITION:
                return False
            self._vues[vaine] = now
            self._vues.move_to_end(vaine)
            if len(self._vues) > _RECENTES_GARDEES:
                self._vues.popitem(last=False)
            return True


RECENTES = Recentes()


# --- Counting, reading, forgetting -----------------------------------------------------------------------------------


def count_vaine(session: Session, commune_code: str, besoin: str, today: dt.date) -> None:
    """Count one search more."""
    session.execute(queries.count_stmt(commune_code, today.replace(day=1), besoin))


def list_vaines(session: Session, codes: Collection[str], depuis: dt.date) -> dict[str, int | None]:
    """At least how many such searches in each of these communes since the month of a day; None below ten."""
    sommes = {r.code: r.nombre for r in session.execute(queries.list_sommes_stmt(codes, depuis.replace(day=1)))}
    return {code: _hide(sommes.get(code, 0)) for code in codes}


def sum_vaines(session: Session, niveau: Niveau, code: str, today: dt.date) -> Vaines:
    """The same of a whole territory over the last `MOIS_LUS` months, this one included."""
    depuis = step_back(today, MOIS_LUS - 1)
    lues = session.execute(queries.list_sommes_territoire_stmt(niveau, code, depuis)).all()
    montrees = ((r.code, _hide(r.nombre)) for r in lues)
    par_commune = {commune: nombre for commune, nombre in montrees if nombre is not None}
    return Vaines(depuis, today.replace(day=1), _hide(sum(r.nombre for r in lues)), par_commune)


def _hide(nombre: int) -> int | None:
    return int(nombre) // PALIER * PALIER or None


def step_back(jour: dt.date, mois: int) -> dt.date:
    """The first day of the month that lies so many months before that of a day."""
    rang = jour.year * 12 + jour.month - 1 - mois
    return dt.date(rang // 12, rang % 12 + 1, 1)


def purge(session: Session, *, today: dt.date) -> int:
    """Forget the months older than `MOIS_GARDES`; how many counts went."""
    oublies = session.execute(queries.purge_stmt(step_back(today, MOIS_GARDES)).returning(RechercheVaine.mois))
    return len(oublies.all())
