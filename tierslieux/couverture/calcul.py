"""The whole computation of coverage: read, compute, write, in one transaction that a stop leaves undone."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.core.db import transaction
from tierslieux.core.errors import SourceError
from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.core.sql import load_block
from tierslieux.couverture import blocs, ecriture, lecture
from tierslieux.couverture.agregats import LigneTerritoire, aggregate, build_groupes
from tierslieux.couverture.communes import Communes
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.hypotheses import PART_HORAIRES_MIN, Volet
from tierslieux.couverture.lecture import SQL, LieuLu
from tierslieux.couverture.methodes import Entiers, Flottants
from tierslieux.couverture.models import EditionCouverture
from tierslieux.couverture.voies import Moteurs, find_moteurs
from tierslieux.couverture.volets import (
    Calcul,
    Colonnes,
    Distances,
    Services,
    compute_demandes,
    compute_distances,
    compute_services,
)
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.choix import Choix
from tierslieux.trajets.moteur import Methode

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Rapport:
    """What a computation read, found and took. `totaux`: people of France by kind, mode and threshold."""

    statut: str
    moteur: str
    communes: int = 0
    points: int = 0
    communes_avec_carreaux: int = 0
    lieux: int = 0
    lieux_sans_horaires: int = 0
    lieux_par_cible: dict[str, int] = field(default_factory=dict)
    medianes_h: dict[str, float | None] = field(default_factory=dict)
    lignes: int = 0
    lignes_ecrites: int = 0
    changements: int = 0
    communes_touchees: int = 0
    totaux: list[dict[str, object]] = field(default_factory=list)
    secondes_par_etape: dict[str, float] = field(default_factory=dict)
    secondes: float = 0.0

    def to_json(self) -> dict[str, object]:
        """The report as one JSON object."""
        return asdict(self)


class Chronometre:
    """Seconds by stage."""

    def __init__(self) -> None:
        self._debut_s = self._etape_s = time.perf_counter()
        self.etapes: dict[str, float] = {}

    def stop(self, etape: str) -> None:
        """End a stage; the next one begins."""
        maintenant_s = time.perf_counter()
        self.etapes[etape] = round(self.etapes.get(etape, 0.0) + maintenant_s - self._etape_s, 4)
        self._etape_s = maintenant_s

    @property
    def total_s(self) -> float:
        """Seconds since the beginning."""
        return round(time.perf_counter() - self._debut_s, 4)


def compute_couverture(
    fabrique: sessionmaker[Session],
    choix: Choix | None,
    *,
    now: dt.datetime,
    progress: Progress = ignore_progress,
    dry_run: bool = False,
) -> Rapport:
    """Compute and write the coverage of every territory, in one transaction; raises SourceError without territories.

    `choix` is the installation's engine of travel times; None, or an outside service, makes it the estimate.
    """
    with fabrique() as session, transaction(session):
        rapport = compute(session, choix, now=now, progress=progress)
        if dry_run:
            session.rollback()
            rapport.statut = "essai"
    logger.info("couverture statut=%s seconds=%.1f", rapport.statut, rapport.secondes)
    return rapport


def open_ecriture(session: Session) -> None:
    """Make this transaction the only one that computes coverage, without time limit, until it ends."""
    session.execute(load_block(SQL, "lift_timeout"))
    session.execute(load_block(SQL, "lock"))


def compute(session: Session, choix: Choix | None, *, now: dt.datetime, progress: Progress) -> Rapport:
    """See `compute_couverture`; in the caller's transaction."""
    montre = Chronometre()
    open_ecriture(session)
    moteurs = find_moteurs(choix)
    methode, marque = describe_moteurs(moteurs)
    communes = lecture.read_communes(session)
    if not len(communes):
        raise SourceError("aucun territoire n’est chargé : flask territoires load")
    montre.stop("communes")
    avant = session.get(EditionCouverture, 1)
    empreinte_points = refresh_points(session, avant)
    points = lecture.read_points(session, communes)
    lecture.locate_communes(communes, points)
    montre.stop("points")
    lus = lecture.read_lieux(session, now.year)
    lieux = lecture.build_lieux(lus)
    montre.stop("places")
    comptes_h = count_heures(lus)
    medianes_h = compute_medianes(comptes_h)
    calcul = Calcul(communes, points, lieux, medianes_h, np.arange(len(communes)), progress, moteurs=moteurs)
    distances = compute_toutes_distances(calcul)
    montre.stop("nearest")
    demandes, lots = compute_demandes(calcul)
    services = compute_services(calcul, demandes, lots)
    montre.stop("within_reach")
    colonnes = build_colonnes(distances, services)
    lignes = aggregate(communes, build_groupes(communes), colonnes)
    montre.stop("territories")
    ecrites = write(session, communes, colonnes, lignes, progress)
    session.execute(load_block(SQL, "delete_couverts"))
    ecriture.copy_lieux(session, lus, spread_demandes(calcul, demandes))
    resume = {
        "communes": len(communes),
        "points": len(points),
        "points_sur_les_routes": {mode.value: len(voies.points) for mode, voies in calcul.voies.items()},
        "points_de": empreinte_points,
        "libelle_moteur": methode.libelle,
        "communes_avec_carreaux": session.execute(load_block(SQL, "count_communes_carroyees")).scalar_one(),
        "lieux": len(lus),
        "lieux_sans_horaires": sum(lieu.heures is None for lieu in lus),
        "heures": comptes_h,
        "annee": now.year,
    }
    session.merge(
        EditionCouverture(
            id=1,
            moteur=methode.value,
            parametres=lecture.read_empreinte(session, marque),
            resume=resume,
            calculee_at=now,
            actualisee_at=now,
        )
    )
    session.flush()
    session.execute(load_block(SQL, "analyze"))
    montre.stop("writing")
    return Rapport(
        statut="calculee",
        moteur=methode.value,
        communes=len(communes),
        points=len(points),
        communes_avec_carreaux=resume["communes_avec_carreaux"],
        lieux=len(lus),
        lieux_sans_horaires=resume["lieux_sans_horaires"],
        lieux_par_cible={cible.value: len(lieux.list_de(cible)) for cible in Cible},
        medianes_h={cible.value: None if np.isnan(m) else m for cible, m in medianes_h.items()},
        lignes=len(colonnes) * len(communes) + len(lignes),
        lignes_ecrites=ecrites,
        communes_touchees=len(communes),
        totaux=list_totaux(lignes),
        secondes_par_etape=montre.etapes,
        secondes=montre.total_s,
    )


