"""Content of the page /methode: every indicator, hypothesis and computation, read from where the program reads them.

Nothing is typed again here: a figure that changes in the code or in the catalogue changes on the page. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tierslieux.cartes.classes import NOMBRE_MAX, NOMBRE_MIN, ModeClasses
from tierslieux.couverture import hypotheses
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.formules import PETIT
from tierslieux.couverture.services import Edition, Regle
from tierslieux.filtres import join_liste, lower_initiale
from tierslieux.indicateurs.agregation import COUVERTURE_MIN
from tierslieux.indicateurs.besoins import ANNEE_BESOIN
from tierslieux.indicateurs.catalogue import (
    Agregation,
    Catalogue,
    Indicateur,
    Methode,
    Sens,
    SourceIndicateurs,
    Unite,
)
from tierslieux.indicateurs.estimation import COVARIABLES
from tierslieux.indicateurs.evaluation import Evaluation
from tierslieux.indicateurs.illectronisme import PART_MAX, PART_MIN
from tierslieux.indicateurs.incertitude import NIVEAU_CONFIANCE
from tierslieux.indicateurs.publies import Incertitude, get_incertitude, list_publies
from tierslieux.indicateurs.services import GRILLE
from tierslieux.trajets.estimation import CLASSES_GRILLE, SEUILS_HAB_KM2, Densite
from tierslieux.trajets.moteur import Mode
from tierslieux.trajets.presenters import LIBELLES_VOIES, build_methode_page
from tierslieux.trajets.presenters import MethodePage as HypothesesTrajets
from tierslieux.trajets.vitesses import ATTENTES, VITESSES

# (indicator, title): the part of the page that begins at this indicator of the catalogue, until the next one.
DEBUTS = {
    "population": "Habitants, âges et ménages",
    "taux_chomage": "Travail",
    "superficie": "Commune, naissances et logements",
    "menages_fiscaux": "Revenus et pauvreté",
    "emplois": "Emplois et établissements de la commune",
    "part_illectronisme_publiee": "Illectronisme et besoins",
    "locaux": "Internet fixe",
    "part_population_blanche_4g": "Téléphone mobile",
    "classe_densite": "Types de communes et zonages",
    "actifs_occupes": "Besoin de tiers-lieux",
}

_SENS = {
    Sens.PLUS_EST_PIRE: "Plus c’est haut, plus la situation est difficile.",
    Sens.MOINS_EST_PIRE: "Plus c’est bas, plus la situation est difficile.",
    Sens.NEUTRE: "Ni bien ni mal en soi.",
}
_METHODES = {
    Methode.MESURE: "mesuré",
    Methode.PUBLIE: "publié par un organisme qui l’estime",
    Methode.MODELE: "modélisé par ce site : une estimation, jamais un comptage",
}


@dataclass(frozen=True, slots=True)
class EditionChargee:
    """What is loaded of one source: its edition, since when."""

    edition: str
    chargee_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Chargement:
    """What is loaded: editions by source, how many communes have each (indicator, vintage), how many there are.

    The number is None when it was not counted.
    """

    editions: Mapping[str, EditionChargee]
    communes: Mapping[tuple[str, int], int | None]
    total_communes: int


@dataclass(frozen=True, slots=True)
class LigneSource:
    """One source of an indicator. `annee` is None for a file that is not loaded and gives its own year.

    `communes_pct` is the share of today's communes that have a value, None when it is not loaded.
    """

    annee: int | None
    source: SourceIndicateurs
    edition: str | None
    chargee_at: dt.datetime | None
    communes_pct: float | None


@dataclass(frozen=True, slots=True)
class FicheIndicateur:
    """One paragraph of the page; its texts are ready to be read."""

    id: str
    libelle: str
    definition: str
    unite: str
    sens: str
    methode: str
    est_modele: bool
    agregation: str
    poids: str | None
    remarque: str | None
    classes: tuple[str, ...]
    sources: tuple[LigneSource, ...]


@dataclass(frozen=True, slots=True)
class Rubrique:
    """Indicators on one subject."""

    id: str
    titre: str
    fiches: tuple[FicheIndicateur, ...]


def build_rubriques(catalogue: Catalogue, chargement: Chargement) -> tuple[Rubrique, ...]:
    """Every indicator of the catalogue, in its order, under the title of its subject."""
    groupes: list[tuple[str, str, list[FicheIndicateur]]] = []
    for indicateur in catalogue.indicateurs.values():
        if indicateur.id in DEBUTS or not groupes:
            groupes.append((f"partie-{indicateur.id}", DEBUTS.get(indicateur.id, "Indicateurs"), []))
        groupes[-1][2].append(_build_fiche(indicateur, catalogue, chargement))
    return tuple(Rubrique(cle, titre, tuple(fiches)) for cle, titre, fiches in groupes)


def _build_fiche(indicateur: Indicateur, catalogue: Catalogue, chargement: Chargement) -> FicheIndicateur:
    poids = None if indicateur.poids is None else catalogue.get(indicateur.poids).libelle
    return FicheIndicateur(
        id=indicateur.id,
        libelle=indicateur.libelle,
        definition=indicateur.definition,
        unite=_describe_unite(indicateur.unite),
        sens=_SENS[indicateur.sens],
        methode=_METHODES[indicateur.methode],
        est_modele=indicateur.methode is Methode.MODELE,
        agregation=_describe_agregation(indicateur),
        poids=poids,
        remarque=indicateur.remarque,
        classes=indicateur.classes,
        sources=tuple(_list_lignes(indicateur, catalogue, chargement)),
    )


def _describe_unite(unite: Unite) -> str:
    return {Unite.CLASSE: "une classe", Unite.RAPPORT: "nombre de fois"}.get(unite, unite.libelle)


def _describe_agregation(indicateur: Indicateur) -> str:
    return {
        Agregation.SOMME: "somme des communes",
        Agregation.MOYENNE: "moyenne des communes, chacune selon son poids",
        Agregation.AUCUNE: "aucune valeur : elle ne se déduit pas de celles des communes",
    }[indicateur.agregation]


def _list_lignes(indicateur: Indicateur, catalogue: Catalogue, chargement: Chargement) -> list[LigneSource]:
    """One line a vintage: those that the sources declare, and those that a file gave and that are loaded."""
    lignes = []
    for source_id, declare in indicateur.sources.items():
        source = catalogue.get_source(source_id)
        annees = [declare] if declare is not None else _list_annees(indicateur, chargement) or [None]
        for annee in annees:
            nombre = None if annee is None else chargement.communes.get((indicateur.id, annee))
            chargee = chargement.editions.get(source_id)
            part = 100 * nombre / chargement.total_communes if nombre and chargement.total_communes else None
            lignes.append(
                LigneSource(
                    annee=annee,
                    source=source,
                    edition=chargee.edition if chargee else None,
                    chargee_at=chargee.chargee_at if chargee else None,
                    communes_pct=part,
                )
            )
    return sorted(lignes, key=lambda ligne: -(ligne.annee or 0))


def _list_annees(indicateur: Indicateur, chargement: Chargement) -> list[int | None]:
    """Vintages that are loaded and that no source declares: those that a file gave."""
    declares = set(indicateur.sources.values())
    return [annee for cle, annee in chargement.communes if cle == indicateur.id and annee not in declares]


@dataclass(frozen=True, slots=True)
class LigneRoute:
    """Speeds on one class of road, in km/h; None where the mode does not go."""

    classe: str
    libelle: str
    vitesses: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class LigneAttente:
    """Seconds lost by one mode at a crossing and at traffic lights."""

    mode: Mode
    carrefour_s: float
    feu_s: float


@dataclass(frozen=True, slots=True)
class Modele:
    """The line of the model of illectronisme, shares from 0 to 1: constant, one slope a covariate; how good it is."""

    constante: float
    pentes: tuple[float, ...]
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Terme:
    """A covariate of the model: its indicator, its vintage, its slope (None when the model is not fitted)."""

    id: str
    libelle: str
    annee: int
    pente: float | None


@dataclass(frozen=True, slots=True)
class LignePubliee:
    """A figure of INSEE that the model is held to, or only compared with; percents, None when it is not fitted."""

    lieu: str
    annee: int
    source: str
    publie_pct: float
    modele_pct: float | None
    cale_pct: float | None
    est_cale: bool


@dataclass(frozen=True, slots=True)
class LigneZone:
    """Weights of E2SFCA by one mode: (minutes, weight), the nearest first."""

    mode: Mode
    zones: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A source and what is loaded of it."""

    id: str
    libelle: str
    producteur: str
    licence: str
    page: str | None
    edition: str | None
    chargee_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """What is assumed to count people who are far; see couverture.hypotheses."""

    surface_repartie_km2: float = hypotheses.SURFACE_REPARTIE_KM2
    part_au_bourg_pct: float = 100 * hypotheses.PART_AU_BOURG
    surface_par_point_km2: float = hypotheses.SURFACE_PAR_POINT_KM2
    points_max: int = hypotheses.POINTS_REPARTIS_MAX
    rayon_m: float = hypotheses.RAYON_REPARTI_M
    atteinte_min: int = hypotheses.ATTEINTE_MIN
    personnes: int = hypotheses.PERSONNES
    zones: tuple[LigneZone, ...] = tuple(LigneZone(mode, zones) for mode, zones in hypotheses.ZONES.items())


