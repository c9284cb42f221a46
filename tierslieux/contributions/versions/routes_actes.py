"""What moderators do to a place of their territory: a former version, hiding, separating, and taking it back.

Each act is asked for on a page of its own, which changes nothing, then done by a POST; a place of another territory
does not exist. What cannot be done, or not any more, is said on the same page: 409.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tierslieux.comptes import acces
from tierslieux.comptes.acces import require_role
from tierslieux.comptes.droits import Role
from tierslieux.comptes.pages import get_now
from tierslieux.contributions import services as contributions
from tierslieux.contributions.enums import STATUTS_PUBLIES, Statut
from tierslieux.contributions.versions import histoires, presenters, services
from tierslieux.contributions.versions.blueprint import bp
from tierslieux.contributions.versions.enums import MotifMasquage, MotifRetour
from tierslieux.contributions.versions.fiches_lieu import read_fiches
from tierslieux.contributions.versions.forms import MasquageForm, RetourForm
from tierslieux.contributions.versions.params import NUMERO_MAX, parse_public_id
from tierslieux.core.errors import ConflictError, NotFoundError
from tierslieux.extensions import get_session, open_ecriture
from tierslieux.lieux import historique


def _get_lieu(session: Session, public_id: str) -> histoires.LieuLu:
    """A place that the moderator looks after; raises NotFoundError for any other."""
    lieu = histoires.get_lieu(session, parse_public_id(public_id))
    if not acces.get_personne().can(Role.MODERATEUR, lieu.echelle):
        raise NotFoundError
    return lieu


# --- A former version -------------------------------------------------------------------------------------------------


@bp.get("/lieux/<public_id>/historique/<int:version>/restaurer")
@require_role(Role.MODERATEUR)
def show_restauration(public_id: str, version: int) -> ResponseReturnValue:
    """What going back to a version means, before it is done."""
    return _show_restauration(public_id, version)


@bp.post("/lieux/<public_id>/historique/<int:version>/restaurer")
@require_role(Role.MODERATEUR)
def restore(public_id: str, version: int) -> ResponseReturnValue:
    """Go back to a version."""
    personne = acces.get_personne()
    vue = _read_numero("vue")
    try:
        with open_ecriture() as session:
            proposition = services.restore(
                session,
                _get_lieu(session, public_id),
                version,
                vue=vue,
                acteur=personne.pseudonyme,
                compte_id=personne.compte_id,
                now=get_now(),
            )
            numero = proposition.public_id
    except ConflictError as erreur:
        return _show_restauration(public_id, version, erreur), HTTPStatus.CONFLICT
    return _go(url_for("historique.show_restauree", public_id=public_id, proposition=numero))


@bp.get("/lieux/<public_id>/historique/retours/<proposition>")
@require_role(Role.MODERATEUR)
def show_restauree(public_id: str, proposition: str) -> ResponseReturnValue:
    """What going back has done, and how to take it back in turn."""
    session = get_session()
    lieu = _get_lieu(session, public_id)
    faite = services.get_proposition(session, lieu, proposition)
    return render_template(
        "contributions/versions/restauree.html",
        lieu=lieu,
        proposition=faite,
        est_publiee=Statut(faite.statut) in STATUTS_PUBLIES,
        est_annulee=faite.statut == Statut.ANNULEE,
    )


@bp.post("/lieux/<public_id>/historique/retours/<proposition>/<any(annuler, retablir):geste>")
@require_role(Role.MODERATEUR)
def undo_restauration(public_id: str, proposition: str, geste: str) -> ResponseReturnValue:
    """Take back a return to a version, or do it again."""
    acteur, now = acces.get_personne().pseudonyme, get_now()
    with open_ecriture() as session:
        faite = services.get_proposition(session, _get_lieu(session, public_id), proposition)
        agir = contributions.undo if geste == "annuler" else contributions.redo
        agir(session, faite.public_id, acteur=acteur, now=now)
    return _go(url_for("historique.show_restauree", public_id=public_id, proposition=proposition))


def _show_restauration(public_id: str, version: int, erreur: ConflictError | None = None) -> str:
    session = get_session()
    lieu = _get_lieu(session, public_id)
    toutes = histoires.list_versions(session, lieu.id)
    voulue = next((une for une in toutes if une.id == version), None)
    if voulue is None:
        raise NotFoundError("Cette version n’existe pas.")
    page = presenters.build_retour(
        lieu,
        histoires.read_versions(session, lieu.id, [voulue])[0],
        historique.get_valeurs(session, lieu.id, version),
        historique.get_valeurs(session, lieu.id),
        histoires.list_caches(session, lieu.id),
        personne=acces.get_personne(),
    )
    return render_template("contributions/versions/restaurer.html", page=page, vue=toutes[0].id, erreur=erreur)


# --- Hidden, shown ----------------------------------------------------------------------------------------------------


@bp.get("/lieux/<public_id>/masquer")
@require_role(Role.MODERATEUR)
def show_masquage(public_id: str) -> ResponseReturnValue:
    """Ask why this place should be hidden."""
    return _show_affichage(public_id, MasquageForm(), "masquer")


@bp.post("/lieux/<public_id>/masquer")
@require_role(Role.MODERATEUR)
def mask(public_id: str) -> ResponseReturnValue:
    """Stop showing a place."""
    form = MasquageForm()
    if not form.validate_on_submit():
        return _show_affichage(public_id, form, "masquer"), HTTPStatus.UNPROCESSABLE_ENTITY
    acteur, now = acces.get_personne().pseudonyme, get_now()
    try:
        with open_ecriture() as session:
            lieu = _get_lieu(session, public_id)
            services.mask(session, lieu, MotifMasquage(form.motif.data), acteur=acteur, now=now)
    except ConflictError as erreur:
        return _show_affichage(public_id, form, "masquer", erreur), HTTPStatus.CONFLICT
    return _go(url_for("historique.show_historique", public_id=public_id))


@bp.get("/lieux/<public_id>/remontrer")
@require_role(Role.MODERATEUR)
def show_retour(public_id: str) -> ResponseReturnValue:
    """Ask why this place should be shown again."""
    return _show_affichage(public_id, RetourForm(), "remontrer")


@bp.post("/lieux/<public_id>/remontrer")
@require_role(Role.MODERATEUR)
def show_again(public_id: str) -> ResponseReturnValue:
    """Show a place again."""
    form = RetourForm()
    if not form.validate_on_submit():
        return _show_affichage(public_id, form, "remontrer"), HTTPStatus.UNPROCESSABLE_ENTITY
    acteur, now = acces.get_personne().pseudonyme, get_now()
    try:
        with open_ecriture() as session:
            lieu = _get_lieu(session, public_id)
            services.show_again(session, lieu, MotifRetour(form.motif.data), acteur=acteur, now=now)
    except ConflictError as erreur:
        return _show_affichage(public_id, form, "remontrer", erreur), HTTPStatus.CONFLICT
    return _go(url_for("historique.show_historique", public_id=public_id))


def _show_affichage(
    public_id: str, form: MasquageForm | RetourForm, geste: str, erreur: ConflictError | None = None
) -> str:
    lieu = _get_lieu(get_session(), public_id)
    return render_template("contributions/versions/affichage.html", lieu=lieu, form=form, geste=geste, erreur=erreur)


# --- Two places in one ------------------------------------------------------------------------------------------------


@bp.get("/lieux/<public_id>/separer")
@require_role(Role.MODERATEUR)
def show_separation(public_id: str) -> ResponseReturnValue:
    """Ask which records of this place are another's."""
    return _show_separation(public_id)