def describe_moteurs(moteurs: Moteurs | None) -> tuple[Methode, str]:
    """How a computation gets its times, and a mark that changes with the roads."""
    if not moteurs:
        return Methode.ESTIMATION, Methode.ESTIMATION.value
    provenance = next(iter(moteurs.values())).provenance
    return Methode.RESEAU, f"{Methode.RESEAU.value}:{provenance.sha256}"


def refresh_points(session: Session, avant: EditionCouverture | None) -> str:
    """Make the points again unless they stem from the same territories and assumptions; their digest."""
    empreinte = lecture.read_empreinte_points(session)
    if avant is None or avant.resume.get("points_de") != empreinte:
        session.execute(load_block(SQL, "delete_points"))
        ecriture.copy_points(session, lecture.build_points(session))
    return empreinte


def compute_toutes_distances(calcul: Calcul) -> dict[Volet, Distances]:
    """Times to the nearest places, of every volet."""
    distances = {}
    for fait, cible in enumerate(calcul.cibles, start=1):
        for mode, table in compute_distances(calcul, cible).items():
            distances[Volet(cible, mode)] = table
        calcul.progress("nearest places", fait, len(calcul.cibles))
    return distances


def spread_demandes(calcul: Calcul, demandes: Flottants) -> Flottants:
    """People who share each place, (places, modes × needs), from those who share its position."""
    return demandes[:, :, calcul.positions.rangs].reshape(-1, len(calcul.lieux)).T


