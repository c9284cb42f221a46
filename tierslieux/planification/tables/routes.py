"""Routes of tables that a territory uploads: give a file, see what is understood, keep it, use it, delete it."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from tierslieux.core.errors import ConflictError, NotFoundError, SourceError
from tierslieux.extensions import get_session, open_ecriture
from tierslieux.planification.tables import depot as depot_tables
from tierslieux.planification.tables import modeles as modeles_tables
from tierslieux.planification.tables.lecture import Lecteurs, Nature
from tierslieux.planification.tables.presenters import build_page, clean_nom
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import Niveau

bp = Blueprint("tables", __name__, url_prefix="/territoires/<niveau>/<code>/tables")

CLE = "planification.lecteurs"
# Every commune of France with its number of people is 500 kB.
OCTETS_MAX = 2_000_000
# What surrounds the file in the body of the request.
OCTETS_AUTOUR = 20_000
# What is still read of a file that is too large, so that the browser gets the answer rather than a cut connection.
OCTETS_IGNORES_MAX = 20_000_000
TROP_GROS = f"Ce fichier est trop gros : {OCTETS_MAX // 1_000_000} Mo au plus."


def init_tables(app: Flask, lecteurs: Lecteurs) -> None:
    """Hand over what reads files: it belongs to imports, which stands above."""
    app.extensions[CLE] = lecteurs


@bp.url_value_preprocessor
def admit_files(endpoint: str | None, _valeurs: dict[str, Any] | None) -> None:
    """Let larger bodies in, before anything reads them, on the route that takes files."""
    if endpoint == "tables.create":
        request.max_content_length = OCTETS_MAX + OCTETS_AUTOUR


@bp.errorhandler(RequestEntityTooLarge)
def refuse_body(_erreur: RequestEntityTooLarge) -> ResponseReturnValue:
    """A file that is too large, told beside the field."""
    reste = min(request.content_length or 0, OCTETS_IGNORES_MAX)
    while reste > 0 and (lu := request.environ["wsgi.input"].read(min(reste, 1_000_000))):
        reste -= len(lu)
    valeurs = request.view_args or {}
    niveau, code = _read_territoire(valeurs.get("niveau", ""), valeurs.get("code", ""))
    return _render_formulaire(niveau, code, TROP_GROS), HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def _read_territoire(niveau: str, code: str) -> tuple[Niveau, str]:
    if niveau not in set(Niveau) or niveau == Niveau.ARRONDISSEMENT or not (code.isascii() and code.isalnum()):
        raise NotFoundError("Ce territoire n’existe pas.")
    return Niveau(niveau), code.upper()


@bp.get("")
def show_tables(niveau: str, code: str) -> ResponseReturnValue:
    """The form that takes a file, and what it must look like."""
    return _render_formulaire(*_read_territoire(niveau, code), None)


def _render_formulaire(niveau: Niveau, code: str, erreur: str | None) -> str:
    territoire = territoires.get_territoire(get_session(), niveau, code)
    return render_template("planification/tables.html", territoire=territoire, page=None, erreur=erreur)


@bp.post("")
def create(niveau: str, code: str) -> ResponseReturnValue:
    """Read a file; nothing of it can be used before it is kept."""
    ou = _read_territoire(niveau, code)
    recu = request.files.get("fichier")
    if recu is None or not recu.filename:
        return _render_formulaire(*ou, "Choisissez un fichier."), HTTPStatus.UNPROCESSABLE_ENTITY
    with closing(recu):
        contenu = recu.stream.read(OCTETS_MAX + 1)
    if len(contenu) > OCTETS_MAX:
        return _render_formulaire(*ou, TROP_GROS), HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    try:
        with open_ecriture() as session:
            table, _ = depot_tables.create(
                session,
                *ou,
                nom=clean_nom(recu.filename),
                contenu=contenu,
                lecteurs=current_app.extensions[CLE],
                now=_get_now(),
            )
    except (SourceError, ConflictError) as erreur:
        message = f"Ce fichier ne peut pas être lu : {erreur.message}"
        return _render_formulaire(*ou, message), HTTPStatus.UNPROCESSABLE_ENTITY
    return _go_to(*ou, table.public_id)


@bp.get("/modele-<nature>.<extension>")
def download_modele(niveau: str, code: str, nature: str, extension: str) -> ResponseReturnValue:
    """An empty table to fill; that of people by commune has the communes of the territory."""
    ou = _read_territoire(niveau, code)
    if nature not in set(Nature) or extension not in modeles_tables.FORMATS:
        raise NotFoundError("Ce modèle n’existe pas.")
    communes = depot_tables.list_communes(get_session(), *ou) if nature == Nature.PERSONNES else []
    corps = modeles_tables.write_modele(Nature(nature), extension, communes)
    reponse = Response(corps, mimetype=modeles_tables.FORMATS[extension])
    nom = f"modele-{nature}-{ou[0].value}-{ou[1]}.{extension}"
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


@bp.get("/<public_id>")
def show_table(niveau: str, code: str, public_id: str) -> ResponseReturnValue:
    """What was understood of a table and what was not; how to use it once it is kept."""
    ou = _read_territoire(niveau, code)
    session = get_session()
    territoire = territoires.get_territoire(session, *ou)
    apercu = depot_tables.build_apercu(session, depot_tables.get_table(session, *ou, public_id))
    page = build_page(apercu)
    reponse = Response(render_template("planification/tables.html", territoire=territoire, page=page, erreur=None))
    reponse.cache_control.no_store = True
    return reponse


@bp.post("/<public_id>/garder")
def keep(niveau: str, code: str, public_id: str) -> ResponseReturnValue:
    """Make a table usable."""
    ou = _read_territoire(niveau, code)
    with open_ecriture() as session:
        depot_tables.keep(session, *ou, public_id, now=_get_now())
    return _go_to(*ou, public_id)


@bp.post("/<public_id>/supprimer")
def drop(niveau: str, code: str, public_id: str) -> ResponseReturnValue:
    """Forget a table."""
    ou = _read_territoire(niveau, code)
    with open_ecriture() as session:
        depot_tables.drop(session, *ou, public_id)
    return redirect(url_for("tables.show_tables", niveau=ou[0].value, code=ou[1]), HTTPStatus.SEE_OTHER)


def _get_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _go_to(niveau: Niveau, code: str, public_id: str) -> ResponseReturnValue:
    adresse = url_for("tables.show_table", niveau=niveau.value, code=code, public_id=public_id)
    return redirect(adresse, HTTPStatus.SEE_OTHER)
