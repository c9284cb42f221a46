"""Pages of one author and of flows out of the ordinary, within the territories of the moderator."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tierslieux.comptes import acces
from tierslieux.comptes.acces import require_role
from tierslieux.comptes.droits import Role
from tierslieux.comptes.pages import get_now
from tierslieux.contributions import blocages
from tierslieux.contributions import services as contributions
from tierslieux.contributions.perimetres import Perimetre
from tierslieux.contributions.versions import surveillance
from tierslieux.contributions.versions.blueprint import bp
from tierslieux.contributions.versions.enums import GenreBlocage
from tierslieux.contributions.versions.forms import BlocageForm
from tierslieux.contributions.versions.params import parse_avant, parse_nom
from tierslieux.contributions.versions.presenters_moderation import build_auteur, build_flux
from tierslieux.core.errors import NotFoundError
from tierslieux.extensions import get_session, open_ecriture


def _list_perimetres() -> Sequence[Perimetre]:
    return acces.get_personne().list_perimetres(Role.MODERATEUR)


@bp.get("/moderation/auteurs/<pseudonyme>")
@require_role(Role.MODERATEUR)
def show_auteur(pseudonyme: str) -> ResponseReturnValue:
    """What one author proposed here; somebody who proposed nothing here does not exist."""
    return _show_auteur(pseudonyme, BlocageForm(genre=GenreBlocage.AUTEUR.value, valeur=pseudonyme))


@bp.get("/moderation/auteurs/<pseudonyme>/annuler")
@require_role(Role.MODERATEUR)
def show_annulation_auteur(pseudonyme: str) -> ResponseReturnValue:
    """What undoing everything of one author means, before it is done."""
    page = build_auteur(_read_auteur(pseudonyme))
    return render_template("contributions/versions/auteur_annuler.html", page=page)


@bp.post("/moderation/auteurs/<pseudonyme>/annuler")
@require_role(Role.MODERATEUR)
def undo_auteur(pseudonyme: str) -> ResponseReturnValue:
    """Undo everything of one author in the moderator's territories."""
    _read_auteur(pseudonyme)
    perimetres, now = _list_perimetres(), get_now()
    with open_ecriture() as session:
        contributions.undo_auteur(
            session, pseudonyme, acteur=acces.get_personne().pseudonyme, now=now, perimetres=perimetres
        )
    return _go_auteur(pseudonyme)


@bp.post("/moderation/auteurs/<pseudonyme>/bloquer")
@require_role(Role.MODERATEUR)
def block_auteur(pseudonyme: str) -> ResponseReturnValue:
    """Set aside what one author proposes from now on."""
    _read_auteur(pseudonyme)
    form = BlocageForm()
    if not form.validate_on_submit():
        return _show_auteur(pseudonyme, form), HTTPStatus.UNPROCESSABLE_ENTITY
    _block(GenreBlocage.AUTEUR, pseudonyme, form)
    return _go_auteur(pseudonyme)


@bp.post("/moderation/auteurs/<pseudonyme>/debloquer")
@require_role(Role.MODERATEUR)
def unblock_auteur(pseudonyme: str) -> ResponseReturnValue:
    """Take what one author proposes as anybody's again."""
    _read_auteur(pseudonyme)
    _unblock(GenreBlocage.AUTEUR, pseudonyme)
    return _go_auteur(pseudonyme)


@bp.get("/moderation/flux")
@require_role(Role.MODERATEUR)
def show_flux() -> ResponseReturnValue:
    """Bursts of proposals of the last days."""
    return _show_flux(BlocageForm())


@bp.post("/moderation/flux/ecarter")
@require_role(Role.MODERATEUR)
def set_flux_aside() -> ResponseReturnValue:
    """Put in quarantine what waits of one author, one network or one place, these last days."""
    colonne = request.form.get("par", "")
    valeur = request.form.get("valeur", "")
    if colonne == "lieu_id" and not (valeur.isascii() and valeur.isdigit() and len(valeur) < 19):
        raise NotFoundError
    if colonne not in surveillance.COLONNES:
        raise NotFoundError
    cle = int(valeur) if colonne == "lieu_id" else parse_nom(valeur)
    acteur, now = acces.get_personne().pseudonyme, get_now()
    with open_ecriture() as session:
        isolees, laissees = surveillance.set_aside(session, colonne, cle, _list_perimetres(), acteur=acteur, now=now)
    return redirect(url_for("historique.show_flux", isolees=isolees, laissees=laissees), HTTPStatus.SEE_OTHER)


@bp.post("/moderation/flux/bloquer")
@require_role(Role.MODERATEUR)
def block_reseau() -> ResponseReturnValue:
    """Set aside what comes from a network from now on."""
    form = BlocageForm()
    if not form.validate_on_submit():
        return _show_flux(form), HTTPStatus.UNPROCESSABLE_ENTITY
    _block(GenreBlocage.RESEAU, parse_nom(form.valeur.data or ""), form)
    return redirect(url_for("historique.show_flux"), HTTPStatus.SEE_OTHER)


@bp.post("/moderation/flux/debloquer")
@require_role(Role.MODERATEUR)
def unblock_reseau() -> ResponseReturnValue:
    """Take what comes from a network as anybody's again."""
    _unblock(GenreBlocage.RESEAU, parse_nom(request.form.get("valeur", "")))
    return redirect(url_for("historique.show_flux"), HTTPStatus.SEE_OTHER)


def _read_auteur(pseudonyme: str) -> surveillance.Auteur:
    """Raises NotFoundError for an author who proposed nothing in the moderator's territories."""
    return surveillance.read_auteur(
        get_session(),
        parse_nom(pseudonyme),
        _list_perimetres(),
        avant=parse_avant(request.args),
        now=get_now(),
    )


def _show_auteur(pseudonyme: str, form: BlocageForm) -> str:
    page = build_auteur(_read_auteur(pseudonyme))
    return render_template("contributions/versions/auteur.html", page=page, form=form)


def _show_flux(form: BlocageForm) -> str:
    flux = surveillance.read_flux(get_session(), _list_perimetres(), now=get_now())
    page = build_flux(
        flux, isolees=request.args.get("isolees", type=int), laissees=request.args.get("laissees", type=int)
    )
    return render_template("contributions/versions/flux.html", page=page, form=form)


def _block(genre: GenreBlocage, valeur: str, form: BlocageForm) -> None:
    acteur, now = acces.get_personne().pseudonyme, get_now()
    with open_ecriture() as session:
        blocages.block(
            session,
            genre.value,
            valeur,
            _list_perimetres(),
            motif=form.motif.data,
            jours=form.jours.data,
            acteur=acteur,
            now=now,
        )


def _unblock(genre: GenreBlocage, valeur: str) -> None:
    acteur, now = acces.get_personne().pseudonyme, get_now()
    with open_ecriture() as session:
        blocages.unblock(session, genre.value, valeur, _list_perimetres(), acteur=acteur, now=now)


def _go_auteur(pseudonyme: str) -> ResponseReturnValue:
    return redirect(url_for("historique.show_auteur", pseudonyme=pseudonyme), HTTPStatus.SEE_OTHER)
