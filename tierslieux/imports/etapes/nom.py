"""Names: capitals put back to ordinary writing, common accents restored, the commune's name as it is official."""

from __future__ import annotations

from dataclasses import replace

from tierslieux.imports.contrat import Contexte, Record
from tierslieux.imports.etapes import casse


def clean(record: Record, _contexte: Contexte) -> Record:
    """Rewrite the name; the commune must be known by then."""
    avant: str = record.valeurs["nom"]
    apres = clean_nom(avant, record.valeurs.get("commune_nom"))
    return record if apres == avant else replace(record, valeurs={**record.valeurs, "nom": apres})


def clean_nom(nom: str, commune: str | None) -> str:
    """The name in ordinary writing: "MEDIATHEQUE DE SAINTE SEVERE" gives "Médiathèque de Sainte-Sévère"."""
    ecrit = casse.lower_capitales(nom) if casse.is_capitales(nom) else casse.lower_petits_mots(nom)
    ecrit = casse.restore_accents(ecrit)
    ecrit = ecrit[:1].upper() + ecrit[1:] if ecrit[:2].islower() else ecrit
    return casse.restore_commune(ecrit, commune) if commune else ecrit
