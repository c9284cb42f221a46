"""Accounts of a territory, for its administrators: who holds what role, invitations, closing, lost telephones."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from tierslieux.comptes import equipe, invitations, perimetres, sessions
from tierslieux.comptes.acces import get_personne, require_role
from tierslieux.comptes.droits import Habilitation, Role
from tierslieux.comptes.errors import DernierAdministrateurError, PorteeError
from tierslieux.comptes.forms import InvitationForm, RoleForm, SimpleForm
from tierslieux.comptes.pages import build_adresse, get_cle, get_now, go, refuse, respond, send
from tierslieux.comptes.presenters import (
    build_invitation,
    build_ligne,
    build_perimetre,
    list_cles,
    name_droit,
)
from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.extensions import get_session, open_ecriture
from tierslieux.limites import consume
from tierslieux.retours import name_champs

bp = Blueprint("administration", __name__)
name_champs(bp, {"courriel": "Son adresse de courriel", "territoire": "Code du territoire"})

RECHERCHE_MAX = 100
NUMERO_MAX = 2_147_483_647
FAITS = {
    "invite": "L’invitation est partie.",
    "retiree": "L’invitation est retirée.",
    "role": "Le rôle est changé. Cette personne doit se connecter de nouveau.",
    "retrait": "Le rôle est retiré. Cette personne est déconnectée partout.",
    "ferme": "Le compte est fermé. Cette personne est déconnectée partout.",
    "rouvert": "Le compte est rouvert.",
    "second-facteur": "Le second facteur est remis à zéro. Cette personne le règle de nouveau en se connectant.",
}


@bp.get("/administration/comptes")
@require_role(Role.ADMINISTRATEUR)
def list_comptes() -> ResponseReturnValue:
    """Accounts and invitations inside one's territories."""
    return _respond_liste(InvitationForm(formdata=None))


@bp.post("/administration/comptes/chercher")
@require_role(Role.ADMINISTRATEUR)
def search_comptes() -> ResponseReturnValue:
    """The accounts whose address or name holds what is typed; a form, since addresses of pages are kept in logs."""
    return _respond_liste(InvitationForm(formdata=None), q=request.form.get("q", "").strip()[:RECHERCHE_MAX])


def _respond_liste(form: InvitationForm, statut: HTTPStatus = HTTPStatus.OK, *, q: str = "") -> Response:
    personne, session = get_personne(), get_session()
    apres = _read_apres()
    comptes = equipe.list_comptes(session, personne, q, apres=apres)
    attente = invitations.list_invitations(session, personne, now=get_now())
    droits = [ligne for compte in comptes for ligne in compte.habilitations]
    siens = [(niveau.value, code) for niveau, code in personne.list_perimetres(Role.ADMINISTRATEUR)]
    noms = equipe.list_noms(session, [*list_cles(droits), *list_cles(attente), *siens])
    montres = comptes[: equipe.LIMITE]
    return respond(
        "liste",
        statut,
        form=form,
        q=q,
        comptes=[build_ligne(compte, noms) for compte in montres],
        suivant=montres[-1].id if len(comptes) > equipe.LIMITE else None,
        invitations=[build_invitation(invitation, noms) for invitation in attente],
        perimetre=build_perimetre(personne, noms),
        fait=FAITS.get(request.args.get("fait", "")),
    )


def _read_apres() -> int:
    texte = request.args.get("apres", "0")
    if not (texte.isascii() and texte.isdigit()) or int(texte[:11]) > NUMERO_MAX:
        raise InvalidInputError("apres", texte, "un nombre")
    return int(texte)


