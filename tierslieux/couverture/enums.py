"""Closed vocabularies of coverage: what people look for, and whom that concerns."""

from __future__ import annotations

from tierslieux.core.enums import Libelle

# Minutes beyond which people count as far, at every level; France Services promises 30.
SEUILS_MIN = (10, 15, 20, 30)


class Cible(Libelle):
    """A kind of place whose distance is measured; the value stands in addresses and files."""

    AIDE = "aide", "un lieu où quelqu’un aide"
    FRANCE_SERVICES = "france-services", "une France Services"
    CONSEILLER = "conseiller-numerique", "un conseiller numérique"
    ACCES_INTERNET = "acces-internet", "un lieu avec un accès à Internet"
    BIBLIOTHEQUE = "bibliotheque", "une bibliothèque"
    TIERS_LIEU = "tiers-lieu", "un tiers-lieu"
