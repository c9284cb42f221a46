"""What becomes of a proposal: its private page; confirming a place in one tap; stopping our mails; public figures.

The page of a proposal is a key: no browser keeps it, no search engine finds it, no other page learns it.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from tierslieux.contributions import services as contributions
from tierslieux.contributions.auteurs import digest_reseau, find_auteur
from tierslieux.contributions.champs import get_libelle
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Demarche
from tierslieux.contributions.errors import TraiteeError
from tierslieux.contributions.liens_prives import read_jeton_desabonnement
from tierslieux.contributions.suivi import services as suivi
from tierslieux.contributions.suivi.delais import K_MIN, Chiffres, Delais, compute_chiffres
from tierslieux.contributions.suivi.forms import ReponseForm, build_timbre, read_version
from tierslieux.contributions.suivi.pages import PUBLIC_ID, bp, consume, get_now
from tierslieux.contributions.suivi.presenters import build_suivi_page
from tierslieux.core.errors import NotFoundError
from tierslieux.core.textes import gettext as _
from tierslieux.extensions import csrf, get_etat, get_session, open_ecriture
from tierslieux.langues import get_langue
from tierslieux.lieux import historique, liens
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.models import Lieu
from tierslieux.lieux.resolution import CHAMPS, diff_valeurs

# Figures of a year: an hour more or less does not show.
AGE_DELAIS_S = 3_600
# Fields named in the address after a confirmation.
CHANGES_MAX = 10


def init_suivi(app: Flask) -> None:
    """Give templates the stamp of the button that confirms a place, and the names of fields."""
    app.jinja_env.globals.update(timbre_confirmation=build_timbre, name_champs_connus=name_champs_connus)


def name_champs_connus(codes: list[str]) -> list[str]:
    """What these fields are called, those that are none left out: they come from an address."""
    return [get_libelle(code) for code in codes[:CHANGES_MAX] if code in CHAMPS]


# --- The private page of a proposal -----------------------------------------------------------------------------------


@bp.get("/contributions/<public_id>/<jeton>")
def show_suivi(public_id: str, jeton: str) -> ResponseReturnValue:
    """What was proposed, where it is, the answer; and what its author can still do."""
    return _render_suivi(public_id, jeton)


@bp.post("/contributions/<public_id>/<jeton>/repondre")
def answer(public_id: str, jeton: str) -> ResponseReturnValue:
    """Take the contributor's answer; one that is refused stays in its field."""
    form = ReponseForm()
    if not form.validate():
        return _render_suivi(public_id, jeton, HTTPStatus.UNPROCESSABLE_ENTITY, form=form)
    # A wrong address is told before anything is counted.
    contributions.get_par_jeton(get_session(), public_id, jeton)
    consume("message")
    try:
        with open_ecriture() as ecriture:
            contributions.answer(ecriture, public_id, jeton, form.read(), now=get_now())
    except TraiteeError as erreur:
        return _render_suivi(public_id, jeton, HTTPStatus.CONFLICT, form=form, erreur=erreur.message)
    return _go_suivi(public_id, jeton, "reponse")


@bp.post("/contributions/<public_id>/<jeton>/retirer")
def withdraw(public_id: str, jeton: str) -> ResponseReturnValue:
    """Take one's own proposal back before the answer."""
    try:
        with open_ecriture() as ecriture:
            contributions.withdraw(ecriture, public_id, jeton, now=get_now())
    except TraiteeError as erreur:
        return _render_suivi(public_id, jeton, HTTPStatus.CONFLICT, erreur=erreur.message)
    return _go_suivi(public_id, jeton, "retiree")


@bp.post("/contributions/<public_id>/<jeton>/annuler")
def undo(public_id: str, jeton: str) -> ResponseReturnValue:
    """Take back what was published, within a day."""
    try:
        with open_ecriture() as ecriture:
            suivi.undo_recent(ecriture, public_id, jeton, now=get_now())
    except TraiteeError as erreur:
        return _render_suivi(public_id, jeton, HTTPStatus.CONFLICT, erreur=erreur.message)
    return _go_suivi(public_id, jeton, "annulee")


@bp.post("/contributions/<public_id>/<jeton>/oublier-mon-adresse")
def forget_courriel(public_id: str, jeton: str) -> ResponseReturnValue:
    """Erase the contributor's e-mail address now."""
    with open_ecriture() as ecriture:
        suivi.forget_courriel(ecriture, public_id, jeton)
    return _go_suivi(public_id, jeton, "oubliee")


def _render_suivi(
    public_id: str,
    jeton: str,
    statut: HTTPStatus = HTTPStatus.OK,
    *,
    form: ReponseForm | None = None,
    erreur: str | None = None,
) -> Response:
    lu = suivi.get_suivi(get_session(), public_id, jeton, now=get_now())
    page = render_template(
        "contributions/suivi/suivi.html",
        page=build_suivi_page(lu),
        form=form or ReponseForm(formdata=None),
        jeton=jeton,
        erreur=erreur,
        fait=request.args.get("fait", "") if statut == HTTPStatus.OK else "",
    )
    return make_response(page, statut)


def _go_suivi(public_id: str, jeton: str, fait: str) -> Response:
    adresse = url_for("suivi.show_suivi", public_id=public_id, jeton=jeton, fait=fait)
    return make_response(redirect(adresse, HTTPStatus.SEE_OTHER))


# --- "It is still so" -------------------------------------------------------------------------------------------------