def build_colonnes(distances: Mapping[Volet, Distances], services: Services) -> dict[Volet, Colonnes]:
    """One table by volet."""
    return {
        volet: Colonnes(
            np.column_stack(
                (
                    d.lieu_id,
                    d.duree_min,
                    d.duree_second_min,
                    services.heures_semaine[volet],
                    services.accessibilite[volet],
                    d.parts_au_dela,
                    d.portee_m,
                )
            )
        )
        for volet, d in distances.items()
    }


# --- Hours -----------------------------------------------------------------------------------------------------------

Comptes = dict[str, dict[str, int]]


def count_heures(lieux: Sequence[LieuLu]) -> Comptes:
    """By kind, how many places are open each number of hours a week, rounded; the key "" counts those not known."""
    comptes: dict[str, Counter[str]] = {cible.value: Counter() for cible in Cible}
    for lieu in lieux:
        for cible in lieu.cibles:
            comptes[cible][key_heures(lieu.heures)] += 1
    return {cible: dict(compte) for cible, compte in comptes.items()}


def key_heures(heures: float | None) -> str:
    """Hours as they are counted for the median."""
    return "" if heures is None else str(round(heures))


def compute_medianes(comptes: Comptes) -> dict[Cible, float]:
    """By kind, the median of the known hours, to the hour, so that one more place seldom moves it; NaN with too few."""
    return {cible: _find_mediane(comptes[cible.value]) for cible in Cible}


def _find_mediane(comptes: Mapping[str, int]) -> float:
    connus = sorted((int(cle), nombre) for cle, nombre in comptes.items() if cle)
    total = sum(nombre for _, nombre in connus)
    if not total or total < PART_HORAIRES_MIN * sum(comptes.values()):
        return float("nan")
    vus = 0
    for heures, nombre in connus:
        vus += nombre
        if 2 * vus >= total:
            return float(heures)
    raise ValueError(f"{vus} places counted, {total} expected")


# --- Writing ---------------------------------------------------------------------------------------------------------


def write(
    session: Session,
    communes: Communes,
    colonnes: Mapping[Volet, Colonnes],
    lignes: Sequence[LigneTerritoire],
    progress: Progress,
) -> int:
    """Replace all the results, those that are the same too: what was damaged is whole again. How many rows."""
    for bloc in ("delete_acces_communes", "delete_acces_territoires", "delete_blocs"):
        session.execute(load_block(SQL, bloc))
    tous = np.arange(len(communes))
    nombre = write_colonnes(session, communes, colonnes, dict.fromkeys(colonnes, tous), progress=progress)
    blocs.write_communes(session, communes)
    ecriture.copy_territoires(session, lignes)
    return nombre + len(lignes)


def write_colonnes(
    session: Session,
    communes: Communes,
    colonnes: Mapping[Volet, Colonnes],
    rangs: Mapping[Volet, Entiers],
    *,
    progress: Progress = ignore_progress,
) -> int:
    """Write these rows of communes, as rows and as blocks; how many they are."""
    ecriture.copy_communes(session, communes.codes, colonnes, rangs, progress)
    lots = {volet: set((ecrits // blocs.TAILLE_LOT).tolist()) for volet, ecrits in rangs.items()}
    blocs.write_blocs(session, list(blocs.iter_lots(colonnes, lots)))
    return sum(len(ecrits) for ecrits in rangs.values())


def list_totaux(lignes: Sequence[LigneTerritoire]) -> list[dict[str, object]]:
    """The rows of France, for a report."""
    return [
        {
            "cible": ligne.volet.cible.value,
            "mode": ligne.volet.mode.value,
            "duree_min": ligne.duree_min,
            "population": ligne.population,
            "besoin": ligne.besoin,
            "gini": ligne.gini,
            "part_dixieme": ligne.part_dixieme,
            "au_dela": [
                {
                    "seuil_min": seuil,
                    "population": ligne.population_au_dela[rang],
                    "besoin": ligne.besoin_au_dela and ligne.besoin_au_dela[rang],
                    "bas": ligne.au_dela_bas and ligne.au_dela_bas[rang],
                    "haut": ligne.au_dela_haut and ligne.au_dela_haut[rang],
                }
                for rang, seuil in enumerate(SEUILS_MIN)
            ],
        }
        for ligne in lignes
        if ligne.niveau is Niveau.FRANCE
    ]
