"""Routes of a run made on the pages: give a file, say what its columns hold, look at what would change, apply it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from tierslieux.core import taches
from tierslieux.core.errors import ConflictError, SourceError
from tierslieux.extensions import get_session, open_ecriture
from tierslieux.imports.apercu import Sort
from tierslieux.imports.correspondances.correspondance import build_source
from tierslieux.imports.correspondances.reconnaissance import CIBLES
from tierslieux.imports.depots import catalogue, depots, presenters_apercu, presenters_depots, propositions
from tierslieux.imports.depots.acces import close_to_caches, has_acces, require_acces
from tierslieux.imports.depots.depots import EtatDepot
from tierslieux.imports.depots.forms import (
    NOUVELLE,
    OCTETS_AUTOUR,
    OCTETS_MAX,
    TROP_GROS,
    ActionForm,
    ApplicationForm,
    Choix,
    DepotForm,
    FichierForm,
    build_correspondance,
    read_choix,
)
from tierslieux.imports.models import Depot

bp = Blueprint("depots", __name__, url_prefix="/imports")

ENVOIS = frozenset({"depots.create_depot", "depots.replace_fichier"})
# What is still read of a file that is too large, so that the browser gets the answer rather than a cut connection.
OCTETS_IGNORES_MAX = 60_000_000


@bp.url_value_preprocessor
def admit_files(endpoint: str | None, _valeurs: dict[str, Any] | None) -> None:
    """Let large bodies in, before anything reads them, on the two routes that take files and for holders of a link."""
    if endpoint in ENVOIS and has_acces():
        request.max_content_length = OCTETS_MAX + OCTETS_AUTOUR


@bp.errorhandler(RequestEntityTooLarge)
def refuse_body(_erreur: RequestEntityTooLarge) -> ResponseReturnValue:
    """A file that is too large, told beside the field."""
    reste = min(request.content_length or 0, OCTETS_IGNORES_MAX)
    while reste > 0 and (lu := request.environ["wsgi.input"].read(min(reste, 1_000_000))):
        reste -= len(lu)
    form = _build_depot_form(get_session(), None)
    form.refuse_fichier(TROP_GROS)
    page = render_template("imports/nouveau.html", form=form)
    return close_to_caches(Response(page, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, mimetype="text/html"))


@bp.errorhandler(ConflictError)
def show_conflit(erreur: ConflictError) -> ResponseReturnValue:
    """An action that came too late or twice."""
    cle = (request.view_args or {}).get("cle")
    page = render_template("imports/conflit.html", message=erreur.message, cle=cle)
    return close_to_caches(Response(page, HTTPStatus.CONFLICT, mimetype="text/html"))


def _get_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _go_to(depot: Depot) -> ResponseReturnValue:
    return redirect(url_for("depots.show_depot", cle=depot.cle), HTTPStatus.SEE_OTHER)


# --- The list and the file --------------------------------------------------------------------------------------------


@bp.get("")
@require_acces
def list_depots() -> ResponseReturnValue:
    """Files given lately, and the last runs of each source."""
    session = get_session()
    libelles = catalogue.list_libelles(session)
    executions = [
        presenters_depots.build_execution(execution, libelles[execution.source_id], peut_annuler=peut_annuler)
        for execution, peut_annuler in catalogue.list_executions(session)
    ]
    donnes = depots.list_depots(session)
    page = presenters_depots.build_liste_page(
        donnes,
        executions,
        libelles,
        catalogue.list_annulees(session, donnes),
        a_ouvrier=taches.has_ouvrier(session),
    )
    return render_template("imports/liste.html", page=page, form=ActionForm())


@bp.get("/nouveau")
@require_acces
def show_nouveau() -> ResponseReturnValue:
    """The form that takes a file."""
    form = _build_depot_form(get_session(), request.args)
    return render_template("imports/nouveau.html", form=form)


@bp.post("/nouveau")
@require_acces
def create_depot() -> ResponseReturnValue:
    """Take a file, recognise it, keep it."""
    session = get_session()
    form = _build_depot_form(session, request.form)
    est_valide, fichier = form.validate(), form.read_fichier()
    devine = _guess(form, fichier) if fichier else None
    if not est_valide or fichier is None or devine is None:
        return render_template("imports/nouveau.html", form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    with open_ecriture() as ecriture:
        semblable = devine.proposition["source_id"] or catalogue.find_semblable(ecriture, devine.noms)
        source_id, correspondance = form.source.data, catalogue.find_correspondance(ecriture, form.source.data)
        if form.source.data == NOUVELLE:
            correspondance = catalogue.build_declaration(
                ecriture,
                devine.declaration,
                libelle=form.libelle.data,
                producteur=form.producteur.data,
                licence=form.licence.data,
                today=_get_now().date(),
            )
            source_id = correspondance["id"]
        depot = depots.create_depot(
            ecriture,
            nom_fichier=fichier[0],
            contenu=fichier[1],
            source_id=source_id,
            correspondance=correspondance,
            reconnu=devine.reconnu,
            proposition=devine.proposition | {"source_id": semblable},
            now=_get_now(),
        )
    return _go_to(depot)


@bp.post("/depots/<cle>/fichier")
@require_acces
def replace_fichier(cle: str) -> ResponseReturnValue:
    """Take another file in the place of the first."""
    form = FichierForm()
    fichier = form.read_fichier() if form.validate() else None
    devine = _guess(form, fichier) if fichier else None
    if fichier is None or devine is None:
        return _render_depot(depots.get_depot(get_session(), cle), form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    with open_ecriture() as session:
        ancienne = depots.get_depot(session, cle).correspondance
        depot = depots.replace_fichier(
            session,
            cle,
            nom_fichier=fichier[0],
            contenu=fichier[1],
            correspondance=catalogue.adapt_declaration(ancienne, devine.declaration, devine.noms),
            reconnu=devine.reconnu,
            proposition=devine.proposition,
            now=_get_now(),
        )
    return _go_to(depot)


def _build_depot_form(session: Session, valeurs: Mapping[str, str] | None) -> DepotForm:
    form = DepotForm() if request.method == "POST" and valeurs is not None else DepotForm(formdata=None)
    connues = catalogue.list_choix(session)
    form.offer_sources(connues)
    if request.method == "GET" and valeurs and valeurs.get("source") in dict(connues):
        form.source.data = valeurs["source"]
    return form


def _guess(form: FichierForm, fichier: tuple[str, bytes]) -> propositions.Devine | None:
    nom, contenu = fichier
    try:
        return propositions.guess(contenu, nom)
    except SourceError as erreur:
        form.refuse_fichier(f"Ce fichier ne peut pas être lu : {erreur.message}")
        return None


# --- One import -----------------------------------------------------------------------------------------------------


@bp.get("/depots/<cle>")
@require_acces
def show_depot(cle: str) -> ResponseReturnValue:
    """Where an import stands: what to do next, how far it is, or what it did."""
    return _render_depot(depots.get_depot(get_session(), cle))


def _render_depot(depot: Depot, *, form: FichierForm | None = None, application: ApplicationForm | None = None) -> str:
    session, etat = get_session(), EtatDepot(depot.etat)
    libelles = catalogue.list_libelles(session)
    action, fichier_form = ActionForm(formdata=None), form or FichierForm(formdata=None)
    if depot.etat in depots.EN_COURS:
        page: object = presenters_depots.build_avancement_page(
            depot, libelles, now=_get_now(), a_ouvrier=taches.has_ouvrier(session)
        )
        return render_template("imports/avancement.html", page=page, form=action)
    if etat is EtatDepot.RECU:
        page = presenters_depots.build_reconnu_page(depot, libelles, CIBLES)
        return render_template("imports/reconnu.html", page=page, form=action, fichier_form=fichier_form)
    if etat is EtatDepot.APERCU:
        page = presenters_apercu.build_apercu_page(depot, libelles, depots.count_lignes(session, depot))
        application = application or ApplicationForm(formdata=None, vu=page.version)
        return render_template("imports/apercu.html", page=page, form=application)
    if etat is EtatDepot.APPLIQUE:
        execution, peut_annuler = catalogue.get_execution(session, depot.execution_id)
        lieux = catalogue.list_lieux(session, execution.id)
        page = presenters_apercu.build_resultat_page(depot, libelles, execution, lieux, peut_annuler=peut_annuler)
        return render_template("imports/resultat.html", page=page, form=action)
    page = presenters_depots.build_arret_page(depot, libelles, est_efface=depots.is_efface(session, depot))
    return render_template("imports/arret.html", page=page, form=action, fichier_form=fichier_form)


@bp.get("/depots/<cle>/colonnes")
@require_acces
def show_colonnes(cle: str) -> ResponseReturnValue:
    """Which column says what, to change it."""
    session = get_session()
    depot = depots.get_depot(session, cle)
    if depot.etat not in depots.AU_REPOS or depot.correspondance is None:
        return _go_to(depot)
    page = presenters_depots.build_reconnu_page(depot, catalogue.list_libelles(session), CIBLES)
    return render_template(
        "imports/reconnu.html", page=page, form=ActionForm(formdata=None), fichier_form=FichierForm(formdata=None)
    )


@bp.post("/depots/<cle>/colonnes")
@require_acces
def save_colonnes(cle: str) -> ResponseReturnValue:
    """Keep which column says what, and have the file read."""
    depot = depots.get_depot(get_session(), cle)
    correspondance = None
    if depot.correspondance is not None:
        colonnes = presenters_depots.get_proposition(depot).get("colonnes", [])
        choix = read_choix(request.form, len(colonnes), CIBLES)
        raison = None
        if choix.est_valide:
            retenues = presenters_depots.list_cibles(depot, colonnes)
            connues = [{**colonne, "champ": cible or None} for colonne, cible in zip(colonnes, retenues, strict=True)]
            correspondance = build_correspondance(depot.correspondance, connues, choix)
            raison = _check(correspondance)
        if not choix.est_valide or raison is not None:
            return _refuse_colonnes(depot, choix, raison)
    with open_ecriture() as session:
        depot = depots.start_lecture(session, cle, correspondance=correspondance, now=_get_now())
    return _go_to(depot)


def _check(correspondance: Mapping[str, Any]) -> str | None:
    """Why a file cannot be read by this declaration, or None."""
    try:
        build_source(correspondance, origine="Colonnes")
    except SourceError as erreur:
        return erreur.message
    return None


def _refuse_colonnes(depot: Depot, choix: Choix, raison: str | None) -> ResponseReturnValue:
    page = presenters_depots.build_reconnu_page(
        depot,
        catalogue.list_libelles(get_session()),
        CIBLES,
        choisies=choix.cibles,
        erreurs=choix.erreurs,
        generales=(*choix.generales, *([raison] if raison else [])),
    )
    corps = render_template(
        "imports/reconnu.html", page=page, form=ActionForm(formdata=None), fichier_form=FichierForm(formdata=None)
    )
    return corps, HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/depots/<cle>/source")
@require_acces
def choose_source(cle: str) -> ResponseReturnValue:
    """Say that the file is another edition of a source that exists."""
    source_id = request.form.get("source", "")
    with open_ecriture() as session:
        if source_id not in dict(catalogue.list_choix(session)):
            raise NotFound
        correspondance = catalogue.find_correspondance(session, source_id)
        depot = depots.choose_source(session, cle, source_id, correspondance=correspondance, now=_get_now())
    return _go_to(depot)


@bp.get("/depots/<cle>/source.toml")
@require_acces
def download_declaration(cle: str) -> ResponseReturnValue:
    """The declaration as a file, for an installation that keeps its sources beside the program."""
    depot = depots.get_depot(get_session(), cle)
    if depot.correspondance is None:
        raise NotFound
    reponse = Response(catalogue.render_toml(depot.correspondance), mimetype="application/toml")
    reponse.headers["Content-Disposition"] = 'attachment; filename="source.toml"'
    return reponse


@bp.get("/depots/<cle>/lignes/<sort>")
@require_acces
def show_lignes(cle: str, sort: str) -> ResponseReturnValue:
    """Rows of a preview, one kind at a time."""
    session = get_session()
    depot = depots.get_depot(session, cle)
    if sort not in {choix.value for choix in Sort} or depot.etat in {EtatDepot.RECU, EtatDepot.LECTURE}:
        raise NotFound
    nombres = depots.count_lignes(session, depot)
    numero = request.args.get("page", 1, type=int)
    derniere = max(1, -(-nombres.get(sort, 0) // depots.LIGNES_PAR_PAGE))
    numero = min(max(numero, 1), derniere)
    lignes = depots.list_lignes(session, depot, Sort(sort), page=numero)
    page = presenters_apercu.build_lignes_page(
        depot, catalogue.list_libelles(session), Sort(sort), lignes, nombres, page=numero
    )
    return render_template("imports/lignes.html", page=page)


@bp.get("/depots/<cle>/rejets.csv")
@require_acces
def download_rejets(cle: str) -> ResponseReturnValue:
    """The rows that a preview rejects, with what to do."""
    session = get_session()
    corps = presenters_apercu.render_refus(depots.list_rejetees(session, depots.get_depot(session, cle)))
    reponse = Response(corps, mimetype="text/csv")
    reponse.headers["Content-Disposition"] = 'attachment; filename="lignes-refusees.csv"'
    return reponse


@bp.post("/depots/<cle>/appliquer")
@require_acces
def apply_depot(cle: str) -> ResponseReturnValue:
    """Have the preview applied."""
    form = ApplicationForm()
    try:
        with open_ecriture() as session:
            depot = depots.start_application(
                session, cle, vu=form.vu.data or "", accepter_pertes=bool(form.accepter_pertes.data), now=_get_now()
            )
    except depots.AccordError as erreur:
        form.accepter_pertes.errors = (erreur.message,)
        depot = depots.get_depot(get_session(), cle)
        return _render_depot(depot, application=form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _go_to(depot)


@bp.post("/depots/<cle>/arreter")
@require_acces
def stop_depot(cle: str) -> ResponseReturnValue:
    """Give an import up."""
    with open_ecriture() as session:
        depot = depots.stop(session, cle, now=_get_now())
    return _go_to(depot)


@bp.post("/depots/<cle>/relire")
@require_acces
def read_again(cle: str) -> ResponseReturnValue:
    """Have the file read once more, as it is declared."""
    with open_ecriture() as session:
        depot = depots.start_lecture(session, cle, now=_get_now())
    return _go_to(depot)
