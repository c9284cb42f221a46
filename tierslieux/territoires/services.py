"""What the rest of the program asks about territories: search, detail, ladder, outlines, reference for imports."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from tierslieux.core.db import Rangee
from tierslieux.core.errors import NotFoundError
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import Bbox, Position
from tierslieux.territoires import queries
from tierslieux.territoires.enums import CODE_FRANCE, NatureToponyme, Niveau
from tierslieux.territoires.recherche import (
    CommuneTrouvee,
    build_commune,
    search_communes,
    search_communes_lot,
    search_noms_exacts,
)
from tierslieux.territoires.referentiel import CommuneReference, ReferentielCommunes

__all__ = [
    "CommuneTrouvee",
    "Contour",
    "TerritoireDetail",
    "TerritoireResume",
    "find_commune",
    "find_commune_at",
    "get_contour",
    "get_territoire",
    "list_contours",
    "list_enfants",
    "load_referentiel",
    "search_communes",
    "search_communes_lot",
    "search_noms_exacts",
]

# All communes of France are never asked for at once: a région has 5,115 at most (Grand Est).
CONTOURS_MAX = 6_000

# The levels that a territory is cut into, in the order in which they are shown.
_ENFANTS: dict[Niveau, tuple[Niveau, ...]] = {
    Niveau.FRANCE: (Niveau.REGION,),
    Niveau.REGION: (Niveau.DEPARTEMENT,),
    Niveau.DEPARTEMENT: (Niveau.EPCI, Niveau.COMMUNE),
    Niveau.EPCI: (Niveau.COMMUNE,),
    Niveau.COMMUNE: (Niveau.ARRONDISSEMENT,),
    Niveau.ARRONDISSEMENT: (),
}


@dataclass(frozen=True, slots=True)
class TerritoireResume:
    """A territory in a list. `type_nom` is INSEE's article code, for `noms.build_complement`."""

    niveau: Niveau
    code: str
    nom: str
    nom_tri: str
    type_nom: int | None
    population: int | None


@dataclass(frozen=True, slots=True)
class TerritoireDetail:
    """A territory with what surrounds it.

    `parents` go from the widest (France) to the nearest. `lon`, `lat`: a point inside it; `mairie_*`: its town hall;
    `emprise`: box of its outline, all in degrees (EPSG:4326) and None when unknown. `population_annee` is the census
    year. `nombre_communes` is None for a commune or an arrondissement.
    """

    niveau: Niveau
    code: str
    nom: str
    nom_tri: str
    type_nom: int | None
    population: int | None
    population_annee: int | None
    parents: tuple[TerritoireResume, ...]
    lon: float | None
    lat: float | None
    mairie_lon: float | None
    mairie_lat: float | None
    emprise: Bbox | None
    codes_postaux: tuple[str, ...]
    anciennes_communes: tuple[str, ...]
    nombre_communes: int | None


@dataclass(frozen=True, slots=True)
class Contour:
    """The simplified outline of a territory, a MultiPolygon in EPSG:4326."""

    code: str
    nom: str
    geometrie: BaseGeometry


def get_territoire(session: Session, niveau: Niveau, code: str) -> TerritoireDetail:
    """One territory; raises NotFoundError."""
    rangee = session.execute(queries.get_territoire_stmt(niveau, code)).one_or_none()
    if rangee is None:
        raise NotFoundError(_("Ce territoire n’existe pas."), niveau=niveau.value, code=code)
    est_communal = niveau in queries.NIVEAUX_COMMUNAUX
    return TerritoireDetail(
        niveau=niveau,
        code=rangee.code,
        nom=rangee.nom,
        nom_tri=rangee.nom_tri,
        type_nom=rangee.type_nom,
        population=rangee.population,
        population_annee=rangee.population_annee if rangee.population is not None else None,
        parents=_list_parents(session, niveau, rangee),
        lon=rangee.lon,
        lat=rangee.lat,
        mairie_lon=rangee.mairie_lon,
        mairie_lat=rangee.mairie_lat,
        emprise=None if rangee.ouest is None else Bbox(rangee.ouest, rangee.sud, rangee.est, rangee.nord),
        codes_postaux=tuple(session.scalars(queries.list_codes_postaux_de_stmt(rangee.id))) if est_communal else (),
        anciennes_communes=tuple(session.scalars(queries.list_anciennes_stmt(rangee.id))) if est_communal else (),
        nombre_communes=None if est_communal else session.scalar(queries.count_communes_stmt(niveau, code)),
    )


def _list_parents(session: Session, niveau: Niveau, rangee: Rangee) -> tuple[TerritoireResume, ...]:
    codes = (
        (Niveau.REGION, rangee.region_code),
        (Niveau.DEPARTEMENT, rangee.departement_code),
        (Niveau.EPCI, rangee.epci_code),
        (Niveau.COMMUNE, rangee.commune_code),
    )
    cles = [(parent.value, code) for parent, code in codes if code is not None]
    if niveau is not Niveau.FRANCE:
        cles.insert(0, (Niveau.FRANCE.value, CODE_FRANCE))
    if not cles:
        return ()
    trouves = {(r.niveau, r.code): _build_resume(r) for r in session.execute(queries.list_resumes_stmt(cles))}
    return tuple(trouves[cle] for cle in cles if cle in trouves)


