"""Closed vocabularies of territories."""

from __future__ import annotations

from enum import StrEnum


class Niveau(StrEnum):
    """Levels of territory, widest first; the value stands in URLs."""

    FRANCE = "france"
    REGION = "region"
    DEPARTEMENT = "departement"
    EPCI = "epci"
    COMMUNE = "commune"
    ARRONDISSEMENT = "arrondissement"

    @property
    def libelle(self) -> str:
        """The word that readers see."""
        return _LIBELLES[self]


_LIBELLES = {
    Niveau.FRANCE: "France",
    Niveau.REGION: "région",
    Niveau.DEPARTEMENT: "département",
    Niveau.EPCI: "intercommunalité",
    Niveau.COMMUNE: "commune",
    Niveau.ARRONDISSEMENT: "arrondissement",
}

CODE_FRANCE = "FR"


class NatureToponyme(StrEnum):
    """Why a name leads to a territory."""

    OFFICIEL = "officiel"
    SANS_ARTICLE = "sans_article"
    ANCIENNE_COMMUNE = "ancienne_commune"
