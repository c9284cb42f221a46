"""The public API, version 1: reads only, open to any site, described by /api/v1/openapi.json."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from apiflask import APIBlueprint, APIFlask
from flask import Response, redirect, request, url_for

from tierslieux.cartes.fond import choose_niveau, choose_villes
from tierslieux.cartes.grappes import build_grille, merge_proches
from tierslieux.contributions.evenements import services as agenda
from tierslieux.core.errors import NotFoundError
from tierslieux.core.types import Bbox, Position
from tierslieux.diffusion import chiffres, evenements, exemples, openapi, presenters, queries, reponses, schemas
from tierslieux.extensions import get_session
from tierslieux.lieux import grappes
from tierslieux.lieux import services as lieux
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.liens import find_heritier
from tierslieux.lieux.params import Curseur
from tierslieux.lieux.services import LieuResume
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import Niveau

PREFIXE = "/api/v1"
GEOJSON = "application/geo+json"

# Answers that say open or closed are true for a minute; imports come once a day at most.
UNE_MINUTE_S = 60
CINQ_MINUTES_S = 300
UN_JOUR_S = 86_400

bp = APIBlueprint("api", __name__, url_prefix=PREFIXE)


def init_api(app: APIFlask) -> None:
    """Settings of the OpenAPI document, and the header that opens the API to pages of other sites."""
    openapi.init_openapi(app)

    @app.after_request
    def _open_to_all(reponse: Response) -> Response:
        if request.path.startswith(PREFIXE):
            reponse.headers["Access-Control-Allow-Origin"] = "*"
        return reponse


@bp.get("/lieux")
@bp.input(schemas.ParametresLieux, location="query", arg_name="parametres")
@bp.output(reponses.PageLieux, content_type=GEOJSON, description="Lieux trouvés.", example=exemples.PAGE_LIEUX)
@bp.doc(
    summary="Chercher des lieux",
    description=(
        "Donner un seul de bbox, proche et commune. Sans filtre, seuls les lieux d’aide numérique et les tiers-lieux"
        " sont rendus. Une page peut porter moins de lieux que demandé : seul « suivant » dit s’il en reste."
    ),
    tags=["Lieux"],
    responses=openapi.ERREURS_AVEC_ABSENCE,
)
def list_lieux(parametres: schemas.ParametresLieux) -> Response:
    """Places in a box, near a position or in a commune."""
    ou, apres, criteres = parametres.read_ou(), parametres.read_apres(), parametres.criteres
    now = dt.datetime.now(dt.UTC)
    if isinstance(ou, Position):
        page = lieux.list_proches(get_session(), ou, criteres, now=now, limite=parametres.limite, apres=apres)
        return _respond_page(page.lieux, page.suivant, plus_proche=page.plus_proche)
    apres_id = apres.lieu_id if apres else None
    # Opening hours are looked at here, after the page is cut: the next page starts after the last place read.
    lecture: dict[str, Any] = {"now": now, "limite": parametres.limite + 1, "apres_id": apres_id}
    tous = replace(criteres, quand=None, a_temps=False)
    if isinstance(ou, Bbox):
        lus = lieux.list_bbox(get_session(), ou, tous, **lecture)
    else:
        lus = lieux.list_territoire(get_session(), Niveau.COMMUNE, ou, tous, **lecture)
        if not lus and apres is None:
            _check_commune(ou)
    suivant = Curseur(0, lus[parametres.limite - 1].id) if len(lus) > parametres.limite else None
    page_lue = lus[: parametres.limite]
    return _respond_page(lieux.keep_ouverts(page_lue, criteres.quand, now=now), suivant)


@bp.get("/lieux/<public_id>")
@bp.output(reponses.LieuComplet, content_type=GEOJSON, description="Le lieu.", example=exemples.LIEU_COMPLET)
@bp.doc(summary="Lire un lieu, avec la source de chaque valeur", tags=["Lieux"], responses=openapi.ERREURS_AVEC_ABSENCE)
def get_lieu(public_id: str) -> Response:
    """Every published value of a place with who says it; a merged place leads to the one that took it (301)."""
    session = get_session()
    detail = lieux.get_lieu(session, schemas.parse_identifiant(public_id), now=dt.datetime.now(dt.UTC))
    if detail.statut == Statut.MASQUE:
        heritier = find_heritier(session, public_id)
        if heritier is None:
            raise NotFoundError("Ce lieu n’existe pas, ou n’existe plus.", lieu=public_id)
        reponse: Response = redirect(url_for(".get_lieu", public_id=heritier), HTTPStatus.MOVED_PERMANENTLY)  # type: ignore[assignment]  # Flask's own response
        reponse.headers["Cache-Control"] = "no-cache"  # a merge can be undone
        return reponse
    corps = presenters.build_feature_complete(detail, racine=request.url_root)
    return _respond(corps, mimetype=GEOJSON, duree_s=UNE_MINUTE_S)


@bp.get("/evenements")
@bp.input(evenements.ParametresEvenements, location="query", arg_name="parametres")
@bp.output(
    evenements.PageEvenements, content_type=GEOJSON, description="Rendez-vous trouvés.", example=evenements.EXEMPLE
)
@bp.doc(
    summary="Lire ce qui se passe bientôt : ateliers, permanences, passages d’un bus",
    description="Donner un seul de bbox, proche et commune. Ce qui est passé n’est pas rendu.",
    tags=["Lieux"],
    responses=openapi.ERREURS,
)
def list_evenements(parametres: evenements.ParametresEvenements) -> Response:
    """What happens in a box, near a position or in a commune, the nearest in time first."""
    now = dt.datetime.now(dt.UTC)
    du, au = parametres.read_jours(now.date())
    sujets, est_coupe = agenda.list_evenements(
        get_session(), parametres.read_ou(), now=now, du=du, au=au, genre=parametres.read_genre()
    )
    corps = evenements.build_evenements(sujets, du=du, au=au, now=now, racine=request.url_root, est_coupe=est_coupe)
    return _respond(corps, mimetype=GEOJSON, duree_s=CINQ_MINUTES_S)


@bp.get("/communes")
@bp.input(schemas.ParametresCommunes, location="query", arg_name="parametres")
@bp.output(reponses.Communes, description="Communes, la meilleure d’abord.", example=exemples.COMMUNES)
@bp.doc(
    summary="Trouver une commune par son nom ou son code postal",
    description="Accents, casse, tirets, « St » et une faute de frappe sont pardonnés.",
    tags=["Territoires"],
    responses=openapi.ERREURS,
)
def list_communes(parametres: schemas.ParametresCommunes) -> Response:
    """Communes and municipal arrondissements, best match first."""
    trouvees = territoires.search_communes(get_session(), parametres.q, limite=parametres.limite)
    return _respond({"communes": [presenters.build_commune(commune) for commune in trouvees]}, duree_s=CINQ_MINUTES_S)


@bp.get("/territoires/<niveau>/<code>")
@bp.output(reponses.Territoire, description="Le territoire.", example=exemples.TERRITOIRE)
@bp.doc(
    summary="Lire un territoire : population, lieux, besoin, personnes trop loin, indicateurs",
    description=(
        "Chaque chiffre dit sa source et sa date. Les personnes en besoin sont estimées par un modèle : bas et haut"
        " bornent la valeur. Ce qui est inconnu vaut null, jamais 0."
    ),
    tags=["Territoires"],
    responses=openapi.ERREURS_AVEC_ABSENCE,
)
def get_territoire(niveau: str, code: str) -> Response:
    """A territory with its parents, its population, its places by kind, and the people they are far from."""
    session = get_session()
    palier = schemas.parse_niveau(niveau)
    territoire = territoires.get_territoire(session, palier, schemas.parse_identifiant(code))
    corps = presenters.build_territoire(
        territoire,
        offres=lieux.count_offres(session, palier, territoire.code),
        par_genre=lieux.count_par_genre(session, palier, territoire.code),
        racine=request.url_root,
    ) | chiffres.build_chiffres(chiffres.read_chiffres(session, palier, territoire.code), racine=request.url_root)
    return _respond(corps, duree_s=CINQ_MINUTES_S)


@bp.get("/grappes")
@bp.input(schemas.ParametresGrappes, location="query", arg_name="parametres")
@bp.output(reponses.Grappes, description="Lieux comptés.", example=exemples.GRAPPES)
@bp.doc(
    summary="Compter les lieux de la partie visible d’une carte",
    description="Une boîte trop grande pour son zoom est comptée sur une grille plus large.",
    tags=["Carte"],
    responses=openapi.ERREURS,
)
def list_grappes(parametres: schemas.ParametresGrappes) -> Response:
    """Clusters of places, at most one in 46 pixels."""
    grille = build_grille(Bbox.parse(parametres.bbox), parametres.zoom)
    comptees = merge_proches(grappes.list_grappes(get_session(), grille, parametres.criteres), grille.zoom)
    return _respond(presenters.build_grappes(comptees, grille.zoom), duree_s=CINQ_MINUTES_S)


@bp.get("/contours")
@bp.input(schemas.ParametresContours, location="query", arg_name="parametres")
@bp.output(reponses.Contours, description="Contours et villes.", example=exemples.CONTOURS)
@bp.doc(
    summary="Dessiner le fond d’une carte : contours et noms de villes",
    description="Départements, puis intercommunalités au zoom 10, puis communes au zoom 12.",
    tags=["Carte"],
    responses=openapi.ERREURS,
)
def list_contours(parametres: schemas.ParametresContours) -> Response:
    """Outlines of the level that suits the zoom, for a map without tiles."""
    grille = build_grille(Bbox.parse(parametres.bbox), parametres.zoom)
    session = get_session()
    contours = territoires.list_contours(session, Niveau(choose_niveau(grille.zoom)), emprise=grille.bbox)
    villes = queries.list_villes(session, grille.bbox, grille.zoom)
    corps = presenters.build_contours(contours, choose_villes(villes, grille.zoom), grille.zoom)
    return _respond(corps, duree_s=UN_JOUR_S)


def _check_commune(code: str) -> None:
    """An unknown code is an error, and an old one says the new one; a commune without any place is an empty answer."""
    commune = territoires.find_commune(get_session(), code)
    if commune is None:
        raise NotFoundError("Cette commune n’existe pas.", commune=code)
    if commune.code != code:
        raise NotFoundError(
            f"Le code {code} est celui d’une ancienne commune, réunie à {commune.nom} ({commune.code}).",
            commune=commune.code,
        )


def _respond_page(
    page: list[LieuResume] | tuple[LieuResume, ...], suivant: Curseur | None, *, plus_proche: LieuResume | None = None
) -> Response:
    adresse = None
    if suivant is not None:
        adresse = f"{request.base_url}?{urlencode(request.args.to_dict() | {'apres': suivant.encode()})}"
    corps = presenters.build_page(page, racine=request.url_root, suivant=adresse, plus_proche=plus_proche)
    return _respond(corps, mimetype=GEOJSON, duree_s=UNE_MINUTE_S)


def _respond(corps: Mapping[str, Any], *, duree_s: int, mimetype: str = "application/json") -> Response:
    """The answer as compact JSON, with a validator and how long it may be kept."""
    donnees = json.dumps(corps, ensure_ascii=False, separators=(",", ":")).encode()
    reponse = Response(donnees, mimetype=mimetype)
    reponse.cache_control.public = True
    reponse.cache_control.max_age = duree_s
    reponse.set_etag(hashlib.sha256(donnees).hexdigest()[:20])
    # Compressed answers get another validator and are compared again by Flask-Compress.
    reponse.make_conditional(request)
    return reponse
