"""Forms of personal data: what somebody does not want to be shown, and what cannot be taken back."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import InputRequired

from tierslieux.core.textes import N_


class OppositionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The fields of a place to hide; those that exist no more since the page was written are left out by the route."""

    champs = SelectMultipleField(
        validate_choice=False, validators=[InputRequired(N_("Cochez au moins une information."))]
    )


class ConfirmationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What cannot be taken back asks for a box."""

    confirmer = BooleanField(
        validators=[InputRequired(N_("Cochez la case : une fois effacé, personne ne peut le rendre."))]
    )


class DecisionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A moderator's answer to an opposition; the button says which."""