@bp.post("/administration/comptes/inviter")
@require_role(Role.ADMINISTRATEUR)
def invite() -> ResponseReturnValue:
    """Offer a role over a territory inside one's own."""
    form, personne = InvitationForm(), get_personne()
    if not form.validate():
        return _respond_liste(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    consume("message", cle=personne.pseudonyme)
    droit = Habilitation(Role(form.role.data), *form.read_territoire())
    try:
        with open_ecriture() as ecriture:
            envoi = invitations.invite(ecriture, personne, form.adresse, droit, cle=get_cle(), now=get_now())
            noms = equipe.list_noms(ecriture, [(droit.niveau.value, droit.code)])
            send(
                ecriture,
                form.adresse,
                "Vous êtes invité sur Tierslieux",
                "invitation",
                "invitation",
                perime_at=envoi.invitation.expire_at,
                role=droit.role.libelle,
                territoire=name_droit(droit, noms),
                adresse=build_adresse("comptes.show_invitation", jeton=envoi.jeton),
                jours=invitations.DUREE.days,
            )
    except (PorteeError, NotFoundError) as erreur:
        refuse(form.territoire, erreur.message)
        statut = HTTPStatus.FORBIDDEN if isinstance(erreur, PorteeError) else HTTPStatus.UNPROCESSABLE_ENTITY
        return _respond_liste(form, statut)
    return go("administration.list_comptes", fait="invite")


@bp.post("/administration/invitations/<int(max=2147483647):invitation_id>/retirer")
@require_role(Role.ADMINISTRATEUR)
def withdraw_invitation(invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back: its link is void."""
    with open_ecriture() as ecriture:
        invitations.withdraw(ecriture, get_personne(), invitation_id, now=get_now())
    return go("administration.list_comptes", fait="retiree")


@bp.get("/administration/comptes/<int(max=2147483647):compte_id>")
@require_role(Role.ADMINISTRATEUR)
def show_compte(compte_id: int) -> ResponseReturnValue:
    """One account, with what may be changed of it."""
    return _respond_compte(compte_id)


def _respond_compte(compte_id: int, statut: HTTPStatus = HTTPStatus.OK, *, erreur: str | None = None) -> Response:
    personne, session = get_personne(), get_session()
    compte = equipe.get_visible(session, personne, compte_id)
    cible = sessions.build_personne(compte)
    est_libre = compte.id != personne.compte_id and not perimetres.is_outranked(session, personne, cible)
    peut = frozenset(
        ligne.id
        for ligne, droit in zip(compte.habilitations, cible.habilitations, strict=True)
        if est_libre and perimetres.can_take(session, personne, droit)
    )
    return respond(
        "administrer",
        statut,
        compte=build_ligne(compte, equipe.list_noms(session, list_cles(compte.habilitations)), peut),
        roles=tuple(Role),
        peut_gerer=perimetres.can_manage(session, personne, cible),
        est_soi=compte.id == personne.compte_id,
        erreur=erreur,
        fait=FAITS.get(request.args.get("fait", "")),
    )


@bp.post("/administration/comptes/<int(max=2147483647):compte_id>/roles/<int(max=2147483647):habilitation_id>")
@require_role(Role.ADMINISTRATEUR)
def change_role(compte_id: int, habilitation_id: int) -> ResponseReturnValue:
    """Give another role over the same territory."""
    form = RoleForm()
    if not form.validate():
        return _respond_compte(compte_id, HTTPStatus.UNPROCESSABLE_ENTITY, erreur="Choisissez un rôle.")
    try:
        with open_ecriture() as ecriture:
            role = Role(form.role.data)
            equipe.change_role(ecriture, get_personne(), compte_id, habilitation_id, role, now=get_now())
    except (PorteeError, DernierAdministrateurError) as erreur:
        return _refuse_acte(compte_id, erreur)
    return go("administration.show_compte", compte_id=compte_id, fait="role")


@bp.post("/administration/comptes/<int(max=2147483647):compte_id>/roles/<int(max=2147483647):habilitation_id>/retirer")
@require_role(Role.ADMINISTRATEUR)
def withdraw_role(compte_id: int, habilitation_id: int) -> ResponseReturnValue:
    """Take a role back. The account may then be out of one's territories: the list follows."""
    try:
        with open_ecriture() as ecriture:
            equipe.withdraw_role(ecriture, get_personne(), compte_id, habilitation_id, now=get_now())
    except (PorteeError, DernierAdministrateurError) as erreur:
        return _refuse_acte(compte_id, erreur)
    return go("administration.list_comptes", fait="retrait")


@bp.post("/administration/comptes/<int(max=2147483647):compte_id>/fermer")
@require_role(Role.ADMINISTRATEUR)
def deactivate(compte_id: int) -> ResponseReturnValue:
    """Close an account: nobody signs in to it, and it is signed out everywhere."""
    if not SimpleForm().confirmer.data:
        return _respond_compte(compte_id, HTTPStatus.UNPROCESSABLE_ENTITY, erreur="Cochez la case pour confirmer.")
    return _set_actif(compte_id, est_actif=False)


@bp.post("/administration/comptes/<int(max=2147483647):compte_id>/rouvrir")
@require_role(Role.ADMINISTRATEUR)
def activate(compte_id: int) -> ResponseReturnValue:
    """Open an account again."""
    return _set_actif(compte_id, est_actif=True)


def _set_actif(compte_id: int, *, est_actif: bool) -> Response:
    try:
        with open_ecriture() as ecriture:
            equipe.set_actif(ecriture, get_personne(), compte_id, est_actif=est_actif, now=get_now())
    except (PorteeError, DernierAdministrateurError) as erreur:
        return _refuse_acte(compte_id, erreur)
    return go("administration.show_compte", compte_id=compte_id, fait="rouvert" if est_actif else "ferme")


@bp.post("/administration/comptes/<int(max=2147483647):compte_id>/second-facteur")
@require_role(Role.ADMINISTRATEUR)
def reset_second_facteur(compte_id: int) -> ResponseReturnValue:
    """Forget the second factor of whoever has lost the telephone, and tell the person."""
    if not SimpleForm().confirmer.data:
        return _respond_compte(compte_id, HTTPStatus.UNPROCESSABLE_ENTITY, erreur="Cochez la case pour confirmer.")
    try:
        with open_ecriture() as ecriture:
            compte = equipe.reset_second_facteur(ecriture, get_personne(), compte_id, now=get_now())
            sujet = "Votre second facteur est remis à zéro"
            send(ecriture, compte.courriel, sujet, "second_facteur_remis", "compte-second-facteur")
    except PorteeError as erreur:
        return _refuse_acte(compte_id, erreur)
    return go("administration.show_compte", compte_id=compte_id, fait="second-facteur")


def _refuse_acte(compte_id: int, erreur: PorteeError | DernierAdministrateurError) -> Response:
    statut = HTTPStatus.FORBIDDEN if isinstance(erreur, PorteeError) else HTTPStatus.CONFLICT
    return _respond_compte(compte_id, statut, erreur=erreur.message)
