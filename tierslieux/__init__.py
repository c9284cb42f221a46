"""Third places, digital help and the gaps between them and people: the application factory."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from apiflask import APIFlask
from flask import Flask, Response, url_for
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from tierslieux import courriels_cli, extensions, handlers, langues, limites, logs, referencement, retours
from tierslieux.accueil import routes as accueil
from tierslieux.comptes import cli as comptes_cli
from tierslieux.comptes import routes as comptes
from tierslieux.comptes import routes_administration, routes_compte
from tierslieux.comptes.securite import init_comptes
from tierslieux.config import RACINE, Settings
from tierslieux.contributions import cli as contributions_cli
from tierslieux.contributions.donnees import routes as donnees
from tierslieux.contributions.donnees import routes_moderation as oppositions
from tierslieux.contributions.evenements import routes as evenements
from tierslieux.contributions.formulaires import routes as contribuer
from tierslieux.contributions.liens_prives import CLE as CLE_CONTRIBUTIONS
from tierslieux.contributions.moderation import routes as moderation
from tierslieux.contributions.suivi import routes as suivi
from tierslieux.contributions.versions import routes as historique
from tierslieux.contributions.votes import routes as votes
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.correspondance import build_reglages
from tierslieux.couverture import cli as couverture_cli
from tierslieux.diffusion import carte, sitemap
from tierslieux.diffusion import cli as diffusion_cli
from tierslieux.diffusion import routes as diffusion
from tierslieux.diffusion.exports import routes as exports
from tierslieux.diffusion.tuiles import cli as tuiles_cli
from tierslieux.diffusion.tuiles import routes as tuiles
from tierslieux.emporter import routes as emporter
from tierslieux.filtres import FILTRES
from tierslieux.imports import cli as imports_cli
from tierslieux.imports import routes as imports
from tierslieux.imports.depots import routes_acces, routes_annulation, routes_depots
from tierslieux.imports.doublons import routes_doublons
from tierslieux.imports.tableaux import LECTEURS
from tierslieux.indicateurs import cli as indicateurs_cli
from tierslieux.installation import cli as installation_cli
from tierslieux.installation import cluster
from tierslieux.lieux import cli as lieux_cli
from tierslieux.lieux import routes as lieux
from tierslieux.observatoire import routes as observatoire
from tierslieux.observatoire import routes_methode, routes_rapport
from tierslieux.observatoire.exports import routes as tableaux
from tierslieux.orientation import routes as orientation
from tierslieux.planification import cli as planification_cli
from tierslieux.planification.calculs import routes as routes_calculs
from tierslieux.planification.creneaux import routes as routes_creneaux
from tierslieux.planification.itinerance import routes as itinerance
from tierslieux.planification.ouvrir import routes as planification
from tierslieux.planification.rapports import routes as rapports
from tierslieux.planification.scenarios import routes as routes_scenarios
from tierslieux.planification.simulation import routes as routes_simulation
from tierslieux.planification.tables import routes as routes_tables
from tierslieux.territoires import cli as territoires_cli
from tierslieux.territoires import routes as territoires
from tierslieux.trajets import cli as trajets_cli
from tierslieux.trajets import routes as trajets
from tierslieux.trajets.choix import CLE as CLE_TRAJETS
from tierslieux.trajets.choix import build_choix

# No page waits longer for one statement; imports and computations have their own engines or none of this.
LIMITE_REQUETE_S = 5.0
# Forms are small; files come in through routes that raise this for themselves.
OCTETS_MAX = 1_000_000
UN_AN_S = 31_536_000


def create_app(settings: Settings) -> Flask:
    """Build the application from its settings, one named step after the other."""
    app = APIFlask(
        __name__,
        static_folder=str(RACINE / "static"),
        template_folder=str(RACINE / "templates"),
        spec_path=f"{diffusion.PREFIXE}/openapi.json",
        docs_path=None,
        json_errors=False,
    )
    _configure_app(app, settings)
    _configure_database(app, settings)
    _configure_templates(app, settings)
    _configure_api(app)
    _configure_routes(app)
    _configure_commands(app)
    _configure_headers(app, settings)
    logs.init_logs(app, development=settings.development)
    handlers.init_handlers(app)
    limites.init_limites(app)
    if settings.proxies:
        # The name of the site is that of Host, which proxies set; X-Forwarded-Host may be anybody's.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0)  # type: ignore[method-assign]
    return app


def _configure_app(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=OCTETS_MAX,
        SEND_FILE_MAX_AGE_DEFAULT=UN_AN_S,  # addresses of static files carry a digest of their content
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not settings.development,
        MAX_FORM_MEMORY_SIZE=OCTETS_MAX,  # the form itself says which of its texts is too long
        WTF_CSRF_SSL_STRICT=False,  # see retours.init_retours
        WTF_CSRF_TIME_LIMIT=None,  # bound to the session: a form filled over lunch is still good
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_MIMETYPES=[
            "text/html",
            "text/css",
            "text/csv",
            "text/javascript",
            "application/javascript",
            "application/json",
            "application/geo+json",
            "image/svg+xml",
        ],
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    extensions.compress.init_app(app)
    retours.init_retours(app)
    extensions.csrf.init_app(app)
    init_comptes(app)


def _configure_database(app: Flask, settings: Settings) -> None:
    """Without DATABASE_URL, the private cluster serves the data: it is started when a connection is first needed."""
    engine = create_engine_for(settings.database_url or cluster.URL_SANS_ADRESSE, statement_timeout_s=LIMITE_REQUETE_S)
    if settings.database_url is None:
        cluster.start_on_first_use(engine, settings.var_dir)
    info = {CLE_TRAJETS: build_choix(settings), CLE_CONTRIBUTIONS: build_reglages(settings)}
    lectures = session_factory(engine.execution_options(isolation_level="AUTOCOMMIT"), info)
    app.extensions[extensions.CLE] = extensions.Etat(settings, session_factory(engine, info), lectures)
    extensions.init_session(app)


def _configure_templates(app: Flask, settings: Settings) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTRES)
    app.jinja_env.globals.update(asset_url=_build_asset_url, settings=settings)
    langues.init_langues(app, extensions.babel)
    referencement.init_referencement(app)


@cache
def _digest_asset(chemin: Path, _modifie_ns: int) -> str:
    return hashlib.sha256(chemin.read_bytes()).hexdigest()[:10]


def _build_asset_url(nom: str) -> str:
    """Address of a static file with a digest of its content, so that browsers may keep it for ever."""
    chemin = RACINE / "static" / nom
    adresse = url_for("static", filename=nom, v=_digest_asset(chemin, chemin.stat().st_mtime_ns))
    return langues.strip_langue(adresse)


def _configure_api(app: APIFlask) -> None:
    diffusion.init_api(app)


def _configure_routes(app: Flask) -> None:
    for module in (accueil, lieux, orientation, emporter, trajets, territoires):
        app.register_blueprint(module.bp)
    for module in (observatoire, routes_methode, routes_rapport, imports, carte, diffusion, exports, tableaux, sitemap):
        app.register_blueprint(module.bp)
    for module in (routes_acces, routes_depots, routes_annulation, routes_doublons):
        app.register_blueprint(module.bp)
    app.register_blueprint(historique.bp)
    app.register_blueprint(donnees.bp)
    app.register_blueprint(oppositions.bp)
    app.register_blueprint(suivi.bp)
    suivi.init_suivi(app)
    donnees.init_donnees(app)
    app.register_blueprint(routes_scenarios.bp)
    app.register_blueprint(routes_simulation.bp)
    app.register_blueprint(planification.bp)
    app.register_blueprint(routes_calculs.bp)
    app.register_blueprint(routes_creneaux.bp)
    app.register_blueprint(routes_tables.bp)
    routes_tables.init_tables(app, LECTEURS)
    app.register_blueprint(rapports.bp)
    app.register_blueprint(itinerance.bp)
    app.register_blueprint(evenements.bp)
    app.register_blueprint(moderation.bp)
    app.register_blueprint(votes.bp)
    app.register_blueprint(contribuer.bp)
    for module in (comptes, routes_compte, routes_administration):
        app.register_blueprint(module.bp)
    app.register_blueprint(tuiles.bp)
    tuiles.init_tuiles(app)


def _configure_commands(app: Flask) -> None:
    groupes = (territoires_cli.groupe, lieux_cli.groupe, imports_cli.groupe, diffusion_cli.groupe, courriels_cli.groupe)
    chiffres = (indicateurs_cli.groupe, trajets_cli.groupe, couverture_cli.groupe, tuiles_cli.groupe)
    personnes = (comptes_cli.groupe, contributions_cli.groupe)
    for groupe in (*groupes, *chiffres, *personnes, planification_cli.groupe, *installation_cli.commands):
        app.cli.add_command(groupe)


def _configure_headers(app: Flask, settings: Settings) -> None:
    """Security headers of every answer. No inline script or style anywhere, so the policy has no exception."""
    images = "'self' data:"
    if settings.tuiles_url:
        images += " " + carte.build_origine_tuiles(settings.tuiles_url)
    politique = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src {images}",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
    entetes = {
        "Content-Security-Policy": politique,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # Addresses hold positions and answers: the next page, be it ours, only learns which site one comes from.
        "Referrer-Policy": "strict-origin",
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }

    @app.after_request
    def _add_headers(response: Response) -> Response:
        for nom, valeur in entetes.items():
            response.headers.setdefault(nom, valeur)
        return response
