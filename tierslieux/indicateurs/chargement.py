"""Load of indicators: the only writer of their tables. One source, one transaction: everything or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias, cast

import pandas as pd
import psycopg
from sqlalchemy.orm import Session

from tierslieux.core.errors import SourceError
from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.core.sql import load_block, load_blocks
from tierslieux.indicateurs import queries
from tierslieux.indicateurs.agregation import aggregate, aggregate_villes
from tierslieux.indicateurs.catalogue import Agregation, Catalogue, Indicateur, Methode, SourceIndicateurs
from tierslieux.indicateurs.contrat import Element, Lecteur
from tierslieux.indicateurs.fichiers import Fichiers
from tierslieux.indicateurs.lecture import LECTEURS
from tierslieux.indicateurs.models import EditionIndicateurs
from tierslieux.indicateurs.rattachement import Rattachement, attach
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.referentiel import ReferentielCommunes
from tierslieux.territoires.services import load_referentiel

SQL = Path(__file__).parent / "sql" / "chargement.sql"
# Raised when the load makes something else of the same files: they are then loaded again.
VERSION_TRAITEMENT = "1"

NIVEAUX = tuple(niveau.value for niveau in Niveau)
NIVEAUX_PARENTS = (Niveau.EPCI.value, Niveau.DEPARTEMENT.value, Niveau.REGION.value, Niveau.FRANCE.value)
_PAS_PROGRESSION = 50_000

# (indicateur, millesime, niveau, code, valeur, bas, haut)
Ligne: TypeAlias = tuple[str, int, str, str, float, float | None, float | None]


@dataclass(frozen=True, slots=True)
class RapportSource:
    """What the load of one source has done: lues = chargees + the sum of rejets.

    `statut` is "chargee", "inchangee" (these bytes are loaded already), "absente" or "refusee", the latter two with
    `message`. `part_communes` is the share of today's communes with a value.
    """

    source: str
    statut: str
    message: str | None = None
    origine: str | None = None
    edition: str | None = None
    sha256: str | None = None
    lues: int = 0
    chargees: int = 0
    rejets: Mapping[str, int] | None = None
    avertissements: Mapping[str, int] | None = None
    communes: int = 0
    part_communes: float = 0.0
    valeurs: int = 0
    secondes: float = 0.0

    def to_json(self) -> dict[str, object]:
        """The report as one JSON object."""
        return asdict(self)


class Territoires:
    """The territories of today, read once for a whole command."""

    def __init__(self, session: Session) -> None:
        """Raise SourceError when no territory is loaded. The session's transaction is then without time limit."""
        session.execute(load_block(SQL, "lift_timeout"))
        rangees = session.execute(queries.list_communes_stmt()).all()
        if not rangees:
            raise SourceError("aucun territoire n’est chargé : flask territoires load")
        frame = pd.DataFrame(rangees, columns=list(rangees[0]._fields)).set_index("code")
        frame["population"] = frame["population"].astype("float64")
        est_commune = frame["niveau"] == Niveau.COMMUNE.value
        self.communes: pd.DataFrame = frame[est_commune]
        self.arrondissements: pd.DataFrame = frame[~est_commune]
        self.epci = frozenset(session.scalars(queries.list_epci_stmt()))
        self.empreinte: str = session.scalar(queries.get_empreinte_territoires_stmt()) or ""
        self._referentiel: ReferentielCommunes | None = None

    def get_referentiel(self, session: Session) -> ReferentielCommunes:
        """Codes, former codes and polygons of communes, read once: two seconds, spared when no file has changed."""
        if self._referentiel is None:
            self._referentiel = load_referentiel(session)
        return self._referentiel


