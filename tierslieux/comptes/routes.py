"""Sign-in: an address, the code that is sent to it, the second factor where roles ask for one; invitations.

No page that is opened (GET) changes anything: mail programs open links before people do.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request, session
from flask.typing import ResponseReturnValue

from tierslieux.comptes import equipe, invitations, second_facteur, services, sessions
from tierslieux.comptes.acces import (
    find_ouverte,
    get_ouverte,
    keep_private,
    read_suite,
    require_personne,
    sign_in,
    sign_out,
)
from tierslieux.comptes.codes import Issue
from tierslieux.comptes.enums import Objet
from tierslieux.comptes.errors import InvitationError
from tierslieux.comptes.forms import CodeForm, CourrielForm
from tierslieux.comptes.guichet import count_request, find_adresse, send_code, verify_code
from tierslieux.comptes.pages import get_cle, get_now, go, go_on, refuse, respond
from tierslieux.comptes.presenters import build_invitation, list_cles, mask_courriel
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.extensions import get_session, open_ecriture
from tierslieux.limites import consume
from tierslieux.retours import name_champs

bp = Blueprint("comptes", __name__)
name_champs(bp, {"courriel": N_("Votre adresse de courriel")})

SUJET_CODE = N_("Votre code pour vous connecter")
FERME = N_("Ce compte est fermé. Écrivez aux personnes qui tiennent ce site.")
CLE_GRAINE = "graine_second_facteur"
# Asked too often: what is said is the same for the right code and for a wrong one.
TROP_ESSAIS = "Il y a eu trop d’essais. Attendez cinq minutes, puis essayez un nouveau code."
CODE_FAUX = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, puis écrivez-le."


@bp.after_request
def _close(reponse: Response) -> Response:
    return keep_private(reponse)


# --- By e-mail --------------------------------------------------------------------------------------------------------


@bp.get("/connexion")
def show_connexion() -> ResponseReturnValue:
    """Where one types an address."""
    ouverte = find_ouverte()
    if ouverte is not None and request.args.get("suite") is None:
        return go_on(None)
    form = CourrielForm(formdata=None, suite=read_suite(request.args.get("suite")))
    return respond("connexion", form=form, est_connecte=ouverte is not None)


@bp.post("/connexion")
def request_code() -> ResponseReturnValue:
    """Send a code; the answer and the work are the same whether the address has an account or not."""
    form = CourrielForm()
    if not form.validate():
        return respond("connexion", HTTPStatus.UNPROCESSABLE_ENTITY, form=form, est_connecte=False)
    count_request(form.adresse)
    with open_ecriture() as ecriture:
        send_code(ecriture, Objet.CONNEXION, form.adresse, _(SUJET_CODE), now=get_now())
    return go("comptes.show_code", suite=read_suite(form.suite.data))


@bp.get("/connexion/code")
def show_code() -> ResponseReturnValue:
    """Where one types the code."""
    form = CodeForm(formdata=None, suite=read_suite(request.args.get("suite")))
    return _respond_code(form)


@bp.post("/connexion/code")
def enter() -> ResponseReturnValue:
    """Sign in with the code, in the browser that has asked for it."""
    form = CodeForm()
    if not form.validate():
        return _respond_code(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    consume("code-essai")
    with open_ecriture() as ecriture:
        reponse = verify_code(ecriture, Objet.CONNEXION, form)
        entree = services.enter(ecriture, reponse, now=get_now()) if reponse.issue is Issue.BON else None
        if entree is not None and entree.compte.actif:
            sign_in(ecriture, entree.compte, now=get_now(), est_durable=form.rester.data)
    if entree is None:
        return _respond_code(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not entree.compte.actif:
        refuse(form.code, _(FERME))
        return _respond_code(form, HTTPStatus.FORBIDDEN)
    suite = read_suite(form.suite.data)
    if sessions.needs_second_facteur(sessions.build_personne(entree.compte)):
        return go("comptes.show_second_facteur", suite=suite)
    if entree.est_perdue:
        return go("mon_compte.show_compte", fait="invitation-perdue")
    return go_on(suite)


def _respond_code(form: CodeForm, statut: HTTPStatus = HTTPStatus.OK) -> Response:
    courriel = find_adresse(Objet.CONNEXION)
    return respond("code", statut, form=form, courriel=courriel)


@bp.post("/deconnexion")
def leave() -> ResponseReturnValue:
    """Sign out of this browser."""
    ouverte = find_ouverte()
    if ouverte is not None:
        with open_ecriture() as ecriture:
            sessions.end_session(ecriture, ouverte.personne.compte_id, ouverte.empreinte)
    sign_out()
    return respond("deconnecte")


# --- The second factor ------------------------------------------------------------------------------------------------


@bp.get("/connexion/second-facteur")
@require_personne
def show_second_facteur() -> ResponseReturnValue:
    """The code of the authenticator; at the first sign-in, how to set it."""
    suite = read_suite(request.args.get("suite"))
    ouverte = get_ouverte()
    if ouverte.est_forte or not sessions.needs_second_facteur(ouverte.personne):
        return go_on(suite)
    return _respond_second_facteur(ouverte, CodeForm(formdata=None, suite=suite))


@bp.post("/connexion/second-facteur")
@require_personne
def give_second_facteur() -> ResponseReturnValue:
    """Try a code: the session then is another one, which strong roles may use."""
    ouverte = get_ouverte()
    form = CodeForm()
    if ouverte.est_forte or not sessions.needs_second_facteur(ouverte.personne):
        return go_on(form.suite.data)
    graine = session.get(CLE_GRAINE)
    if not form.validate() or (ouverte.compte.totp_graine is None and graine is None):
        return _respond_second_facteur(ouverte, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    consume("code-essai")
    compte_id, now, cle = ouverte.personne.compte_id, get_now(), get_cle()
    secours: list[str] = []
    with open_ecriture() as ecriture:
        if ouverte.compte.totp_graine is None:
            issue, secours = second_facteur.enroll(ecriture, cle, compte_id, str(graine), form.code.data, now=now)
        else:
            issue = second_facteur.verify(ecriture, cle, compte_id, form.code.data, now=now)
        if issue is second_facteur.Issue.BON:
            sessions.end_session(ecriture, compte_id, ouverte.empreinte)
            sign_in(ecriture, services.get_compte(ecriture, compte_id), now=now, est_forte=True)
            session.pop(CLE_GRAINE, None)
    if issue is not second_facteur.Issue.BON:
        refuse(form.code, TROP_ESSAIS if issue is second_facteur.Issue.TROP else CODE_FAUX)
        return _respond_second_facteur(ouverte, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if secours:
        return respond("codes_secours", codes=secours, suite=read_suite(form.suite.data))
    return go_on(form.suite.data)


def _respond_second_facteur(ouverte: sessions.Ouverte, form: CodeForm, statut: HTTPStatus = HTTPStatus.OK) -> Response:
    if ouverte.compte.totp_graine is not None:
        return respond("second_facteur", statut, form=form)
    # Nothing is written before its first code is right: until then the seed stays in the cookie.
    graine = session.setdefault(CLE_GRAINE, second_facteur.generate_graine())
    preparation = second_facteur.prepare(get_cle(), graine, ouverte.personne.pseudonyme, now=get_now())
    return respond("enrolement", statut, form=form, preparation=preparation)


# --- Invitations ------------------------------------------------------------------------------------------------------


@bp.get("/invitations/<jeton>")
def show_invitation(jeton: str) -> ResponseReturnValue:
    """What is offered. Opening it changes nothing."""
    try:
        invitation = invitations.get_invitation(get_session(), jeton, cle=get_cle(), now=get_now())
    except InvitationError:
        return respond("invitation_perdue", HTTPStatus.GONE)
    noms = equipe.list_noms(get_session(), list_cles([invitation]))
    page = build_invitation(invitation, noms)
    reponse = respond("invitation", invitation=page, courriel=mask_courriel(page.courriel))
    reponse.headers["Referrer-Policy"] = "same-origin"
    return reponse


@bp.post("/invitations/<jeton>")
def accept_invitation(jeton: str) -> ResponseReturnValue:
    """Send a code to the address that was invited: whoever reads it there takes the role."""
    try:
        invitation = invitations.get_invitation(get_session(), jeton, cle=get_cle(), now=get_now())
    except InvitationError:
        return respond("invitation_perdue", HTTPStatus.GONE)
    courriel, invitation_id = invitation.courriel, invitation.id
    count_request(courriel)
    with open_ecriture() as ecriture:
        send_code(ecriture, Objet.CONNEXION, courriel, _(SUJET_CODE), now=get_now(), invitation_id=invitation_id)
    return go("comptes.show_code")
