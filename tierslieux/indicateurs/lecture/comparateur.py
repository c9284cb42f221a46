"""INSEE's comparator of 2018, a ZIP of two CSV (data, dictionary): population, dwellings, income, jobs. Pure."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from tierslieux.core.errors import SourceError
from tierslieux.indicateurs.contrat import Element
from tierslieux.indicateurs.lecture.tables import PART, Colonne, build_mesure, read_csv

# Eight times the table of 2018: what an archive holds is measured before it is decompressed.
TAILLE_MAX = 64_000_000

CODE = "CODGEO"
COLONNES = {
    "P18_POP": Colonne("population"),
    "P13_POP": Colonne("population_2013"),
    "SUPERF": Colonne("superficie"),
    "NAIS1318": Colonne("naissances_2013_2018"),
    "DECE1318": Colonne("deces_2013_2018"),
    "NAISD20": Colonne("naissances"),
    "DECESD20": Colonne("deces"),
    "P18_MEN": Colonne("menages"),
    "P18_LOG": Colonne("logements"),
    "P18_RP": Colonne("residences_principales"),
    "P18_RSECOCC": Colonne("residences_secondaires"),
    "P18_LOGVAC": Colonne("logements_vacants"),
    "P18_RP_PROP": Colonne("residences_proprietaires"),
    "NBMENFISC19": Colonne("menages_fiscaux"),
    "PIMP19": Colonne("part_menages_imposes", PART),
    "MED19": Colonne("niveau_vie_median"),
    "TP6019": Colonne("taux_pauvrete", PART),
    "P18_EMPLT": Colonne("emplois"),
    "P18_EMPLT_SAL": Colonne("emplois_salaries"),
    "P13_EMPLT": Colonne("emplois_2013"),
    "P18_POP1564": Colonne("population_15_64"),
    "P18_CHOM1564": Colonne("chomeurs"),
    "P18_ACT1564": Colonne("actifs"),
    "ETTOT18": Colonne("etablissements"),
    "ETAZ18": Colonne("etablissements_agriculture"),
    "ETBE18": Colonne("etablissements_industrie"),
    "ETFZ18": Colonne("etablissements_construction"),
    "ETGU18": Colonne("etablissements_commerce_services"),
    "ETGZ18": Colonne("etablissements_commerce"),
    "ETOQ18": Colonne("etablissements_administration"),
    "ETTEF118": Colonne("etablissements_1_9_salaries"),
    "ETTEFP1018": Colonne("etablissements_10_salaries_plus"),
}


def read(contenu: bytes) -> Iterator[Element]:
    """Each commune and arrondissement of the archive's table; raises SourceError."""
    for ligne, rangee in read_csv(_extract(contenu), ";", (CODE, *COLONNES)):
        yield build_mesure(ligne, rangee, CODE, COLONNES)


def _extract(contenu: bytes) -> bytes:
    """The archive's table: its one CSV that is not the dictionary ("meta_…")."""
    try:
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            noms = [m for m in archive.infolist() if m.filename.lower().endswith(".csv")]
            tables = [m for m in noms if not m.filename.rsplit("/", 1)[-1].lower().startswith("meta")]
            if len(tables) != 1:
                raise SourceError(f"l’archive a {len(tables)} tables CSV, une seule attendue")
            if tables[0].file_size > TAILLE_MAX:
                raise SourceError(f"{tables[0].filename} : {tables[0].file_size} octets, au plus {TAILLE_MAX} sont lus")
            return archive.read(tables[0])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as erreur:
        raise SourceError("l’archive ZIP est tronquée ou mal formée") from erreur
