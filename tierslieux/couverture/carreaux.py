"""INSEE's grid of people in cells of 200 m: files of Filosofi "carreaux 200 m" in, inhabited cells out. Pure.

A cell is named by the south-west corner of its square in metres, and the projection that this is in:
"CRS3035RES200mN2029800E4252400" in the métropole, the legal projection of each territory overseas. `ind` is the number
of people; `lcog_geo` the codes INSEE of the communes that it touches, one after the other ("0100401005"), `depcom` in
older editions that of one commune. Source: INSEE, Fichier localisé social et fiscal, licence ouverte.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from tierslieux.core.errors import SourceError
from tierslieux.core.geo import CRS_WGS84
from tierslieux.couverture.methodes import Flottants

COTE_M = 200
_IDENTIFIANT = re.compile(r"CRS(\d{4,5})RES200mN(-?\d+)E(-?\d+)")
_IDENTIFIANTS, _GENS, _COMMUNES = ("idcar_200m", "idINSPIRE"), "ind", ("lcog_geo", "depcom")
_LONGUEUR_CODE = 5


@dataclass(frozen=True, slots=True)
class Carreaux:
    """Inhabited cells: middle in degrees (EPSG:4326), people, codes of the communes as the file gives them.

    `lus` rows were read; `rejets` counts those that are left out, by reason.
    """

    lon: Flottants
    lat: Flottants
    gens: Flottants
    communes: tuple[tuple[str, ...], ...]
    lus: int
    rejets: Mapping[str, int]


def read_carreaux(chemin: Path) -> Carreaux:
    """Read a file .csv, .parquet or .gpkg of cells; raises SourceError for another one."""
    lecteurs: Mapping[str, Callable[[Path], pd.DataFrame]] = MappingProxyType(
        {".csv": _read_csv, ".parquet": _read_parquet, ".gpkg": _read_gpkg}
    )
    lecteur = lecteurs.get(chemin.suffix.lower())
    if lecteur is None:
        raise SourceError(f"{chemin.name} : un fichier .csv, .parquet ou .gpkg est attendu")
    try:
        table = lecteur(chemin)
    except (OSError, ValueError, pyogrio.errors.DataSourceError) as erreur:
        raise SourceError(f"{chemin.name} : ce fichier ne se lit pas ({erreur})") from erreur
    return build_carreaux(table, chemin.name)


def build_carreaux(table: pd.DataFrame, nom: str = "le fichier") -> Carreaux:
    """The inhabited cells of a table with INSEE's columns; raises SourceError when one of them is not there."""
    identifiants = table[_find_colonne(table, _IDENTIFIANTS, nom)].fillna("").astype(str)
    codes = table[_find_colonne(table, _COMMUNES, nom)].fillna("").astype(str)
    gens = pd.to_numeric(table[_find_colonne(table, (_GENS,), nom)], errors="coerce").to_numpy(dtype=np.float64)
    rejets: Counter[str] = Counter()
    lus = identifiants.str.extract(_IDENTIFIANT)
    gardes = np.ones(len(table), dtype=bool)
    for raison, mauvais in (
        ("IDENTIFIANT", lus[0].isna().to_numpy()),
        ("SANS_HABITANT", ~(gens > 0)),
        ("SANS_COMMUNE", (codes.str.len() < _LONGUEUR_CODE).to_numpy()),
    ):
        rejets[raison] = int((gardes & mauvais).sum())
        gardes &= ~mauvais
    lus, codes, gens = lus[gardes], codes[gardes], gens[gardes]
    lon, lat = np.full(len(gens), np.nan), np.full(len(gens), np.nan)
    for epsg in sorted(lus[0].unique()):
        ici = (lus[0] == epsg).to_numpy()
        est, nord = (lus.loc[ici, k].to_numpy(dtype=np.float64) + COTE_M / 2 for k in (2, 1))
        try:
            lon[ici], lat[ici] = Transformer.from_crs(CRS.from_epsg(int(epsg)), CRS_WGS84, always_xy=True).transform(
                est, nord
            )
        except CRSError as erreur:
            raise SourceError(f"{nom} : la projection EPSG:{epsg} n’est pas connue") from erreur
    return Carreaux(
        lon,
        lat,
        gens,
        tuple(split_codes(texte) for texte in codes),
        len(table),
        {raison: nombre for raison, nombre in rejets.items() if nombre},
    )


def split_codes(texte: str) -> tuple[str, ...]:
    """Codes INSEE written one after the other, each once."""
    return tuple(dict.fromkeys(texte[k : k + _LONGUEUR_CODE] for k in range(0, len(texte) - 4, _LONGUEUR_CODE)))


def _find_colonne(table: pd.DataFrame, noms: tuple[str, ...], fichier: str) -> str:
    minuscules = {str(colonne).lower(): str(colonne) for colonne in table.columns}
    for nom in noms:
        if nom.lower() in minuscules:
            return minuscules[nom.lower()]
    raise SourceError(f"{fichier} : la colonne « {noms[0]} » manque")


def _is_utile(colonne: str) -> bool:
    return colonne.lower() in {nom.lower() for nom in (*_IDENTIFIANTS, _GENS, *_COMMUNES)}


def _read_csv(chemin: Path) -> pd.DataFrame:
    with chemin.open(encoding="utf-8-sig") as fichier:
        entete = fichier.readline()
    separateur = ";" if entete.count(";") > entete.count(",") else ","
    return pd.read_csv(chemin, sep=separateur, dtype=str, usecols=_is_utile, encoding="utf-8-sig")


def _read_parquet(chemin: Path) -> pd.DataFrame:
    noms = [nom for nom in pq.read_schema(chemin).names if _is_utile(nom)]
    return pq.read_table(chemin, columns=noms).to_pandas()


def _read_gpkg(chemin: Path) -> pd.DataFrame:
    champs = [nom for nom in pyogrio.read_info(chemin)["fields"] if _is_utile(str(nom))]
    return pyogrio.read_dataframe(chemin, columns=champs, read_geometry=False)
