"""Contributions as open data: what was published of places, and nothing about who said it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from tierslieux.contributions.versions import queries

COLONNES = ("contribution", "demarche", "lieu", "commune_code", "recue_le", "publiee_le", "champ", "avant", "apres")
LOT = 500


def iter_contributions(session: Session) -> Iterator[dict[str, Any]]:
    """Each field that a published contribution changed, in the order in which they came. A row for each field.

    Without pseudonym, which would tell where somebody lives from the places they know; an opposition is no contribution
    and is left out. Days only, no hours.
    """
    apres_id = 0
    while rangees := queries.list_publiees(session, apres_id=apres_id, limite=LOT):
        for rangee in rangees:
            for champ in rangee.retenus:
                yield {
                    "contribution": rangee.public_id,
                    "demarche": rangee.demarche,
                    "lieu": rangee.lieu,
                    "commune_code": rangee.commune_code,
                    "recue_le": rangee.recue_at.date().isoformat(),
                    "publiee_le": rangee.decidee_at.date().isoformat() if rangee.decidee_at else None,
                    "champ": champ,
                    "avant": rangee.avant.get(champ),
                    "apres": rangee.apres.get(champ),
                }
        apres_id = rangees[-1].id


def build_cellules(ligne: dict[str, Any]) -> list[str]:
    """A row as cells (COLONNES): texts as they are, anything else as JSON, nothing as an empty cell."""
    return [_write(ligne[colonne]) for colonne in COLONNES]


def _write(valeur: Any) -> str:  # noqa: ANN401  (a JSON value)
    if valeur is None:
        return ""
    return valeur if isinstance(valeur, str) else json.dumps(valeur, ensure_ascii=False, sort_keys=True)
