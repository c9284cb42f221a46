"""Title and description of a place's page: what it is and where, within what search engines show. Pure."""

from __future__ import annotations

import re

from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.lieux.services import LieuResume
from tierslieux.territoires.adresses import build_slug
from tierslieux.territoires.noms import build_locatif

# Search engines cut what is longer.
TITRE_MAX = 70
DESCRIPTION_MAX = 160
# Of a place without any kind.
_SANS_GENRE = N_("Lieu")
_ARTICLE = re.compile(r"^(?:le|la|les|l)-")


def build_titre_lieu(lieu: LieuResume) -> str:
    """The name with the commune, unless the name says it already, and the postcode: "Fablab à Brest (29200)".

    The postcode tells apart the town halls of the twelve communes that are called Sainte-Colombe.
    """
    ou = lieu.nom
    if lieu.commune_nom and not _names(lieu.nom, lieu.commune_nom):
        ou = _("%(lieu)s %(a_commune)s", lieu=lieu.nom, a_commune=build_locatif(lieu.commune_nom))
    if not lieu.code_postal:
        return ou
    complet = _("%(lieu)s (%(code_postal)s)", lieu=ou, code_postal=lieu.code_postal)
    return complet if len(complet) <= TITRE_MAX else ou


def _names(nom: str, commune: str) -> bool:
    """Whether the name holds the commune's, with or without its article."""
    slug = build_slug(commune)
    sans_article = _ARTICLE.sub("", slug)
    return any(f"-{texte}-" in f"-{build_slug(nom)}-" for texte in (slug, sans_article) if texte)


def build_description_lieu(lieu: LieuResume) -> str:
    """Kind, street and commune, and what the page tells."""
    genres = ", ".join(_(genre.libelle) for genre in lieu.genres) or _(_SANS_GENRE)
    ou = ", ".join(partie for partie in (lieu.adresse, lieu.commune_nom) if partie)
    debut = _("%(genres)s, %(ou)s.", genres=genres, ou=ou) if ou else f"{genres}."
    return cut(_("%(debut)s Téléphone, horaires, aide proposée.", debut=debut), DESCRIPTION_MAX)


def cut(texte: str, longueur_max: int) -> str:
    """The text, cut between two words with a sign that tells it when it is too long."""
    if len(texte) <= longueur_max:
        return texte
    return (texte[:longueur_max].rpartition(" ")[0] or texte[: longueur_max - 1]).rstrip(" ,;:–") + "…"