def load_source(
    session: Session,
    source: SourceIndicateurs,
    fichiers: Fichiers,
    catalogue: Catalogue,
    territoires: Territoires,
    *,
    now: dt.datetime,
    progress: Progress | None = None,
) -> RapportSource:
    """Replace the values of a source by those of its files, and what they weigh elsewhere; the caller commits.

    The same bytes on the same territories change nothing. Raises SourceError for files that cannot be trusted.
    """
    debut_s = time.perf_counter()
    progress = progress or ignore_progress
    open_ecriture(session)
    avant = session.get(EditionIndicateurs, source.id)
    empreinte = _build_empreinte(source, catalogue, fichiers, territoires)
    if avant is not None and avant.empreinte == empreinte:
        return _report(source, avant, fichiers, territoires, statut="inchangee", debut_s=debut_s)
    lecteur = LECTEURS[source.lecteur or ""]
    edition, millesime = _find_edition(source, lecteur, fichiers)
    indicateurs = catalogue.list_de(source.id)
    progress(f"{source.id}: reading", 0, None)
    communes = territoires.get_referentiel(session)
    rattachement = attach(_read(lecteur, fichiers), source, indicateurs, communes, territoires.epci)
    progress(f"{source.id}: reading", rattachement.lues, rattachement.lues)
    if rattachement.valeurs.empty:
        raise SourceError(f"{source.id} : aucune des {rattachement.lues} lignes n’a pu être chargée")
    millesimes = {i.id: _get_millesime(i, source, millesime) for i in indicateurs}
    valeurs = _complete(rattachement.valeurs, indicateurs, millesimes, territoires, _Poids(session))
    lignes = list(_list_lignes(valeurs, millesimes))
    anciens = {i.id: _get_millesime(i, source, avant.millesime if avant else millesime) for i in indicateurs}
    replace_valeurs(session, {*millesimes.items(), *anciens.items()}, lignes, progress=progress, stage=source.id)
    refresh_moyennes(session, catalogue, territoires, {i.id for i in indicateurs}, sauf=set(millesimes.items()))
    ecrite = session.merge(
        EditionIndicateurs(
            source_id=source.id,
            edition=edition,
            millesime=millesime,
            sha256=fichiers.sha256,
            empreinte=empreinte,
            lues=rattachement.lues,
            chargees=rattachement.chargees,
            rejets={code.value: nombre for code, nombre in sorted(rattachement.rejets.items())},
            communes=_count_communes(rattachement.valeurs),
            remarques=_build_remarques(rattachement),
            chargee_at=now,
        )
    )
    session.flush()
    analyze_valeurs(session)
    return _report(source, ecrite, fichiers, territoires, statut="chargee", debut_s=debut_s, nombre_valeurs=len(lignes))


# --- The file --------------------------------------------------------------------------------------------------------


def _read(lecteur: Lecteur, fichiers: Fichiers) -> Iterator[Element]:
    return chain.from_iterable(lecteur.read(contenu) for contenu in fichiers.contenus)


def _find_edition(source: SourceIndicateurs, lecteur: Lecteur, fichiers: Fichiers) -> tuple[str, int]:
    """(edition, vintage): those of the catalogue, else the date inside the file, else that of its name."""
    if source.millesime is not None:
        return source.edition or str(source.millesime), source.millesime
    date = lecteur.find_date(fichiers.contenus[-1]) if lecteur.find_date else None
    date = date or fichiers.date
    if date is not None:
        return source.edition or date.isoformat(), date.year
    if fichiers.annee is not None:
        return source.edition or str(fichiers.annee), fichiers.annee
    raise SourceError(f"{source.id} : ni le fichier ni son nom ne disent de quelle année sont les données")


def _get_millesime(indicateur: Indicateur, source: SourceIndicateurs, du_fichier: int | None) -> int:
    declare = indicateur.sources[source.id]
    millesime = declare if declare is not None else du_fichier
    if millesime is None:
        raise SourceError(f"{source.id} : « {indicateur.id} » n’a pas de millésime")
    return millesime


def _build_empreinte(
    source: SourceIndicateurs, catalogue: Catalogue, fichiers: Fichiers, territoires: Territoires
) -> str:
    """Digest of all that decides of the values: the file, how it is read, the territories, the rules."""
    regles = [
        (i.id, i.unite.value, i.sources[source.id], i.agregation.value, i.poids) for i in catalogue.list_de(source.id)
    ]
    lecture = (source.lecteur, source.edition, source.millesime, source.zeros)
    parties = (VERSION_TRAITEMENT, fichiers.sha256, territoires.empreinte, lecture, regles)
    return hashlib.sha256(" ".join(map(str, parties)).encode()).hexdigest()


