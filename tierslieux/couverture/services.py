"""Read what was computed of a territory or of a level: access to each kind of place, and people left beyond."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from tierslieux.couverture import queries
from tierslieux.couverture.blocs import read_blocs, read_communes
from tierslieux.couverture.communes import Communes
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.gens import Gens, estimate_au_dela
from tierslieux.couverture.hypotheses import VOLETS, Volet
from tierslieux.couverture.methodes import DENSITES
from tierslieux.couverture.models import AccesCommune, AccesTerritoire, EditionCouverture
from tierslieux.couverture.volets import Colonnes
from tierslieux.indicateurs.besoins import ANNEE_BESOIN, PART, PERSONNES
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.estimation import Densite
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
    return _list_ecarts_communes(session, regle, parent)


def _list_ecarts_communes(session: Session, regle: Regle, parent: tuple[Niveau, str] | None) -> list[EcartTerritoire]:
    """From the tables of numbers: 35,000 rows joined by the database would take four times as long."""
    volet = Volet(regle.cible, regle.mode)
    communes, colonnes = read_communes(session), read_blocs(session, [volet]).get(volet)
    rangees = session.execute(queries.list_communes_stmt(parent)).all()
    if communes is None or colonnes is None:
        return [EcartTerritoire(Niveau.COMMUNE, r.code, r.nom, None) for r in rangees]
    chiffres = dict(zip(communes.codes.tolist(), _list_chiffres(regle, communes, colonnes), strict=True))
    return [
        EcartTerritoire(Niveau.COMMUNE, r.code, r.nom, _build_ecart(regle, r.population, chiffres.get(r.code)))
        for r in rangees
    ]


def _list_chiffres(regle: Regle, communes: Communes, colonnes: Colonnes) -> list[list[float]]:
    """The figures of an Ecart by commune, NaN for None."""
    parts = colonnes.parts_au_dela[:, SEUILS_MIN.index(regle.seuil_min)]
    besoin = communes.get_besoin(regle.cible)
    loin, bas, haut = besoin * parts, np.full(len(communes), np.nan), np.full(len(communes), np.nan)
    if regle.cible is not Cible.TIERS_LIEU:
        connues = communes.list_modelisees()
        e = communes.estimate(connues, parts[connues], np.arange(len(communes)), len(communes))
        loin, bas, haut = e.valeur, e.bas, e.haut
    table: list[list[float]] = np.column_stack(
        [communes.population, communes.population * parts, besoin, loin, bas, haut]
    ).tolist()
    return table


def _build_ecart(regle: Regle, population: int | None, chiffres: Sequence[float] | None) -> Ecart | None:
    if chiffres is None or (population is None and math.isnan(chiffres[2])):
        return None
    besoin, loin, bas, haut = (None if math.isnan(valeur) else valeur for valeur in chiffres[2:])
    return Ecart(regle, chiffres[0], chiffres[1], besoin, loin, bas, haut)


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

    Peers of a commune or an EPCI are those of its density class; equals share a rank.
    """
    ecart = next((e for e in list_ecarts(session, niveau, code) if e.regle == regle), None)
    if ecart is None or niveau is Niveau.FRANCE:
        return None
    if niveau in {Niveau.COMMUNE, Niveau.EPCI}:
        communes = read_communes(session)
        if communes is None:
            return None
        if niveau is Niveau.COMMUNE:
            return _find_rang_commune(session, communes, code, regle)
        classe, pairs = _list_pairs_epci(communes, code)
    else:
        classe, pairs = None, None
    if not ecart.besoin or ecart.besoin_au_dela is None:
        return None
    stmt = queries.count_rang_territoire_stmt(
        niveau,
        regle.cible.value,
        regle.mode.value,
        rang_seuil=SEUILS_MIN.index(regle.seuil_min),
        part=ecart.besoin_au_dela / ecart.besoin,
        codes=pairs,
    )
    meilleurs, total = session.execute(stmt).one()
    return Rang(meilleurs + 1, total, classe.libelle if classe else None)


def _find_rang_commune(session: Session, communes: Communes, code: str, regle: Regle) -> Rang | None:
    """Among inhabited communes of the same class, by the share of their people who are beyond."""
    volet = Volet(regle.cible, regle.mode)
    colonnes = read_blocs(session, [volet]).get(volet)
    rang = int(np.searchsorted(communes.codes, code))
    if colonnes is None or rang >= len(communes) or communes.codes[rang] != code or not communes.population[rang]:
        return None
    parts = colonnes.parts_au_dela[:, SEUILS_MIN.index(regle.seuil_min)]
    pairs = (communes.densite == communes.densite[rang]) & (communes.population > 0)
    meilleures = int(np.count_nonzero(pairs & (parts < parts[rang])))
    return Rang(meilleures + 1, int(np.count_nonzero(pairs)), DENSITES[communes.densite[rang]].libelle)


def _list_pairs_epci(communes: Communes, code: str) -> tuple[Densite | None, list[str] | None]:
    """(density class of an EPCI, codes of the EPCI of that class): the class is that of most of its people."""
    membres = communes.rangs_epcis >= 0
    cles = communes.rangs_epcis[membres] * len(DENSITES) + communes.densite[membres]
    gens = np.bincount(cles, communes.population[membres], minlength=len(communes.epcis) * len(DENSITES))
    classes = gens.reshape(-1, len(DENSITES)).argmax(axis=1)
    rang = int(np.searchsorted(communes.epcis, code))
    if rang >= len(communes.epcis) or communes.epcis[rang] != code:
        return None, None
    return DENSITES[classes[rang]], communes.epcis[classes == classes[rang]].tolist()
