"""Contexts of the two declarations: accessibility and eco-design. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tierslieux.accueil.audits import AuditRgaa, AuditRgesn, Reponse, read_rgaa, read_rgesn
from tierslieux.accueil.presenters import SitePage


@dataclass(frozen=True, slots=True)
class AccessibilitePage:
    """The statement of accessibility: what the audit found, and whom to write to (`site`)."""

    site: SitePage
    audit: AuditRgaa


@dataclass(frozen=True, slots=True)
class EcoconceptionPage:
    """The statement of eco-design."""

    site: SitePage
    audit: AuditRgesn
    reponses: tuple[Reponse, ...] = tuple(Reponse)


def build_accessibilite_page(site: SitePage) -> AccessibilitePage:
    """The recorded audit of accessibility."""
    return AccessibilitePage(site, read_rgaa())


def build_ecoconception_page(site: SitePage) -> EcoconceptionPage:
    """The recorded self-assessment of eco-design."""
    return EcoconceptionPage(site, read_rgesn())
