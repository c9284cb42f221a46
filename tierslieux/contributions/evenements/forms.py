"""Forms of events: announce one, correct it, cancel it or one of its dates. One that is refused gives its text back."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField

from tierslieux.contributions import champs as regles
from tierslieux.contributions.champs import ChampInvalideError
from tierslieux.contributions.evenements.saisie import CHAMPS, Lecture, read_evenement, write_champs
from tierslieux.contributions.formulaires.timbres import Timbre, build_timbre, read_timbre
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.lieux.evenements import Evenement
from tierslieux.lieux.evenements.objets import ID_LONGUEUR
from tierslieux.lieux.identite import ALPHABET

# A page that stays open over a holiday is still good; the place may have changed, which its version tells.
DELAI_MAX = dt.timedelta(days=7)

JETON_REFUSE = N_(
    "La page est restée ouverte trop longtemps, ou votre navigateur a refusé un cookie. Envoyez de nouveau."
)
TROP_VITE = N_("Votre envoi est parti trop vite. Relisez-le, puis envoyez-le de nouveau.")
TROP_TARD = N_("La page est restée ouverte trop longtemps. Relisez, puis envoyez de nouveau.")
PIEGE = N_("Laissez vide le champ « Ne rien écrire ici », puis envoyez de nouveau.")

# What people fill in, for the page that gives a refused form back.
LIBELLES: Mapping[str, str] = MappingProxyType(
    {
        "genre": N_("Quoi ?"),
        "titre": N_("Titre"),
        "jour": N_("Date"),
        "debut": N_("De"),
        "fin": N_("À"),
        "jour_fin": N_("Se termine un autre jour"),
        "retour": N_("Est-ce que cela revient ?"),
        "jusqu_au": N_("Jusqu’au"),
        "sauf": N_("Sauf ces dates"),
        "texte": N_("En quelques mots"),
        "inscription": N_("Pour s’inscrire"),
        "gratuit": N_("Est-ce gratuit ?"),
        "public": N_("Pour qui ?"),
        "courriel": N_("Votre adresse e-mail"),
        "commentaire": N_("Un mot pour les personnes qui vérifient"),
    }
)


class _Forme(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What every form here carries: the token of the session, its stamp, the version of the place, a trap."""

    action = HiddenField()
    timbre = HiddenField()
    version = HiddenField()
    # A trap for programs: people do not see it.
    site_web = StringField()
    courriel = StringField()
    commentaire = TextAreaField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.erreurs: dict[str, list[str]] = {}
        self.alertes: list[str] = []

    def prepare(self, version: int, now: dt.datetime) -> None:
        """Give the stamp of a new page and the version that it shows."""
        self.timbre.data, self.version.data = build_timbre(now), str(version)

    def refuse(self, nom: str, message: str) -> None:
        """Say what is wrong, beside a field."""
        self.erreurs.setdefault(nom, []).append(message)

    def alert(self, message: str) -> None:
        """Say what is wrong with the whole."""
        self.alertes.append(message)

    @property
    def est_juste(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.erreurs and not self.alertes

    def is_rempli(self, *noms: str) -> bool:
        """Whether one of these fields holds something, or is refused: what folds it is then open."""
        return any(self[nom].data or nom in self.erreurs for nom in noms)

    def read_timbre(self) -> Timbre | None:
        """The stamp, None when it is not ours."""
        return read_timbre(self.timbre.data or "")

    def read_version(self, defaut: int) -> int:
        """The version of the place that the page has shown."""
        texte = (self.version.data or "").strip()
        return int(texte) if texte.isascii() and texte.isdigit() and len(texte) < 19 else defaut

    def read_courriel(self) -> str | None:
        """Where to tell the outcome."""
        try:
            return regles.clean_courriel(self.courriel.data)
        except ChampInvalideError as erreur:
            self.refuse("courriel", erreur.message)
            return None

    def read_commentaire(self) -> str | None:
        """A word for the moderators."""
        try:
            return regles.clean_commentaire(self.commentaire.data)
        except ChampInvalideError as erreur:
            self.refuse("commentaire", erreur.message)
            return None

    def check_envoi(self, now: dt.datetime) -> None:
        """Token, trap and stamp; what is refused is renewed, so that sending again works."""
        self.validate()
        if self.csrf_token.errors:
            self.alert(_(JETON_REFUSE))
        if self.site_web.data:
            self.alert(_(PIEGE))
        timbre = self.read_timbre()
        if timbre is None or now - timbre.pose_at > DELAI_MAX:
            self.alert(_(TROP_TARD))
            self.timbre.data = build_timbre(now)
        elif timbre.is_trop_tot(now):
            self.alert(_(TROP_VITE))


class EvenementForm(_Forme):
    """An event: what, when, whether it comes back. Fields are read by saisie.read_evenement."""

    genre = StringField()
    titre = StringField()
    jour = StringField()
    debut = StringField()
    fin = StringField()
    jour_fin = StringField()
    retour = StringField()
    jusqu_au = StringField()
    sauf = TextAreaField()
    texte = TextAreaField()
    inscription = StringField()
    gratuit = StringField()
    public = StringField()

    def fill(self, evenement: Evenement) -> None:
        """Show an event."""
        for nom, valeur in write_champs(evenement).items():
            self[nom].data = valeur

    def read(
        self, identifiant: str, *, commune_code: str | None, now: dt.datetime, actuel: Evenement | None
    ) -> Evenement | None:
        """The event that is said; None with `erreurs`."""
        textes = {nom: self[nom].data or "" for nom in CHAMPS}
        lecture: Lecture = read_evenement(textes, identifiant, commune_code=commune_code, now=now, actuel=actuel)
        for nom, messages in lecture.erreurs.items():
            for message in messages:
                self.refuse(nom, message)
        return lecture.evenement


class AnnulationForm(_Forme):
    """Cancel: `quoi` is TOUT or a day (2026-12-24)."""

    TOUT = "tout"

    quoi = StringField()


def build_identifiant(envoi: str) -> str:
    """The id of the event that a sending announces: the same when it is sent again."""
    nombre = int.from_bytes(hashlib.sha256(envoi.encode()).digest()[:8], "big")
    signes = []
    for _rang in range(ID_LONGUEUR):
        nombre, reste = divmod(nombre, len(ALPHABET))
        signes.append(ALPHABET[reste])
    return "".join(signes)
