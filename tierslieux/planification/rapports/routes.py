"""Routes of the report of a plan or of a scenario: the page, the PDF, the figures, the map that opens offline."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tierslieux.core.errors import NotFoundError
from tierslieux.core.pdf import PdfIndisponibleError, PdfOccupeError
from tierslieux.extensions import get_session
from tierslieux.planification.etude import Etude
from tierslieux.planification.rapports.donnees import Donnees, Entete, check_calcule, read_donnees
from tierslieux.planification.rapports.fichiers import render_rapport_pdf
from tierslieux.planification.rapports.rapport import Rapport, build_rapport
from tierslieux.planification.scenarios import services as scenarios
from tierslieux.territoires.enums import Niveau

bp = Blueprint("rapports", __name__)

# A document takes about a second: whoever found the workshop full has good chances after that.
REESSAI_S = 10
# The file has its own scripts and styles: should a browser show it all the same, it has no origin, ours or another.
POLITIQUE_CARTE = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
)


@bp.errorhandler(PdfIndisponibleError)
@bp.errorhandler(PdfOccupeError)
def show_sans_pdf(erreur: PdfIndisponibleError | PdfOccupeError) -> ResponseReturnValue:
    """What to do without the document: print the page, or try again a little later."""
    occupe = isinstance(erreur, PdfOccupeError)
    contenu = render_template(
        "emporter/sans_pdf.html",
        message=erreur.message,
        occupe=occupe,
        page=request.full_path.replace(".pdf", "", 1),
        adresse=request.full_path,
    )
    entetes = {"Retry-After": str(REESSAI_S)} if occupe else {}
    return contenu, HTTPStatus.SERVICE_UNAVAILABLE, entetes


@bp.get("/territoires/<niveau>/<code>/ouvrir/rapport")
def show_rapport(niveau: str, code: str) -> ResponseReturnValue:
    """The report of the best plan of the study in the address."""
    etude = _read_etude(niveau, code)
    rapport = build_rapport(read_donnees(get_session(), etude))
    valeurs: dict[str, Any] = {"niveau": etude.niveau.value, "code": etude.code, **etude.to_args()}
    liens = (
        (url_for("planification.show_ouvrir", **valeurs), "Revenir au plan"),
        (url_for("rapports.download_pdf", **valeurs), "Ce rapport en PDF"),
        (url_for("rapports.download_carte", **valeurs), "La carte à télécharger"),
        (url_for("rapports.read_rapport", **valeurs), "Les chiffres (JSON)"),
    )
    return _show(rapport, liens)


@bp.get("/territoires/<niveau>/<code>/ouvrir/rapport.pdf")
def download_pdf(niveau: str, code: str) -> ResponseReturnValue:
    """The same as a document."""
    etude = _read_etude(niveau, code)
    return _send_pdf(build_rapport(read_donnees(get_session(), etude)), f"rapport-{etude.niveau.value}-{etude.code}")


@bp.get("/territoires/<niveau>/<code>/ouvrir/rapport.json")
def read_rapport(niveau: str, code: str) -> ResponseReturnValue:
    """The same as figures."""
    rapport = build_rapport(read_donnees(get_session(), _read_etude(niveau, code)))
    return _finish(Response(rapport.to_json(), mimetype="application/json"))


@bp.get("/territoires/<niveau>/<code>/ouvrir/carte.html")
def download_carte(niveau: str, code: str) -> ResponseReturnValue:
    """The map of the plan as one file that opens without network; never shown by this site."""
    etude = _read_etude(niveau, code)
    return _send_carte(read_donnees(get_session(), etude), f"carte-{etude.niveau.value}-{etude.code}")


@bp.get("/scenarios/<public_id>/rapport")
def show_scenario(public_id: str) -> ResponseReturnValue:
    """The report of a scenario that is kept."""
    donnees = _read_scenario(public_id)
    liens = (
        (url_for("scenarios.show_scenario", public_id=public_id), "Revenir au scénario"),
        (url_for("rapports.download_scenario", public_id=public_id), "Ce rapport en PDF"),
        (url_for("rapports.download_carte_scenario", public_id=public_id), "La carte à télécharger"),
    )
    return _show(build_rapport(donnees), liens)


@bp.get("/scenarios/<public_id>/rapport.pdf")
def download_scenario(public_id: str) -> ResponseReturnValue:
    """The same as a document."""
    return _send_pdf(build_rapport(_read_scenario(public_id)), "rapport-scenario")


@bp.get("/scenarios/<public_id>/carte.html")
def download_carte_scenario(public_id: str) -> ResponseReturnValue:
    """The map of a scenario as one file."""
    return _send_carte(_read_scenario(public_id), "carte-scenario")


def _read_etude(niveau: str, code: str) -> Etude:
    """The study of the address; raises NotFoundError, InvalidInputError, ComputationError."""
    if niveau not in set(Niveau) or not (code.isascii() and code.isalnum()):
        raise NotFoundError("Ce territoire n’existe pas.")
    etude, erreurs = Etude.from_args(Niveau(niveau), code.upper(), request.args.to_dict(flat=False))
    if erreurs:
        raise erreurs[0]
    check_calcule(get_session(), etude)
    return etude


def _read_scenario(public_id: str) -> Donnees:
    session = get_session()
    scenario = scenarios.get_scenario(session, public_id)
    entete = Entete(scenario.titre, scenario.presentation)
    return read_donnees(session, scenarios.read_etude(scenario), entete)


def _show(rapport: Rapport, liens: tuple[tuple[str, str], ...]) -> Response:
    reponse = Response(render_template("planification/rapport.html", rapport=rapport, liens=liens))
    reponse.set_etag(hashlib.sha256(reponse.get_data()).hexdigest()[:20])
    reponse.make_conditional(request)
    return _finish(reponse)


def _send_pdf(rapport: Rapport, nom: str) -> Response:
    reponse = Response(render_rapport_pdf(current_app.jinja_env, rapport), mimetype="application/pdf")
    reponse.headers["Content-Disposition"] = f'inline; filename="{nom}.pdf"'
    return _finish(reponse)


def _send_carte(donnees: Donnees, nom: str) -> Response:
    # The library of maps takes a quarter of a second and 15 MB: only those who ask for one wait for it.
    from tierslieux.planification.rapports.carte import render_carte  # noqa: PLC0415

    contenu = render_carte(donnees)
    if contenu is None:
        raise NotFoundError("Aucune carte : ni contour ni lieu n’est connu pour ce territoire.")
    reponse = Response(contenu, mimetype="text/html")
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}.html"'
    reponse.headers["Content-Security-Policy"] = POLITIQUE_CARTE
    return _finish(reponse)


def _finish(reponse: Response) -> Response:
    reponse.headers["X-Robots-Tag"] = "noindex"
    reponse.headers["Cache-Control"] = "no-cache"
    return reponse
