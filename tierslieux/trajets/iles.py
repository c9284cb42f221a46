"""Communes that no road, bridge or tunnel links to the rest: a boat or a plane leads there. Pure.

Sources: members of the association Les Îles du Ponant (15 communes, 2026); INSEE's list of communes for the islands of
Guadeloupe, Mayotte (Petite-Terre) and Nouvelle-Calédonie. Islands under a bridge (Ré, Oléron, Noirmoutier) are not one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_ILES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Bréhat": ("22016",),
        "Batz": ("29082",),
        "Sein": ("29083",),
        "Molène": ("29084",),
        "Ouessant": ("29155",),
        "Belle-Île": ("56009", "56114", "56152", "56241"),
        "Groix": ("56069",),
        "Hœdic": ("56085",),
        "Houat": ("56086",),
        "Île-aux-Moines": ("56087",),
        "Île-d’Arz": ("56088",),
        "Yeu": ("85113",),
        "Aix": ("17004",),
        "Marie-Galante": ("97108", "97112", "97126"),
        "La Désirade": ("97110",),
        "Terre-de-Bas": ("97130",),
        "Terre-de-Haut": ("97131",),
        "Saint-Pierre": ("97502",),
        "Miquelon": ("97501",),
        "Petite-Terre": ("97608", "97615"),
        "Bélep": ("98801",),
        "Île des Pins": ("98809",),
        "Lifou": ("98814",),
        "Maré": ("98815",),
        "Ouvéa": ("98820",),
    }
)
ILES = tuple(_ILES)
_ILE_DE: Mapping[str, str] = MappingProxyType({code: ile for ile, codes in _ILES.items() for code in codes})


def find_ile(commune_code: str | None) -> str | None:
    """The island of a commune, None for one that roads lead to from elsewhere, or that is not known."""
    return _ILE_DE.get(commune_code or "")
