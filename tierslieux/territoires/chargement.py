"""Load of the territories: the only writer of their tables. Everything is made ready first, written after."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tierslieux.core.geo import SRID_WGS84
from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.core.sql import load_block, load_blocks
from tierslieux.territoires.assemblage import Assemblage, assemble
from tierslieux.territoires.enums import NatureToponyme, Niveau
from tierslieux.territoires.frontieres import Geometries, build_contours
from tierslieux.territoires.lecture import Archive, get_archive, list_archives, read_mairies
from tierslieux.territoires.models import CodePostalTerritoire, EditionTerritoires, Territoire, Toponyme
from tierslieux.territoires.noms import build_cle

__all__ = ["RapportTerritoires", "is_loaded", "load_territoires", "read_mairies"]

SQL = Path(__file__).parent / "sql" / "chargement.sql"
# Raised when the load makes something else of the same files: an installation then loads them again.
VERSION_TRAITEMENT = "1"
# A row of a commune weighs about 1.5 kB: progress every few hundred kB.
_PAS_PROGRESSION = 500

Ligne = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class RapportTerritoires:
    """What a load has written. `territoires` counts rows by level, `sha256` is that of `EditionTerritoires`."""

    edition: str
    sha256: str
    territoires: dict[str, int]
    toponymes: int
    codes_postaux: int
    population_annee: int | None
    secondes: float
    remarques: dict[str, object]

    def to_dict(self) -> dict[str, object]:
        """The report as one JSON object."""
        return asdict(self)


def is_loaded(session: Session, data_dir: Path | None = None) -> bool:
    """Whether territories are loaded; with a folder, whether they are those of its files, as this program reads them.

    A folder without any edition has nothing newer to offer: what is loaded then counts.
    """
    chargee = session.scalar(select(EditionTerritoires.sha256))
    archives = [] if data_dir is None else list_archives(data_dir)
    return chargee is not None and (not archives or chargee == _build_empreinte(archives))


def load_territoires(
    session: Session, data_dir: Path, *, now: dt.datetime, progress: Progress | None = None
) -> RapportTerritoires:
    """Replace every territory by those of the files; the caller commits.

    The newest edition of the folder makes the territories, the one before it (if any) completes its boundaries. Readers
    see the edition before until the commit. Raises SourceError when the files are missing or cannot be read; nothing is
    written then.
    """
    debut_s = time.perf_counter()
    progress = progress or ignore_progress
    progress("Territories: tables", 0, None)
    principale = get_archive(data_dir)
    archives = list_archives(data_dir)[:2]
    anterieure = archives[1] if len(archives) > 1 else None
    assemblage = assemble(principale.read, anterieure.read if anterieure else None)
    progress("Territories: tables", 1, 1)
    progress("Territories: boundaries", 0, None)
    contours = build_contours(assemblage.communes, assemblage.arrondissements)
    progress("Territories: boundaries", 1, 1)
    remarques = assemblage.remarques | {
        "editions": [{"edition": archive.edition, "sha256": archive.sha256} for archive in archives]
    }
    ecriture = _Ecriture(session, assemblage, contours, progress)
    ecriture.replace()
    empreinte = _build_empreinte(archives)
    session.add(
        EditionTerritoires(id=1, edition=principale.edition, sha256=empreinte, chargee_at=now, remarques=remarques)
    )
    session.flush()
    return RapportTerritoires(
        edition=principale.edition,
        sha256=empreinte,
        territoires=ecriture.comptes,
        toponymes=ecriture.toponymes,
        codes_postaux=ecriture.codes_postaux,
        population_annee=assemblage.population_annee,
        secondes=round(time.perf_counter() - debut_s, 1),
        remarques=remarques,
    )


def _build_empreinte(archives: Sequence[Archive]) -> str:
    parties = [VERSION_TRAITEMENT, *(archive.sha256 for archive in archives[:2])]
    return hashlib.sha256(" ".join(parties).encode()).hexdigest()


# --- Rows ------------------------------------------------------------------------------------------------------------


def _list_territoires(assemblage: Assemblage, contours: dict[Niveau, gpd.GeoSeries]) -> pd.DataFrame:
    """Every territory, one row each, in the columns of the table but id; geometries as shapes."""
    communes = assemblage.communes.assign(niveau=Niveau.COMMUNE.value).reset_index()
    arrondissements = assemblage.arrondissements.assign(niveau=Niveau.ARRONDISSEMENT.value).reset_index()
    frame = pd.concat(
        [pd.DataFrame(part) for part in (assemblage.autres, communes, arrondissements)], ignore_index=True
    )
    dessins = pd.concat(
        {niveau.value: pd.Series(serie.to_numpy(), index=serie.index) for niveau, serie in contours.items()}
    )
    cles = pd.MultiIndex.from_frame(frame[["niveau", "code"]])
    frame["contour"] = dessins.reindex(cles).to_numpy()
    formes = frame["geometry"].where(frame["geometry"].notna(), frame["contour"])
    frame["centre"] = shapely.point_on_surface(_to_values(formes))
    frame["population_annee"] = assemblage.population_annee
    return frame


def _to_values(colonne: pd.Series) -> Geometries:
    """The column's values as Python objects, None where one is missing."""
    valeurs = np.array(colonne.astype(object), dtype=object)
    valeurs[colonne.isna().to_numpy()] = None
    return valeurs


