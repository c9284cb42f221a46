"""National identifiers of organisations: SIRET with a right check sum, RNA of associations, RIDET of New Caledonia."""

from __future__ import annotations

import re
from dataclasses import replace

from tierslieux.core.types import parse_siret
from tierslieux.imports.contrat import Avertissement, Contexte, Record

_RNA = re.compile(r"W\d{9}|W9[A-Z]\d{7}")
_RIDET = re.compile(r"\d{9,10}")


def clean(record: Record, contexte: Contexte) -> Record:
    """Keep the identifier or leave it out and count it."""
    texte = record.valeurs.get("pivot")
    if texte is None:
        return record
    pivot = parse_pivot(texte, record.valeurs.get("commune_code"))
    if pivot == texte:
        return record
    valeurs = {champ: v for champ, v in record.valeurs.items() if champ != "pivot"}
    if pivot is None:
        contexte.warn(Avertissement.PIVOT_ILLISIBLE)
    else:
        valeurs["pivot"] = pivot
    return replace(record, valeurs=valeurs)


def parse_pivot(texte: str, commune_code: str | None = None) -> str | None:
    """The identifier without its spaces, None when it is none of the three."""
    compact = re.sub(r"[\s.-]", "", texte).upper()
    if _RNA.fullmatch(compact):
        return compact
    if (commune_code or "").startswith("988") and _RIDET.fullmatch(compact):
        return compact
    return parse_siret(compact)
