"""Nothing typed is lost: a form that is refused outside of its own page gives back what was sent, ready to send again.

Its own page shows what is wrong beside each field. This one serves when there is no such page: the token is missing or
of another session, too much was asked, the body is too large, the program or its database has failed. It asks nothing
of the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import quote

import flask_babel
from flask import Blueprint, Flask, Request, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge

from tierslieux.core import textes
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.logs import get_request_id

CLE = "tierslieux.libelles"
MIMETYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
METHODES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# A body that is refused for its size is still read up to here, to give its texts back.
OCTETS_LUS_MAX = 4_000_000
# No form of the site has a tenth of these.
CHAMPS_MAX = 500
JETON = "csrf_token"
# Never written into a page, whatever the form: the person gives them again.
SECRETS = frozenset({"code", "jeton_connexion", "second_facteur", "mot_de_passe"})
# Those that people type.
SECRETS_SAISIS = {
    "code": N_("Code"),
    "second_facteur": N_("Code de votre application"),
    "mot_de_passe": N_("Mot de passe"),
}
# Where a field of that name is none: the code of a territory.
SANS_SECRET = MappingProxyType({"calculs": frozenset({"code"})})
LONGUEUR_LIGNE = 80
# Sending the same again can help: everything else than an address that leads nowhere or is not for this person.
SANS_RENVOI = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE})

JETON_REFUSE = N_("La page est restée ouverte trop longtemps, ou votre navigateur a refusé un cookie.")
TROP_GROS = N_("Ce que vous avez envoyé est trop gros.")
AILLEURS = N_("Cet envoi vient d’un autre site. Relisez-le : l’avez-vous bien écrit vous-même ?")


class EnvoiEtrangerError(CSRFError):  # type: ignore[misc]  # Flask-WTF has no types
    """A form that a page of another site has sent, says the browser."""


@dataclass(frozen=True, slots=True)
class Champ:
    """One value that was sent. `est_long`: shown on several lines."""

    nom: str
    libelle: str
    valeur: str
    est_long: bool = False


@dataclass(frozen=True, slots=True)
class Retour:
    """What was sent, as the page gives it back. `est_lu` is False when the body was too large to be read."""

    action: str
    enctype: str
    est_lu: bool
    a_jeton: bool
    visibles: list[Champ] = field(default_factory=list)
    caches: list[Champ] = field(default_factory=list)
    secrets: list[Champ] = field(default_factory=list)
    fichiers: list[Champ] = field(default_factory=list)


def name_champs(bp: Blueprint, libelles: Mapping[str, str]) -> None:
    """Tell how the fields that people fill in are called, for this page; the other fields of `bp` are then hidden.

    Labels are marked with N_ and shown in the language of the page.
    """

    def _keep(etat: BlueprintSetupState) -> None:
        etat.app.extensions.setdefault(CLE, {})[etat.name] = dict(libelles)

    bp.record(_keep)


def init_retours(app: Flask) -> None:
    """Refuse forms that the browser says to come from another site, exempted blueprints included.

    The token is what protects; this is one more reason, which old browsers do not give. Flask-WTF's own look at the
    referrer is off: pages behind a private link send none, and some people's browsers never do.
    """
    app.extensions.setdefault(CLE, {})

    @app.before_request
    def _refuse_etrangers() -> None:
        # First of all hooks: a form refused here, or for its token, is answered in the language of its page.
        textes.set_catalogue(flask_babel.get_translations())
        if request.method in METHODES and request.headers.get("Sec-Fetch-Site") == "cross-site":
            raise EnvoiEtrangerError
        # A part without name, which no browser sends, is more than Flask-WTF can take.
        if is_formulaire() and not all(request.form):
            raise BadRequest


def is_formulaire() -> bool:
    """Whether the request is a form that a person has sent."""
    return request.method == "POST" and request.mimetype in MIMETYPES


def render_retour(statut: int, message: str, *, est_jeton: bool = False) -> str | None:
    """The page that gives back what was sent; None when there is nothing to give back and no use in sending again.

    `est_jeton`: refused for the token. Form fields named in SECRETS and the token are never in it.
    """
    retour = read_retour(est_jeton=est_jeton)
    est_renvoyable = statut not in SANS_RENVOI and retour.est_lu
    if retour.est_lu and not retour.visibles and not est_renvoyable:
        return None
    return render_template(
        "errors/formulaire.html",
        statut=statut,
        message=message,
        retour=retour,
        est_renvoyable=est_renvoyable,
        est_jeton=est_jeton,
        request_id=get_request_id(),
    )


def read_retour(*, est_jeton: bool = False) -> Retour:
    """What was sent with this request."""
    action = _build_action()
    lue = _read_lisible()
    if lue is None:
        return Retour(action, request.mimetype, est_lu=False, a_jeton=True)
    libelles: dict[str, str] = _find_libelles()
    retour = Retour(action, request.mimetype, est_lu=True, a_jeton=est_jeton or JETON in lue.form)
    for nom, valeur in _list_valeurs(lue.form.items(multi=True)):
        if not nom:
            continue
        if nom.endswith(JETON):
            continue
        court = nom.rpartition("-")[2]
        libelle = libelles.get(nom) or SECRETS_SAISIS.get(court)
        champ = Champ(nom, _(libelle) if libelle else nom, valeur, _is_long(valeur))
        if is_secret(nom) and nom not in SANS_SECRET.get(request.blueprint or "", ()):
            if court in SECRETS_SAISIS:
                retour.secrets.append(Champ(nom, champ.libelle, ""))
        elif nom in libelles or (not libelles and _is_ecrit(valeur)):
            retour.visibles.append(champ)
        else:
            retour.caches.append(champ)
    for nom, fichier in lue.files.items(multi=True):
        if fichier.filename:
            retour.fichiers.append(Champ(nom, fichier.filename, ""))
        fichier.close()
    return retour


def is_secret(nom: str) -> bool:
    """Whether a field is never written back, with or without the prefix of its form."""
    return nom.rpartition("-")[2] in SECRETS


def describe_http(erreur: HTTPException) -> str | None:
    """What to say of an error that forms meet in particular; None: what is said of it everywhere."""
    if isinstance(erreur, EnvoiEtrangerError):
        return _(AILLEURS)
    if isinstance(erreur, CSRFError):
        return _(JETON_REFUSE)
    return None


def _build_action() -> str:
    """The address of the request, as a path of this site whatever stands in it."""
    chemin = "/" + quote(request.script_root + request.path, safe="/:@-._~!$&'()*+,;=").lstrip("/")
    return f"{chemin}?{request.query_string.decode('latin-1')}" if request.query_string else chemin


def _read_lisible() -> Request | None:
    """The request, or a second reading of it with a larger bound when it is too large; None beyond."""
    try:
        _force(request)
    except RequestEntityTooLarge:
        # What was refused by its announced length is not read yet.
        if not request.content_length or request.content_length > OCTETS_LUS_MAX:
            return None
    except HTTPException:
        return None
    else:
        return request
    relue = Request(request.environ)
    relue.max_content_length = relue.max_form_memory_size = OCTETS_LUS_MAX
    try:
        _force(relue)
    except HTTPException:
        return None
    return relue


def _force(lue: Request) -> None:
    """Read the body now; raises RequestEntityTooLarge."""
    _form = lue.form


def _find_libelles() -> dict[str, str]:
    libelles: dict[str, str] = current_app.extensions[CLE].get(request.blueprint, {})
    return libelles


def _list_valeurs(valeurs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [valeur for _rang, valeur in zip(range(CHAMPS_MAX), valeurs, strict=False)]


def _is_long(valeur: str) -> bool:
    return len(valeur) > LONGUEUR_LIGNE or "\n" in valeur


def _is_ecrit(valeur: str) -> bool:
    """Whether somebody has typed this, as far as can be told: it holds a letter."""
    return any(caractere.isalpha() for caractere in valeur)
