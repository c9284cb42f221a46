"""Closed vocabularies of territories."""

from __future__ import annotations

from enum import StrEnum

from tierslieux.core.textes import N_


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
        """The word that readers see: in French, given in another language by `gettext` where it is shown."""
        return _LIBELLES[self]


_LIBELLES = {
    Niveau.FRANCE: N_("France"),
    Niveau.REGION: N_("région"),
    Niveau.DEPARTEMENT: N_("département"),
    Niveau.EPCI: N_("intercommunalité"),
    Niveau.COMMUNE: N_("commune"),
    Niveau.ARRONDISSEMENT: N_("arrondissement"),
}

CODE_FRANCE = "FR"


class NatureToponyme(StrEnum):
    """Why a name leads to a territory."""

    OFFICIEL = "officiel"
    SANS_ARTICLE = "sans_article"
    ANCIENNE_COMMUNE = "ancienne_commune"