@bp.post("/lieux/<public_id>/separer")
@require_role(Role.MODERATEUR)
def separate(public_id: str) -> ResponseReturnValue:
    """Show what would leave; take it out once that is confirmed."""
    choisies = sorted({int(texte) for texte in request.form.getlist("fiche") if _is_numero(texte)})
    if not choisies:
        return _show_separation(public_id, ConflictError("Cochez au moins une fiche.")), HTTPStatus.UNPROCESSABLE_ENTITY
    if request.form.get("etape") != "faire":
        return _show_separation(public_id, choisies=choisies)
    acteur, now = acces.get_personne().pseudonyme, get_now()
    try:
        with open_ecriture() as session:
            lieu = _get_lieu(session, public_id)
            services.separate(session, lieu, choisies, vue=_read_numero("vue"), acteur=acteur, now=now)
    except ConflictError as erreur:
        return _show_separation(public_id, erreur, choisies=choisies), HTTPStatus.CONFLICT
    return _go(url_for("historique.show_decisions", public_id=public_id))


@bp.get("/lieux/<public_id>/decisions")
@require_role(Role.MODERATEUR)
def show_decisions(public_id: str) -> ResponseReturnValue:
    """What people decided of this place's records: the same place, or another; each can be taken back."""
    session = get_session()
    lieu = _get_lieu(session, public_id)
    decisions = services.list_decisions(session, lieu)
    return render_template("contributions/versions/decisions.html", lieu=lieu, decisions=decisions, erreur=None)


@bp.post("/lieux/<public_id>/decisions/<int:numero>/annuler")
@require_role(Role.MODERATEUR)
def undo_decision(public_id: str, numero: int) -> ResponseReturnValue:
    """Take back a decision."""
    personne, now = acces.get_personne(), get_now()
    try:
        with open_ecriture() as session:
            lieu = _get_lieu(session, public_id)
            services.undo_decision(session, lieu, numero, personne=personne, now=now)
    except ConflictError as erreur:
        session = get_session()
        lieu = _get_lieu(session, public_id)
        decisions = services.list_decisions(session, lieu)
        page = render_template("contributions/versions/decisions.html", lieu=lieu, decisions=decisions, erreur=erreur)
        return page, HTTPStatus.CONFLICT
    return _go(url_for("historique.show_decisions", public_id=public_id))


def _show_separation(public_id: str, erreur: ConflictError | None = None, *, choisies: list[int] | None = None) -> str:
    session = get_session()
    lieu = _get_lieu(session, public_id)
    page = presenters.build_fiches_page(lieu, read_fiches(session, lieu), personne=acces.get_personne())
    return render_template(
        "contributions/versions/separer.html",
        page=page,
        choisies=choisies or [],
        est_confirmation=bool(choisies) and erreur is None,
        vue=historique.get_version(session, lieu.id),
        erreur=erreur,
    )


def _read_numero(nom: str) -> int:
    """A number of a hidden field; -1, which nothing has, when it is none."""
    texte = request.form.get(nom, "")
    return int(texte) if _is_numero(texte) else -1


def _is_numero(texte: str) -> bool:
    return texte.isascii() and texte.isdigit() and len(texte) < 20 and int(texte) <= NUMERO_MAX


def _go(adresse: str) -> ResponseReturnValue:
    return redirect(adresse, HTTPStatus.SEE_OTHER)
