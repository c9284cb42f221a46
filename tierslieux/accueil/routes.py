"""Routes of the home page and of the pages that speak of the site itself."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urljoin

from flask import Blueprint, Response, render_template, request, url_for

from tierslieux import langues
from tierslieux.accueil import services
from tierslieux.accueil.audits import Conformite, read_rgaa
from tierslieux.accueil.presenters import build_accueil_page, build_site_page, list_mots
from tierslieux.accueil.presenters_audits import build_accessibilite_page, build_ecoconception_page
from tierslieux.accueil.presenters_donnees import build_donnees_page
from tierslieux.contributions.donnees import purges
from tierslieux.extensions import get_etat, get_session

bp = Blueprint("accueil", __name__)

# Answers of searches have no end; places are reached by the pages of territories. The API is for programs.
ROBOTS = """\
User-agent: *
Disallow: /api/
Disallow: /recherche?
Disallow: /carte?
Disallow: /mes-lieux?
Disallow: /orientation?
Disallow: /territoires/*?
Disallow: /*/recherche?
Disallow: /*/carte?
Disallow: /*/mes-lieux?
Disallow: /*/orientation?
Sitemap: {sitemap}
"""


@bp.app_context_processor
def _tell_conformite() -> dict[str, Conformite]:
    """The law asks for the state of accessibility in the footer of every page."""
    return {"conformite": read_rgaa().conformite}


@bp.get("/")
def show_accueil() -> str:
    """The home page."""
    page = build_accueil_page(services.count_lieux(get_session()))
    return render_template("accueil/accueil.html", page=page)


@bp.get("/sante")
def show_sante() -> Response:
    """200 once the site can answer, 503 before."""
    if services.is_pret(get_session()):
        return Response("pret\n", mimetype="text/plain")
    return Response("chargement\n", HTTPStatus.SERVICE_UNAVAILABLE, mimetype="text/plain")


@bp.get("/mentions-legales")
def show_mentions() -> str:
    """Legal notice."""
    page = build_site_page(get_etat().settings, services.list_sources(get_session()))
    return render_template("accueil/mentions.html", page=page)


@bp.get("/accessibilite")
def show_accessibilite() -> str:
    """Accessibility statement."""
    site = build_site_page(get_etat().settings)
    return render_template("accueil/accessibilite.html", page=build_accessibilite_page(site))


@bp.get("/ecoconception")
def show_ecoconception() -> str:
    """Self-assessment of eco-design."""
    site = build_site_page(get_etat().settings)
    return render_template("accueil/ecoconception.html", page=build_ecoconception_page(site))


@bp.get("/donnees-personnelles")
def show_donnees_personnelles() -> str:
    """What is known of people, why and for how long, and the proof that it is forgotten."""
    site = build_site_page(get_etat().settings)
    purge = purges.find_derniere(get_session())
    return render_template("accueil/donnees_personnelles.html", page=build_donnees_page(site, purge))


@bp.get("/plan-du-site")
def show_plan() -> str:
    """Every page of the site."""
    return render_template("accueil/plan.html", page=build_site_page(get_etat().settings))


@bp.get("/mots-difficiles")
def show_mots_difficiles() -> str:
    """Hard words and what they mean."""
    return render_template("accueil/mots.html", mots=list_mots())


@bp.get("/robots.txt")
def show_robots() -> Response:
    """What crawlers should leave alone."""
    sitemap = langues.strip_langue(url_for("sitemap.show_index"))
    return Response(ROBOTS.format(sitemap=urljoin(request.host_url, sitemap)), mimetype="text/plain")
