"""Context of the page that tells how travel times are estimated. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tierslieux.trajets.estimation import PREMIERE_PARTIE_M, Densite, Hypotheses, compute_duree, get_hypotheses
from tierslieux.trajets.moteur import Mode

EXEMPLES_M = (1_000, 5_000, 20_000)


@dataclass(frozen=True, slots=True)
class LigneHypotheses:
    """What is assumed for one class of density, and what it gives: (straight line in metres, minutes)."""

    densite: Densite
    hypotheses: Hypotheses
    exemples: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class MethodePage:
    """The page /temps-de-trajet: for each mode, its lines."""

    modes: tuple[tuple[Mode, tuple[LigneHypotheses, ...]], ...]
    premiere_partie_m: int = PREMIERE_PARTIE_M


def build_methode_page() -> MethodePage:
    """Every assumption of the estimate, read from where the estimate reads them."""
    return MethodePage(tuple((mode, tuple(_build_ligne(densite, mode) for densite in Densite)) for mode in Mode))


def _build_ligne(densite: Densite, mode: Mode) -> LigneHypotheses:
    hypotheses = get_hypotheses(densite, mode)
    return LigneHypotheses(densite, hypotheses, tuple((d, compute_duree(d, hypotheses)) for d in EXEMPLES_M))
