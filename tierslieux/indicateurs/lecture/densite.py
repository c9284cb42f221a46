"""INSEE's density grid in seven levels by commune, a CSV that gives their names. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tierslieux.indicateurs.contrat import CodeRejet, Element, Mesure, Rejet
from tierslieux.indicateurs.lecture.tables import read_code, read_csv

CODE = "insee_com"
NIVEAU = "niveau_densite"
# In INSEE's numbering (column DENS of its grid): from the densest to the sparsest, but that 3 and 4 are not compared.
CLASSES = {
    "Grands centres urbains": 1,
    "Centres urbains intermédiaires": 2,
    "Petites villes": 3,
    "Ceintures urbaines": 4,
    "Bourgs ruraux": 5,
    "Rural à habitat dispersé": 6,
    "Rural à habitat très dispersé": 7,
}


def read(contenu: bytes) -> Iterator[Element]:
    """Each commune with its class; raises SourceError."""
    for ligne, rangee in read_csv(contenu, ",", (CODE, NIVEAU)):
        code = read_code(ligne, rangee, CODE)
        classe = CLASSES.get(rangee[NIVEAU].strip())
        if isinstance(code, Rejet):
            yield code
        elif classe is None:
            yield Rejet(ligne, CodeRejet.VALEUR_ILLISIBLE, NIVEAU, rangee[NIVEAU][:100])
        else:
            yield Mesure(ligne, code, {"classe_densite": float(classe)})
