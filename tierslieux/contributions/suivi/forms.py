"""Forms of what becomes of a proposal, and the stamp by which a place is confirmed without any cookie before."""

from __future__ import annotations

import datetime as dt

from flask import current_app, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError, validate_csrf
from itsdangerous import BadData, URLSafeSerializer
from wtforms import TextAreaField, ValidationError

from tierslieux.contributions.champs import COMMENTAIRE_MAX, ChampInvalideError, clean_commentaire
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _

SEL = "tierslieux.contributions.confirmation"
# What a page shows is confirmed as it was shown: one that stayed open for longer says too little of today.
DELAI_MAX = dt.timedelta(days=2)
TIMBRE, VERSION = "timbre", "version"
LONGUEUR_VERSION_MAX = 18
LIBELLES = {"texte": N_("Votre réponse")}


class ReponseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The contributor's answer to a question."""

    texte = TextAreaField()

    def validate_texte(self, champ: TextAreaField) -> None:
        """Some words, not too many; what is kept is cleaned."""
        try:
            propre = clean_commentaire(champ.data)
        except ChampInvalideError as erreur:
            raise ValidationError(erreur.message) from erreur
        if propre is None:
            raise ValidationError(_("Écrivez votre réponse."))

    def read(self) -> str:
        """The answer as it is kept, once the form is valid."""
        return clean_commentaire(self.texte.data) or ""

    @property
    def longueur_max(self) -> int:
        """How long an answer may be."""
        return COMMENTAIRE_MAX


def build_timbre(public_id: str, version: int) -> str:
    """What the button of a place carries: which place and which version its page has shown, and when, signed.

    It stands for the token of the session, so that reading puts no cookie on anybody. To the hour: two readings of a
    page are the same bytes.
    """
    now_s = int(dt.datetime.now(dt.UTC).timestamp())
    return str(_get_signataire().dumps([public_id, version, now_s - now_s % 3_600]))


def read_version(public_id: str, *, now: dt.datetime) -> int:
    """The version that the form confirms; raises CSRFError without a stamp of this place nor a token of the session.

    The token is that of the page that gives a refused form back (retours.py).
    """
    version = _read_timbre(request.form.get(TIMBRE, ""), public_id, now=now)
    if version is not None:
        return version
    texte = request.form.get(VERSION, "")
    if not (texte.isascii() and texte.isdigit() and len(texte) <= LONGUEUR_VERSION_MAX):
        raise CSRFError
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError as erreur:
        raise CSRFError(erreur.args[0]) from erreur
    return int(texte)


def _read_timbre(timbre: str, public_id: str, *, now: dt.datetime) -> int | None:
    try:
        sien, version, pose_s = _get_signataire().loads(timbre)
    except (BadData, ValueError, TypeError):
        return None
    est_recent = now - dt.datetime.fromtimestamp(pose_s, dt.UTC) <= DELAI_MAX
    return int(version) if sien == public_id and est_recent else None


def _get_signataire() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SEL)
