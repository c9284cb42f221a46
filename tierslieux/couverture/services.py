"""Read what was computed of a territory or of a level: access to each kind of place, and people left beyond."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.couverture import queries
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.gens import Gens, estimate_au_dela
from tierslieux.couverture.hypotheses import VOLETS, Volet
from tierslieux.couverture.models import AccesCommune, AccesTerritoire, EditionCouverture
from tierslieux.indicateurs.besoins import ANNEE_BESOIN, PART, PERSONNES
from tierslieux.indicateurs.services import GRILLE, list_millesimes
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.estimation import CLASSES_GRILLE, Densite
from tierslieux.trajets.moteur import Mode

# People in work who live in a territory: who may look for a third place.
ACTIFS = "actifs_occupes"


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
    edition = session.get(EditionCouverture, 1)
    if edition is None:
        return None
    resume = edition.resume
    return Edition(
        moteur=edition.moteur,
        libelle_moteur=resume["libelle_moteur"],
        calculee_at=edition.calculee_at,
        actualisee_at=edition.actualisee_at,
        points=resume["points"],
        communes_avec_carreaux=resume["communes_avec_carreaux"],
        lieux=resume["lieux"],
        lieux_sans_horaires=resume["lieux_sans_horaires"],
    )


def find_besoin(session: Session, niveau: Niveau, code: str, cible: Cible = Cible.AIDE) -> Besoin | None:
    """People in need of this kind of place in a territory; None where no indicator says it."""
    indicateur, annee = (ACTIFS, None) if cible is Cible.TIERS_LIEU else (PERSONNES, ANNEE_BESOIN)
    r = session.execute(queries.get_valeur_stmt(indicateur, niveau, code, annee)).one_or_none()
    return Besoin(indicateur, r.millesime, r.valeur, r.bas, r.haut) if r else None


def list_ecarts(session: Session, niveau: Niveau, code: str) -> list[Ecart]:
    """Every kind, mode and threshold of one territory, in the order of the enumerations.

    Empty before a computation, and where nobody knows how many people live there.
    """
    if niveau is Niveau.COMMUNE:
        return _list_ecarts_commune(session, code)
    rangees = {
        Volet(Cible(a.cible), Mode(a.mode)): a
        for a in session.scalars(queries.list_acces_territoire_stmt(niveau, code))
    }
    ecarts = (
        _build_ecart_territoire(Regle(volet.cible, volet.mode, seuil), rangees[volet])
        for volet in VOLETS
        if volet in rangees
        for seuil in SEUILS_MIN
    )
    return [ecart for ecart in ecarts if ecart is not None]


def _list_ecarts_commune(session: Session, code: str) -> list[Ecart]:
    population = session.scalar(queries.get_population_stmt(code))
    besoins = {cible: _find_gens(session, code, cible) for cible in (Cible.AIDE, Cible.TIERS_LIEU)}
    rangees = {
        Volet(Cible(r.AccesCommune.cible), Mode(r.AccesCommune.mode)): r.AccesCommune.parts_au_dela
        for r in session.execute(queries.list_acces_commune_stmt(code))
    }
    ecarts = (
        _build_ecart_commune(
            Regle(volet.cible, volet.mode, seuil),
            population,
            rangees[volet],
            besoins[Cible.TIERS_LIEU if volet.cible is Cible.TIERS_LIEU else Cible.AIDE],
        )
        for volet in VOLETS
        if volet in rangees
        for seuil in SEUILS_MIN
    )
    return [ecart for ecart in ecarts if ecart is not None]


def _find_gens(session: Session, code: str, cible: Cible) -> Gens | None:
    besoin = find_besoin(session, Niveau.COMMUNE, code, cible)
    if besoin is None:
        return None
    part = session.execute(queries.get_valeur_stmt(PART, Niveau.COMMUNE, code, besoin.annee)).one_or_none()
    return Gens(besoin.valeur, besoin.bas, besoin.haut, part.valeur if part else None)


def _build_ecart_commune(
    regle: Regle, population: int | None, parts_au_dela: Sequence[float], gens: Gens | None
) -> Ecart | None:
    if population is None and gens is None:
        return None
    part = parts_au_dela[SEUILS_MIN.index(regle.seuil_min)]
    loin = estimate_au_dela(gens, part) if gens else None
    habitants = float(population or 0)
    return Ecart(
        regle=regle,
        population=habitants,
        population_au_dela=habitants * part,
        besoin=gens.valeur if gens else None,
        besoin_au_dela=loin.valeur if loin else None,
        bas=loin.bas if loin else None,
        haut=loin.haut if loin else None,
    )


def _build_ecart_territoire(regle: Regle, acces: AccesTerritoire) -> Ecart | None:
    if not acces.population and acces.besoin is None:
        return None
    rang = SEUILS_MIN.index(regle.seuil_min)
    return Ecart(
        regle=regle,
        population=acces.population,
        population_au_dela=acces.population_au_dela[rang],
        besoin=acces.besoin,
        besoin_au_dela=acces.besoin_au_dela[rang] if acces.besoin_au_dela else None,
        bas=acces.au_dela_bas[rang] if acces.au_dela_bas else None,
        haut=acces.au_dela_haut[rang] if acces.au_dela_haut else None,
    )


def list_ecarts_niveau(
    session: Session, niveau: Niveau, regle: Regle, parent: tuple[Niveau, str] | None = None
) -> list[EcartTerritoire]:
    """The gap of every territory of a level, or those inside `parent`, by code."""
    cible, mode = regle.cible.value, regle.mode.value
    if niveau is not Niveau.COMMUNE:
        return [
            EcartTerritoire(niveau, code, nom, acces and _build_ecart_territoire(regle, acces))
            for code, nom, acces in session.execute(queries.list_ecarts_niveau_stmt(niveau, cible, mode, parent))
        ]
    besoin: tuple[str, int | None] = (PERSONNES, ANNEE_BESOIN)
    part: tuple[str, int] | None = (PART, ANNEE_BESOIN)
    if regle.cible is Cible.TIERS_LIEU:
        besoin, part = (ACTIFS, next(iter(list_millesimes(session, ACTIFS)), None)), None
    stmt = queries.list_parts_communes_stmt(cible, mode, besoin=besoin, part=part, parent=parent)
    return [
        EcartTerritoire(
            niveau,
            r.code,
            r.nom,
            None
            if r.parts_au_dela is None
            else _build_ecart_commune(
                regle,
                r.population,
                r.parts_au_dela,
                None if r.valeur is None else Gens(r.valeur, r.bas, r.haut, r.part),
            ),
        )
        for r in session.execute(stmt)
    ]


def list_acces(session: Session, niveau: Niveau, code: str) -> list[Acces]:
    """Access to every kind by every mode of one territory; empty when none is computed."""
    if niveau is Niveau.COMMUNE:
        communaux = {
            Volet(Cible(r.AccesCommune.cible), Mode(r.AccesCommune.mode)): _build_acces_commune(
                r.AccesCommune, r.lieu_public_id, r.lieu_nom
            )
            for r in session.execute(queries.list_acces_commune_stmt(code))
        }
        return [communaux[volet] for volet in VOLETS if volet in communaux]
    acces = {
        Volet(Cible(a.cible), Mode(a.mode)): _build_acces_territoire(a)
        for a in session.scalars(queries.list_acces_territoire_stmt(niveau, code))
    }
    return [acces[volet] for volet in VOLETS if volet in acces]


def _build_acces_commune(acces: AccesCommune, public_id: str | None, nom: str | None) -> Acces:
    return Acces(
        cible=Cible(acces.cible),
        mode=Mode(acces.mode),
        duree_min=acces.duree_min,
        duree_second_min=acces.duree_second_min,
        lieu_public_id=public_id,
        lieu_nom=nom,
        heures_semaine=acces.heures_semaine,
        accessibilite=acces.accessibilite,
        gini=None,
        part_dixieme=None,
    )


def _build_acces_territoire(acces: AccesTerritoire) -> Acces:
    return Acces(
        cible=Cible(acces.cible),
        mode=Mode(acces.mode),
        duree_min=acces.duree_min,
        duree_second_min=None,
        lieu_public_id=None,
        lieu_nom=None,
        heures_semaine=acces.heures_semaine,
        accessibilite=acces.accessibilite,
        gini=acces.gini,
        part_dixieme=acces.part_dixieme,
    )


def find_rang(session: Session, niveau: Niveau, code: str, regle: Regle) -> Rang | None:
    """Rank of a territory by the share of its people in need who are beyond, among its peers; None without figure.

    Peers of a commune or an EPCI are those of its density class where the grid is loaded; equals share a rank.
    """
    ecart = next((e for e in list_ecarts(session, niveau, code) if e.regle == regle), None)
    if ecart is None or niveau is Niveau.FRANCE:
        return None
    seuil = SEUILS_MIN.index(regle.seuil_min)
    volet = (regle.cible.value, regle.mode.value)
    millesime = next(iter(list_millesimes(session, GRILLE)), 0)
    grille = (GRILLE, millesime)
    if niveau is Niveau.COMMUNE:
        if not ecart.population:
            return None
        valeur = session.scalar(queries.get_classe_commune_stmt(grille, code))
        classe = None if valeur is None else CLASSES_GRILLE[int(valeur)]
        part = ecart.population_au_dela / ecart.population
        classes = None if classe is None else _list_classes(classe)
        stmt = queries.count_rang_commune_stmt(*volet, rang_seuil=seuil, part=part, grille=grille, classes=classes)
    else:
        if not ecart.besoin or ecart.besoin_au_dela is None:
            return None
        classe, pairs = _find_pairs_epci(session, grille, code) if niveau is Niveau.EPCI else (None, None)
        part = ecart.besoin_au_dela / ecart.besoin
        stmt = queries.count_rang_territoire_stmt(niveau, *volet, rang_seuil=seuil, part=part, codes=pairs)
    meilleurs, total = session.execute(stmt).one()
    return Rang(meilleurs + 1, total, classe.libelle if classe else None)


def _find_pairs_epci(session: Session, grille: tuple[str, int], code: str) -> tuple[Densite | None, list[str] | None]:
    """(density class of an EPCI, codes of the EPCI of that class): the class is that of most of its people."""
    densites = tuple(Densite)
    classes = {
        epci: densites[max(range(len(densites)), key=lambda rang: gens[rang])]
        for epci, *gens in session.execute(
            queries.list_classes_epci_stmt(grille, [_list_classes(densite) for densite in densites])
        )
    }
    classe = classes.get(code)
    if classe is None:
        return None, None
    return classe, [epci for epci, autre in classes.items() if autre is classe]


def _list_classes(densite: Densite) -> list[int]:
    return [classe for classe, autre in CLASSES_GRILLE.items() if autre is densite]
