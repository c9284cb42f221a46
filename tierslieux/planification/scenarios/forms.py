"""Forms of scenarios: keep a study, change what is kept, and what a resident says of it.

A form that is refused gives its text back. Those that change a scenario carry the token of the session; the one for
residents carries a stamp of its own instead, so that no cookie is put on anybody who only reads and speaks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import current_app
from flask_wtf import FlaskForm
from itsdangerous import BadData, URLSafeSerializer
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.planification.scenarios.avis import TEXTE_MAX, TEXTE_MIN, clean_texte
from tierslieux.planification.scenarios.services import PRESENTATION_MAX, TITRE_MAX, TITRE_MIN

# Where a study is kept: in a new scenario, or in one whose editing link this browser has opened ("<id>.<version>").
NOUVEAU = ""
# People need longer than that to read a page and write a sentence; programs do not. And a page is not kept for ever.
DELAI_MIN = dt.timedelta(seconds=5)
DELAI_MAX = dt.timedelta(days=2)
SEL = "tierslieux.planification.scenarios.avis"

JETON_ABSENT = "La page est restée ouverte trop longtemps, ou votre navigateur a refusé le cookie. Envoyez de nouveau."
LIEN_FERME = "Ce navigateur ne connaît plus ce scénario : ouvrez de nouveau son lien de modification."
TROP_VITE = N_("Ce message est parti trop vite. Relisez-le, puis envoyez-le de nouveau.")
TROP_TARD = N_("La page est restée ouverte trop longtemps. Envoyez de nouveau votre message.")
PIEGE = N_("Laissez vide le champ « Ne rien écrire ici », puis envoyez de nouveau.")


def _clean(texte: str | None) -> str | None:
    return clean_texte(texte) if texte else texte


def _clean_ligne(texte: str | None) -> str | None:
    return " ".join(clean_texte(texte).split()) if texte else texte


class _Jete(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form with the token of the session; `est_jete` tells that it is missing or of another session."""

    @property
    def est_jete(self) -> bool:
        """Whether the form was refused for its token."""
        return bool(self.csrf_token.errors)


class TextesForm(_Jete):
    """Title and presentation."""

    titre = StringField(
        "Titre",
        filters=[_clean_ligne],
        validators=[
            Length(min=TITRE_MIN, max=TITRE_MAX, message=f"Donnez un titre de {TITRE_MIN} à {TITRE_MAX} caractères.")
        ],
    )
    presentation = TextAreaField(
        "Présentation",
        filters=[_clean],
        validators=[
            Optional(),
            Length(max=PRESENTATION_MAX, message=f"C’est trop long : {PRESENTATION_MAX} caractères au plus."),
        ],
    )


class ScenarioForm(TextesForm):
    """Keep a study, in a new scenario or in one that exists; title and presentation are those of a new one."""

    dans = RadioField("Où l’enregistrer ?", choices=[], default=NOUVEAU, validate_choice=False)

    def offer(self, scenarios: Iterable[tuple[str, str]]) -> None:
        """Give the ("<id>.<version>", title) of the scenarios that this browser may change."""
        connus = [SelectChoice(valeur, f"Dans « {titre} »") for valeur, titre in scenarios]
        self.dans.choices = [SelectChoice(NOUVEAU, "Dans un nouveau scénario"), *connus]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Also ask for a choice among those offered; a scenario that exists keeps its title and presentation."""
        if self.dans.data:
            self.titre.validators = (Optional(),)
        est_valide = bool(super().validate(extra_validators))
        # The version may be another one: that is a change by somebody else, which is told as such.
        connus = {choix.value.partition(".")[0] for choix in self.dans.choices or ()}
        if self.dans.data and (self.read_cible() is None or self.dans.data.partition(".")[0] not in connus):
            self.dans.errors = (*self.dans.errors, LIEN_FERME)
            est_valide = False
        return est_valide

    def read_cible(self) -> tuple[str, int] | None:
        """(id, version) of the scenario that is chosen; None for a new one."""
        public_id, _point, version = (self.dans.data or NOUVEAU).partition(".")
        if not public_id or not version.isascii() or not version.isdigit() or len(version) > 9:
            return None
        return public_id, int(version)


class ModificationForm(TextesForm):
    """Change title and presentation: `version` is the one that the page has shown."""

    version = IntegerField(validators=[InputRequired("La page est incomplète : ouvrez de nouveau le lien.")])


class ActionForm(_Jete):
    """A button of the editing page: what it does, on which version; `confirmer` for what cannot be undone."""

    action = HiddenField()
    version = IntegerField(validators=[InputRequired("La page est incomplète : ouvrez de nouveau le lien.")])
    avis = IntegerField(validators=[Optional()])
    confirmer = BooleanField("Oui, supprimer ce scénario et tous ses avis.")


class AvisForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What a resident says: which site would help, and why. `site_web` is a trap for programs: people do not see it."""

    class Meta:
        """No token of the session: it would need a cookie, and there is nothing of theirs to protect."""

        csrf = False

    site = RadioField(validate_choice=False)
    texte = TextAreaField(filters=[_clean])
    site_web = StringField()
    timbre = HiddenField()

    def validate_site(self, champ: RadioField) -> None:
        """One of those that are offered."""
        if champ.data not in {choix.value for choix in champ.choices or ()}:
            raise ValidationError(_("Choisissez un lieu dans la liste."))

    def validate_texte(self, champ: TextAreaField) -> None:
        """Neither empty nor too long."""
        nombre = len(champ.data or "")
        if nombre < TEXTE_MIN:
            raise ValidationError(_("Écrivez quelques mots : %(nombre)s lettres au moins.", nombre=TEXTE_MIN))
        if nombre > TEXTE_MAX:
            raise ValidationError(_("Votre message est trop long : %(nombre)s lettres au plus.", nombre=TEXTE_MAX))

    def validate_site_web(self, champ: StringField) -> None:
        """Empty: see the class."""
        if champ.data:
            raise ValidationError(_(PIEGE))

    def offer(self, sites: Iterable[tuple[str, str]]) -> None:
        """Give the (code, name) of the sites to choose from."""
        self.site.choices = [SelectChoice(code, nom) for code, nom in sites]

    def check_timbre(self, public_id: str, *, now: dt.datetime) -> bool:
        """Whether the form comes from the page of this scenario, neither too fast nor too late; says why not."""
        if self.is_timbre_perime(public_id, now=now):
            raison = TROP_TARD
        elif now - (read_timbre(self.timbre.data, public_id) or now) < DELAI_MIN:
            raison = TROP_VITE
        else:
            return True
        self.texte.errors = (*self.texte.errors, _(raison))
        return False

    def is_timbre_perime(self, public_id: str, *, now: dt.datetime) -> bool:
        """Whether the page that holds the form is too old, or not ours."""
        pose_at = read_timbre(self.timbre.data or "", public_id)
        return pose_at is None or now - pose_at > DELAI_MAX


def build_timbre(public_id: str, *, now: dt.datetime) -> str:
    """What the form of a scenario carries: when its page was written, signed."""
    return str(_get_signataire().dumps([public_id, int(now.timestamp())]))


def read_timbre(timbre: str, public_id: str) -> dt.datetime | None:
    """When the page of this scenario was written; None for a stamp that is not ours."""
    try:
        sien, pose_s = _get_signataire().loads(timbre)
    except BadData:
        return None
    return dt.datetime.fromtimestamp(pose_s, dt.UTC) if sien == public_id else None


def _get_signataire() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SEL)
