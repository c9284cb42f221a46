"""Routes of what people carry away: PDF, codes, script of a call, chosen places, packs to read offline."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.core.pdf import PdfIndisponibleError, PdfOccupeError, render_pdf
from tierslieux.core.qr import build_qr
from tierslieux.core.textes import gettext as _
from tierslieux.emporter import packs, presenters, recherches, services
from tierslieux.emporter.params import PUBLIC_ID, Choix
from tierslieux.extensions import get_session
from tierslieux.filtres import format_date
from tierslieux.lieux.enums import Besoin
from tierslieux.lieux.forms import Demande
from tierslieux.lieux.params import Criteres
from tierslieux.lieux.presenters import build_lieu_page
from tierslieux.lieux.services import LieuDetail

bp = Blueprint("emporter", __name__)

# A document takes about a second: whoever found the workshop full has good chances after that.
REESSAI_S = 10
AJOUTS_MAX = 10


@bp.errorhandler(PdfIndisponibleError)
@bp.errorhandler(PdfOccupeError)
def show_sans_pdf(erreur: PdfIndisponibleError | PdfOccupeError) -> ResponseReturnValue:
    """What to do without the document: print the page, or try again a little later."""
    occupe = isinstance(erreur, PdfOccupeError)
    contenu = render_template(
        "emporter/sans_pdf.html", message=erreur.message, occupe=occupe, page=_find_page(), adresse=request.full_path
    )
    entetes = {"Retry-After": str(REESSAI_S)} if occupe else {}
    return contenu, HTTPStatus.SERVICE_UNAVAILABLE, entetes


@bp.get("/lieux/<public_id>/fiche.pdf")
def download_fiche(public_id: str) -> ResponseReturnValue:
    """The sheet of a place."""
    now = dt.datetime.now(dt.UTC)
    detail = _get_lieu(public_id, now)
    if detail.resume.public_id != public_id:
        return _follow("emporter.download_fiche", detail)
    adresse = _build_adresse_lieu(public_id)
    page = build_lieu_page(detail, [], today=now.date(), now=now, adresse=adresse)
    html = render_template("emporter/fiche_pdf.html", fiche=presenters.build_fiche(page, adresse=adresse))
    return _send_pdf(html, f"lieu-{public_id}")


@bp.get("/lieux/<public_id>/qr.svg")
def show_qr(public_id: str) -> ResponseReturnValue:
    """The code of a place's address."""
    detail = _get_lieu(public_id, dt.datetime.now(dt.UTC))
    if detail.resume.public_id != public_id:
        return _follow("emporter.show_qr", detail)
    adresse = _build_adresse_lieu(public_id)
    titre = _("Code à scanner : %(adresse)s", adresse=adresse)
    return Response(render_template("emporter/qr.svg", code=build_qr(adresse), titre=titre), mimetype="image/svg+xml")


@bp.get("/lieux/<public_id>/telephoner")
def show_appel(public_id: str) -> ResponseReturnValue:
    """What to say and to ask on the phone; a need that is not known is left out."""
    now = dt.datetime.now(dt.UTC)
    detail = _get_lieu(public_id, now)
    besoin = _read_besoin()
    if detail.resume.public_id != public_id:
        return _follow("emporter.show_appel", detail)
    return render_template("emporter/appel.html", page=presenters.build_appel_page(detail, besoin, today=now.date()))


@bp.get("/recherche/liste.pdf")
def download_recherche() -> ResponseReturnValue:
    """The list of a search; one that says nowhere to look from leads to the page that asks where."""
    now = dt.datetime.now(dt.UTC)
    demande = Demande.from_args(request.args, today=now.date())
    trouves = recherches.list_recherche(get_session(), demande, now=now)
    if trouves is None or not trouves.lieux:
        return redirect(url_for("lieux.search_lieux", **request.args.to_dict(flat=False)))  # type: ignore[arg-type]
    adresse = url_for("lieux.search_lieux", **demande.build_args(), **demande.criteres.to_args(), _external=True)
    liste = presenters.build_liste(
        trouves.titre, [(None, trouves.lieux)], today=now.date(), adresse=adresse, resume=[trouves.resume]
    )
    return _send_liste(liste, "lieux")


@bp.get("/territoires/commune/<code>/liste.pdf")
def download_territoire(code: str) -> ResponseReturnValue:
    """Every offer of a commune, and the nearest ones around it when there are few."""
    if not (code.isascii() and code.isalnum()):
        raise NotFoundError(_("Nous ne connaissons pas cette commune."))
    now = dt.datetime.now(dt.UTC)
    trouves = services.list_lieux_commune(get_session(), code.upper(), now=now)
    adresse = url_for("territoires.show_territoire", niveau="commune", code=trouves.code, _external=True)
    liste = presenters.build_liste_commune(trouves, today=now.date(), adresse=adresse)
    return _send_liste(liste, f"commune-{trouves.code}")


@bp.get("/mes-lieux")
def show_selection() -> str:
    """The places that the address names; `q` looks for one more to add."""
    now = dt.datetime.now(dt.UTC)
    choix, q = Choix.from_args(request.args.getlist("l")), request.args.get("q", "")
    ajouts = None
    if q.strip():
        demande = Demande.from_args({"q": q}, today=now.date())
        trouves = recherches.list_recherche(get_session(), demande, now=now, limite=AJOUTS_MAX)
        ajouts = trouves.lieux[:AJOUTS_MAX] if trouves else ()
    lus = services.list_choisis(get_session(), choix, now=now)
    page = presenters.build_selection_page(
        choix, lus, today=now.date(), adresse=_build_adresse_selection(choix), q=q[:100], ajouts=ajouts
    )
    return render_template("emporter/selection.html", page=page)