@bp.post("/lieux/<public_id>/confirmer")
@csrf.exempt  # type: ignore[untyped-decorator]  # the same
def confirm(public_id: str) -> ResponseReturnValue:
    """Say in one tap that a place is still as its page has shown it; values that changed since are named.

    The form bears a stamp in place of the session's token, which `read_version` checks.
    """
    now = get_now()
    version = read_version(public_id, now=now)
    lieu = _get_publie(get_session(), public_id)
    consume("confirmation")
    auteur = find_auteur()
    with open_ecriture() as ecriture:
        depot = Depot(
            Demarche.CONFIRMATION,
            {},
            auteur.pseudonyme,
            lieu_id=lieu.id,
            version=version,
            compte_id=auteur.compte_id,
            reseau=digest_reseau(),
            langue=get_langue().prefixe or "fr",
        )
        est_nouvelle = contributions.confirm(ecriture, depot, now=now) is not None
        vues = historique.get_valeurs(ecriture, lieu.id, version)
        changes = [champ for champ, _avant, _apres in diff_valeurs(vues, historique.get_valeurs(ecriture, lieu.id))]
    return _go_confirme(public_id, est_nouvelle=est_nouvelle, changes=changes)


def _go_confirme(public_id: str, *, est_nouvelle: bool, changes: list[str]) -> Response:
    merci = "oui" if est_nouvelle else "deja"
    if "liste" in request.form:
        # From a list of places to look at: back to it, without this one.
        ou: dict[str, Any] = {nom: request.form[nom] for nom in ("q", "commune", "lon", "lat") if nom in request.form}
        adresse = url_for("suivi.show_a_verifier", **ou, confirme=public_id)
    else:
        changes = changes[:CHANGES_MAX]
        adresse = url_for("lieux.show_lieu", public_id=public_id, confirme=merci, change=changes, _anchor="fraicheur")
    return make_response(redirect(adresse, HTTPStatus.SEE_OTHER))


def _get_publie(session: Session, public_id: str) -> Lieu:
    """A place that is shown and open, or the one that took it over; raises NotFoundError."""
    heritier = liens.find_heritier(session, public_id) if PUBLIC_ID.fullmatch(public_id) else None
    lieu = session.scalar(select(Lieu).where(Lieu.public_id == (heritier or public_id)))
    if lieu is None or lieu.statut != Statut.PUBLIE:
        raise NotFoundError(_("Ce lieu n’existe pas, ou n’existe plus."))
    if heritier is not None:
        # What the page has shown is in the history of the former place.
        return session.scalars(select(Lieu).where(Lieu.public_id == public_id)).one()
    return lieu


# --- No more mails ----------------------------------------------------------------------------------------------------


@bp.get("/courriels/ne-plus-recevoir/<jeton>")
def show_desabonnement(jeton: str) -> ResponseReturnValue:
    """The button that stops our mails: a scanner that opens links stops nothing."""
    return _render_desabonnement(_read_empreinte(jeton), jeton)


@bp.post("/courriels/ne-plus-recevoir/<jeton>")
@csrf.exempt  # type: ignore[untyped-decorator]  # Flask-WTF has no types
def stop_courriels(jeton: str) -> ResponseReturnValue:
    """Stop our mails, or have them again. Mail programs send this by themselves (RFC 8058): the secret is the key."""
    empreinte = _read_empreinte(jeton)
    with open_ecriture() as ecriture:
        if request.form.get("action") == "reprendre":
            suivi.resume_courriels(ecriture, empreinte)
        else:
            secret = get_etat().settings.secret_key
            suivi.stop_courriels(ecriture, empreinte, secret=secret, now=get_now())
    return _render_desabonnement(empreinte, jeton, est_fait=True)


def _read_empreinte(jeton: str) -> str:
    empreinte = read_jeton_desabonnement(get_etat().settings.secret_key, jeton)
    if empreinte is None:
        raise NotFoundError
    return empreinte


def _render_desabonnement(empreinte: str, jeton: str, *, est_fait: bool = False) -> str:
    return render_template(
        "contributions/suivi/desabonnement.html",
        est_desabonnee=suivi.is_desabonnee(get_session(), empreinte),
        jeton=jeton,
        est_fait=est_fait,
    )


# --- How long people wait ---------------------------------------------------------------------------------------------


@bp.get("/contributions/delais")
def show_delais() -> ResponseReturnValue:
    """How long people wait for an answer, and what the answers are."""
    chiffres = compute_chiffres(get_session(), now=get_now())
    reponse = make_response(render_template("contributions/suivi/delais.html", page=chiffres, k_min=K_MIN))
    reponse.headers["Cache-Control"] = f"public, max-age={AGE_DELAIS_S}"
    return reponse


@bp.get("/contributions/delais.json")
def read_delais() -> ResponseReturnValue:
    """The same figures for programs."""
    reponse = jsonify(_write_chiffres(compute_chiffres(get_session(), now=get_now())))
    reponse.headers["Cache-Control"] = f"public, max-age={AGE_DELAIS_S}"
    return reponse


def _write_chiffres(chiffres: Chiffres) -> dict[str, object]:
    return {
        "fait_at": chiffres.fait_at.isoformat(timespec="seconds"),
        "depuis": chiffres.depuis.isoformat(),
        "k_min": K_MIN,
        "france": _write_delais(chiffres.france) if chiffres.france else None,
        "motifs_de_refus": [
            {"motif": motif.value, "libelle": motif.libelle, "nombre": nombre.to_json()}
            for motif, nombre in chiffres.motifs
        ],
        "departements": [_write_delais(delais) for delais in chiffres.departements],
    }


def _write_delais(delais: Delais) -> dict[str, object]:
    effectifs = ("recues", "en_attente", "acceptees", "refusees", "retirees", "annulees")
    durees = ("median_jours", "p90_jours", "attente_jours")
    return {
        "code": delais.code,
        "nom": delais.nom,
        **{nom: getattr(delais, nom).to_json() for nom in effectifs},
        **{nom: getattr(delais, nom) for nom in durees},
    }
