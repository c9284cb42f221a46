"""What the service worker keeps from the start: the files that its pages need, and the page of each language."""

from __future__ import annotations

from flask import current_app, url_for

from tierslieux.langues import EN, FR, strip_langue

# Styles and script of the pages that are kept; everything else is left to the network.
_FICHIERS = (
    "css/tokens.css",
    "css/base.css",
    "css/features/lieux.css",
    "css/features/emporter.css",
    "img/logo.svg",
    "js/features/hors-connexion.js",
)


def list_coquille() -> list[str]:
    """Addresses of those files, each with the digest of its content."""
    asset_url = current_app.jinja_env.globals["asset_url"]
    return [asset_url(nom) for nom in _FICHIERS]  # type: ignore[operator]


def build_adresse_worker() -> str:
    """Address of the service worker: one for every language, at the root of the site."""
    return strip_langue(url_for("emporter.send_service_worker"))


def list_secours() -> dict[str, str]:
    """For the first step of a language ("" for French), the page that says that there is no connection.

    The easy register has the French one.
    """
    page = strip_langue(url_for("emporter.show_secours"))
    return {FR.prefixe: page, EN.prefixe: f"/{EN.prefixe}{page}"}
