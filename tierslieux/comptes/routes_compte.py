"""One's own account: what it says, where it is signed in, its address, its second factor, its end."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from tierslieux.comptes import codes, equipe, second_facteur, services, sessions
from tierslieux.comptes.acces import get_ouverte, get_personne, require_fraicheur, require_personne, sign_out
from tierslieux.comptes.enums import Objet
from tierslieux.comptes.errors import AdressePriseError, DernierAdministrateurError
from tierslieux.comptes.forms import CodeForm, CommuneForm, CourrielForm, SimpleForm
from tierslieux.comptes.guichet import count_request, find_adresse, send_code, verify_code
from tierslieux.comptes.pages import get_cle, get_now, go, refuse, respond, send
from tierslieux.comptes.presenters import ACCES, build_compte, build_reference, list_cles
from tierslieux.core.errors import NotFoundError
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.extensions import get_session, open_ecriture
from tierslieux.limites import consume
from tierslieux.retours import name_champs
from tierslieux.territoires import services as territoires

bp = Blueprint("mon_compte", __name__)
name_champs(bp, {"courriel": N_("Votre nouvelle adresse de courriel"), "commune": N_("Ma commune")})

COMMUNES_MAX = 10
# What was just done, said at the top of the page.
FAITS = {
    "commune": N_("Votre commune est enregistrée."),
    "sans-commune": N_("Votre commune est effacée."),
    "session": N_("Cet appareil est déconnecté."),
    "role": N_("Vous n’avez plus ce rôle."),
    "invitation-perdue": N_("Vous êtes connecté. Mais votre invitation n’est plus valable."),
}
SUJET_ADRESSE = N_("Votre code pour changer d’adresse")
SUJET_CHANGEE = N_("L’adresse de votre compte a changé")
AUCUNE_COMMUNE = N_("Nous ne trouvons pas cette commune. Vérifiez son nom ou son code postal.")
A_COCHER = N_("Cochez la case pour confirmer.")


@bp.get("/compte")
@require_personne
def show_compte() -> ResponseReturnValue:
    """All that an account holds."""
    return _respond_compte(fait=FAITS.get(request.args.get("fait", "")))


def _respond_compte(
    statut: HTTPStatus = HTTPStatus.OK, *, fait: str | None = None, form: CommuneForm | None = None, **valeurs: object
) -> Response:
    ouverte, session = get_ouverte(), get_session()
    compte = services.get_compte(session, ouverte.personne.compte_id)
    commune = territoires.find_commune(session, compte.commune_code) if compte.commune_code else None
    page = build_compte(
        compte,
        services.list_sessions(session, compte.id, now=get_now()),
        equipe.list_noms(session, list_cles(compte.habilitations)),
        empreinte=ouverte.empreinte,
        commune=commune.nom if commune else None,
        acces=[
            (url_for(endpoint), _(libelle))
            for endpoint, libelle, role in ACCES
            if endpoint in current_app.view_functions and (role is None or ouverte.personne.has_role(role))
        ],
    )
    return respond(
        "compte",
        statut,
        page=page,
        fait=_(fait) if fait else None,
        form=form or CommuneForm(formdata=None),
        communes=valeurs.get("communes", ()),
        erreur=valeurs.get("erreur"),
    )


@bp.post("/compte/commune")
@require_personne
def set_commune() -> ResponseReturnValue:
    """Say where one lives, or nothing any more; several communes of one name are offered."""
    form = CommuneForm()
    texte = (form.commune.data or "").strip()
    if not form.validate():
        return _respond_compte(HTTPStatus.UNPROCESSABLE_ENTITY, form=form)
    code = form.code.data or None
    if code is None and texte:
        trouvees = territoires.search_communes(get_session(), texte, limite=COMMUNES_MAX)
        if len(trouvees) > 1:
            return _respond_compte(form=form, communes=trouvees)
        code = trouvees[0].code if trouvees else ""
    with open_ecriture() as ecriture:
        est_trouvee = code != "" and services.set_commune(ecriture, get_personne().compte_id, code)
    if not est_trouvee:
        refuse(form.commune, _(AUCUNE_COMMUNE))
        return _respond_compte(HTTPStatus.UNPROCESSABLE_ENTITY, form=form)
    return go("mon_compte.show_compte", fait="commune" if code else "sans-commune")


# --- Where it is signed in --------------------------------------------------------------------------------------------


@bp.post("/compte/sessions/<reference>/fermer")
@require_personne
def end_session(reference: str) -> ResponseReturnValue:
    """Sign out another browser, or this one."""
    ouverte = get_ouverte()
    compte_id, now = ouverte.personne.compte_id, get_now()
    with open_ecriture() as ecriture:
        for une in services.list_sessions(ecriture, compte_id, now=now):
            if build_reference(une.empreinte) == reference:
                sessions.end_session(ecriture, compte_id, une.empreinte)
    if build_reference(ouverte.empreinte) == reference:
        sign_out()
        return respond("deconnecte")
    return go("mon_compte.show_compte", fait="session")


@bp.post("/compte/sessions/fermer")
@require_personne
def end_everywhere() -> ResponseReturnValue:
    """Sign out of every browser, this one too."""
    with open_ecriture() as ecriture:
        services.end_everywhere(ecriture, get_personne().compte_id)
    sign_out()
    return respond("deconnecte")


# --- Its address ------------------------------------------------------------------------------------------------------


@bp.get("/compte/adresse")
@require_fraicheur
def show_adresse() -> ResponseReturnValue:
    """Where one types another address."""
    return respond("adresse", form=CourrielForm(formdata=None))


@bp.post("/compte/adresse")
@require_fraicheur
def request_adresse() -> ResponseReturnValue:
    """Send a code to the new address; nothing changes before it is typed here."""
    form = CourrielForm()
    if not form.validate():
        return respond("adresse", HTTPStatus.UNPROCESSABLE_ENTITY, form=form)
    count_request(form.adresse)
    compte_id = get_personne().compte_id
    with open_ecriture() as ecriture:
        send_code(ecriture, Objet.ADRESSE, form.adresse, _(SUJET_ADRESSE), now=get_now(), compte_id=compte_id)
    return go("mon_compte.show_code")


@bp.get("/compte/adresse/code")
@require_fraicheur
def show_code() -> ResponseReturnValue:
    """Where one types the code sent to the new address."""
    return respond("adresse_code", form=CodeForm(formdata=None), courriel=find_adresse(Objet.ADRESSE))


@bp.post("/compte/adresse/code")
@require_fraicheur
def change_adresse() -> ResponseReturnValue:
    """Change the address, tell the former one, and sign out everywhere."""
    form, compte_id = CodeForm(), get_personne().compte_id
    if not form.validate():
        return _respond_code(form)
    consume("code-essai")
    est_prise = False
    with open_ecriture() as ecriture:
        reponse = verify_code(ecriture, Objet.ADRESSE, form)
        est_bon = reponse.issue is codes.Issue.BON and reponse.compte_id == compte_id
        if est_bon:
            try:
                ancienne = services.change_adresse(ecriture, compte_id, reponse.courriel, now=get_now())
            except AdressePriseError as erreur:
                refuse(form.code, erreur.message)
                est_prise = True
            else:
                send(ecriture, ancienne, _(SUJET_CHANGEE), "adresse_changee", "compte-adresse")
    if not est_bon or est_prise:
        return _respond_code(form, HTTPStatus.CONFLICT if est_prise else HTTPStatus.UNPROCESSABLE_ENTITY)
    sign_out()
    return respond("adresse_changee")


def _respond_code(form: CodeForm, statut: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY) -> Response:
    return respond("adresse_code", statut, form=form, courriel=find_adresse(Objet.ADRESSE))


# --- Recovery codes, roles, end ---------------------------------------------------------------------------------------


@bp.post("/compte/codes-de-secours")
@require_fraicheur
def renew_codes() -> ResponseReturnValue:
    """Ten new recovery codes, shown once."""
    ouverte = get_ouverte()
    if not ouverte.est_forte:
        raise NotFoundError
    with open_ecriture() as ecriture:
        nouveaux = second_facteur.renew_codes(ecriture, get_cle(), ouverte.personne.compte_id, now=get_now())
    return respond("codes_secours", codes=nouveaux, suite=None)


@bp.post("/compte/roles/<int(max=2147483647):habilitation_id>/quitter")
@require_fraicheur
def leave_role(habilitation_id: int) -> ResponseReturnValue:
    """Give up a role; the last administrator of France cannot."""
    personne = get_personne()
    if not SimpleForm().confirmer.data:
        return _respond_compte(HTTPStatus.UNPROCESSABLE_ENTITY, erreur=_(A_COCHER))
    try:
        with open_ecriture() as ecriture:
            equipe.withdraw_role(ecriture, personne, personne.compte_id, habilitation_id, now=get_now())
    except DernierAdministrateurError as erreur:
        return _respond_compte(HTTPStatus.CONFLICT, erreur=erreur.message)
    return go("mon_compte.show_compte", fait="role")


@bp.get("/compte/supprimer")
@require_fraicheur
def show_suppression() -> ResponseReturnValue:
    """What goes with an account, and what stays."""
    return respond("supprimer", form=SimpleForm(formdata=None), erreur=None)


@bp.post("/compte/supprimer")
@require_fraicheur
def erase() -> ResponseReturnValue:
    """Delete the account and everything personal."""
    form = SimpleForm()
    if not form.confirmer.data:
        return respond("supprimer", HTTPStatus.UNPROCESSABLE_ENTITY, form=form, erreur=_(A_COCHER))
    compte_id = get_personne().compte_id
    try:
        with open_ecriture() as ecriture:
            services.erase(ecriture, compte_id, now=get_now())
    except DernierAdministrateurError as erreur:
        return respond("supprimer", HTTPStatus.CONFLICT, form=form, erreur=erreur.message)
    sign_out()
    return respond("supprime")
