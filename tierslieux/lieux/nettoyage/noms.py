"""Names: capitals put back to ordinary writing, common accents restored, the commune's name as it is official."""

from __future__ import annotations

from tierslieux.lieux.nettoyage import casse


def clean_nom(nom: str, commune: str | None) -> str:
    """The name in ordinary writing: "MEDIATHEQUE DE SAINTE SEVERE" gives "Médiathèque de Sainte-Sévère"."""
    ecrit = casse.lower_capitales(nom) if casse.is_capitales(nom) else casse.lower_petits_mots(nom)
    ecrit = casse.restore_accents(ecrit)
    ecrit = ecrit[:1].upper() + ecrit[1:] if ecrit[:2].islower() else ecrit
    return casse.restore_commune(ecrit, commune) if commune else ecrit
