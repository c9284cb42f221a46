"""Codes by e-mail, as the pages send and check them: bound to the browser that asks."""

from __future__ import annotations

import datetime as dt

from flask import session
from sqlalchemy.orm import Session

from tierslieux.comptes import codes
from tierslieux.comptes.acces import CLE_NAVIGATEUR
from tierslieux.comptes.codes import Issue
from tierslieux.comptes.enums import Objet
from tierslieux.comptes.forms import CodeForm
from tierslieux.comptes.jetons import generate_jeton
from tierslieux.comptes.pages import build_adresse_sure, get_cle, get_now, refuse, send
from tierslieux.core.textes import N_, ngettext
from tierslieux.core.textes import gettext as _
from tierslieux.extensions import get_session
from tierslieux.limites import consume

PERIME = N_("Ce code n’est plus bon. Demandez un autre code.")


def send_code(
    ecriture: Session,
    objet: Objet,
    courriel: str,
    sujet: str,
    *,
    now: dt.datetime,
    compte_id: int | None = None,
    invitation_id: int | None = None,
) -> None:
    """Send a code that is good in this browser only, which gets a cookie for it."""
    navigateur = session.setdefault(CLE_NAVIGATEUR, generate_jeton())
    code = codes.request_code(
        ecriture,
        cle=get_cle(),
        navigateur=navigateur,
        objet=objet,
        courriel=courriel,
        now=now,
        compte_id=compte_id,
        invitation_id=invitation_id,
    )
    page = "comptes.show_code" if objet is Objet.CONNEXION else "mon_compte.show_code"
    adresse = build_adresse_sure(page)
    send(ecriture, courriel, sujet, "code", "code-connexion", perime_at=now + codes.DUREE, code=code, adresse=adresse)


def verify_code(ecriture: Session, objet: Objet, form: CodeForm) -> codes.Reponse:
    """Try the code of a form, and say beside its field why it is refused."""
    navigateur = session.get(CLE_NAVIGATEUR, "")
    now = get_now()
    reponse = codes.verify_code(
        ecriture, cle=get_cle(), navigateur=navigateur, objet=objet, code=form.code.data, now=now
    )
    if reponse.issue is Issue.FAUX:
        refuse(
            form.code,
            ngettext(
                "Ce code n’est pas le bon. Il reste %(nombre)s essai.",
                "Ce code n’est pas le bon. Il reste %(nombre)s essais.",
                reponse.reste,
            ),
        )
    elif reponse.issue is not Issue.BON:
        refuse(form.code, _(PERIME))
    return reponse


def find_adresse(objet: Objet) -> str | None:
    """The address to which this browser had a code sent, if that is still good."""
    navigateur = session.get(CLE_NAVIGATEUR)
    if navigateur is None:
        return None
    return codes.find_adresse(get_session(), navigateur=navigateur, objet=objet, now=get_now())


def count_request(courriel: str) -> None:
    """Count a mail of a code: by network, by address, in total; raises TropDeDemandesError."""
    for nom, cle in (("connexion-ip", None), ("connexion-adresse", courriel), ("connexion-total", None)):
        consume(nom, cle=cle)
