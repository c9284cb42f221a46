"""What the pages of accounts share: the session that writes, the time, the secret key, addresses for mails."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from wtforms import Field

from tierslieux.comptes.acces import read_suite
from tierslieux.core.courriels import Courriel, queue
from tierslieux.extensions import get_etat


def get_now() -> dt.datetime:
    """The time of this request."""
    return dt.datetime.now(dt.UTC)


def get_cle() -> str:
    """The secret key."""
    return str(current_app.config["SECRET_KEY"])


def build_adresse(endpoint: str, **valeurs: Any) -> str:  # noqa: ANN401 - as url_for
    """The whole address of a page, for a mail; on the site that the settings name, else on that of the request.

    A request may name any site: only what its own sender reads may hold such an address.
    """
    site = get_etat().settings.site or request.host_url
    return urljoin(f"{site.rstrip('/')}/", url_for(endpoint, **valeurs))


def build_adresse_sure(endpoint: str) -> str | None:
    """The same for a mail that anybody can have sent to anybody: None when the settings name no site."""
    return build_adresse(endpoint) if get_etat().settings.site else None


def send(
    ecriture: Session,
    a: str,
    sujet: str,
    modele: str,
    genre: str,
    *,
    perime_at: dt.datetime | None = None,
    **valeurs: object,
) -> None:
    """Queue a mail from templates/emails/, in this transaction."""
    corps = render_template(f"emails/{modele}.txt", **valeurs)
    queue(ecriture, Courriel(a=a, sujet=sujet, corps=corps, genre=genre), now=get_now(), perime_at=perime_at)


def go(endpoint: str, **valeurs: Any) -> Response:  # noqa: ANN401 - as url_for
    """To another page, after a form."""
    return make_response(redirect(url_for(endpoint, **valeurs), HTTPStatus.SEE_OTHER))


def go_on(suite: str | None) -> Response:
    """To the page that asked to sign in, or to one's account."""
    chemin = read_suite(suite)
    return make_response(redirect(chemin or url_for("mon_compte.show_compte"), HTTPStatus.SEE_OTHER))


def refuse(champ: Field, message: str) -> None:
    """Say beside a field why it is refused."""
    champ.errors = (*champ.errors, message)


def respond(modele: str, statut: HTTPStatus = HTTPStatus.OK, **valeurs: object) -> Response:
    """A page of templates/comptes/."""
    return make_response(render_template(f"comptes/{modele}.html", **valeurs), statut)
