"""Compute again what a change of places can affect, and nothing else; the result is that of a whole computation.

A place that comes, goes, moves or changes its hours affects the communes that it is near enough to (`portee_m`), and
the territories that hold them. What follows from other causes (other people, other points, other assumptions, another
median of hours) asks for a whole computation, which is then made.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.core.db import Rangee, transaction
from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.core.sql import load_block
from tierslieux.couverture import blocs, ecriture, lecture
from tierslieux.couverture import calcul as entier
from tierslieux.couverture.agregats import LigneTerritoire, aggregate, build_groupes
from tierslieux.couverture.bassins import find_bassin
from tierslieux.couverture.calcul import (
    Chronometre,
    Rapport,
    build_colonnes,
    compute_medianes,
    compute_toutes_distances,
    describe_moteurs,
    key_heures,
    list_totaux,
    open_ecriture,
    spread_demandes,
    write_colonnes,
)
from tierslieux.couverture.communes import Communes
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.geodesie import locate, measure_cordes
from tierslieux.couverture.heures import compute_heures_semaine
from tierslieux.couverture.hypotheses import VOLETS, Volet
from tierslieux.couverture.lecture import SQL, LieuLu
from tierslieux.couverture.methodes import RAYON_MAX_M, Entiers, Flottants, Points
from tierslieux.couverture.models import EditionCouverture
from tierslieux.couverture.voies import find_moteurs
from tierslieux.couverture.volets import BESOINS, Calcul, Colonnes, Lieux, compute_demandes, compute_services
from tierslieux.trajets.choix import Choix
from tierslieux.trajets.moteur import Mode

logger = logging.getLogger(__name__)

# With more changes at once, computing all again is faster.
CHANGEMENTS_MAX = 2_000
_METRES_PAR_DEGRE = 111_000
# A rounding of distances may not leave a commune out.
_MARGE_M = 10.0
_DEMI_TOUR_M = 20_100_000.0


@dataclass(frozen=True, slots=True)
class Changement:
    """A place as it was and as it is; None when it did not count, or does not any more."""

    id: int
    avant: LieuLu | None
    apres: LieuLu | None

    @property
    def cibles(self) -> set[str]:
        """The kinds that it was or is."""
        return {*(self.avant.cibles if self.avant else ()), *(self.apres.cibles if self.apres else ())}


def update_couverture(
    fabrique: sessionmaker[Session],
    choix: Choix | None,
    *,
    now: dt.datetime,
    progress: Progress = ignore_progress,
    dry_run: bool = False,
) -> Rapport:
    """Bring the coverage up to date with the places, in one transaction; a whole computation where it is needed."""
    with fabrique() as session, transaction(session):
        rapport = update(session, choix, now=now, progress=progress)
        if dry_run:
            session.rollback()
            rapport.statut = "essai"
    logger.info(
        "couverture statut=%s changes=%d communes=%d seconds=%.2f",
        rapport.statut,
        rapport.changements,
        rapport.communes_touchees,
        rapport.secondes,
    )
    return rapport


def update(session: Session, choix: Choix | None, *, now: dt.datetime, progress: Progress = ignore_progress) -> Rapport:
    """See `update_couverture`; in the caller's transaction."""
    montre = Chronometre()
    open_ecriture(session)
    moteurs = find_moteurs(choix)
    edition = session.get(EditionCouverture, 1)
    if (
        edition is None
        or edition.resume["annee"] != now.year
        or edition.parametres != lecture.read_empreinte(session, describe_moteurs(moteurs)[1])
    ):
        return entier.compute(session, choix, now=now, progress=progress)
    changements = list_changements(session, now.year)
    montre.stop("changes")
    if not changements:
        return _report(edition, montre, statut="inchangee")
    comptes_h = recount_heures(edition.resume["heures"], changements)
    medianes_h = compute_medianes(comptes_h)
    # By the roads, how far a place matters is not known beforehand.
    if (
        moteurs
        or len(changements) > CHANGEMENTS_MAX
        or not _is_same(medianes_h, compute_medianes(edition.resume["heures"]))
    ):
        return entier.compute(session, choix, now=now, progress=progress)
    communes = blocs.read_communes(session)
    cibles = [cible for cible in Cible if any(cible in changement.cibles for changement in changements)]
    avant = blocs.read_blocs(session, [volet for volet in VOLETS if volet.cible in cibles])
    if communes is None or not avant:
        return entier.compute(session, choix, now=now, progress=progress)
    touchees = find_touchees(communes, avant, changements)
    montre.stop("reading")
    points = lecture.read_points(session, communes, communes.codes[touchees].tolist())

    def preparer(lieux: Lieux) -> Calcul:
        return Calcul(communes, points, lieux, medianes_h, touchees, cibles=cibles)

    _replace_lieux(session, changements, preparer)
    portees_m = np.concatenate([table.portee_m[touchees] for table in avant.values()])
    calcul, demandes = _build_calcul(session, points, portees_m, preparer)
    nouvelles = build_colonnes(compute_toutes_distances(calcul), compute_services(calcul, demandes, []))
    colonnes = _merge(avant, nouvelles, touchees)
    montre.stop("computing")
    differentes = {volet: avant[volet].list_differences(table, touchees) for volet, table in colonnes.items()}
    changees = {volet: colonnes[volet] for volet, rangs in differentes.items() if len(rangs)}
    lignes = []
    if changees:
        modifiees = np.unique(np.concatenate([differentes[volet] for volet in changees]))
        groupes = build_groupes(communes, modifiees)
        lignes = aggregate(communes, groupes, changees)
    montre.stop("territories")
    for volet in changees:
        codes = communes.codes[differentes[volet]].tolist()
        valeurs = {"cible": volet.cible.value, "mode": volet.mode.value, "codes": codes}
        session.execute(load_block(SQL, "delete_acces_communes_de"), valeurs)
    ecrites = write_colonnes(session, communes, changees, {volet: differentes[volet] for volet in changees})
    _replace_territoires(session, lignes, changees)
    _write_edition(edition, changements, comptes_h, now)
    session.flush()
    montre.stop("writing")
    rapport = _report(edition, montre, statut="actualisee")
    rapport.changements = len(changements)
    rapport.communes_touchees = len(touchees)
    rapport.lignes = rapport.lignes_ecrites = ecrites + len(lignes)
    rapport.totaux = list_totaux(lignes)
    return rapport


