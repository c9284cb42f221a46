"""Census of 2022 by commune, a Parquet table: population, and shares in percent rounded to a tenth. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tierslieux.indicateurs.contrat import Element, Mesure
from tierslieux.indicateurs.lecture.tables import PART, Colonne, build_mesure, read_parquet

CODE = "code"
COLONNES = {
    "population": Colonne("population"),
    "part65plus": Colonne("part_65_plus", PART),
    "partMoins15": Colonne("part_moins_15", PART),
    "tauxChomage": Colonne("taux_chomage", PART),
    "partCadres": Colonne("part_cadres", PART),
    "partOuvriers": Colonne("part_ouvriers", PART),
    "partDiplomeSup": Colonne("part_diplome_superieur", PART),
}


def read(contenu: bytes) -> Iterator[Element]:
    """Each commune with its columns, and what follows from them; raises SourceError."""
    for ligne, rangee in read_parquet(contenu, (CODE, *COLONNES)):
        element = build_mesure(ligne, rangee, CODE, COLONNES)
        yield _complete(element) if isinstance(element, Mesure) else element


def _complete(mesure: Mesure) -> Mesure:
    """The people of 15 and more, of 65 and more, and the share of the latter among the former.

    The publisher gives shares of the whole population; the census of 2017 and the definitions of illectronisme speak of
    the people of 15 and more. A share rounded to a tenth may pass its whole by as much: it is cut there.
    """
    valeurs = dict(mesure.valeurs)
    population, agees = valeurs.get("population"), valeurs.get("part_65_plus")
    jeunes = valeurs.get("part_moins_15")
    if population is not None and agees is not None:
        valeurs["population_65_plus"] = population * agees
    if jeunes is not None and jeunes < 1:
        if population is not None:
            valeurs["population_15_plus"] = population * (1 - jeunes)
        if agees is not None:
            valeurs["part_65_plus_parmi_15_plus"] = min(agees / (1 - jeunes), 1.0)
    return Mesure(mesure.ligne, mesure.code, valeurs, mesure.niveau)
