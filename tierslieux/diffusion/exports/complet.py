"""The complete model: every published field of a place under its own name. Pure.

CSV, XLSX, ODS, GeoPackage and GeoParquet share it, and an import takes it back (model "tierslieux"). Lists are codes
parted by "|", booleans are "oui" and "non", what is absent is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tierslieux.core.tableurs import Cellule
from tierslieux.diffusion.exports.contexte import Attribution
from tierslieux.lieux.extraction import SEPARATEUR, LieuPublie, find_date
from tierslieux.lieux.resolution import CHAMPS, CHAMPS_OBJETS

IDENTIFIANT = "identifiant"
_POSITION = ("longitude", "latitude", "precision")
_ATTRIBUTION = ("date_maj", "source", "licence")
COLONNES: tuple[str, ...] = (
    IDENTIFIANT,
    *(
        colonne
        for champ in CHAMPS
        if champ not in CHAMPS_OBJETS
        for colonne in (_POSITION if champ == "position" else (champ,))
    ),
    *_ATTRIBUTION,
)
# Columns that are no text.
NOMBRES = frozenset({"longitude", "latitude"})
BOOLEENS = frozenset({"itinerant", "accessible", "ferme"})

_OUI_NON: Mapping[bool | None, str | None] = MappingProxyType({True: "oui", False: "non", None: None})

# The fields of LieuPublie stand in the order of COLONNES: parts of the row are taken as they are.
_NOMS = LieuPublie._fields
_AVANT = slice(0, _NOMS.index("lon"))
_POINT = slice(_NOMS.index("lon"), _NOMS.index("itinerant"))
_DETAILS = slice(_NOMS.index("presentation"), _NOMS.index("publics"))
_LISTES = slice(_NOMS.index("publics"), _NOMS.index("dates"))


def build_cellules(lieu: LieuPublie, attribution: Attribution) -> list[Cellule]:
    """The cells of a place, in the order of COLONNES; only longitude and latitude are numbers.

    A published place is never closed: "ferme" is always empty, for whoever fills the file to close a place.
    """
    # Parts of a named tuple have the types of all its fields.
    valeurs: tuple[Any, ...] = lieu
    return [
        *valeurs[_AVANT],
        *valeurs[_POINT],
        _OUI_NON[lieu.itinerant],
        _OUI_NON[lieu.accessible],
        *valeurs[_DETAILS],
        None,
        *[join_liste(liste) if liste else None for liste in valeurs[_LISTES]],
        find_date(lieu.dates),
        "|".join(attribution.libelles),
        "|".join(attribution.licences),
    ]


def join_liste(liste: str) -> str:
    """A list of LieuPublie with "|" between its items; inside an item, it becomes "/"."""
    return (liste.replace("|", "/") if "|" in liste else liste).replace(SEPARATEUR, "|")
