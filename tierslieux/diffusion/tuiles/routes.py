"""Vector tiles, what programs need to open them, and the figures of territories to join to them.

Tiles are answered by `wsgi.CoucheTuiles` before they come here; these routes answer what it leaves: errors above all.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request

from tierslieux.couverture import services as couverture
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.diffusion.tuiles import presenters, queries, reponses
from tierslieux.diffusion.tuiles.couches import Famille
from tierslieux.diffusion.tuiles.memoire import Contenu
from tierslieux.diffusion.tuiles.params import (
    CHEMIN_BOITE,
    RACINE,
    Boite,
    FondDonnees,
    UnFond,
    parse_chemin,
    parse_fond,
    parse_fond_ecarts,
    parse_fond_indicateur,
)
from tierslieux.diffusion.tuiles.services import Reponse, Tuiles, read_boite
from tierslieux.diffusion.tuiles.wsgi import CoucheTuiles
from tierslieux.extensions import CLE, Etat, get_session
from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.trajets.moteur import Mode

CLE_TUILES = "tierslieux.tuiles"
DOSSIER = "tuiles"
# TileJSON gives addresses by version: what is kept of it is what is seen late.
DUREE_DESCRIPTION_S = 60

bp = Blueprint("tuiles", __name__, url_prefix=RACINE)


def init_tuiles(app: Flask) -> None:
    """Keep the tiles of this process, and answer them before the application."""
    etat: Etat = app.extensions[CLE]
    app.extensions[CLE_TUILES] = Tuiles(etat.settings.var_dir / DOSSIER)

    def open_session() -> Any:  # noqa: ANN401  (a session, whichever factory tests have put there)
        actuel: Etat = app.extensions[CLE]
        return (actuel.lectures or actuel.session_factory)()

    @app.after_request
    def _open_to_all(reponse: Response) -> Response:
        if request.path.startswith(RACINE):
            reponse.headers["Access-Control-Allow-Origin"] = "*"
        return reponse

    app.wsgi_app = CoucheTuiles(  # type: ignore[method-assign]  # Flask's documented way
        app.wsgi_app, lambda: app.extensions[CLE_TUILES], open_session
    )


def get_tuiles() -> Tuiles:
    """What this process keeps of tiles."""
    tuiles: Tuiles = current_app.extensions[CLE_TUILES]
    return tuiles


@bp.get("/<path:_chemin>.mvt")
def get_tuile(_chemin: str) -> Response:
    """One tile of a layer: /tuiles/<couche>/{z}/{x}/{y}.mvt, with or without figures."""
    fond, _ = parse_chemin(request.path)
    return _send(get_tuiles().get_tuile(request.path, get_session()), fond.famille)


@bp.get("", strict_slashes=False)
def show_index() -> Response:
    """Every layer, with licences, sources and dates."""
    session = get_session()
    territoires, dessins = queries.find_editions(session)
    catalogue = get_catalogue()
    edition = couverture.find_edition(session)
    corps = presenters.build_index(
        racine=_get_racine(),
        territoires=territoires,
        dessins=dessins,
        indicateurs=[
            (catalogue.get(indicateur_id), millesime)
            for indicateur_id, millesime in queries.list_millesimes(session)
            if indicateur_id in catalogue.indicateurs
        ],
        sources=queries.list_sources(session),
        ecarts=None
        if edition is None
        else {
            "cibles": [cible.value for cible in Cible],
            "modes": [mode.value for mode in Mode],
            "seuils": list(SEUILS_MIN),
            "source": edition.libelle_moteur,
            "actualisee_at": edition.actualisee_at.isoformat(),
        },
    )
    return _send_description(corps)


@bp.get("/lieux.geojson")
def list_boite() -> Response:
    """The places of a box: ?bbox=west,south,east,north, by id, counted."""
    boite = Boite.parse(request.args)
    contenu = read_boite(get_session(), boite, adresse=f"{_get_racine()}{CHEMIN_BOITE}")
    return _send(Reponse(contenu, ""), Famille.LIEUX, mimetype=reponses.MIMETYPE_GEOJSON)


@bp.get("/<couche>.json")
def show_couche(couche: str) -> Response:
    """TileJSON of a layer of boundaries or of places."""
    return _describe(parse_fond(couche))


@bp.get("/indicateurs/<niveau>/<indicateur>/<millesime>.json")
def show_indicateur(niveau: str, indicateur: str, millesime: str) -> Response:
    """TileJSON of a layer of one indicator."""
    return _describe(parse_fond_indicateur(niveau, indicateur, millesime))


@bp.get("/ecarts/<niveau>/<cible>/<mode>/<seuil>.json")
def show_ecarts(niveau: str, cible: str, mode: str, seuil: str) -> Response:
    """TileJSON of a layer of gaps."""
    return _describe(parse_fond_ecarts(niveau, cible, mode, seuil))


@bp.get("/attributs/<niveau>/<indicateur>/<millesime>.json")
def get_attributs_indicateur(niveau: str, indicateur: str, millesime: str) -> Response:
    """Every value of an indicator at a level, by code."""
    return _send_attributs(parse_fond_indicateur(niveau, indicateur, millesime))


@bp.get("/attributs/<niveau>/ecart/<cible>/<mode>/<seuil>.json")
def get_attributs_ecarts(niveau: str, cible: str, mode: str, seuil: str) -> Response:
    """The gap of every territory of a level, by code."""
    return _send_attributs(parse_fond_ecarts(niveau, cible, mode, seuil))


def _describe(fond: UnFond) -> Response:
    session, tuiles = get_session(), get_tuiles()
    version = tuiles.get_version(fond.famille, session)
    description = tuiles.get_attributs(fond, version, session).description if isinstance(fond, FondDonnees) else None
    _, dessins = queries.find_editions(session)
    corps = presenters.build_tilejson(fond, version, racine=_get_racine(), edition=dessins, description=description)
    return _send_description(corps)


def _send_attributs(fond: FondDonnees) -> Response:
    reponse = get_tuiles().get_json_attributs(fond, get_session())
    return _send(reponse, fond.famille, mimetype=reponses.MIMETYPE_JSON)


def _send(reponse: Reponse, famille: Famille, *, mimetype: str = reponses.MIMETYPE_TUILE) -> Response:
    envoi = reponses.build_envoi(
        reponse,
        famille,
        mimetype=mimetype,
        version=request.args.get("v"),
        si_aucun=request.headers.get("If-None-Match"),
        encodages=request.headers.get("Accept-Encoding", ""),
    )
    sortie = Response(envoi.corps, status=envoi.statut)
    # Flask gives a type to every answer; those without body have none here.
    sortie.headers.clear()
    sortie.headers.extend(envoi.entetes)
    return sortie


def _send_description(corps: dict[str, Any]) -> Response:
    donnees = json.dumps(corps, ensure_ascii=False, separators=(",", ":")).encode()
    reponse = Response(donnees, mimetype=reponses.MIMETYPE_JSON)
    reponse.cache_control.public = True
    reponse.cache_control.max_age = DUREE_DESCRIPTION_S
    reponse.set_etag(Contenu.build(donnees).empreinte, weak=True)
    reponse.make_conditional(request)
    return reponse


def _get_racine() -> str:
    return request.url_root.rstrip("/")
