"""Route of the page that tells how travel times are obtained."""

from __future__ import annotations

from flask import Blueprint, render_template

from tierslieux.trajets.presenters import build_methode_page

bp = Blueprint("trajets", __name__)


@bp.get("/temps-de-trajet")
def show_methode() -> str:
    """How travel times are estimated, every assumption told."""
    return render_template("trajets/methode.html", page=build_methode_page())