@dataclass(frozen=True, slots=True)
class MethodePage:
    """The page /methode."""

    rubriques: tuple[Rubrique, ...]
    trajets: HypothesesTrajets
    densites: tuple[tuple[Densite, str], ...]
    seuils_hab_km2: tuple[tuple[int, Densite], ...]
    routes: tuple[LigneRoute, ...]
    attentes: tuple[LigneAttente, ...]
    modes: tuple[Mode, ...]
    cibles: tuple[Cible, ...]
    seuils_min: tuple[int, ...]
    regle: Regle
    edition: Edition | None
    hypotheses: Hypotheses
    modele: Modele | None
    termes: tuple[Terme, ...]
    publies: tuple[LignePubliee, ...]
    incertitude: Incertitude
    part_min_pct: float
    part_max_pct: float
    annee_besoin: int
    confiance: float
    part_connue_min_pct: float
    sources: tuple[SourcePage, ...]
    classes_min: int
    classes_max: int
    modes_classes: tuple[ModeClasses, ...]
    petit: int


def build_page(
    catalogue: Catalogue, chargement: Chargement, edition: Edition | None, modele: Modele | None
) -> MethodePage:
    """The whole page; `edition` is that of coverage, None before it was ever computed."""
    grille = catalogue.get(GRILLE).classes
    return MethodePage(
        rubriques=build_rubriques(catalogue, chargement),
        trajets=build_methode_page(),
        densites=tuple((d, _describe_densite(d, grille)) for d in Densite),
        seuils_hab_km2=SEUILS_HAB_KM2,
        routes=tuple(
            LigneRoute(cle, LIBELLES_VOIES.get(cle, cle), tuple(vitesses.get(mode) for mode in Mode))
            for cle, vitesses in VITESSES.items()
        ),
        attentes=tuple(LigneAttente(mode, a.carrefour_s, a.feu_s) for mode, a in ATTENTES.items()),
        modes=tuple(Mode),
        cibles=tuple(Cible),
        seuils_min=SEUILS_MIN,
        regle=Regle(),
        edition=edition,
        hypotheses=Hypotheses(),
        modele=modele,
        termes=tuple(_list_termes(catalogue, modele)),
        publies=tuple(_list_publies(modele)),
        incertitude=get_incertitude(),
        part_min_pct=100 * PART_MIN,
        part_max_pct=100 * PART_MAX,
        annee_besoin=ANNEE_BESOIN,
        confiance=NIVEAU_CONFIANCE,
        part_connue_min_pct=100 * COUVERTURE_MIN,
        sources=tuple(_list_sources(catalogue, chargement)),
        classes_min=NOMBRE_MIN,
        classes_max=NOMBRE_MAX,
        modes_classes=tuple(ModeClasses),
        petit=PETIT,
    )


