"""Pages of those who decide what becomes of proposals. No page that is opened (GET) changes anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tierslieux.comptes.acces import get_personne, require_role
from tierslieux.comptes.droits import Role
from tierslieux.comptes.pages import get_now, go
from tierslieux.contributions.champs import get_libelle
from tierslieux.contributions.enums import STATUTS_OUVERTS, Demarche, MotifRefus, Statut
from tierslieux.contributions.models import Proposition
from tierslieux.contributions.moderation import dossiers, saisies, services
from tierslieux.contributions.moderation.params import Filtres
from tierslieux.contributions.moderation.presenters_dossier import build_dossier_page
from tierslieux.contributions.moderation.presenters_file import build_fait, build_file_page
from tierslieux.contributions.moderation.saisies import CHAMPS_TEXTES, PREFIXE, Saisie
from tierslieux.contributions.moderation.services import Geste
from tierslieux.core.errors import ConflictError, InvalidInputError, NotFoundError
from tierslieux.extensions import get_session, open_ecriture
from tierslieux.retours import name_champs

bp = Blueprint("moderation", __name__, url_prefix="/moderation")
name_champs(
    bp,
    {
        "reponse": "Votre explication",
        "texte": "Votre question",
        "lieu": "Adresse du lieu déjà connu",
        **{PREFIXE + champ: get_libelle(champ) for champ in CHAMPS_TEXTES},
    },
)

Acte = Callable[[Session, Geste], Proposition]
ID_MAX = 40


# --- Looking ----------------------------------------------------------------------------------------------------------


@bp.get("")
@require_role(Role.AGENT)
def list_propositions() -> ResponseReturnValue:
    """The queue, oldest first."""
    personne, filtres, now = get_personne(), Filtres.parse(request.args), get_now()
    file = dossiers.list_file(get_session(), personne, filtres)
    page = build_file_page(file, personne, filtres, now=now)
    return render_template("contributions/moderation/file.html", page=page, fait=_find_fait())


@bp.get("/<public_id>")
@require_role(Role.AGENT)
def show_proposition(public_id: str) -> ResponseReturnValue:
    """One proposal."""
    if services.is_opposition(get_session(), public_id, get_personne()):
        return go("oppositions.list_oppositions")
    return _respond(public_id)


def _respond(
    public_id: str, statut: HTTPStatus = HTTPStatus.OK, *, message: str | None = None, saisie: Saisie | None = None
) -> Response:
    personne, filtres, now = get_personne(), Filtres.parse(request.args), get_now()
    dossier = dossiers.get_dossier(get_session(), public_id, personne, filtres, now=now)
    page = build_dossier_page(dossier, personne, filtres, now=now, saisie=saisie)
    contenu = render_template(
        "contributions/moderation/proposition.html",
        page=page,
        saisie=saisie or Saisie(),
        message=message,
        motifs=tuple(MotifRefus),
        fait=_find_fait() if request.method == "GET" else None,
    )
    return make_response(contenu, statut)


def _find_fait() -> object:
    """What has just been decided, when the address names it."""
    public_id = request.args.get("fait", "")
    if not public_id or len(public_id) > ID_MAX:
        return None
    try:
        proposition = services.get_proposition(get_session(), public_id, get_personne(), Role.MODERATEUR)
    except NotFoundError:
        return None
    return build_fait(proposition)


# --- Locks ------------------------------------------------------------------------------------------------------------


@bp.post("/<public_id>/prendre")
@require_role(Role.MODERATEUR)
def take(public_id: str) -> ResponseReturnValue:
    """Keep a proposal to oneself for a quarter of an hour; the script asks for it in JSON."""
    if request.accept_mimetypes.best != "application/json":
        return _decide(public_id, services.take, suite=_stay)
    personne, now = get_personne(), get_now()
    est_prise = True
    try:
        with open_ecriture() as ecriture:
            services.take(ecriture, Geste(personne, public_id, now))
    except ConflictError:
        est_prise = False
    dossier = dossiers.get_dossier(get_session(), public_id, personne, Filtres.parse(request.args), now=now)
    page = build_dossier_page(dossier, personne, Filtres(), now=now)
    return jsonify(prise=est_prise, texte=page.verrou or page.decision or page.statut.libelle)


@bp.post("/<public_id>/laisser")
@require_role(Role.MODERATEUR)
def release(public_id: str) -> ResponseReturnValue:
    """Let others have it."""
    with open_ecriture() as ecriture:
        services.release(ecriture, _build_geste(public_id))
    return go("moderation.list_propositions", **Filtres.parse(request.args).to_args())


# --- Deciding ---------------------------------------------------------------------------------------------------------


@bp.post("/<public_id>/accepter")
@require_role(Role.MODERATEUR)
def accept(public_id: str) -> ResponseReturnValue:
    """Publish all of it, or the fields that are ticked, some of them as the moderator writes them."""
    saisie = saisies.read_saisie(request.form)
    proposition = services.get_proposition(get_session(), public_id, get_personne(), Role.MODERATEUR)
    voulues = services.list_proposees(proposition)
    est_nouveau = proposition.demarche == Demarche.NOUVEAU
    acceptation, erreurs = saisies.read_acceptation(
        saisie, voulues, tout="tout" in request.form, est_nouveau=est_nouveau
    )
    est_ouverte = Statut(proposition.statut) in STATUTS_OUVERTS
    if erreurs and est_ouverte:
        return _refuse_saisie(public_id, saisie, erreurs)

    def faire(session: Session, geste: Geste) -> Proposition:
        return services.accept(session, geste, champs=acceptation.champs, corrections=acceptation.corrections)

    return _decide(public_id, faire, saisie=saisie)


@bp.post("/<public_id>/refuser")
@require_role(Role.MODERATEUR)
def refuse(public_id: str) -> ResponseReturnValue:
    """Refuse it, with a reason."""
    saisie = replace(saisies.read_saisie(request.form), champs=None)
    motif, reponse, erreurs = saisies.read_refus(saisie)
    if erreurs or motif is None:
        return _refuse_saisie(public_id, saisie, erreurs)
    return _decide(public_id, lambda session, geste: services.refuse(session, geste, motif, reponse), saisie=saisie)


@bp.post("/<public_id>/demander")
@require_role(Role.MODERATEUR)
def ask(public_id: str) -> ResponseReturnValue:
    """Ask the contributor something."""
    saisie = replace(saisies.read_saisie(request.form), champs=None)
    texte, erreurs = saisies.read_question(saisie)
    if erreurs:
        return _refuse_saisie(public_id, saisie, erreurs)
    return _decide(public_id, lambda session, geste: services.ask(session, geste, texte), saisie=saisie)


@bp.post("/<public_id>/<any(isoler, liberer):geste>")
@require_role(Role.MODERATEUR)
def set_aside(public_id: str, geste: str) -> ResponseReturnValue:
    """Set it aside, or put it back in the queue."""
    est_isolee = geste == "isoler"
    return _decide(public_id, lambda session, g: services.set_quarantaine(session, g, est_isolee=est_isolee))


@bp.post("/<public_id>/rattacher")
@require_role(Role.MODERATEUR)
def attach(public_id: str) -> ResponseReturnValue:
    """Say which known place a new one is: the proposal becomes a correction of it."""
    lieu = _read_lieu()
    return _decide(public_id, lambda session, geste: services.attach(session, geste, lieu), suite=_stay_if_open)


@bp.post("/<public_id>/detacher")
@require_role(Role.MODERATEUR)
def detach(public_id: str) -> ResponseReturnValue:
    """Take that back."""
    return _decide(public_id, services.detach, suite=_stay)


# --- Going back -------------------------------------------------------------------------------------------------------


@bp.post("/<public_id>/annuler")
@require_role(Role.MODERATEUR)
def undo(public_id: str) -> ResponseReturnValue:
    """Take back what accepting published."""
    return _decide(public_id, services.undo, suite=_stay)


@bp.post("/<public_id>/retablir")
@require_role(Role.MODERATEUR)
def redo(public_id: str) -> ResponseReturnValue:
    """Publish it again."""
    return _decide(public_id, services.redo, suite=_stay)


@bp.post("/<public_id>/rouvrir")
@require_role(Role.MODERATEUR)
def reopen(public_id: str) -> ResponseReturnValue:
    """Take a refusal back."""
    return _decide(public_id, services.reopen, suite=_stay)


@bp.post("/<public_id>/reunir")
@require_role(Role.MODERATEUR)
def merge(public_id: str) -> ResponseReturnValue:
    """Make one of its place and of a known one."""
    lieu = _read_lieu()
    return _decide(public_id, lambda session, geste: services.merge(session, geste, lieu), suite=_stay)


@bp.post("/<public_id>/separer")
@require_role(Role.MODERATEUR)
def unmerge(public_id: str) -> ResponseReturnValue:
    """Take that back."""
    return _decide(public_id, services.unmerge, suite=_stay)


# --- What all of them share -------------------------------------------------------------------------------------------


def _build_geste(public_id: str) -> Geste:
    return Geste(get_personne(), public_id, get_now(), request.form.get("empreinte") or None)


def _read_lieu() -> str:
    """The public id of a place, typed or copied with its address."""
    return request.form.get("lieu", "").strip().rstrip("/").rsplit("/", 1)[-1][:ID_MAX]


def _decide(
    public_id: str,
    faire: Acte,
    *,
    saisie: Saisie | None = None,
    suite: Callable[[Proposition], Response] | None = None,
) -> Response:
    """Do it, then on to the next proposal; what cannot be done is said on the page, which keeps what was written."""
    try:
        with open_ecriture() as ecriture:
            proposition = faire(ecriture, _build_geste(public_id))
    except ConflictError as erreur:
        return _respond(public_id, HTTPStatus.CONFLICT, message=erreur.message, saisie=saisie)
    except InvalidInputError as erreur:
        return _respond(public_id, HTTPStatus.UNPROCESSABLE_ENTITY, message=erreur.message, saisie=saisie)
    return suite(proposition) if suite else _go_on(proposition)


def _refuse_saisie(public_id: str, saisie: Saisie, erreurs: dict[str, str]) -> Response:
    services.get_proposition(get_session(), public_id, get_personne(), Role.MODERATEUR)
    return _respond(
        public_id, HTTPStatus.UNPROCESSABLE_ENTITY, message=erreurs.get(""), saisie=replace(saisie, erreurs=erreurs)
    )


def _go_on(proposition: Proposition) -> Response:
    """To the next proposal of the queue, else to the queue; either says what was done, with a way back."""
    filtres = Filtres.parse(request.args)
    suivante = dossiers.find_suivante(get_session(), get_personne(), proposition, filtres, now=get_now())
    args = filtres.to_args(fait=proposition.public_id)
    if suivante is None:
        return go("moderation.list_propositions", **args)
    return go("moderation.show_proposition", public_id=suivante, **args)


def _stay(proposition: Proposition) -> Response:
    return go("moderation.show_proposition", public_id=proposition.public_id, **Filtres.parse(request.args).to_args())


def _stay_if_open(proposition: Proposition) -> Response:
    return _stay(proposition) if Statut(proposition.statut) in STATUTS_OUVERTS else _go_on(proposition)
