"""Closed vocabularies of coverage: what people look for, and whom that concerns."""

from __future__ import annotations

from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_

# Minutes beyond which people count as far, at every level; France Services promises 30.
SEUILS_MIN = (10, 15, 20, 30)


class Cible(Libelle):
    """A kind of place whose distance is measured; the value stands in addresses and files."""

    AIDE = "aide", N_("un lieu où quelqu’un aide")
    FRANCE_SERVICES = "france-services", N_("une France Services")
    CONSEILLER = "conseiller-numerique", N_("un conseiller numérique")
    ACCES_INTERNET = "acces-internet", N_("un lieu avec un accès à Internet")
    BIBLIOTHEQUE = "bibliotheque", N_("une bibliothèque")
    TIERS_LIEU = "tiers-lieu", N_("un tiers-lieu")
