"""Forms of those who look after places: reasons from a list, how long; each carries the token of the session."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange

from tierslieux.contributions.blocages import JOURS_MAX
from tierslieux.contributions.versions.enums import MotifBlocage, MotifMasquage, MotifRetour

A_CHOISIR = "Choisissez une raison."
JOURS_DEFAUT = 7


class MasquageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why a place is hidden."""

    motif = RadioField(
        "Pourquoi le masquer ?",
        choices=[SelectChoice(motif.value, motif.libelle) for motif in MotifMasquage],
        validators=[InputRequired(A_CHOISIR)],
    )


class RetourForm(FlaskForm):  # type: ignore[misc]
    """Why it is shown again."""

    motif = RadioField(
        "Pourquoi le montrer de nouveau ?",
        choices=[SelectChoice(motif.value, motif.libelle) for motif in MotifRetour],
        validators=[InputRequired(A_CHOISIR)],
    )


class BlocageForm(FlaskForm):  # type: ignore[misc]
    """Whose proposals are set aside from now on, why, and for how many days. `valeur`: a network or an author."""

    genre = HiddenField()
    valeur = HiddenField()
    motif = SelectField(
        "Raison",
        choices=[SelectChoice(motif.value, motif.libelle) for motif in MotifBlocage],
        validators=[InputRequired(A_CHOISIR)],
    )
    jours = IntegerField(
        "Pendant combien de jours ?",
        default=JOURS_DEFAUT,
        validators=[
            InputRequired("Écrivez un nombre de jours."),
            NumberRange(1, JOURS_MAX, message=f"Écrivez un nombre de 1 à {JOURS_MAX}."),
        ],
    )
