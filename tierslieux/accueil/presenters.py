"""Contexts of the home page and of the pages that speak of the site itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tierslieux.accueil.mots import MOTS
from tierslieux.accueil.services import Chiffres
from tierslieux.config import Settings
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.lieux.enums import Besoin
from tierslieux.lieux.models import Source
from tierslieux.territoires.noms import remove_accents
from tierslieux.trajets.externes import Service, find_service

_EXEMPLES: Mapping[Besoin, str] = {
    Besoin.DEMARCHE: N_("Impôts, retraite, carte grise, CAF, France Travail…"),
    Besoin.APPRENDRE: N_("Messagerie, photos, mots de passe, achats en ligne…"),
    Besoin.ORDINATEUR: N_("Consulter, écrire, numériser ou imprimer un document."),
    Besoin.TRAVAILLER: N_("Un bureau, une salle de réunion, un espace de coworking."),
    Besoin.FABRIQUER: N_("Imprimante 3D, bois, couture, atelier partagé, jardin…"),
    Besoin.REPARER: N_("Grille-pain, vélo, ordinateur en panne, vêtement…"),
}


@dataclass(frozen=True, slots=True)
class CarteBesoin:
    """One of the needs people come with, in their words."""

    besoin: Besoin
    exemples: str


@dataclass(frozen=True, slots=True)
class AccueilPage:
    """The home page; `chiffres` is None as long as there is nothing to count."""

    besoins: tuple[CarteBesoin, ...]
    chiffres: Chiffres | None
    est_demonstration: bool


@dataclass(frozen=True, slots=True)
class MentionLicence:
    """A source in use and the licence of its data."""

    libelle: str
    producteur: str
    licence: str


@dataclass(frozen=True, slots=True)
class SitePage:
    """The legal pages: who publishes this installation, how to write to them, what it uses. None is "not told"."""

    editeur: str | None
    contact: str | None
    contact_est_courriel: bool
    tuiles_hote: str | None
    service_trajets: Service | None
    sources: tuple[MentionLicence, ...]
    besoins: tuple[CarteBesoin, ...]


def build_accueil_page(chiffres: Chiffres) -> AccueilPage:
    """The home page. Invented places are only published when there is no real one of their kind."""
    return AccueilPage(
        besoins=_list_besoins(),
        chiffres=chiffres if chiffres.aides or chiffres.tiers_lieux else None,
        est_demonstration=chiffres.has_inventes,
    )


def build_site_page(settings: Settings, sources: Sequence[Source] = ()) -> SitePage:
    """What is true of this installation, as far as its operator has told it."""
    contact = settings.contact
    return SitePage(
        editeur=settings.editeur,
        contact=contact,
        contact_est_courriel=contact is not None and "@" in contact and " " not in contact,
        tuiles_hote=find_hote(settings.tuiles_url),
        service_trajets=find_service(settings.trajets, settings.trajets_url),
        sources=tuple(MentionLicence(s.libelle, s.producteur, s.licence) for s in sources),
        besoins=_list_besoins(),
    )


def list_mots() -> tuple[tuple[str, str], ...]:
    """Hard words and their explanations, in the order of the alphabet of the page's language."""
    mots = ((_(mot.mot), _(mot.explication)) for mot in MOTS)
    return tuple(sorted(mots, key=lambda paire: remove_accents(paire[0]).casefold()))


def find_hote(tuiles_url: str | None) -> str | None:
    """The host that background tiles come from; None when there are none or they come from this site."""
    return (urlsplit(tuiles_url).netloc or None) if tuiles_url else None


def _list_besoins() -> tuple[CarteBesoin, ...]:
    return tuple(CarteBesoin(besoin, _(_EXEMPLES[besoin])) for besoin in Besoin)
