"""Languages and registers of the pages: French, French that is easy to read (FALC), English.

The first step of an address names the language (`/falc/recherche`, `/en/recherche`); without one, pages are in French.
The step is taken off before routing, as a mount point is, so that `url_for` keeps people in their language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from gettext import NullTranslations
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import flask_babel
from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from tierslieux.catalogues import read_catalogue
from tierslieux.core import textes

_CLE = "tierslieux.langue"

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Langue:
    """A language of the pages: its step in addresses, its catalogue (None: source strings) and its HTML code."""

    prefixe: str
    catalogue: str | None
    lang: str
    nom: str


FR = Langue("", None, "fr", "Français")
FALC = Langue("falc", "fr@falc", "fr", "Facile à lire")
EN = Langue("en", "en", "en", "English")
LANGUES = (FR, FALC, EN)
_PAR_PREFIXE = MappingProxyType({langue.prefixe: langue for langue in LANGUES if langue.prefixe})

# Pages that residents read are written in every language: blueprints and endpoints. The others are for people at work,
# in French.
TRADUITS = frozenset(
    {
        "accueil",
        "carte",
        "lieux",
        "territoires",
        "orientation",
        "emporter",
        "trajets",
        "comptes.enter",
        "comptes.leave",
        "comptes.request_code",
        "comptes.show_code",
        "comptes.show_connexion",
        "contribuer",
        "donnees_personnelles",
        "evenements",
        "historique.show_fiches",
        "historique.show_historique",
        "historique.show_version",
        "mon_compte",
        "scenarios.show_scenario",
        "scenarios.give_avis",
        "suivi",
        "votes.list_propositions",
        "votes.show_proposition",
        "votes.vote",
    }
)
# These say more than a text that is easy to read has room for: blueprints and endpoints.
SANS_FALC = frozenset(
    {
        "carte",
        "territoires",
        "trajets",
        "comptes",
        "contribuer",
        "donnees_personnelles",
        "evenements",
        "mon_compte",
        "votes",
        "accueil.show_ecoconception",
        "emporter.show_pack",
        "emporter.show_pack_departement",
        "emporter.show_secours",
        "emporter.download_territoire",
        "historique.show_fiches",
        "historique.show_historique",
        "historique.show_version",
        "scenarios.show_scenario",
        "scenarios.give_avis",
        # All but the button of a place, which leads back to its page.
        "suivi.list_miennes",
        "suivi.show_a_verifier",
        "suivi.show_delais",
        "suivi.show_desabonnement",
        "suivi.show_entretien",
        "suivi.show_suivi",
    }
)

# Any name may stand in their address: they first look whether it leads to a page.
LEURS_PROPRES_RENVOIS = frozenset({"territoires.show_nomme"})


class Catalogues(flask_babel.Domain):  # type: ignore[misc]  # the library has no types
    """Catalogues read from their sources (.po), once per process: no compiled file to build or to keep in step."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the request's language."""
        return read_catalogue(get_langue().catalogue)


def get_langue() -> Langue:
    """The language of the request's address."""
    langue: Langue = request.environ.get(_CLE, FR)
    return langue


def is_ecrite(langue: Langue) -> bool:
    """Whether the page of this request is written in this language; an address that leads nowhere answers in each."""
    if langue is FR or request.endpoint is None:
        return True
    noms = {request.endpoint, request.blueprint}
    if langue is FALC and SANS_FALC & noms:
        return False
    return bool(TRADUITS & noms)


def list_autres_langues() -> list[Langue]:
    """The other languages in which this page can be read."""
    return [langue for langue in LANGUES if langue is not get_langue() and is_ecrite(langue)]


def is_falc() -> bool:
    """Whether the page is in the register that is easy to read; for templates imported without their context."""
    return get_langue() is FALC


def build_lang_donnees() -> Markup:
    """The attribute that says that a name, an address or a text from the data is in French; nothing on French pages."""
    return Markup("") if get_langue().lang == FR.lang else Markup(f' lang="{FR.lang}"')  # noqa: S704 - a constant


def build_adresse(langue: Langue) -> str:
    """The page of this request in another language: its path and its query string."""
    racine = request.script_root.removesuffix(build_racine(get_langue()))
    chemin = quote(racine + build_racine(langue) + request.path, safe="/%:@-._~!$&'()*+,;=")
    requete = request.query_string.decode("latin-1")
    return f"{chemin}?{requete}" if requete else chemin


def strip_langue(adresse: str) -> str:
    """An address built in this request without the step of its language: files and data have none."""
    racine = request.script_root
    commune = racine.removesuffix(build_racine(get_langue()))
    return commune + adresse.removeprefix(racine)


def build_racine(langue: Langue) -> str:
    """What the addresses of this language start with."""
    return f"/{langue.prefixe}" if langue.prefixe else ""


class PrefixeLangue:
    """Take the language's step off the path, as a mount point, before the application sees it."""

    def __init__(self, wsgi_app: Wsgi) -> None:
        self._wsgi_app = wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request, its language noted apart."""
        _, _, chemin = environ.get("PATH_INFO", "").partition("/")
        premier, barre, reste = chemin.partition("/")
        langue = _PAR_PREFIXE.get(premier)
        if langue is not None:
            environ[_CLE] = langue
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + build_racine(langue)
            environ["PATH_INFO"] = barre + reste or "/"
        return self._wsgi_app(environ, start_response)


def init_langues(app: Flask, babel: flask_babel.Babel) -> None:
    """Bind Flask-Babel, the templates and the pure modules to the language of each request's address."""
    babel.init_app(app, default_locale="fr", locale_selector=lambda: get_langue().catalogue or FR.lang)
    babel.domain_instance = Catalogues()
    app.wsgi_app = PrefixeLangue(app.wsgi_app)  # type: ignore[method-assign]  # Flask's documented way
    # Templates and pure modules read the same catalogue by the same function.
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        gettext=textes.find_texte, ngettext=textes.find_texte_nombre, newstyle=True
    )
    app.jinja_env.globals.update(
        LANGUES=LANGUES,
        FALC=FALC,
        list_autres_langues=list_autres_langues,
        build_adresse_langue=build_adresse,
        is_falc=is_falc,
        lang_donnees=build_lang_donnees,
    )

    @app.before_request
    def _set_langue() -> ResponseReturnValue | None:
        langue = get_langue()
        textes.set_catalogue(flask_babel.get_translations())
        # A page that is not written in a language says so by its address.
        if not is_ecrite(langue) and request.endpoint not in LEURS_PROPRES_RENVOIS:
            return redirect(build_adresse(FR))
        return None

    @app.teardown_request
    def _reset_langue(_erreur: BaseException | None) -> None:
        textes.set_catalogue(textes.FRANCAIS)

    @app.context_processor
    def _name_langue() -> dict[str, Langue]:
        return {"langue": get_langue()}
