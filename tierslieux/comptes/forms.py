"""Forms of accounts. Each has the token of the session; one that is refused for it is given back by the whole site."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from tierslieux.comptes.droits import Role
from tierslieux.comptes.perimetres import NIVEAUX
from tierslieux.comptes.services import parse_courriel
from tierslieux.core.courriels import LONGUEUR_ADRESSE_MAX
from tierslieux.core.errors import InvalidInputError
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

CODE_MAX = 40
ADRESSE_INCONNUE = N_("Écrivez une adresse de courriel, par exemple nom@exemple.fr.")
CODE_VIDE = N_("Écrivez le code.")


class CourrielForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """An address to which a code is sent; `adresse` is what is read of it."""

    courriel = StringField()
    suite = HiddenField()
    adresse = ""

    def validate_courriel(self, champ: StringField) -> None:
        """One that mail could be sent to; nobody is asked."""
        try:
            self.adresse = parse_courriel((champ.data or "")[: LONGUEUR_ADRESSE_MAX + 1])
        except InvalidInputError as erreur:
            raise ValidationError(_(ADRESSE_INCONNUE)) from erreur


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A code, from a mail, an authenticator or a sheet of paper; `rester`: this browser is one's own."""

    code = StringField()
    rester = BooleanField()
    suite = HiddenField()

    def validate_code(self, champ: StringField) -> None:
        """Something, and not a whole page."""
        if not (champ.data or "").strip() or len(champ.data) > CODE_MAX:
            raise ValidationError(_(CODE_VIDE))


class SimpleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A button; `confirmer` for what cannot be undone."""

    confirmer = BooleanField()


class CommuneForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Where one lives: a name or a postcode, then one of the communes found."""

    commune = StringField(validators=[Length(max=100)])
    code = StringField(validators=[Length(max=5)])


class InvitationForm(CourrielForm):
    """A role over a territory, offered to an address."""

    role = RadioField(
        choices=[SelectChoice(role.value, role.libelle) for role in Role], validators=[InputRequired("Choisissez.")]
    )
    niveau = SelectField(
        choices=[SelectChoice(niveau.value, niveau.libelle[:1].upper() + niveau.libelle[1:]) for niveau in NIVEAUX]
    )
    territoire = StringField(validators=[Length(max=20, message="Écrivez le code du territoire.")])

    def read_territoire(self) -> tuple[Niveau, str]:
        """(level, code) of the territory."""
        niveau = Niveau(self.niveau.data)
        return niveau, CODE_FRANCE if niveau is Niveau.FRANCE else (self.territoire.data or "").strip().upper()


class RoleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Another role over the same territory."""

    role = SelectField(choices=[SelectChoice(role.value, role.libelle) for role in Role])
