"""Read the ground of a study from the database; grounds that were read lately are kept in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import shapely
from sqlalchemy.orm import Session

from tierslieux.core.db import Rangee
from tierslieux.core.errors import ComputationError, InvalidInputError, NotFoundError
from tierslieux.core.memoire import Memoire
from tierslieux.couverture import lecture as couverture
from tierslieux.couverture.bassins import find_bassin
from tierslieux.couverture.blocs import read_communes
from tierslieux.couverture.communes import Communes
from tierslieux.couverture.methodes import Entiers, Flottants, Points
from tierslieux.couverture.models import EditionCouverture
from tierslieux.couverture.services import ACTIFS
from tierslieux.couverture.voies import find_moteurs
from tierslieux.indicateurs.catalogue import Unite, get_catalogue
from tierslieux.lieux.enums import Genre
from tierslieux.planification import queries
from tierslieux.planification.enums import Priorite, Propriete
from tierslieux.planification.etude import BESOIN, GENRES_PUBLICS, PREFIXE_TABLE, Etude
from tierslieux.planification.tables.services import LigneTable, check_table, read_table
from tierslieux.planification.terrain import Couche, Site, Terrain, digest
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.choix import CLE

# Places this far beyond the territory count too: somebody near its edge goes there. Degrees of latitude; 100 km is
# farther than anybody goes for a form, and the same part of the country overseas holds in it.
MARGE_DEG = 0.9
# A commune where less than this share of premises can have 30 Mbit/s is poorly connected.
PART_CONNECTEE = 0.5
DEBIT = "part_locaux_30"
QUARTIERS = "quartiers_prioritaires"
# How much more the people of a priority commune weigh when sites are chosen. Declared: nothing measures it.
POIDS_PRIORITAIRE = 2.0
# Of the widest région 20 MB.
_TERRAINS: Memoire[Terrain] = Memoire(12)


def load_terrain(session: Session, etude: Etude) -> Terrain:
    """The ground of a study; raises NotFoundError, InvalidInputError, or ComputationError where data are missing."""
    edition = session.get(EditionCouverture, 1, populate_existing=True)
    if edition is None:
        raise ComputationError("La couverture n’est pas encore calculée : aucun plan n’est possible.")
    if etude.table:
        check_table(session, etude.table, etude.niveau, etude.code)
    if etude.besoin.startswith(PREFIXE_TABLE):
        check_table(session, etude.besoin.removeprefix(PREFIXE_TABLE), etude.niveau, etude.code)
    marque = tuple(session.execute(queries.get_marque_stmt()).one())
    cle = (
        *_build_cle(etude),
        edition.parametres,
        edition.calculee_at,
        edition.actualisee_at,
        marque,
        session.get_bind(),
    )
    return _TERRAINS.find(cle, lambda: read_terrain(session, etude))


def _build_cle(etude: Etude) -> tuple[object, ...]:
    """What of a study decides of its ground."""
    return (
        etude.niveau,
        etude.code,
        etude.besoin,
        etude.cible,
        etude.mode,
        etude.genres,
        etude.population_min,
        etude.population_max,
        etude.propriete,
        etude.zone,
        etude.table,
        etude.priorite,
    )


def read_terrain(session: Session, etude: Etude) -> Terrain:
    """See `load_terrain`; reads all again."""
    territoires.get_territoire(session, etude.niveau, etude.code)
    communes = read_communes(session)
    if communes is None:
        raise ComputationError("La couverture n’est pas encore calculée : aucun plan n’est possible.")
    rangs = list_rangs(communes, etude.niveau, etude.code)
    codes = communes.codes[rangs].tolist()
    points = couverture.read_points(session, communes, codes)
    if not len(points):
        raise ComputationError("Personne ne sait où vivent les habitants de ce territoire : aucun plan n’est possible.")
    besoins, source = _read_besoins(session, etude, communes, rangs)
    noms = {r.code: r.nom for r in session.execute(queries.list_noms_stmt(codes))}
    ouverts = _read_ouverts(session, etude, communes, points)
    candidats = _read_candidats(session, etude, communes, rangs, noms)
    pris = {site.code for site in ouverts}
    sites = (*ouverts, *(site for site in candidats if site.code not in pris))
    moteurs = find_moteurs(session.info.get(CLE))
    couche = Couche.build(sites, np.arange(len(sites)), points, etude.mode, moteurs)
    poids = besoins[points.commune] * points.part
    priorites = _read_priorites(session, etude, communes, rangs)[points.commune]
    return Terrain(
        communes=communes,
        rangs=rangs,
        noms=tuple(noms.get(code, code) for code in codes),
        points=points,
        poids=np.nan_to_num(poids),
        population=communes.population[points.commune] * points.part,
        priorites=priorites,
        connues=~np.isnan(poids),
        sites=sites,
        nombre_ouverts=len(ouverts),
        mode=etude.mode,
        couches=(couche,),
        moteurs=moteurs,
        source=source,
        empreinte=digest(
            codes,
            points.lon,
            points.lat,
            np.nan_to_num(poids, nan=-1.0),
            communes.parts[rangs],
            priorites,
            sites,
            communes.personnes_15[rangs],
            communes.ecart_regions,
            communes.ecarts,
            next(iter(moteurs.values())).provenance.sha256 if moteurs else "estimation",
        ),
    )


def list_rangs(communes: Communes, niveau: Niveau, code: str) -> Entiers:
    """Ranks of the communes of a territory; raises NotFoundError for a level without communes."""
    if niveau is Niveau.COMMUNE:
        return np.flatnonzero(communes.codes == code)
    if niveau is Niveau.ARRONDISSEMENT:
        raise NotFoundError("Les plans se font par commune, intercommunalité, département ou région.")
    codes, rangs = communes.rank(niveau)
    trouve = np.flatnonzero(codes == code)
    return np.flatnonzero(rangs == trouve[0]) if len(trouve) else np.empty(0, dtype=np.int64)


def _read_besoins(session: Session, etude: Etude, communes: Communes, rangs: Entiers) -> tuple[Flottants, str]:
    """(people in need by commune of the country, NaN where nobody knows; words for where that comes from)."""
    if etude.besoin == BESOIN:
        return communes.parts * communes.personnes_15, f"modèle d’illectronisme, {int(communes.annee[0])}"
    valeurs = np.full(len(communes), np.nan)
    if etude.besoin.startswith(PREFIXE_TABLE):
        lignes = read_table(session, etude.besoin.removeprefix(PREFIXE_TABLE), etude.niveau, etude.code)
        for ligne in lignes:
            ou = np.flatnonzero(communes.codes == ligne.commune_code)
            if len(ou) and ligne.personnes is not None:
                valeurs[ou[0]] = ligne.personnes
        if np.isnan(valeurs[rangs]).all():
            raise InvalidInputError("besoin", etude.besoin, "une table avec une colonne « personnes » par commune")
        return valeurs, "table déposée par le territoire"
    indicateur = get_catalogue().indicateurs.get(etude.besoin)
    if indicateur is None or indicateur.unite is not Unite.PERSONNES:
        raise InvalidInputError("besoin", etude.besoin, "un indicateur qui compte des personnes")
    if etude.besoin == ACTIFS:
        return communes.actifs, indicateur.libelle
    lues = session.execute(queries.list_valeurs_stmt(etude.besoin, communes.codes[rangs].tolist())).all()
    if not lues:
        raise ComputationError(f"L’indicateur « {indicateur.libelle} » n’est pas chargé pour ces communes.")
    _fill(valeurs, communes, lues)
    return valeurs, f"{indicateur.libelle}, {lues[0].millesime}"


def _fill(valeurs: Flottants, communes: Communes, lues: Sequence[Rangee]) -> None:
    for r in lues:
        ou = int(np.searchsorted(communes.codes, r.code))
        if r.valeur is not None and ou < len(communes) and communes.codes[ou] == r.code:
            valeurs[ou] = r.valeur


def _read_priorites(session: Session, etude: Etude, communes: Communes, rangs: Entiers) -> Flottants:
    """By how much the people of each commune weigh."""
    poids = np.ones(len(communes))
    if etude.priorite is Priorite.AUCUNE:
        return poids
    valeurs = np.full(len(communes), np.nan)
    indicateur = DEBIT if etude.priorite is Priorite.ZONES_BLANCHES else QUARTIERS
    _fill(
        valeurs, communes, session.execute(queries.list_valeurs_stmt(indicateur, communes.codes[rangs].tolist())).all()
    )
    if np.isnan(valeurs[rangs]).all():
        raise ComputationError(f"La priorité demande un indicateur qui n’est pas chargé : {indicateur}.")
    marque: Callable[[Flottants], np.ndarray] = (
        (lambda v: v < PART_CONNECTEE) if etude.priorite is Priorite.ZONES_BLANCHES else (lambda v: v > 0)
    )
    poids[marque(np.nan_to_num(valeurs, nan=1.0 if indicateur == DEBIT else 0.0))] = POIDS_PRIORITAIRE
    return poids


def _read_ouverts(session: Session, etude: Etude, communes: Communes, points: Points) -> list[Site]:
    """Places of the kind in the territory and around it."""
    echelle = max(float(np.cos(np.radians(np.abs(points.lat).max()))), 0.1)
    boite = (
        float(points.lon.min()) - MARGE_DEG / echelle,
        float(points.lat.min()) - MARGE_DEG,
        float(points.lon.max()) + MARGE_DEG / echelle,
        float(points.lat.max()) + MARGE_DEG,
    )
    lus = session.execute(queries.list_ouverts_stmt(etude.cible.value, boite)).all()
    rangs = _rank(communes, [r.commune_code for r in lus])
    return [_build_site(r, rang) for r, rang in zip(lus, rangs, strict=True)]


def _rank(communes: Communes, codes: Sequence[str | None]) -> list[int]:
    rangs = {code: rang for rang, code in enumerate(communes.codes.tolist())}
    return [rangs.get(code or "", -1) for code in codes]


def _build_site(r: Rangee, commune: int) -> Site:
    return Site(
        code=r.public_id,
        nom=r.nom,
        genre=r.genres[0] if r.genres else None,
        commune=commune,
        commune_nom=r.commune_nom,
        lon=r.lon,
        lat=r.lat,
        bassin=find_bassin(r.commune_code, r.lon, r.lat),
        horaires=r.horaires,
    )


def _read_candidats(
    session: Session, etude: Etude, communes: Communes, rangs: Entiers, noms: Mapping[str, str]
) -> list[Site]:
    """Buildings that the study admits, by code; those of its table first."""
    table = read_table(session, etude.table, etude.niveau, etude.code) if etude.table else ()
    population = communes.population[rangs]
    admises = rangs[
        (population >= (etude.population_min or 0))
        & (population <= (np.inf if etude.population_max is None else etude.population_max))
    ]
    codes = communes.codes[admises].tolist()
    permis = dict(zip(codes, admises.tolist(), strict=True))
    genres = [genre for genre in etude.genres if _is_permis(genre, etude.propriete)]
    lus = session.execute(queries.list_candidats_stmt(codes, [g.value for g in genres])).all() if genres else []
    sites = [_build_candidat(ligne, etude, communes, noms) for ligne in table if ligne.lon is not None]
    sites += [_build_site(r, permis[r.commune_code]) for r in lus]
    if not etude.zone:
        return sites
    dedans = shapely.contains_xy(shapely.Polygon(etude.zone), [s.lon for s in sites], [s.lat for s in sites])
    return [site for site, est_dedans in zip(sites, dedans, strict=True) if est_dedans]


def _is_permis(genre: Genre, propriete: Propriete | None) -> bool:
    return propriete is None or (genre in GENRES_PUBLICS) == (propriete is Propriete.PUBLIQUE)


def _build_candidat(ligne: LigneTable, etude: Etude, communes: Communes, noms: Mapping[str, str]) -> Site:
    assert ligne.lon is not None and ligne.lat is not None  # noqa: PT018, S101  (rows without position are left out)
    rang = _rank(communes, [ligne.commune_code])[0]
    return Site(
        code=f"{etude.table}.{ligne.rang}",
        nom=ligne.nom or f"Ligne {ligne.rang}",
        genre=None,
        commune=rang,
        commune_nom=noms.get(ligne.commune_code or ""),
        lon=ligne.lon,
        lat=ligne.lat,
        bassin=find_bassin(ligne.commune_code, ligne.lon, ligne.lat),
        horaires=ligne.horaires,
        cout=ligne.cout,
        capacite=ligne.capacite,
    )
