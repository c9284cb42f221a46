"""Keeping places true: the five to look at near somebody, and the link by which a place answers our mail."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tierslieux.contributions import services as contributions
from tierslieux.contributions.auteurs import find_auteur
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Demarche, Voie
from tierslieux.contributions.suivi.forms import LONGUEUR_VERSION_MAX
from tierslieux.contributions.suivi.gestion import open_gestion
from tierslieux.contributions.suivi.pages import PUBLIC_ID, bp, consume, get_now
from tierslieux.contributions.suivi.presenters import VerificationPage, build_a_voir, build_entretien_page
from tierslieux.contributions.suivi.relances import find_relance, record_reponse
from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.core.textes import gettext as _
from tierslieux.extensions import get_session, open_ecriture
from tierslieux.lieux import historique, liens
from tierslieux.lieux.departs import Depart, build_depart_commune, build_depart_point
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.forms import Demande
from tierslieux.lieux.models import Lieu
from tierslieux.lieux.recherche import interpret
from tierslieux.lieux.verifications import list_douteux
from tierslieux.territoires.services import CommuneTrouvee, find_commune, find_commune_at

ALTERNATIVES_MAX = 5
CONFIRMER, CORRIGER = "confirmer", "corriger"


# --- Five places to look at -------------------------------------------------------------------------------------------


@bp.get("/a-verifier")
def show_a_verifier() -> ResponseReturnValue:
    """The five nearest places whose information is a year old, to look at on a walk; asks where first."""
    now = get_now()
    demande = Demande.from_args(request.args, today=now.date())
    page = _build_verification(get_session(), demande, now=now)
    statut = HTTPStatus.UNPROCESSABLE_ENTITY if demande.erreurs else HTTPStatus.OK
    reponse = make_response(
        render_template(
            "contributions/suivi/a_verifier.html",
            page=page,
            confirme=PUBLIC_ID.fullmatch(request.args.get("confirme", "")) is not None,
            adresse=request.url,
        ),
        statut,
    )
    # It changes with each confirmation.
    reponse.headers["Cache-Control"] = "no-cache"
    if page.ou is not None:
        reponse.headers["X-Robots-Tag"] = "noindex"
    return reponse


def _build_verification(session: Session, demande: Demande, *, now: dt.datetime) -> VerificationPage:
    ou, communes = _find_depart(session, demande, now=now)
    erreurs = list(demande.erreurs)
    if ou is None and (demande.q or demande.commune) and not erreurs:
        erreurs.append(_("Nous n’avons pas trouvé cette commune. Vérifiez l’orthographe."))
    autres = [commune for commune in communes[1:] if commune.exacte or not communes[0].exacte]
    return VerificationPage(
        champ=demande.q or (ou.texte if ou else ""),
        ou=ou,
        lieux=tuple(map(build_a_voir, list_douteux(session, ou.position, now=now))) if ou else (),
        alternatives=tuple((_name_commune(commune), commune.code) for commune in autres[:ALTERNATIVES_MAX]),
        erreurs=tuple(erreurs),
        retour=tuple(demande.build_args().items()),
        today=now.date(),
    )


def _find_depart(
    session: Session, demande: Demande, *, now: dt.datetime
) -> tuple[Depart | None, tuple[CommuneTrouvee, ...]]:
    """Where to look around, and the communes that the words may mean: as in a search, but nothing else than where."""
    if demande.position is not None:
        return build_depart_point(demande.position, find_commune_at(session, demande.position)), ()
    communes: tuple[CommuneTrouvee, ...]
    if demande.commune is not None:
        commune = find_commune(session, demande.commune)
        communes = (commune,) if commune else ()
    else:
        communes = interpret(session, demande.q, now=now).communes if demande.q else ()
    return (build_depart_commune(communes[0]) if communes else None), communes


def _name_commune(commune: CommuneTrouvee) -> str:
    nom = commune.toponyme or commune.nom
    return f"{nom} ({commune.departement_nom})" if commune.departement_nom else nom


# --- The link mailed to a place ---------------------------------------------------------------------------------------


@bp.get("/lieux/<public_id>/tenir-a-jour/<jeton>")
def show_entretien(public_id: str, jeton: str) -> ResponseReturnValue:
    """What is published, with two buttons: all is still true, or correct. Opening the link changes nothing."""
    return _render_entretien(public_id, jeton, fait=request.args.get("fait", ""))


@bp.post("/lieux/<public_id>/tenir-a-jour/<jeton>")
def keep_entretien(public_id: str, jeton: str) -> ResponseReturnValue:
    """Confirm all that was shown, or go and correct it in the name of the place."""
    action = request.form.get("action", "")
    if action not in {CONFIRMER, CORRIGER}:
        raise InvalidInputError("action", action, f"{CONFIRMER}, {CORRIGER}")
    now = get_now()
    lieu, _relance = find_relance(get_session(), public_id, jeton, now=now)
    if lieu.statut != Statut.PUBLIE:
        return _leave(lieu)
    if action == CORRIGER:
        open_gestion(public_id, jeton)
        correction = url_for("lieux.show_lieu", public_id=public_id) + "/corriger"
        return make_response(redirect(correction, HTTPStatus.SEE_OTHER))
    consume("confirmation")
    auteur = find_auteur()
    depot = Depot(
        Demarche.CONFIRMATION,
        {},
        auteur.pseudonyme,
        Voie.GESTIONNAIRE,
        lieu_id=lieu.id,
        version=_read_version(),
        compte_id=auteur.compte_id,
    )
    with open_ecriture() as ecriture:
        contributions.confirm(ecriture, depot, now=now)
        record_reponse(ecriture, public_id, jeton, now=now)
    adresse = url_for("suivi.show_entretien", public_id=public_id, jeton=jeton, fait="oui")
    return make_response(redirect(adresse, HTTPStatus.SEE_OTHER))


def _read_version() -> int:
    texte = request.form.get("version", "")
    if not (texte.isascii() and texte.isdigit() and len(texte) <= LONGUEUR_VERSION_MAX):
        raise InvalidInputError("version", texte, "1, 2, 3…")
    return int(texte)


def _render_entretien(public_id: str, jeton: str, *, fait: str) -> Response:
    session = get_session()
    lieu, relance = find_relance(session, public_id, jeton, now=get_now())
    if lieu.statut != Statut.PUBLIE:
        return _leave(lieu)
    version = historique.get_version(session, lieu.id)
    valeurs = historique.get_valeurs(session, lieu.id, version)
    page = build_entretien_page(public_id, valeurs, version, expire_at=relance.expire_at)
    return make_response(
        render_template("contributions/suivi/entretien.html", page=page, jeton=jeton, est_fait=fait == "oui")
    )


def _leave(lieu: Lieu) -> Response:
    """To the public page of a place that was closed or merged since the mail; raises NotFoundError for a hidden one."""
    heritier = liens.find_heritier(get_session(), lieu.public_id)
    if heritier is None and lieu.statut != Statut.FERME:
        raise NotFoundError
    adresse = url_for("lieux.show_lieu", public_id=heritier or lieu.public_id)
    return make_response(redirect(adresse, HTTPStatus.SEE_OTHER))
