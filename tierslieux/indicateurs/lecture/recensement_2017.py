"""Census of 2017 by commune, a CSV whose shares are in percent of the people of 15 and more or of households. Pure.

The file holds a second, empty row for about 1,100 communes and their arrondissements. Its column of job seekers is only
filled for 72 communes and is left aside.
"""

from __future__ import annotations

from collections.abc import Iterator

from tierslieux.indicateurs.contrat import Element
from tierslieux.indicateurs.lecture.tables import PART, Colonne, build_mesure, read_csv

CODE = "CODE_INSEE"
COLONNES = {
    "TX_NSCOL15P": Colonne("part_sans_bac", PART),
    "TX_MENSEUL": Colonne("part_menages_seuls", PART),
    "TX_FAMMONO": Colonne("part_familles_monoparentales", PART),
    "TX_65ETPLUS": Colonne("part_65_plus_parmi_15_plus", PART),
    "TX_25ETMOINS": Colonne("part_15_25_ans", PART),
}


def read(contenu: bytes) -> Iterator[Element]:
    """Each commune or arrondissement; an empty row is a reject. Raises SourceError."""
    for ligne, rangee in read_csv(contenu, ",", (CODE, *COLONNES)):
        yield build_mesure(ligne, rangee, CODE, COLONNES)
