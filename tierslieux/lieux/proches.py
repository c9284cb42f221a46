"""The search around a position: nearest places first, open when it suits, with the time that it takes to go there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from tierslieux.core.geo import find_zone
from tierslieux.core.types import Position
from tierslieux.indicateurs.services import find_densite
from tierslieux.lieux import queries
from tierslieux.lieux.horaires import EtatOuverture, is_ouvert_a_arrivee, is_ouvert_pendant, list_ouvertures
from tierslieux.lieux.moments import Moment
from tierslieux.lieux.params import LIMITE, MAINTENANT, RAYON_M, Criteres, Curseur
from tierslieux.lieux.resumes import JourChoisi, LieuResume, build_resume
from tierslieux.trajets.choix import CLE, Choix
from tierslieux.trajets.estimation import Estimation
from tierslieux.trajets.moteur import Mode, Moteur, Point, Trajet

# Opening hours are read in Python: a search for open places reads nearest places by batches, and stops here. In a city
# at night, 400 places are read and none is open: the page says so rather than read the whole country.
LOT_OUVERTURE = 100
LOTS_OUVERTURE_MAX = 4

# How far the nearest match is told when nothing is near: the métropole is about 1,000 km across.
RAYONS_PLUS_PROCHE_M = (200_000, 1_500_000)

_UN_JOUR = dt.timedelta(days=1)

# Nobody walks or rides longer for a form: beyond, only the car is told.
DUREE_SANS_VOITURE_MAX_MIN = 60


@dataclass(frozen=True, slots=True)
class PageLieux:
    """A page of results; `plus_proche` is set when there is none: the nearest match beyond the radius or when closed.

    `est_limitee`: reading stopped at a number of places before the end of the radius, not all of them could be shown.
    """

    lieux: tuple[LieuResume, ...]
    suivant: Curseur | None
    plus_proche: LieuResume | None = None
    est_limitee: bool = False


def find_moteur(session: Session, depart: Point) -> Moteur:
    """The installation's engine of travel times, for journeys that leave from there; the estimate without one."""
    densite = find_densite(session, depart.commune_code)
    choix: Choix | None = session.info.get(CLE)
    return choix.build(densite) if choix else Estimation(densite)


def list_proches(
    session: Session,
    position: Position,
    criteres: Criteres,
    *,
    now: dt.datetime,
    limite: int = LIMITE,
    apres: Curseur | None = None,
    rayon_m: float = RAYON_M,
    depart: Point | None = None,
) -> PageLieux:
    """Places within `rayon_m` metres of the position, nearest first; `now` (aware) decides of open or closed.

    With `depart`, the position and its commune, each place has the journeys that lead to it.
    """
    trieur = _Trieur(session, criteres, depart or Point(position.lon, position.lat), now)
    filtres = _keep_filtres_sql(criteres)
    trouves: list[LieuResume] = []
    curseur = apres
    # One more than the page tells whether there is a following page.
    taille = LOT_OUVERTURE if trieur.lit_horaires else limite + 1
    epuise = False
    for _ in range(LOTS_OUVERTURE_MAX if trieur.lit_horaires else 1):
        rangees = queries.list_proches(session, position, filtres, rayon_m=rayon_m, limite=taille, apres=curseur)
        rangees = rangees[:taille]
        epuise = len(rangees) < taille
        trouves += trieur.keep([build_resume(rangee, now=now) for rangee in rangees])
        if rangees:
            curseur = Curseur(rangees[-1].distance_m, rangees[-1].id)
        if epuise or len(trouves) > limite:
            break
    lieux = tuple(trouves[:limite])
    suivant = None
    if len(trouves) > limite:
        suivant = _build_curseur(lieux[-1])
    elif not epuise and trieur.lit_horaires:
        suivant = curseur
    plus_proche = None if lieux or apres else _find_plus_proche(session, position, filtres, now=now)
    lieux = tuple(trieur.add_jour(lieux))
    if depart is not None:
        lieux = tuple(trieur.add_trajets(lieux))
    return PageLieux(lieux, suivant, plus_proche, est_limitee=not epuise and trieur.lit_horaires and not lieux)


def keep_ouverts(lieux: Sequence[LieuResume], quand: Moment | None, *, now: dt.datetime) -> list[LieuResume]:
    """The places known to be open then, at least once; all of them when no moment is asked for."""
    if quand is None:
        return list(lieux)
    if quand == MAINTENANT:
        return [lieu for lieu in lieux if lieu.ouverture is not None and lieu.ouverture.etat == EtatOuverture.OUVERT]
    return [
        lieu
        for lieu in lieux
        if is_ouvert_pendant(lieu.horaires, quand.resolve(now, find_zone(lieu.commune_code).fuseau), lieu.commune_code)
    ]