def _build_resume(rangee: Rangee) -> TerritoireResume:
    return TerritoireResume(
        Niveau(rangee.niveau), rangee.code, rangee.nom, rangee.nom_tri, rangee.type_nom, rangee.population
    )


def list_enfants(
    session: Session, territoire: TerritoireDetail | TerritoireResume
) -> dict[Niveau, tuple[TerritoireResume, ...]]:
    """The territories that one is cut into, by level in the order to show them, each list by name without article.

    France: régions; région: départements; département: EPCI, then communes; EPCI: communes; Paris, Lyon, Marseille:
    arrondissements. A level without any territory is left out.
    """
    enfants = {}
    for niveau in _ENFANTS[territoire.niveau]:
        stmt = queries.list_enfants_stmt(niveau, territoire.niveau, territoire.code)
        resumes = tuple(_build_resume(rangee) for rangee in session.execute(stmt))
        if resumes:
            enfants[niveau] = resumes
    return enfants


def find_commune(session: Session, code: str) -> CommuneTrouvee | None:
    """The commune or arrondissement with this code INSEE; for the code of a former commune, the commune of today."""
    rangees = session.execute(queries.list_code_insee_stmt(code)).all()
    if not rangees:
        return None
    # A code of today outranks the same code borne by a former commune.
    choisie = min(rangees, key=lambda r: (r.nature != NatureToponyme.OFFICIEL, r.territoire_id))
    fiche = session.execute(queries.describe_communes_stmt([choisie.territoire_id])).one()
    return build_commune(fiche, nature=NatureToponyme(choisie.nature), toponyme=choisie.toponyme)


def find_commune_at(session: Session, position: Position) -> CommuneTrouvee | None:
    """The commune where the position is: the arrondissement in Paris, Lyon and Marseille.

    On the shore, where polygons are coarse, the nearest commune within queries.RIVAGE_M; None at sea and abroad.
    """
    territoire_id = session.scalar(queries.find_id_at_stmt(position))
    if territoire_id is None:
        territoire_id = session.scalar(queries.find_id_near_stmt(position))
    if territoire_id is None:
        return None
    return build_commune(session.execute(queries.describe_communes_stmt([territoire_id])).one())


def get_contour(session: Session, niveau: Niveau, code: str, *, detail: bool = False) -> BaseGeometry | None:
    """Outline of a territory (MultiPolygon, EPSG:4326), None when it has none; raises NotFoundError.

    `detail` gives the publisher's own boundary where there is one (communes, arrondissements): for a picture of one
    commune; the simplified outline fits beside its neighbours'.
    """
    rangee = session.execute(queries.get_contour_stmt(niveau, code, detail=detail)).one_or_none()
    if rangee is None:
        raise NotFoundError(_("Ce territoire n’existe pas."), niveau=niveau.value, code=code)
    return None if rangee[0] is None else shapely.from_wkb(bytes(rangee[0]))


def list_contours(
    session: Session,
    niveau: Niveau,
    *,
    parent: tuple[Niveau, str] | None = None,
    emprise: Bbox | None = None,
    limite: int = CONTOURS_MAX,
) -> list[Contour]:
    """Simplified outlines of a level, by code: those inside `parent`, those that meet the box, `limite` at most."""
    stmt = queries.list_contours_stmt(niveau, parent, emprise, min(limite, CONTOURS_MAX))
    return [Contour(r.code, r.nom, shapely.from_wkb(bytes(r.wkb))) for r in session.execute(stmt)]


def load_referentiel(session: Session) -> ReferentielCommunes:
    """Every commune, arrondissement, former commune and postcode, in memory for a whole import (about 2 s, 60 MB)."""
    communes, codes_par_id, geometries = {}, {}, {}
    for rangee in session.execute(queries.list_reference_stmt()):
        codes_par_id[rangee.id] = rangee.code
        geometries[rangee.code] = rangee.wkb
        communes[rangee.code] = CommuneReference(
            code=rangee.code,
            nom=rangee.nom,
            departement=rangee.departement_code,
            commune_parent=rangee.commune_code,
            lon=rangee.lon,
            lat=rangee.lat,
            mairie_lon=rangee.mairie_lon,
            mairie_lat=rangee.mairie_lat,
        )
    noms: dict[str, set[str]] = defaultdict(set)
    anciens_noms: dict[str, set[str]] = defaultdict(set)
    successeurs = {}
    for rangee in session.execute(queries.list_reference_noms_stmt()):
        code = codes_par_id[rangee.territoire_id]
        est_ancien = rangee.nature == NatureToponyme.ANCIENNE_COMMUNE
        (anciens_noms if est_ancien else noms)[rangee.cle].add(code)
        if rangee.code is not None:
            successeurs[rangee.code] = code
    codes_postaux: dict[str, set[str]] = defaultdict(set)
    for rangee in session.execute(queries.list_reference_codes_postaux_stmt()):
        codes_postaux[rangee.code_postal].add(codes_par_id[rangee.territoire_id])
    return ReferentielCommunes.build(
        communes=communes,
        wkb=geometries,
        noms=noms,
        anciens_noms=anciens_noms,
        successeurs=successeurs,
        codes_postaux=codes_postaux,
    )
