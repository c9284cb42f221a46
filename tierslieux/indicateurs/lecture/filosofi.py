"""Filosofi 2021 by commune, a Parquet table: living standards in euros, shares in percent. Pure.

Most columns are only given for the larger communes (statistical secrecy): what is missing is absent.
"""

from __future__ import annotations

from collections.abc import Iterator

from tierslieux.indicateurs.contrat import Element
from tierslieux.indicateurs.lecture.tables import PART, Colonne, build_mesure, read_parquet

CODE = "code"
COLONNES = {
    "MED_SL": Colonne("niveau_vie_median"),
    "D1_SL": Colonne("niveau_vie_d1"),
    "D9_SL": Colonne("niveau_vie_d9"),
    "IR_D9_D1_SL": Colonne("rapport_interdecile"),
    "PR_MD60": Colonne("taux_pauvrete", PART),
    "S_HH_TAX": Colonne("part_menages_imposes", PART),
    "S_EI_DI_UNE": Colonne("part_revenu_chomage", PART),
    "S_RET_PEN_DI": Colonne("part_revenu_retraites", PART),
    "S_SOC_BEN_DI": Colonne("part_revenu_prestations", PART),
}


def read(contenu: bytes) -> Iterator[Element]:
    """Each commune with the columns that it has; raises SourceError."""
    for ligne, rangee in read_parquet(contenu, (CODE, *COLONNES)):
        yield build_mesure(ligne, rangee, CODE, COLONNES)