def _keep_filtres_sql(criteres: Criteres) -> Criteres:
    """The criteria that SQL decides; the others would make as many statements as there are minutes."""
    return replace(criteres, quand=None, mode=None, a_temps=False)


class _Trieur:
    """Sorts places out by what SQL does not know: opening hours, and the time to go there."""

    def __init__(self, session: Session, criteres: Criteres, depart: Point, now: dt.datetime) -> None:
        self._session = session
        self._criteres = criteres
        self._depart = depart
        self._now = now
        self._moteur: Moteur | None = None

    @property
    def lit_horaires(self) -> bool:
        """Whether places may be left out here."""
        return self._criteres.quand is not None

    def keep(self, lieux: Sequence[LieuResume]) -> list[LieuResume]:
        """Those that are open when asked for, and that can be reached before they close when that is asked for."""
        ouverts = keep_ouverts(lieux, self._criteres.quand, now=self._now)
        if not (self._criteres.a_temps and self._criteres.quand):
            return ouverts
        trajets = self._compute(ouverts, self._criteres.mode_effectif)
        return [
            lieu
            for lieu, trajet in zip(ouverts, trajets, strict=True)
            if trajet and self._is_atteint_a_temps(lieu, trajet, self._criteres.quand)
        ]

    def add_jour(self, lieux: Sequence[LieuResume]) -> list[LieuResume]:
        """The same places with their hours of the day that was asked for, unless that is now."""
        quand = self._criteres.quand
        if quand is None or quand == MAINTENANT:
            return list(lieux)
        return [replace(lieu, jour_choisi=self._read_jour(lieu, quand)) for lieu in lieux]

    def _read_jour(self, lieu: LieuResume, quand: Moment) -> JourChoisi | None:
        debut = dt.datetime.combine(
            quand.resolve(self._now, find_zone(lieu.commune_code).fuseau).debut.date(), dt.time()
        )
        plages = list_ouvertures(lieu.horaires, debut, debut + _UN_JOUR, lieu.commune_code)
        return JourChoisi(debut.date(), tuple(plages)) if plages else None

    def add_trajets(self, lieux: Sequence[LieuResume]) -> list[LieuResume]:
        """The same places with their journeys: on foot and by bike when that is not too far, by car when it helps."""
        par_mode = [self._compute(lieux, mode) for mode in Mode]
        return [
            replace(lieu, trajets=_keep_trajets([trajet for trajet in trajets if trajet]))
            for lieu, *trajets in zip(lieux, *par_mode, strict=True)
        ]

    def _is_atteint_a_temps(self, lieu: LieuResume, trajet: Trajet, quand: Moment) -> bool:
        if quand == MAINTENANT:
            return bool(is_ouvert_a_arrivee(lieu.horaires, self._now, trajet.duree_min, lieu.commune_code))
        fuseau = find_zone(lieu.commune_code).fuseau
        if quand.instant is not None and not quand.jour_entier:
            depart_at = quand.resolve(self._now, fuseau).debut.replace(tzinfo=fuseau)
            return bool(is_ouvert_a_arrivee(lieu.horaires, depart_at, trajet.duree_min, lieu.commune_code))
        return True  # with a whole day or evening ahead, people choose when they leave

    def _compute(self, lieux: Sequence[LieuResume], mode: Mode) -> list[Trajet | None]:
        self._moteur = self._moteur or find_moteur(self._session, self._depart)
        situes = [lieu for lieu in lieux if lieu.lon is not None and lieu.lat is not None]
        arrivees = [Point(lieu.lon or 0.0, lieu.lat or 0.0, lieu.commune_code) for lieu in situes]
        trajets = dict(
            zip((lieu.id for lieu in situes), self._moteur.compute_trajets(self._depart, arrivees, mode), strict=True)
        )
        return [trajets.get(lieu.id) for lieu in lieux]


def _keep_trajets(trajets: Sequence[Trajet]) -> tuple[Trajet, ...]:
    return tuple(
        trajet for trajet in trajets if trajet.mode == Mode.VOITURE or trajet.duree_min <= DUREE_SANS_VOITURE_MAX_MIN
    )


def _build_curseur(lieu: LieuResume) -> Curseur:
    if lieu.distance_m is None:
        raise ValueError("a cursor needs a distance")
    return Curseur(lieu.distance_m, lieu.id)


def _find_plus_proche(
    session: Session, position: Position, criteres: Criteres, *, now: dt.datetime
) -> LieuResume | None:
    for rayon_m in RAYONS_PLUS_PROCHE_M:
        rangees = queries.list_proches(session, position, criteres, rayon_m=rayon_m, limite=1)
        if rangees:
            return build_resume(rangees[0], now=now)
    return None