def list_changements(session: Session, annee: int) -> list[Changement]:
    """Places that are not what the last computation knew, by id."""
    return [
        Changement(r.id, _read_avant(r), _read_apres(r, annee))
        for r in session.execute(load_block(SQL, "list_changements"))
    ]


def _read_avant(r: Rangee) -> LieuLu | None:
    if r.avant_cibles is None:
        return None
    cibles = tuple(r.avant_cibles)
    return LieuLu(r.id, cibles, r.avant_commune_code, r.avant_lon, r.avant_lat, None, r.avant_heures)


def _read_apres(r: Rangee, annee: int) -> LieuLu | None:
    if r.cibles is None:
        return None
    heures = compute_heures_semaine(r.horaires, annee)
    return LieuLu(r.id, tuple(r.cibles), r.commune_code, r.lon, r.lat, r.horaires, heures)


def recount_heures(comptes: entier.Comptes, changements: Sequence[Changement]) -> entier.Comptes:
    """The counts of `calcul.count_heures` after the changes."""
    apres = {cible: dict(compte) for cible, compte in comptes.items()}
    for changement in changements:
        for lieu, pas in ((changement.avant, -1), (changement.apres, 1)):
            for cible in lieu.cibles if lieu else ():
                cle = key_heures(lieu.heures) if lieu else ""
                apres[cible][cle] = apres[cible].get(cle, 0) + pas
                if not apres[cible][cle]:
                    del apres[cible][cle]
    return apres


def _is_same(une: Mapping[Cible, float], autre: Mapping[Cible, float]) -> bool:
    return np.array_equal([une[c] for c in Cible], [autre[c] for c in Cible], equal_nan=True)


def find_touchees(communes: Communes, colonnes: Mapping[Volet, Colonnes], changements: Sequence[Changement]) -> Entiers:
    """Ranks of the communes that the changes may affect: each has a point within its own reach of one of them.

    The circle around the points of a commune stands for them: some more communes come, none is left out.
    """
    touchees = np.zeros(len(communes), dtype=bool)
    situees = ~np.isnan(communes.lon)
    centres = locate(np.nan_to_num(communes.lon), np.nan_to_num(communes.lat))
    portees_m: dict[str, Flottants] = {}
    for volet, table in colonnes.items():
        portee_m = np.where(np.isnan(table.portee_m), np.inf, table.portee_m)
        cible = volet.cible.value
        portees_m[cible] = np.maximum(portees_m[cible], portee_m) if cible in portees_m else portee_m
    for changement in changements:
        for lieu in filter(None, (changement.avant, changement.apres)):
            ou = locate(np.array([lieu.lon]), np.array([lieu.lat]))
            ici = communes.bassin == find_bassin(lieu.commune_code, lieu.lon, lieu.lat)
            distances_m = measure_cordes(centres, ou)
            for cible in changement.cibles:
                touchees |= ici & (distances_m <= portees_m[cible] + communes.rayon_m + _MARGE_M)
    return np.flatnonzero(touchees & situees)