@bp.get("/mes-lieux/liste.pdf")
def download_selection() -> ResponseReturnValue:
    """The chosen places as a document; an empty choice leads to the page that explains it."""
    now = dt.datetime.now(dt.UTC)
    choix = Choix.from_args(request.args.getlist("l"))
    lus = services.list_choisis(get_session(), choix, now=now)
    if not lus.lieux:
        return redirect(url_for("emporter.show_selection", l=list(choix.ids)))
    adresse = _build_adresse_selection(choix)
    page = presenters.build_selection_page(choix, lus, today=now.date(), adresse=adresse)
    return _send_liste(page.liste, "mes-lieux")


@bp.get("/hors-connexion")
def show_pack() -> ResponseReturnValue:
    """What a pack is, and which département to take."""
    demande = request.args.get("departement", "").strip().upper()
    departements = services.list_departements(get_session())
    if demande in dict(departements):
        return redirect(url_for("emporter.show_pack_departement", departement=demande))
    return render_template("emporter/packs.html", departements=departements, inconnu=bool(demande))


@bp.get("/hors-connexion/<departement>")
def show_pack_departement(departement: str) -> ResponseReturnValue:
    """Every offer of a département on one page."""
    if departement not in dict(services.list_departements(get_session())):
        raise NotFoundError(_("Nous ne connaissons pas ce département."))
    now = dt.datetime.now(dt.UTC)
    nom, lieux = services.list_lieux_departement(get_session(), departement, now=now)
    adresse = url_for("emporter.show_pack_departement", departement=departement, _external=True)
    page = presenters.build_pack_page(departement, nom, lieux, today=now.date(), adresse=adresse)
    reponse = Response(
        render_template("emporter/pack.html", page=page, service_worker=packs.build_adresse_worker()),
        mimetype="text/html",
    )
    # What the list of kept packs says of it; read by static/js/features/hors-connexion.js.
    libelle = _("%(nom)s, liste du %(date)s", nom=nom, date=format_date(now.date()))
    reponse.headers["X-Tierslieux-Pack"] = quote(libelle)
    return reponse


@bp.get("/hors-connexion/secours")
def show_secours() -> str:
    """The page that a browser without connection shows in the place of another."""
    return render_template("emporter/secours.html")


@bp.get("/sw.js")
def send_service_worker() -> Response:
    """The service worker, at the root so that it answers for the whole site; browsers ask for it anew each day."""
    coquille = packs.list_coquille()
    secours = packs.list_secours()
    # A change of the code, of a style or of the page itself makes browsers install it anew.
    contenu = render_template("emporter/sw.js", coquille=coquille, secours=secours, version="") + show_secours()
    version = hashlib.sha256(contenu.encode()).hexdigest()[:10]
    code = render_template("emporter/sw.js", coquille=coquille, secours=secours, version=version)
    reponse = Response(code, mimetype="text/javascript")
    reponse.headers["Cache-Control"] = "no-cache"
    return reponse


def _get_lieu(public_id: str, now: dt.datetime) -> LieuDetail:
    if not PUBLIC_ID.fullmatch(public_id):
        raise NotFoundError(_("Ce lieu n’existe pas, ou n’existe plus."))
    return services.get_lieu_publie(get_session(), public_id, now=now)


def _follow(endpoint: str, detail: LieuDetail) -> ResponseReturnValue:
    """A place that was merged leads to the one that took it; a merge can be undone, so that nothing is kept of it."""
    args = request.args.to_dict(flat=False)
    reponse = redirect(url_for(endpoint, public_id=detail.resume.public_id, **args), HTTPStatus.FOUND)  # type: ignore[arg-type]
    reponse.headers["Cache-Control"] = "no-cache"
    return reponse


def _read_besoin() -> Besoin | None:
    try:
        return Criteres.from_args({"besoin": request.args.get("besoin", "")}).besoin
    except InvalidInputError:
        return None


def _build_adresse_lieu(public_id: str) -> str:
    return url_for("lieux.show_lieu", public_id=public_id, _external=True)


def _build_adresse_selection(choix: Choix) -> str:
    return url_for("emporter.show_selection", l=list(choix.ids), _external=True)


def _send_liste(liste: presenters.Liste, nom: str) -> Response:
    return _send_pdf(render_template("emporter/liste_pdf.html", liste=liste), nom)


def _send_pdf(html: str, nom: str) -> Response:
    """The document, shown by the browser when it can: people then choose to print it or to keep it."""
    reponse = Response(render_pdf(html), mimetype="application/pdf")
    reponse.headers["Content-Disposition"] = f'inline; filename="{nom}.pdf"'
    reponse.headers["X-Robots-Tag"] = "noindex"
    reponse.headers["Cache-Control"] = "no-cache"
    return reponse


def _find_page() -> str:
    """The page that says the same as the document that was asked for, in HTML."""
    args = request.args.to_dict(flat=False)
    vues = request.view_args or {}
    pages: dict[str, Callable[[], str]] = {
        "emporter.download_fiche": lambda: url_for("lieux.show_lieu", public_id=vues["public_id"]),
        "emporter.download_territoire": lambda: url_for(
            "territoires.show_territoire", niveau="commune", code=vues["code"]
        ),
        "emporter.download_selection": lambda: url_for("emporter.show_selection", **args),  # type: ignore[arg-type]
    }
    trouvee = pages.get(request.endpoint or "")
    return trouvee() if trouvee else url_for("lieux.search_lieux", **args)  # type: ignore[arg-type]
