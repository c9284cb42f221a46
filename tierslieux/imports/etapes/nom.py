"""Names: written as people write them; see lieux/nettoyage/noms.py."""

from __future__ import annotations

from dataclasses import replace

from tierslieux.imports.contrat import Contexte, Record
from tierslieux.lieux.nettoyage.noms import clean_nom


def clean(record: Record, _contexte: Contexte) -> Record:
    """Rewrite the name; the commune must be known by then."""
    avant: str = record.valeurs["nom"]
    apres = clean_nom(avant, record.valeurs.get("commune_nom"))
    return record if apres == avant else replace(record, valeurs={**record.valeurs, "nom": apres})
