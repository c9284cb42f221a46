"""Route of the page that tells how every figure is obtained."""

from __future__ import annotations

from flask import Blueprint, render_template

from tierslieux.couverture.services import find_edition
from tierslieux.extensions import get_session
from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.observatoire.chargement import read_chargement, read_modele
from tierslieux.observatoire.methode import build_page

bp = Blueprint("methode", __name__)


@bp.get("/methode")
def show_methode() -> str:
    """Every indicator, hypothesis and computation; each figure of the site leads to its paragraph."""
    session = get_session()
    chargement = read_chargement(session, comptes=True)
    page = build_page(get_catalogue(), chargement, find_edition(session), read_modele(session))
    return render_template("observatoire/methode.html", page=page)