def _list_termes(catalogue: Catalogue, modele: Modele | None) -> Iterator[Terme]:
    pentes = (None,) * len(COVARIABLES) if modele is None else modele.pentes
    for (indicateur_id, annee), pente in zip(COVARIABLES, pentes, strict=True):
        yield Terme(indicateur_id, catalogue.get(indicateur_id).libelle, annee, pente)


def _list_publies(modele: Modele | None) -> Iterator[LignePubliee]:
    comparaisons = {} if modele is None else {(c.place, c.year): c for c in modele.evaluation.published}
    for publie in list_publies():
        comparee = comparaisons.get((publie.lieu, publie.annee))
        yield LignePubliee(
            lieu=publie.lieu,
            annee=publie.annee,
            source=publie.source,
            publie_pct=100 * publie.part,
            modele_pct=comparee.modelled if comparee else None,
            cale_pct=comparee.calibrated if comparee else None,
            est_cale=publie.cale,
        )


def _list_sources(catalogue: Catalogue, chargement: Chargement) -> Iterator[SourcePage]:
    for source in catalogue.sources.values():
        chargee = chargement.editions.get(source.id)
        yield SourcePage(
            source.id,
            source.libelle,
            source.producteur,
            source.licence,
            source.page,
            chargee.edition if chargee else None,
            chargee.chargee_at if chargee else None,
        )


def _describe_densite(densite: Densite, grille: tuple[str, ...]) -> str:
    """The classes of INSEE's grid that make one of ours, in words."""
    noms = [lower_initiale(grille[rang - 1]) for rang, classe in CLASSES_GRILLE.items() if classe is densite]
    return join_liste(noms)
