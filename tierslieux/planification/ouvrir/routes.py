"""Routes of the page "Où ouvrir ?": the best plan of a study, as a page and as JSON."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tierslieux.core.errors import NotFoundError
from tierslieux.extensions import get_session
from tierslieux.planification.etude import Etude
from tierslieux.planification.ouvrir.pages import OuvrirPage, assemble_ouvrir
from tierslieux.planification.ouvrir.params import read_demande
from tierslieux.territoires.enums import Niveau

bp = Blueprint("planification", __name__)


@bp.get("/territoires/<niveau>/<code>/ouvrir")
def show_ouvrir(niveau: str, code: str) -> ResponseReturnValue:
    """The best plan; senseless values are answered too, with 422 and what was not understood."""
    page = _assemble(niveau, code)
    contenu = render_template("planification/ouvrir.html", page=page, liens=list_liens(page))
    return Response(contenu, _find_statut(page))


@bp.get("/territoires/<niveau>/<code>/ouvrir.json")
def read_ouvrir(niveau: str, code: str) -> ResponseReturnValue:
    """The same as JSON; with `fragment=1`, the part of the page that changes too."""
    fragment = request.args.get("fragment") == "1"
    page = _assemble(niveau, code, cartes=fragment)
    reponse: dict[str, Any] = {
        "territoire": {"niveau": page.niveau.value, "code": page.code, "nom": page.nom},
        "erreurs": list(page.erreurs),
        "long": page.est_long,
        "phrase": None if page.reponse is None else page.reponse.titre,
        "preuve": None if page.reponse is None else page.reponse.preuve,
        "resultat": None if page.resultat is None else page.resultat.to_json(),
    }
    if fragment:
        reponse["adresse"] = build_adresse(".show_ouvrir", page.etude, page.etude.to_args())
        reponse["reponse"] = render_template("planification/_reponse.html", page=page, liens=list_liens(page))
        est_vide = page.reponse is None
        reponse["resultats"] = "" if est_vide else render_template("planification/_resultats.html", page=page)
    return jsonify(reponse), _find_statut(page)


def _assemble(niveau: str, code: str, *, cartes: bool = True) -> OuvrirPage:
    demande = read_demande(read_niveau(niveau, code), code.upper(), request.args.to_dict(flat=False))
    return assemble_ouvrir(get_session(), demande, dt.datetime.now(dt.UTC).date(), cartes=cartes)


def read_niveau(niveau: str, code: str) -> Niveau:
    """The level of a territory that plans are made for; raises NotFoundError."""
    if niveau not in set(Niveau) - {Niveau.ARRONDISSEMENT} or not (code.isascii() and code.isalnum()):
        raise NotFoundError("Ce territoire n’existe pas.")
    return Niveau(niveau)


def _find_statut(page: OuvrirPage) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if page.erreurs else HTTPStatus.OK


# What else can be done with the same study; each is a page of its own.
_LIENS = (
    ("simulation.show_simulation", "Tester et modifier ce plan"),
    ("scenarios.show_nouveau", "Enregistrer ce plan"),
    ("rapports.show_rapport", "Rapport à remettre au conseil"),
    ("itinerance.show_itinerance", "Comparer avec un bus"),
    ("creneaux.show_creneaux", "Ouvrir plus longtemps"),
    ("tables.show_tables", "Ajouter une table de bâtiments ou de personnes"),
)

# Where the sites of the plan are open already.
_SUITES = frozenset({"simulation.show_simulation", "scenarios.show_nouveau"})


def list_liens(page: OuvrirPage) -> list[tuple[str, str]]:
    """(words, address) of the pages that take the study further; some have the sites of the plan open.

    Without any answer, only what could bring one: a table.
    """
    args = page.etude.to_args()
    liens = []
    est_vide = page.reponse is None and not page.est_long
    for endpoint, libelle in _LIENS:
        if est_vide and endpoint != "tables.show_tables":
            continue
        suite = page.reponse.args_plan if endpoint in _SUITES and page.reponse is not None else args
        liens.append((libelle, build_adresse(endpoint, page.etude, suite)))
    return liens


def build_adresse(endpoint: str, etude: Etude, args: dict[str, list[str]]) -> str:
    """The address of a page of the territory of a study with these arguments."""
    valeurs: dict[str, Any] = {"niveau": etude.niveau.value, "code": etude.code, **args}
    return url_for(endpoint, **valeurs)
