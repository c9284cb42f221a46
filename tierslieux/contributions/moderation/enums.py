"""Closed vocabularies of the pages of moderation."""

from __future__ import annotations

from tierslieux.contributions.enums import Statut
from tierslieux.core.enums import Libelle


class Vue(Libelle):
    """Which proposals a page of the queue shows."""

    A_EXAMINER = "a-examiner", "À examiner"
    QUESTION = "question", "Question posée"
    QUARANTAINE = "quarantaine", "Mises de côté"
    DECIDEES = "decidees", "Décidées récemment"


# The state that a page of the queue shows; decided proposals are in several.
STATUTS_VUES = {
    Vue.A_EXAMINER: Statut.EN_ATTENTE,
    Vue.QUESTION: Statut.QUESTION,
    Vue.QUARANTAINE: Statut.QUARANTAINE,
}
STATUTS_DECIDES = (Statut.ACCEPTEE, Statut.PARTIELLE, Statut.REFUSEE, Statut.ANNULEE)