def _replace_lieux(session: Session, changements: Sequence[Changement], preparer: Callable[[Lieux], Calcul]) -> None:
    """Write the places as they are now, with the people who share them: all those are in the communes affected."""
    nouveaux = [changement.apres for changement in changements if changement.apres]
    session.execute(load_block(SQL, "delete_couverts_de"), {"ids": [changement.id for changement in changements]})
    if nouveaux:
        calcul = preparer(lecture.build_lieux(nouveaux))
        demandes, _ = compute_demandes(calcul)
        ecriture.copy_lieux(session, nouveaux, spread_demandes(calcul, demandes))


def _build_calcul(
    session: Session, points: Points, portees_m: Flottants, preparer: Callable[[Lieux], Calcul]
) -> tuple[Calcul, Flottants]:
    """The computation on the communes affected, with every place that may be near, and who shares each position."""
    marge_m = max(RAYON_MAX_M, float(np.max(portees_m[~np.isnan(portees_m)], initial=0.0))) + _MARGE_M
    while True:
        rangees = session.execute(load_block(SQL, "list_couverts"), _build_boite(points, marge_m)).all()
        calcul = preparer(lecture.build_lieux(rangees))
        if marge_m >= _DEMI_TOUR_M or all(_is_sure(calcul, cible, marge_m) for cible in calcul.cibles):
            return calcul, _collect_demandes(calcul, rangees)
        # Rare: a place went that was the second for somebody, or an island has one. Everything is then read.
        marge_m = _DEMI_TOUR_M


def _is_sure(calcul: Calcul, cible: Cible, marge_m: float) -> bool:
    """Whether the second nearest place of every point is nearer than any that was not read."""
    return bool(np.all(calcul.find(cible).distances_m[:, 1] <= marge_m))


def _build_boite(points: Points, marge_m: float) -> dict[str, float]:
    """Degrees around the points, at least `marge_m` metres on every side."""
    marge_lat = 1.02 * marge_m / _METRES_PAR_DEGRE
    sud, nord = float(points.lat.min(initial=90)) - marge_lat, float(points.lat.max(initial=-90)) + marge_lat
    cosinus = np.cos(np.radians(min(max(abs(sud), abs(nord)), 85)))
    marge_lon = min(marge_lat / float(cosinus), 360)
    ouest, est = float(points.lon.min(initial=180)) - marge_lon, float(points.lon.max(initial=-180)) + marge_lon
    return {"ouest": ouest, "est": est, "sud": sud, "nord": nord}


def _collect_demandes(calcul: Calcul, rangees: Sequence[Rangee]) -> Flottants:
    """(modes, needs, positions) from the people kept with each place."""
    demandes = np.zeros((len(Mode), len(BESOINS), len(calcul.positions)))
    if rangees:
        lues = np.array([r.demandes for r in rangees], dtype=np.float64)
        demandes.reshape(-1, len(calcul.positions))[:, calcul.positions.rangs] = lues.T
    return demandes


def _merge(
    avant: Mapping[Volet, Colonnes], nouvelles: Mapping[Volet, Colonnes], touchees: Entiers
) -> dict[Volet, Colonnes]:
    """The tables of all communes, with the new rows."""
    apres = {}
    for volet, table in nouvelles.items():
        matrice = avant[volet].matrice.copy()
        matrice[touchees] = table.matrice
        apres[volet] = Colonnes(matrice)
    return apres


def _replace_territoires(session: Session, lignes: Sequence[LigneTerritoire], volets: Mapping[Volet, Colonnes]) -> None:
    if not lignes:
        return
    cles = sorted({(ligne.niveau.value, ligne.code) for ligne in lignes})
    for volet in volets:
        session.execute(
            load_block(SQL, "delete_acces_territoires_de"),
            {
                "niveaux": [niveau for niveau, _ in cles],
                "codes": [code for _, code in cles],
                "cible": volet.cible.value,
                "mode": volet.mode.value,
            },
        )
    ecriture.copy_territoires(session, lignes)


def _write_edition(
    edition: EditionCouverture, changements: Sequence[Changement], comptes_h: entier.Comptes, now: dt.datetime
) -> None:
    ecart = sum((c.apres is not None) - (c.avant is not None) for c in changements)
    muets = sum(
        (c.apres is not None and c.apres.heures is None) - (c.avant is not None and c.avant.heures is None)
        for c in changements
    )
    edition.resume = edition.resume | {
        "lieux": edition.resume["lieux"] + ecart,
        "lieux_sans_horaires": edition.resume["lieux_sans_horaires"] + muets,
        "heures": comptes_h,
    }
    edition.actualisee_at = now


def _report(edition: EditionCouverture, montre: Chronometre, *, statut: str) -> Rapport:
    resume = edition.resume
    return Rapport(
        statut=statut,
        moteur=edition.moteur,
        communes=resume["communes"],
        points=resume["points"],
        communes_avec_carreaux=resume["communes_avec_carreaux"],
        lieux=resume["lieux"],
        lieux_sans_horaires=resume["lieux_sans_horaires"],
        secondes_par_etape=montre.etapes,
        secondes=montre.total_s,
    )
