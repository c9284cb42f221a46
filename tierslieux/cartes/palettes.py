"""Colours of statistical maps and charts: the one truth, which static/css/tokens.css repeats as tokens. Pure.

Sequential classes are taken from viridis (Stéfan van der Walt and Nathaniel Smith, 2015, CC0) at even steps of
lightness, light first; crossed ones are "BlueOr" of biscale (Christopher Prener, after Joshua Stevens). Both keep
neighbouring classes apart for people with each form of colour blindness and in greyscale, where lightness alone tells
the order. On a dark page they are used the other way round: what is high stands out from the ground.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SEQUENTIELLES: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {
        5: ("#e5e419", "#4ec36b", "#228c8d", "#3b518b", "#470e61"),
        6: ("#e5e419", "#67cc5c", "#20a386", "#2b758e", "#404588", "#470e61"),
        7: ("#e5e419", "#7ad151", "#2cb17e", "#228c8d", "#31668e", "#443b84", "#470e61"),
    }
)

# Rows by the second figure (low first), columns by the first.
BIVARIEE: tuple[tuple[str, ...], ...] = (
    ("#fef1e4", "#97d0e7", "#18aee5"),
    ("#fab186", "#b0988c", "#407b8f"),
    ("#f3742d", "#ab5f37", "#5c473d"),
)


@dataclass(frozen=True, slots=True)
class Traits:
    """What is not a class: ground and lines of "pas de donnée", thin lines between areas, outlines and their halo.

    `barre`, `barre_ici`: bars of charts, and that of the territory of the page.
    """

    sans_donnee_fond: str
    sans_donnee_trait: str
    limite: str
    contour: str
    halo: str
    barre: str
    barre_ici: str


TRAITS = Traits("#ffffff", "#6b6b6b", "#ffffff", "#221d17", "#ffffff", "#9db8b3", "#0e5149")
TRAITS_SOMBRES = Traits("#0d0c0b", "#a8a8a8", "#171512", "#f4efe6", "#171512", "#4f7770", "#9adccf")

# Fewer classes than the smallest palette take some of its colours, as far apart as they can be.
_PEU_DE_TEINTES: Mapping[int, tuple[int, ...]] = MappingProxyType({1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4)})


def choose_teintes(nombre: int) -> tuple[int, tuple[int, ...]]:
    """Size of the palette for this number of classes (0 to 7), and the number in it of the colour of each class."""
    if nombre in SEQUENTIELLES:
        return nombre, tuple(range(nombre))
    return min(SEQUENTIELLES), _PEU_DE_TEINTES.get(nombre, ())


def list_jetons(*, sombre: bool = False) -> dict[str, str]:
    """Every token that tokens.css must hold, with its value on a light page (and on paper) or on a dark one."""
    sens = -1 if sombre else 1
    jetons = {
        f"--seq-{nombre}-{rang}": couleur
        for nombre, couleurs in SEQUENTIELLES.items()
        for rang, couleur in enumerate(couleurs[::sens])
    }
    jetons |= {
        f"--biv-{y}-{x}": couleur
        for y, couleurs in enumerate(BIVARIEE[::sens])
        for x, couleur in enumerate(couleurs[::sens])
    }
    traits = TRAITS_SOMBRES if sombre else TRAITS
    return jetons | {
        "--sans-donnee-fond": traits.sans_donnee_fond,
        "--sans-donnee-trait": traits.sans_donnee_trait,
        "--aire-limite": traits.limite,
        "--aire-contour": traits.contour,
        "--aire-halo": traits.halo,
        "--barre": traits.barre,
        "--barre-ici": traits.barre_ici,
    }
