"""The report as files: a page that stands alone, a PDF. The same report gives the same bytes."""

from __future__ import annotations

from jinja2 import Environment

from tierslieux.config import RACINE
from tierslieux.core.pdf import render_pdf
from tierslieux.planification.rapports.rapport import Rapport

FEUILLE = RACINE / "static/css/features/rapport_plan_pdf.css"
GABARIT = "planification/rapport_document.html"


def render_fichier(gabarits: Environment, rapport: Rapport) -> str:
    """One HTML file with its sheet within: it asks for nothing."""
    return gabarits.get_template(GABARIT).render(rapport=rapport, feuille=FEUILLE.read_text(encoding="utf-8"))


def render_rapport_pdf(gabarits: Environment, rapport: Rapport) -> bytes:
    """The PDF; raises PdfIndisponibleError and PdfOccupeError. Without date: its data have theirs."""
    return render_pdf(gabarits.get_template(GABARIT).render(rapport=rapport, feuille=""), FEUILLE)