def _build_remarques(rattachement: Rattachement) -> dict[str, object]:
    return {
        "avertissements": {code.value: nombre for code, nombre in sorted(rattachement.avertissements.items())},
        "rejets": [asdict(rejet) for exemples in rattachement.exemples.values() for rejet in exemples],
    }


def _count_communes(valeurs: pd.DataFrame) -> int:
    connues = valeurs.dropna(how="all").index
    return int((connues.get_level_values("niveau") == Niveau.COMMUNE.value).sum())


# --- Every level -----------------------------------------------------------------------------------------------------


class _Poids:
    """Values of communes by indicator and vintage, as they are in the database."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lues: dict[tuple[str, int], pd.Series] = {}
        self._millesimes: dict[str, set[int]] = {}

    def find(self, indicateur: str, millesime: int, propres: Mapping[int, pd.Series]) -> pd.Series | None:
        """The weight of the vintage nearest to `millesime`, the later of two; `propres` are those being loaded."""
        connus = self._list_millesimes(indicateur) | set(propres)
        if not connus:
            return None
        proche = min(connus, key=lambda m: (abs(m - millesime), -m))
        return propres[proche] if proche in propres else self.read(indicateur, proche)

    def _list_millesimes(self, indicateur: str) -> set[int]:
        """Vintages of an indicator, read once: the same one weighs many others."""
        if indicateur not in self._millesimes:
            lus = self._session.execute(queries.list_millesimes_stmt([indicateur]))
            self._millesimes[indicateur] = {millesime for _, millesime in lus}
        return self._millesimes[indicateur]

    def read(self, indicateur: str, millesime: int) -> pd.Series:
        """One indicator of one vintage by code of commune."""
        cle = (indicateur, millesime)
        if cle not in self._lues:
            rangees = self._session.execute(queries.list_valeurs_niveau_stmt(*cle, Niveau.COMMUNE)).all()
            self._lues[cle] = pd.Series({r.code: r.valeur for r in rangees}, dtype="float64")
        return self._lues[cle]


def _complete(
    valeurs: pd.DataFrame,
    indicateurs: Collection[Indicateur],
    millesimes: Mapping[str, int],
    territoires: Territoires,
    poids: _Poids,
) -> dict[str, pd.Series]:
    """By indicator, its values at every level: as published, then cities from arrondissements, then parents."""
    communaux = {i.id: _complete_villes(valeurs, i, territoires) for i in indicateurs}
    complets = {}
    for indicateur in indicateurs:
        tout = communaux[indicateur.id]
        pesee = None
        if indicateur.poids is not None:
            propres = {}
            if indicateur.poids in communaux:
                propres[millesimes[indicateur.poids]] = _get_niveau(communaux[indicateur.poids], Niveau.COMMUNE)
            pesee = poids.find(indicateur.poids, millesimes[indicateur.id], propres)
        parents = aggregate(territoires.communes, _get_niveau(tout, Niveau.COMMUNE), indicateur, pesee)
        complets[indicateur.id] = pd.concat([tout, parents[~parents.index.isin(tout.index)]])
    return complets


def _complete_villes(valeurs: pd.DataFrame, indicateur: Indicateur, territoires: Territoires) -> pd.Series:
    """The published values of an indicator, and those of Paris, Lyon and Marseille where only their parts have one.

    Arrondissements of which the source gives no weight weigh the same.
    """
    publiees = valeurs[indicateur.id].dropna()
    parts = _get_niveau(publiees, Niveau.ARRONDISSEMENT)
    pesee = None
    if indicateur.agregation is Agregation.MOYENNE:
        pesee = pd.Series(1.0, index=parts.index)
        if indicateur.poids in valeurs.columns:
            pesee = _get_niveau(valeurs[indicateur.poids].dropna(), Niveau.ARRONDISSEMENT)
    villes = aggregate_villes(territoires.arrondissements, parts, indicateur, pesee)
    return pd.concat([publiees, villes[~villes.index.isin(publiees.index)]])


def _get_niveau(serie: pd.Series, niveau: Niveau) -> pd.Series:
    """The values of one level by code."""
    return serie[serie.index.get_level_values("niveau") == niveau.value].droplevel("niveau")


def _list_lignes(valeurs: Mapping[str, pd.Series], millesimes: Mapping[str, int]) -> Iterator[Ligne]:
    for indicateur_id, serie in valeurs.items():
        millesime = millesimes[indicateur_id]
        for (niveau, code), valeur in serie.items():
            yield indicateur_id, millesime, niveau, code, float(valeur), None, None


def refresh_moyennes(
    session: Session,
    catalogue: Catalogue,
    territoires: Territoires,
    changes: Collection[str],
    *,
    sauf: Collection[tuple[str, int]] = (),
) -> None:
    """Weigh again the averages, of any source, whose weights are among the indicators `changes`.

    Not those of a model, which has an interval to keep: it is computed again when what it stems from has changed.
    """
    concernes = [i for i in catalogue.indicateurs.values() if i.poids in changes and i.methode is not Methode.MODELE]
    poids = _Poids(session)
    lignes: list[Ligne] = []
    paires = []
    for indicateur_id, millesime in session.execute(queries.list_millesimes_stmt([i.id for i in concernes])):
        if (indicateur_id, millesime) in sauf:
            continue
        indicateur = catalogue.get(indicateur_id)
        pesee = poids.find(indicateur.poids or "", millesime, {})
        parents = aggregate(territoires.communes, poids.read(indicateur_id, millesime), indicateur, pesee)
        paires.append((indicateur_id, millesime))
        lignes += _list_lignes({indicateur_id: parents}, {indicateur_id: millesime})
    if paires:
        replace_valeurs(session, paires, lignes, niveaux=NIVEAUX_PARENTS)


# --- Writing ---------------------------------------------------------------------------------------------------------


def open_ecriture(session: Session) -> None:
    """Make this transaction the only one that writes indicators, without time limit, until it ends."""
    session.execute(load_block(SQL, "lift_timeout"))
    session.execute(load_block(SQL, "lock"))


def analyze_valeurs(session: Session) -> None:
    """Let PostgreSQL know what the table holds now."""
    session.execute(load_block(SQL, "analyze"))


def replace_valeurs(
    session: Session,
    paires: Iterable[tuple[str, int]],
    lignes: Collection[Ligne],
    *,
    niveaux: Collection[str] = NIVEAUX,
    progress: Progress = ignore_progress,
    stage: str = "indicators",
) -> None:
    """Replace the values of these (indicator, vintage) at these levels by the rows, in the caller's transaction."""
    indicateurs, millesimes = zip(*sorted(paires), strict=True)
    session.execute(
        load_block(SQL, "delete_anciennes"),
        {"indicateurs": list(indicateurs), "millesimes": list(millesimes), "niveaux": list(niveaux)},
    )
    connexion = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    with connexion.cursor() as curseur, curseur.copy(load_blocks(SQL)["copy_valeurs"]) as copie:
        for rang, ligne in enumerate(lignes, start=1):
            copie.write_row(ligne)
            if rang % _PAS_PROGRESSION == 0 or rang == len(lignes):
                progress(f"{stage}: writing", rang, len(lignes))


def _report(
    source: SourceIndicateurs,
    edition: EditionIndicateurs,
    fichiers: Fichiers,
    territoires: Territoires,
    *,
    statut: str,
    debut_s: float,
    nombre_valeurs: int = 0,
) -> RapportSource:
    return RapportSource(
        source=source.id,
        statut=statut,
        origine=fichiers.libelle,
        edition=edition.edition,
        sha256=edition.sha256,
        lues=edition.lues,
        chargees=edition.chargees,
        rejets=edition.rejets,
        avertissements=cast("dict[str, int]", edition.remarques["avertissements"]),
        communes=edition.communes,
        part_communes=round(edition.communes / len(territoires.communes), 4),
        valeurs=nombre_valeurs,
        secondes=round(time.perf_counter() - debut_s, 1),
    )
