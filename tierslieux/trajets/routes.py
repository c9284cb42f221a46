"""Route of the page that tells how travel times are obtained."""

from __future__ import annotations

from flask import Blueprint, render_template

from tierslieux.extensions import get_session
from tierslieux.trajets.choix import CLE, Choix
from tierslieux.trajets.externes import find_service
from tierslieux.trajets.presenters import build_methode_page

bp = Blueprint("trajets", __name__)


@bp.get("/temps-de-trajet")
def show_methode() -> str:
    """Which engine this installation uses, every assumption told."""
    choix: Choix | None = get_session().info.get(CLE)
    page = (
        build_methode_page(choix.find_provenance(), find_service(choix.nom, choix.url))
        if choix
        else build_methode_page()
    )
    return render_template("trajets/methode.html", page=page)
