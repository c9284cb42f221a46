"""Read all that the page of a territory's figures shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.cartes.bivariee import Bivariee, Croisement
from tierslieux.cartes.choroplethe import Choroplethe
from tierslieux.cartes.classes import Classes
from tierslieux.core.errors import NotFoundError
from tierslieux.core.memoire import Memoire
from tierslieux.couverture import services as couverture
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.services import Acces, Besoin, Ecart, Edition, Rang, Regle
from tierslieux.filtres import format_date
from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.indicateurs.services import Valeur, list_niveau, list_valeurs
from tierslieux.observatoire import queries_parties as queries
from tierslieux.observatoire.chargement import read_chargement
from tierslieux.observatoire.mesures import (
    DENSITE,
    Calcul,
    Mesure,
    build_mesure,
    build_mesure_calcul,
)
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import CODE_FRANCE, Niveau
from tierslieux.territoires.noms import build_cle as build_cle_nom
from tierslieux.territoires.noms import remove_accents
from tierslieux.territoires.services import Contour, TerritoireDetail
from tierslieux.trajets.moteur import Mode

SUGGESTIONS_MAX = 6
TROUVES_MAX = 8
# Outlines of the parts of a territory, as read: 2 MB for the widest région.
_CONTOURS_GARDES = 12
# Figures of the parts: 1.5 MB for 5,000 communes.
_PARTIES_GARDEES = 16
# Drawn maps: 50 kB to 400 kB each.
_CARTES_GARDEES = 64
_RANGS_GARDES = 1_000


@dataclass(frozen=True, slots=True)
class Chiffres:
    """The figures of one territory. `valeurs` by indicator, the latest vintage first; `ecarts` by rule."""

    valeurs: Mapping[str, Sequence[Valeur]]
    besoin: Besoin | None
    besoin_tiers_lieux: Besoin | None
    ecarts: Mapping[Regle, Ecart]
    acces: Mapping[tuple[Cible, Mode], Acces]
    rang: Rang | None

    def find(self, indicateur: str) -> Valeur | None:
        """The latest value of an indicator."""
        valeurs = self.valeurs.get(indicateur)
        return valeurs[0] if valeurs else None


@dataclass(frozen=True, slots=True)
class Partie:
    """One line of the table: a part with its figure as stored; `effectif` out of `total` for a gap."""

    code: str
    nom: str
    population: float | None
    valeur: float | None
    bas: float | None = None
    haut: float | None = None
    effectif: float | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True)
class Semblable:
    """A territory that can be compared with."""

    code: str
    nom: str
    population: int | None


@dataclass(frozen=True, slots=True)
class Charges:
    """Which indicators and vintages are loaded (`millesimes`: the latest first), and a key that changes with them.

    `territoires`: digest of the territories that are loaded, None without any edition.
    """

    millesimes: Mapping[str, Sequence[int]]
    cle: tuple[object, ...]
    territoires: str | None


def list_charges(session: Session) -> Charges:
    """The indicators that communes have a value of, or that only wider territories have."""
    chargement = read_chargement(session)
    millesimes: dict[str, list[int]] = {}
    for indicateur, annee in sorted(chargement.communes, key=lambda cle: (cle[0], -cle[1])):
        millesimes.setdefault(indicateur, []).append(annee)
    cle = tuple((source, e.edition, e.chargee_at) for source, e in sorted(chargement.editions.items()))
    return Charges(millesimes, cle, session.scalar(queries.get_edition_territoires_stmt()))


def read_chiffres(session: Session, niveau: Niveau, code: str, rang: Rang | None = None) -> Chiffres:
    """All figures of a territory, with its rank when `find_rang` has looked for it."""
    valeurs: dict[str, list[Valeur]] = {}
    for valeur in list_valeurs(session, niveau, code):
        valeurs.setdefault(valeur.indicateur.id, []).append(valeur)
    return Chiffres(
        valeurs=valeurs,
        besoin=couverture.find_besoin(session, niveau, code, Cible.AIDE),
        besoin_tiers_lieux=couverture.find_besoin(session, niveau, code, Cible.TIERS_LIEU),
        ecarts={ecart.regle: ecart for ecart in couverture.list_ecarts(session, niveau, code)},
        acces={(acces.cible, acces.mode): acces for acces in couverture.list_acces(session, niveau, code)},
        rang=rang,
    )


def find_edition(session: Session) -> Edition | None:
    """The computation of coverage that stands; None before the first."""
    return couverture.find_edition(session)


def build_mesure_demandee(charges: Charges, indicateur: str, regle: Regle, millesime: int | None) -> Mesure:
    """The figure that is asked for; raises NotFoundError for an indicator that is not loaded."""
    if indicateur in set(Calcul):
        return build_mesure_calcul(Calcul(indicateur), regle)
    annees = charges.millesimes.get(indicateur)
    if not annees:
        raise NotFoundError(f"L’indicateur « {indicateur} » n’est pas chargé.", indicateur=indicateur)
    return build_mesure(get_catalogue().get(indicateur), millesime if millesime and millesime in annees else annees[0])


def find_parent(territoire: TerritoireDetail) -> tuple[Niveau, str]:
    """What is cut into parts: the territory itself; for a commune its EPCI, its département without EPCI."""
    if territoire.niveau is not Niveau.COMMUNE:
        return territoire.niveau, territoire.code
    parents = {parent.niveau: parent.code for parent in territoire.parents}
    for niveau in (Niveau.EPCI, Niveau.DEPARTEMENT, Niveau.REGION):
        if niveau in parents:
            return niveau, parents[niveau]
    return Niveau.FRANCE, CODE_FRANCE


def list_parties(
    session: Session, mesure: Mesure, regle: Regle, niveau: Niveau, parent: tuple[Niveau, str]
) -> list[Partie]:
    """Every territory of a level inside `parent` with its figure, by name; without figure before a computation."""
    parties = _read_parties(session, mesure, regle, niveau, parent)
    return sorted(parties, key=lambda partie: (build_cle_nom(partie.nom), partie.code))


def _read_parties(
    session: Session, mesure: Mesure, regle: Regle, niveau: Niveau, parent: tuple[Niveau, str]
) -> list[Partie]:
    if mesure.id == Calcul.ECART:
        dedans = None if parent[0] is Niveau.FRANCE else parent
        return [_build_partie(t) for t in couverture.list_ecarts_niveau(session, niveau, regle, dedans)]
    if mesure.id in set(Calcul):
        champ = "duree_min" if mesure.id == Calcul.DUREE else "accessibilite"
        stmt = queries.list_acces_niveau_stmt(niveau, regle, parent)
        return [Partie(r.code, r.nom, r.population, getattr(r, champ)) for r in session.execute(stmt)]
    if mesure.millesime is None:
        raise NotFoundError(f"« {mesure.libelle} » n’a pas d’année.")
    return [
        Partie(v.code, v.nom, v.population, v.valeur, v.bas, v.haut)
        for v in list_niveau(session, mesure.id, mesure.millesime, niveau, parent)
    ]


def _build_partie(territoire: couverture.EcartTerritoire) -> Partie:
    ecart = territoire.ecart
    if ecart is None:
        return Partie(territoire.code, territoire.nom, None, None)
    if not ecart.besoin or ecart.besoin_au_dela is None:
        return Partie(territoire.code, territoire.nom, ecart.population, None)
    return Partie(
        territoire.code,
        territoire.nom,
        ecart.population,
        ecart.besoin_au_dela / ecart.besoin,
        ecart.bas,
        ecart.haut,
        effectif=ecart.besoin_au_dela,
        total=ecart.besoin,
    )


def list_suggestions(session: Session, territoire: TerritoireDetail, chiffres: Chiffres) -> list[Semblable]:
    """Territories like this one: near by population, in the same région for communes and EPCI, of one density class."""
    if not territoire.population or territoire.niveau is Niveau.FRANCE:
        return []
    region = None
    if territoire.niveau in {Niveau.COMMUNE, Niveau.EPCI}:
        region = next((p.code for p in territoire.parents if p.niveau is Niveau.REGION), None)
    densite = chiffres.find(DENSITE)
    stmt = queries.list_semblables_stmt(
        territoire.niveau,
        territoire.code,
        territoire.population,
        region=region,
        classe=(DENSITE, densite.millesime, densite.valeur) if densite else None,
        limite=SUGGESTIONS_MAX,
    )
    return [Semblable(r.code, r.nom, r.population) for r in session.execute(stmt)]


def search_semblables(session: Session, niveau: Niveau, texte: str, code: str) -> list[Semblable]:
    """Territories of a level by a part of their name, in any spelling for communes."""
    if niveau is Niveau.COMMUNE:
        trouvees = territoires.search_communes(session, texte, limite=TROUVES_MAX)
        return [
            Semblable(c.code, c.nom, c.population) for c in trouvees if c.niveau is Niveau.COMMUNE and c.code != code
        ]
    cle = remove_accents(texte).lower()
    return [
        Semblable(r.code, r.nom, r.population)
        for r in session.execute(queries.list_nommes_stmt(niveau, cle, code, TROUVES_MAX))
    ]


CONTOURS: Memoire[list[Contour]] = Memoire(_CONTOURS_GARDES)
PARTIES: Memoire[list[Partie]] = Memoire(_PARTIES_GARDEES)
CARTES: Memoire[tuple[Classes, Choroplethe | None]] = Memoire(_CARTES_GARDEES)
CROISEMENTS: Memoire[tuple[Croisement, Bivariee | None]] = Memoire(_CARTES_GARDEES)
RANGS: Memoire[Rang | None] = Memoire(_RANGS_GARDES)


def list_contours(session: Session, charges: Charges, niveau: Niveau, parent: tuple[Niveau, str]) -> list[Contour]:
    """Simplified outlines of a level inside `parent`, kept until other territories are loaded."""

    def read() -> list[Contour]:
        return territoires.list_contours(session, niveau, parent=parent)

    return CONTOURS.find(charges.territoires and (charges.territoires, niveau, parent), read)


def build_cle(charges: Charges, edition: Edition | None, choix: tuple[object, ...]) -> tuple[object, ...] | None:
    """What a drawn map depends on: territories, indicators, computation and choices; None: not to be kept."""
    if charges.territoires is None:
        return None
    calcul = None if edition is None else (edition.calculee_at, edition.actualisee_at)
    return (charges.territoires, charges.cle, calcul, *choix)


def find_rang(session: Session, cle: tuple[object, ...] | None, niveau: Niveau, code: str, regle: Regle) -> Rang | None:
    """Rank of a territory among its peers, which are all read; `cle` is `build_cle`'s."""
    return RANGS.find(cle and (*cle, "rang"), lambda: couverture.find_rang(session, niveau, code, regle))


def list_pairs(session: Session, niveau: Niveau, codes: Sequence[str]) -> list[Semblable]:
    """The territories of a level that exist among these codes, in their order."""
    if not codes:
        return []
    trouves = {r.code: r for r in session.execute(queries.list_codes_stmt(niveau, codes))}
    return [Semblable(code, trouves[code].nom, trouves[code].population) for code in codes if code in trouves]


def describe_source(session: Session, mesure: Mesure, edition: Edition | None) -> str:
    """Who gives a figure and when, for a whole map."""
    if mesure.millesime is None:
        return "" if edition is None else f"calculé le {format_date(edition.actualisee_at.date())}"
    catalogue = get_catalogue()
    source = catalogue.find_source(catalogue.get(mesure.id), mesure.millesime)
    if mesure.est_modele:
        return f"modélisé, {mesure.millesime}"
    chargee = read_chargement(session).editions.get(source.id)
    return f"{source.producteur}, {chargee.edition if chargee else mesure.millesime}"
