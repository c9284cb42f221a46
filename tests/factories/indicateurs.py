"""Files of indicators that are not text (Parquet, ZIP), with invented rows, and a small catalogue."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tierslieux.indicateurs.catalogue import (
    Agregation,
    Indicateur,
    Methode,
    Sens,
    SourceIndicateurs,
    Unite,
    Zeros,
)
from tierslieux.indicateurs.lecture.comparateur import COLONNES as COLONNES_COMPARATEUR

DATA = Path(__file__).parent.parent / "data" / "indicateurs"


def read_data(nom: str) -> bytes:
    """A file of tests/data/indicateurs."""
    return (DATA / nom).read_bytes()


def build_parquet(colonnes: Mapping[str, Sequence[object]]) -> bytes:
    """A Parquet table of these columns."""
    tampon = io.BytesIO()
    pq.write_table(pa.table(dict(colonnes)), tampon)
    return tampon.getvalue()


def build_recensement_2022() -> bytes:
    """Five rows: whole, without share of children, without anything, with an impossible share, of nobody's commune."""
    return build_parquet(
        {
            "code": ["29019", "72181", "55039", "01053", "99999"],
            "population": [1000.0, 200.0, None, 10.0, 10.0],
            "part65plus": [20.0, 25.0, None, 120.0, 20.0],
            "partMoins15": [20.0, None, None, 10.0, 10.0],
            "tauxChomage": [12.5, None, None, 1.0, 1.0],
            "partCadres": [10.0, None, None, 1.0, 1.0],
            "partOuvriers": [20.0, None, None, 1.0, 1.0],
            "partDiplomeSup": [30.0, 15.0, None, 1.0, 1.0],
        }
    )


def build_filosofi() -> bytes:
    """Two rows: a large commune, and a small one with its median only."""
    vides = {nom: [1.0, None] for nom in ("IR_D9_D1_SL", "S_EI_DI_UNE", "S_HH_TAX", "S_RET_PEN_DI", "S_SOC_BEN_DI")}
    return build_parquet(
        {
            "code": ["29019", "55039"],
            "MED_SL": [22_000.0, 20_500.0],
            "D1_SL": [11_000.0, None],
            "D9_SL": [40_000.0, None],
            "PR_MD60": [16.0, None],
            **vides,
        }
    )


def build_comparateur(lignes: Mapping[str, Mapping[str, str]], *, tables: int = 1) -> bytes:
    """The archive: the cells of each commune, others empty; `tables` copies of the data beside the dictionary."""
    entete = ["CODGEO", *COLONNES_COMPARATEUR]
    texte = ";".join(entete) + "\n"
    for code, cellules in lignes.items():
        texte += ";".join([code, *(cellules.get(nom, "") for nom in COLONNES_COMPARATEUR)]) + "\n"
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for rang in range(tables):
            archive.writestr(f"base_cc_{rang}.CSV", texte)
        archive.writestr("meta_base_cc.CSV", "COD_VAR;LIB_VAR\n")
    return tampon.getvalue()


def build_source(source_id: str = "essai", *, zeros: Zeros | None = None) -> SourceIndicateurs:
    """A source of tests."""
    return SourceIndicateurs(
        id=source_id,
        libelle="Essai",
        producteur="Personne",
        licence="Aucune",
        page=None,
        url=None,
        motif="essai.csv",
        tous=False,
        lecteur="densite",
        edition="1",
        millesime=2020,
        zeros=zeros,
        optionnelle=False,
    )


def build_indicateur(
    indicateur_id: str,
    *,
    unite: Unite = Unite.PERSONNES,
    agregation: Agregation = Agregation.SOMME,
    poids: str | None = None,
) -> Indicateur:
    """An indicator of tests."""
    return Indicateur(
        id=indicateur_id,
        libelle=indicateur_id,
        definition=indicateur_id,
        unite=unite,
        sens=Sens.NEUTRE,
        methode=Methode.MESURE,
        sources={"essai": 2020},
        agregation=agregation,
        poids=poids,
        decimales=0,
        classes=("un", "deux", "trois") if unite is Unite.CLASSE else (),
        remarque=None,
    )
