"""The token of the forms, and what sending one goes through before anything is written.

Fields are read by saisie.py, which keeps what cannot be understood; Flask-WTF checks that the form is ours.
"""

from __future__ import annotations

import datetime as dt

from flask_wtf import FlaskForm

from tierslieux.contributions.formulaires.saisie import Champs
from tierslieux.contributions.formulaires.timbres import Timbre, build_timbre, read_timbre
from tierslieux.core.textes import N_

ACTION, TIMBRE, VERSION, BROUILLON = "action", "timbre", "version", "brouillon"
# Trap for programs: people do not see it, and it bears the name of something that they are asked for elsewhere.
PIEGE = "fonction"

APERCU, MODIFIER, ENVOYER, GARDER, CHERCHER, REPRENDRE = (
    "apercu",
    "modifier",
    "envoyer",
    "garder",
    "chercher",
    "reprendre",
)

JETON_ABSENT = N_(
    "La page est restée ouverte trop longtemps, ou votre navigateur a refusé un cookie. Vos textes sont toujours là. "
    "Envoyez encore une fois."
)
TROP_VITE = N_("C’est parti trop vite pour nous. Relisez, puis envoyez encore une fois.")
PIEGE_REMPLI = N_("Laissez vide le champ « Ne rien écrire ici », puis envoyez encore une fois.")


class JetonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The token of the session, alone."""


def read_envoi(champs: Champs, *, now: dt.datetime) -> tuple[Timbre | None, str | None]:
    """(stamp of a form that is sent, why it is not taken yet)."""
    if champs.get(PIEGE):
        return None, PIEGE_REMPLI
    timbre = read_timbre(champs.get(TIMBRE))
    if timbre is None or timbre.is_trop_tot(now):
        return None, TROP_VITE
    return timbre, None


def keep_timbre(champs: Champs, *, now: dt.datetime) -> str:
    """The stamp for the next page of this form: its own, a new one when it has none."""
    ancien = champs.get(TIMBRE)
    return ancien if ancien and read_timbre(ancien) else build_timbre(now)
