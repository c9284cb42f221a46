"""The layers of vector tiles and the zooms at which each is drawn. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tierslieux.core.enums import Libelle
from tierslieux.territoires.enums import Niveau

# The most that a tile may weigh, uncompressed, for old phones to decode it. `flask tuiles check` weighs them all.
OCTETS_MAX = 500_000
# Beyond, programs enlarge the tiles of the last zoom, whose unit is 2.4 m: finer than the boundaries (some 200 m) and
# than most addresses.
ZOOM_MAX = 12
# Where places stop being counted on a grid and are given one by one. On the real places, the heaviest tile of zoom 8
# weighs 188 kB; at zoom 7 it would exceed OCTETS_MAX with twice as many.
ZOOM_LIEUX = 8
# The grid's cells are a 32nd of a tile, those of the view `grappe` a quarter of a tile of their zoom.
ZOOM_GRILLE = 3


class Famille(Libelle):
    """What a layer's content follows: when one of these changes, its tiles do. Labels: before there is any."""

    TERRITOIRES = "territoires", "Les contours ne sont pas encore dessinés."
    LIEUX = "lieux", "Aucun lieu n’est encore chargé."
    INDICATEURS = "indicateurs", "Aucun indicateur n’est encore chargé."
    ECARTS = "ecarts", "Les écarts ne sont pas encore calculés."


@dataclass(frozen=True, slots=True)
class Couche:
    """A layer. `niveau` is None for places; names are given from `zoom_noms` on, left out before for want of room."""

    id: str
    libelle: str
    niveau: Niveau | None
    zoom_min: int
    zoom_noms: int = 0


# Real data: a tile of communes with their names weighs 707 kB at zoom 6 and 230 kB at zoom 7; with the code alone,
# 447 kB at zoom 6 and 916 kB at zoom 5.
COUCHES: Mapping[str, Couche] = MappingProxyType(
    {
        couche.id: couche
        for couche in (
            Couche("regions", "Régions", Niveau.REGION, 0),
            Couche("departements", "Départements", Niveau.DEPARTEMENT, 0),
            Couche("epci", "Intercommunalités (EPCI)", Niveau.EPCI, 0),
            Couche("communes", "Communes", Niveau.COMMUNE, 6, zoom_noms=7),
            Couche("lieux", "Lieux", None, 0),
        )
    }
)
PAR_NIVEAU: Mapping[Niveau, Couche] = MappingProxyType(
    {couche.niveau: couche for couche in COUCHES.values() if couche.niveau}
)
# With figures, the communes of a tile of zoom 6 would weigh more than OCTETS_MAX.
ZOOM_MIN_DONNEES: Mapping[Niveau, int] = MappingProxyType(
    {niveau: 7 if niveau is Niveau.COMMUNE else couche.zoom_min for niveau, couche in PAR_NIVEAU.items()}
)
