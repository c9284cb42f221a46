"""What was computed of coverage against brute force: every point to every place by pyproj.Geod, in plain loops.

Nothing of the computation is used but its declared assumptions (speeds, zones, thresholds) and the points where people
live. `python -m tests.verifications --couverture` runs it on the database of DATABASE_URL, which must be computed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from pyproj import Geod
from sqlalchemy import text
from sqlalchemy.orm import Session

from tierslieux.core.geo import find_zone
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.hypotheses import ATTEINTE_MIN, PERSONNES, ZONES
from tierslieux.couverture.models import AccesCommune, AccesTerritoire, EditionCouverture
from tierslieux.indicateurs.services import find_densite
from tierslieux.lieux.horaires import EtatOuverture
from tierslieux.lieux.horaires.expressions import find_expression
from tierslieux.trajets.estimation import PREMIERE_PARTIE_M, Densite, get_hypotheses
from tierslieux.trajets.iles import find_ile
from tierslieux.trajets.moteur import Mode

GEODE = Geod(ellps="GRS80")
# One dense, one rural, one overseas.
DEPARTEMENTS = ("75", "48", "974")
# Nobody gets farther than this in the time of the last zone; a box in degrees around a place holds it.
_BOITE_DEG = 1.0
_TOLERANCE = 1e-6
# Two places nearer to each other than this, seen from a point, are equally near.
_EGALITE_M = 1e-3

Lieu = tuple[int, float, float, tuple[object, ...], float | None]


@dataclass(slots=True)
class Bilan:
    """How many figures were compared, and those that differ."""

    verifications: int = 0
    desaccords: list[str] = field(default_factory=list)

    def check(self, quoi: str, obtenu: float | None, attendu: float | None) -> None:
        """Compare two figures, both absent or equal but for the last digits."""
        self.verifications += 1
        egaux = obtenu == attendu if obtenu is None or attendu is None else _is_close(obtenu, attendu)
        if not egaux:
            self.desaccords.append(f"{quoi}: {obtenu}, {attendu} expected")


def _is_close(obtenu: float, attendu: float) -> bool:
    return abs(obtenu - attendu) <= _TOLERANCE * max(1.0, abs(attendu))


def run_couverture(session: Session, departements: Sequence[str] = DEPARTEMENTS) -> Bilan:
    """Compare every commune of these départements, then the sums of these départements and of their EPCI."""
    bilan = Bilan()
    base = _Base(session)
    for departement in departements:
        codes = [r.code for r in session.execute(_COMMUNES, {"departement": departement})]
        for code in codes:
            if code in base.points:
                _check_commune(bilan, session, base, code)
        _check_sommes(bilan, session, "departement", departement, codes)
    return bilan


_COMMUNES = text("SELECT code FROM territoire WHERE niveau = 'commune' AND departement_code = :departement")
_POINTS = text("SELECT commune_code, part, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM point_habite ORDER BY id")
_LIEUX = text(
    "SELECT id, commune_code, est_aide, est_tiers_lieu, genres, services, horaires,"
    " ST_X(geom) AS lon, ST_Y(geom) AS lat"
    " FROM lieu WHERE statut = 'publie' AND geom IS NOT NULL ORDER BY id"
)
_BESOINS = text(
    "SELECT code, valeur FROM valeur_indicateur WHERE niveau = 'commune' AND indicateur = :indicateur"
    " AND millesime = (SELECT max(millesime) FROM valeur_indicateur WHERE indicateur = :indicateur)"
)
_GENS = text("SELECT code, coalesce(population, 0) AS population FROM territoire WHERE niveau = 'commune'")


def find_part(code: str | None) -> tuple[object, ...]:
    """What nobody crosses to be helped: an island, an ocean, the sea around Corse."""
    return (find_zone(code).code, find_ile(code), (code or "")[:2] in {"2A", "2B"})


def compute_minutes(distance_m: float, densite: Densite, mode: Mode) -> float:
    """The declared formula, written again."""
    h = get_hypotheses(densite, mode)
    proche, loin = min(distance_m, PREMIERE_PARTIE_M), max(0.0, distance_m - PREMIERE_PARTIE_M)
    return h.delai_min + h.detour * (60 * proche / 1000 / h.vitesse_kmh + 60 * loin / 1000 / h.vitesse_loin_kmh)


def compute_poids(duree_min: float, mode: Mode) -> float:
    """Weight of the zone of a time."""
    for limite_min, poids in ZONES[mode]:
        if duree_min <= limite_min:
            return poids
    return 0.0


class _Base:
    """Points, places and people, read once."""

    def __init__(self, session: Session) -> None:
        self.session = session
        edition = session.get(EditionCouverture, 1)
        if edition is None:
            raise ValueError("nothing is computed yet: flask couverture compute")
        self.annee = edition.resume["annee"]
        self.points: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
        for r in session.execute(_POINTS):
            self.points[r.commune_code].append((r.part, r.lon, r.lat))
        self.lieux: dict[Cible, list[Lieu]] = {cible: [] for cible in Cible}
        for r in session.execute(_LIEUX):
            lieu = (r.id, r.lon, r.lat, find_part(r.commune_code), self._read_heures(r.horaires))
            for cible in list_cibles(r.est_aide, r.est_tiers_lieu, r.genres, r.services):
                self.lieux[cible].append(lieu)
        self.gens = {r.code: float(r.population) for r in session.execute(_GENS)}
        self.besoins = {
            cible: {r.code: r.valeur for r in session.execute(_BESOINS, {"indicateur": indicateur})}
            for cible, indicateur in ((Cible.AIDE, "personnes_illectronisme"), (Cible.TIERS_LIEU, "actifs_occupes"))
        }
        self.medianes = {cible: self._find_mediane([lieu[4] for lieu in lieux]) for cible, lieux in self.lieux.items()}
        self._densites: dict[str, Densite] = {}
        self._demandes: dict[tuple[object, ...], float] = {}

    def _read_heures(self, horaires: str | None) -> float | None:
        """Hours open in 52 weeks, divided by 52; None when nothing certain is said."""
        if not horaires:
            return None
        expression = find_expression(horaires, None)
        if expression is None:
            return None
        lundi = dt.datetime(self.annee, 1, 7)  # noqa: DTZ001  (local to the place)
        lundi -= dt.timedelta(days=lundi.weekday())
        fin = lundi + dt.timedelta(weeks=52)
        plages = list(expression.iter_plages(lundi, fin))
        ouvert = sum((p.fin - p.debut).total_seconds() for p in plages if p.etat is EtatOuverture.OUVERT)
        douteux = any(p.etat is EtatOuverture.INCONNU for p in plages)
        return None if not ouvert and douteux else ouvert / 3600 / 52

    @staticmethod
    def _find_mediane(heures: Sequence[float | None]) -> float | None:
        connues = sorted(round(h) for h in heures if h is not None)
        if not connues or len(connues) < 0.1 * len(heures):
            return None
        return float(connues[(len(connues) - 1) // 2])

    def get_densite(self, code: str) -> Densite:
        """The class of a commune."""
        if code not in self._densites:
            self._densites[code] = find_densite(self.session, code)
        return self._densites[code]

    def get_demande(self, lieu: Lieu, cible: Cible, mode: Mode) -> float:
        """People who share a place, weighted: every point of a box around it, in a loop over communes."""
        besoin = Cible.TIERS_LIEU if cible is Cible.TIERS_LIEU else Cible.AIDE
        cle = (lieu[1], lieu[2], lieu[3], besoin, mode)
        if cle not in self._demandes:
            self._demandes[cle] = sum(self._list_demandes(lieu, besoin, mode))
        return self._demandes[cle]

    def _list_demandes(self, lieu: Lieu, besoin: Cible, mode: Mode) -> Iterable[float]:
        autour = [
            (code, part, lon, lat)
            for code, points in self.points.items()
            if abs(points[0][1] - lieu[1]) < _BOITE_DEG and abs(points[0][2] - lieu[2]) < _BOITE_DEG
            for part, lon, lat in points
            if find_part(code) == lieu[3]
        ]
        n = len(autour)
        distances_m = GEODE.inv([a[2] for a in autour], [a[3] for a in autour], [lieu[1]] * n, [lieu[2]] * n)[2]
        for (code, part, _, _), distance_m in zip(autour, distances_m, strict=True):
            gens = self.besoins[besoin].get(code, 0.0) if self.besoins[besoin] else self.gens[code]
            yield gens * part * compute_poids(compute_minutes(distance_m, self.get_densite(code), mode), mode)


def list_cibles(est_aide: bool, est_tiers_lieu: bool, genres: Sequence[str], services: Sequence[str]) -> list[Cible]:  # noqa: FBT001  (columns)
    """The kinds that a place is one of."""
    cibles = [
        (Cible.AIDE, est_aide),
        (Cible.FRANCE_SERVICES, "france-services" in genres),
        (Cible.CONSEILLER, "conseiller-numerique" in genres),
        (Cible.ACCES_INTERNET, "acces-internet-et-materiel-informatique" in services),
        (Cible.BIBLIOTHEQUE, "bibliotheque" in genres),
        (Cible.TIERS_LIEU, est_tiers_lieu),
    ]
    return [cible for cible, oui in cibles if oui]


def _check_commune(bilan: Bilan, session: Session, base: _Base, code: str) -> None:
    ici = find_part(code)
    densite = base.get_densite(code)
    for cible in Cible:
        lieux = [lieu for lieu in base.lieux[cible] if lieu[3] == ici]
        lons, lats = np.array([lieu[1] for lieu in lieux]), np.array([lieu[2] for lieu in lieux])
        distances = [
            GEODE.inv(np.full(len(lieux), lon), np.full(len(lieux), lat), lons, lats)[2]
            for _, lon, lat in base.points[code]
        ]
        for mode in Mode:
            acces = session.get(AccesCommune, (cible.value, mode.value, code))
            if acces is None:
                bilan.desaccords.append(f"{code} {cible.value} {mode.value}: no row")
                continue
            _check_acces(bilan, base, acces, lieux, distances, cible=cible, mode=mode, densite=densite)


def _check_acces(
    bilan: Bilan,
    base: _Base,
    acces: AccesCommune,
    lieux: Sequence[Lieu],
    distances: Sequence[np.typing.NDArray[np.float64]],
    *,
    cible: Cible,
    mode: Mode,
    densite: Densite,
) -> None:
    quoi = f"{acces.code} {cible.value} {mode.value}"
    parts = [part for part, _, _ in base.points[acces.code]]
    premiers, seconds, voix = [], [], defaultdict(float)
    heures = accessibilite = 0.0
    for part, distances_m in zip(parts, distances, strict=True):
        ordre = sorted((float(d), lieu[0]) for d, lieu in zip(distances_m, lieux, strict=True))
        premiers.append(compute_minutes(ordre[0][0], densite, mode) if ordre else np.inf)
        seconds.append(compute_minutes(ordre[1][0], densite, mode) if len(ordre) > 1 else np.inf)
        if ordre:
            voix[min(i for d, i in ordre if d - ordre[0][0] < _EGALITE_M)] += part
        for lieu, distance_m in zip(lieux, distances_m, strict=True):
            if distance_m > 60_000 or base.medianes[cible] is None:
                continue
            duree_min = compute_minutes(float(distance_m), densite, mode)
            offre_h = base.medianes[cible] if lieu[4] is None else lieu[4]
            heures += part * offre_h * (duree_min <= ATTEINTE_MIN)
            poids = compute_poids(duree_min, mode)
            if poids:
                demande = base.get_demande(lieu, cible, mode)
                accessibilite += part * poids * (offre_h / demande if demande else 0.0)
    bilan.check(f"{quoi} duree", acces.duree_min, _average(premiers, parts))
    bilan.check(f"{quoi} second", acces.duree_second_min, _average(seconds, parts))
    for rang, seuil in enumerate(SEUILS_MIN):
        attendue = sum(part for part, duree in zip(parts, premiers, strict=True) if duree > seuil)
        bilan.check(f"{quoi} beyond {seuil}", acces.parts_au_dela[rang], attendue)
    plus = max(voix.values(), default=0.0)
    elu = min((lieu for lieu, v in voix.items() if v > plus - 1e-12), default=None)
    bilan.check(f"{quoi} place", acces.lieu_id, elu)
    muette = base.medianes[cible] is None
    bilan.check(f"{quoi} hours", acces.heures_semaine, None if muette else heures)
    besoin = base.besoins[Cible.TIERS_LIEU if cible is Cible.TIERS_LIEU else Cible.AIDE]
    inconnue = muette or (bool(besoin) and acces.code not in besoin)
    bilan.check(f"{quoi} accessibility", acces.accessibilite, None if inconnue else PERSONNES * accessibilite)


def _average(durees: Sequence[float], parts: Sequence[float]) -> float | None:
    connues = [(duree, part) for duree, part in zip(durees, parts, strict=True) if np.isfinite(duree)]
    return sum(d * p for d, p in connues) / sum(p for _, p in connues) if connues else None


def _check_sommes(bilan: Bilan, session: Session, niveau: str, code: str, communes: Sequence[str]) -> None:
    """People of a territory are the sum of those of its communes, covered and not covered make all of them."""
    gens = {r.code: float(r.population) for r in session.execute(_GENS)}
    besoins = {r.code: r.valeur for r in session.execute(_BESOINS, {"indicateur": "personnes_illectronisme"})}
    for cible in Cible:
        for mode in Mode:
            total = session.get(AccesTerritoire, (niveau, code, cible.value, mode.value))
            if total is None:
                bilan.desaccords.append(f"{niveau} {code} {cible.value} {mode.value}: no row")
                continue
            quoi = f"{niveau} {code} {cible.value} {mode.value}"
            bilan.check(f"{quoi} people", total.population, sum(gens[c] for c in communes))
            acces = {c: session.get(AccesCommune, (cible.value, mode.value, c)) for c in communes}
            for rang in range(len(SEUILS_MIN)):
                loin = sum(gens[c] * a.parts_au_dela[rang] for c, a in acces.items() if a)
                pres = sum(gens[c] * (1 - a.parts_au_dela[rang]) for c, a in acces.items() if a)
                bilan.check(f"{quoi} people beyond", total.population_au_dela[rang], loin)
                bilan.check(f"{quoi} people in all", total.population, loin + pres)
                if cible is not Cible.TIERS_LIEU and total.besoin_au_dela is not None:
                    attendu = sum(besoins.get(c, 0.0) * a.parts_au_dela[rang] for c, a in acces.items() if a)
                    bilan.check(f"{quoi} need beyond", total.besoin_au_dela[rang], attendu)