def _to_ewkb(colonne: pd.Series) -> list[str | None]:
    formes = shapely.set_srid(_to_values(colonne), SRID_WGS84)
    return list(shapely.to_wkb(formes, hex=True, include_srid=True))


def _list_toponymes(assemblage: Assemblage, ids: dict[tuple[str, str], int]) -> Iterator[Ligne]:
    """(territoire_id, nom, cle, nature, code, population) of the names of communes and arrondissements."""
    for niveau, frame in (
        (Niveau.COMMUNE, assemblage.communes),
        (Niveau.ARRONDISSEMENT, assemblage.arrondissements),
    ):
        colonnes = (frame.index, frame["nom"], frame["nom_tri"], _to_values(frame["population"]))
        for code, nom, nom_tri, population in zip(*colonnes, strict=True):
            numero = ids[niveau, code]
            yield numero, nom, build_cle(nom), NatureToponyme.OFFICIEL.value, None, population
            if nom_tri != nom:
                yield numero, nom_tri, build_cle(nom_tri), NatureToponyme.SANS_ARTICLE.value, None, population
    populations = dict(zip(assemblage.communes.index, _to_values(assemblage.communes["population"]), strict=True))
    deja: set[tuple[str, str]] = set()
    for ligne in assemblage.noms_anciens.itertuples():
        numero, code = ids[Niveau.COMMUNE, ligne.parent], None if pd.isna(ligne.code) else ligne.code
        for nom in (ligne.nom, ligne.nom_tri):
            if (ligne.parent, nom) not in deja:
                deja.add((ligne.parent, nom))
                nature = NatureToponyme.ANCIENNE_COMMUNE.value
                yield numero, nom, build_cle(nom), nature, code, populations[ligne.parent]


# --- Writing ---------------------------------------------------------------------------------------------------------


class _Ecriture:
    """The statements of one load, in their order."""

    # In the order of the statement copy_territoire.
    TEXTES = ("niveau", "code", "nom", "nom_tri", "region", "departement", "epci", "commune")
    ENTIERS = ("type_nom", "population", "population_annee")
    GEOMETRIES = ("geometry", "contour", "centre", "mairie")

    def __init__(
        self, session: Session, assemblage: Assemblage, contours: dict[Niveau, gpd.GeoSeries], progress: Progress
    ) -> None:
        self.session = session
        self.assemblage = assemblage
        self.progress = progress
        self.frame = _list_territoires(assemblage, contours)
        self.comptes: dict[str, int] = {str(k): int(n) for k, n in self.frame["niveau"].value_counts().items()}
        self.toponymes = 0
        self.codes_postaux = 0

    def replace(self) -> None:
        """Delete everything, write everything, refresh the planner's statistics."""
        self.session.execute(load_block(SQL, "lift_timeout"))
        self.session.execute(load_block(SQL, "lock"))
        for modele in (EditionTerritoires, CodePostalTerritoire, Toponyme, Territoire):
            self.session.execute(delete(modele))
        ids = self._write_territoires()
        self.toponymes = self._copy("copy_toponyme", list(_list_toponymes(self.assemblage, ids)))
        postaux = self.assemblage.codes_postaux[["code_postal", "code"]].itertuples(index=False, name=None)
        par_code = {code: numero for (niveau, code), numero in ids.items() if niveau in {"commune", "arrondissement"}}
        self.codes_postaux = self._copy(
            "copy_code_postal_territoire", [(code_postal, par_code[code]) for code_postal, code in postaux]
        )
        for table in ("territoire", "toponyme", "code_postal_territoire"):
            self.session.execute(load_block(SQL, f"analyze_{table}"))

    def _write_territoires(self) -> dict[tuple[str, str], int]:
        numeros = list(self.session.scalars(load_block(SQL, "reserve_ids"), {"nombre": len(self.frame)}))
        colonnes: list[Any] = [numeros, *(_to_values(self.frame[nom]) for nom in self.TEXTES)]
        colonnes += [_to_values(self.frame[nom].astype("Int64")) for nom in self.ENTIERS]
        colonnes += [_to_ewkb(self.frame[nom]) for nom in self.GEOMETRIES]
        self._copy("copy_territoire", list(zip(*colonnes, strict=True)), stage="Territories: writing")
        return dict(zip(zip(self.frame["niveau"], self.frame["code"], strict=True), numeros, strict=True))

    def _copy(self, bloc: str, lignes: Sequence[Ligne], stage: str | None = None) -> int:
        """Send the rows through COPY on the session's own connection, hence in its transaction."""
        connexion = cast("psycopg.Connection[Any]", self.session.connection().connection.driver_connection)
        with connexion.cursor() as curseur, curseur.copy(load_blocks(SQL)[bloc]) as copie:
            for rang, ligne in enumerate(lignes, start=1):
                copie.write_row(ligne)
                if stage and (rang % _PAS_PROGRESSION == 0 or rang == len(lignes)):
                    self.progress(stage, rang, len(lignes))
        return len(lignes)
