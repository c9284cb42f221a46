"""The answers of the guided orientation, read from its query string: they are kept there and nowhere else.

A value that means nothing is not refused: it is left out, said beside its question, and the other answers stay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self, TypeVar

from tierslieux.core.enums import Libelle
from tierslieux.core.errors import InvalidInputError
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import CodeInsee, Position, parse_code_insee
from tierslieux.lieux.enums import Besoin, Genre
from tierslieux.lieux.moments import Moment
from tierslieux.lieux.recherche import LONGUEUR_MAX, clean_texte
from tierslieux.orientation.enums import Deplacement, Etape, Precaution

T = TypeVar("T", bound=Libelle)

# "I do not know" and "any time": the question was answered, nothing is asked of the places.
PASSE = "passe"
# None of the boxes; always sent by the form, so that no tick is an answer too.
RIEN = "rien"
# Nobody plans further, and nobody is free yesterday. Two days: the date of the person may not be that of the server.
JOURS_AVANT = 2
JOURS_APRES = 366
# Codes, numbers and dates are shorter; what is longer is not looked at any further.
_LONGUEUR_CODE_MAX = 40

# A query string: every value of each field.
Arguments = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Reponses:
    """What the person has answered so far.

    `mots` and `ou` are texts not yet understood. `passees` are the questions left without answer on purpose.
    `precautions` is None as long as the question was not answered. `etape` is the question asked to be seen again.
    `erreurs`: for each question, sentences for the person; what they speak of was left out.
    """

    besoin: Besoin | None = None
    genre: Genre | None = None
    mots: str = ""
    ou: str = ""
    commune: CodeInsee | None = None
    position: Position | None = None
    deplacement: Deplacement | None = None
    quand: Moment | None = None
    precautions: tuple[Precaution, ...] | None = None
    passees: frozenset[Etape] = frozenset()
    etape: Etape | None = None
    erreurs: Mapping[Etape, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_args(cls, args: Arguments, today: dt.date) -> Self:
        """Read a query string; never raises. `today` bounds the day that can be chosen."""
        lecteur = _Lecteur(args, today)
        reponses = cls(
            besoin=lecteur.read_code(Besoin, Etape.BESOIN),
            genre=lecteur.read_code(Genre, Etape.BESOIN, "genre"),
            mots=lecteur.read_texte(Etape.BESOIN, "mots"),
            ou=lecteur.read_texte(Etape.OU, "ou"),
            commune=lecteur.read_commune(),
            position=lecteur.read_position(),
            deplacement=lecteur.read_code(Deplacement, Etape.DEPLACEMENT),
            quand=lecteur.read_quand(),
            precautions=lecteur.read_precautions(),
            passees=frozenset(e for e in Etape if e is not Etape.OU and PASSE in lecteur.list_valeurs(e.value)),
            etape=next((e for e in Etape if e.value == lecteur.get("etape")), None),
        )
        return replace(reponses, erreurs={etape: tuple(textes) for etape, textes in lecteur.erreurs.items()})

    def to_args(self, *, sans: Etape | None = None) -> dict[str, str | list[str]]:
        """The query string that gives these answers back, without that of one question."""
        args: dict[Etape, dict[str, str | list[str]]] = {etape: {} for etape in Etape}
        if self.besoin:
            args[Etape.BESOIN]["besoin"] = self.besoin.value
        if self.genre:
            args[Etape.BESOIN]["genre"] = self.genre.value
        if self.commune:
            args[Etape.OU]["commune"] = self.commune
        elif self.position:
            args[Etape.OU] |= {"lon": f"{self.position.lon:g}", "lat": f"{self.position.lat:g}"}
        if self.deplacement:
            args[Etape.DEPLACEMENT]["deplacement"] = self.deplacement.value
        if self.quand:
            args[Etape.QUAND]["quand"] = self.quand.encode()
        if self.precautions is not None:
            args[Etape.SAVOIR]["savoir"] = [p.value for p in self.precautions] or [RIEN]
        for etape in self.passees:
            args[etape].setdefault(etape.value, PASSE)
        return {nom: valeur for etape in Etape if etape is not sans for nom, valeur in args[etape].items()}

    def has(self, etape: Etape) -> bool:
        """Whether this question was answered, be it by "I do not know"."""
        return bool(self.to_args().keys() & _CHAMPS[etape])

    @property
    def suivante(self) -> Etape | None:
        """The question to show: asked for, else with an error, else the first without answer; None at the end."""
        if self.etape:
            return self.etape
        return next((e for e in Etape if e in self.erreurs), None) or next((e for e in Etape if not self.has(e)), None)


_CHAMPS: Mapping[Etape, frozenset[str]] = {
    Etape.BESOIN: frozenset({"besoin", "genre"}),
    Etape.OU: frozenset({"commune", "lon"}),
    Etape.DEPLACEMENT: frozenset({"deplacement"}),
    Etape.QUAND: frozenset({"quand"}),
    Etape.SAVOIR: frozenset({"savoir"}),
}


class _Lecteur:
    """Reads each field apart, so that a bad one takes no other away; gathers the sentences of the bad ones."""

    def __init__(self, args: Arguments, today: dt.date) -> None:
        self._args = args
        self._today = today
        self.erreurs: dict[Etape, list[str]] = {}

    def list_valeurs(self, champ: str) -> list[str]:
        return [valeur.strip() for valeur in self._args.get(champ, ())]

    def get(self, champ: str) -> str:
        return next(iter(self.list_valeurs(champ)), "")

    def read_code(self, vocabulaire: type[T], etape: Etape, champ: str | None = None) -> T | None:
        valeur = self.get(champ or etape.value)
        if not valeur or valeur == PASSE:
            return None
        for membre in vocabulaire:
            if valeur == membre.value:
                return membre
        self._add(etape, _("Nous n’avons pas compris cette réponse. Choisissez-en une dans la page."))
        return None

    def read_texte(self, etape: Etape, champ: str) -> str:
        texte = self.get(champ)
        if len(texte) > LONGUEUR_MAX:
            self._add(etape, _("Votre texte est trop long. Dites-le en quelques mots."))
            return ""
        return clean_texte(texte)

    def read_commune(self) -> CodeInsee | None:
        texte = self.get("commune")
        if not texte:
            return None
        code = parse_code_insee(texte[:_LONGUEUR_CODE_MAX])
        if code is None:
            self._add(Etape.OU, _("Nous ne connaissons pas cette commune."))
        return code

    def read_position(self) -> Position | None:
        lon, lat = (self.get(champ)[:_LONGUEUR_CODE_MAX] for champ in ("lon", "lat"))
        if not (lon or lat):
            return None
        try:
            return Position.parse(f"{lon},{lat}")
        except InvalidInputError:
            self._add(Etape.OU, _("Cette position n’a pas de sens. Tapez plutôt le nom d’une commune."))
            return None

    def read_quand(self) -> Moment | None:
        jour, heure = (self.get(champ) for champ in ("jour", "heure"))
        if jour or heure:
            return self._read_instant(jour, heure)
        texte = self.get("quand")
        if not texte or texte == PASSE:
            return None
        return self._parse_moment(texte)

    def read_precautions(self) -> tuple[Precaution, ...] | None:
        valeurs = set(self.list_valeurs("savoir")) - {""}
        if not valeurs or PASSE in valeurs:
            return None
        if not valeurs <= {RIEN, *(p.value for p in Precaution)}:
            self._add(Etape.SAVOIR, _("Nous n’avons pas compris cette réponse. Choisissez-en une dans la page."))
        return tuple(p for p in Precaution if p.value in valeurs)

    def _read_instant(self, jour: str, heure: str) -> Moment | None:
        if not jour:
            self._add(Etape.QUAND, _("Choisissez aussi un jour."))
            return None
        return self._parse_moment(f"{jour}T{heure}" if heure else jour)

    def _parse_moment(self, texte: str) -> Moment | None:
        try:
            moment = Moment.parse(texte[:_LONGUEUR_CODE_MAX])
        except InvalidInputError:
            self._add(Etape.QUAND, _("Nous n’avons pas compris ce jour ou cette heure."))
            return None
        if moment.instant is None:
            return moment
        ecart = (moment.instant.date() - self._today).days
        if ecart < -JOURS_AVANT:
            self._add(Etape.QUAND, _("Ce jour est passé. Choisissez un jour à venir."))
            return None
        if ecart > JOURS_APRES:
            self._add(Etape.QUAND, _("Ce jour est trop loin. Choisissez un jour dans les douze mois."))
            return None
        return moment

    def _add(self, etape: Etape, texte: str) -> None:
        textes = self.erreurs.setdefault(etape, [])
        if texte not in textes:
            textes.append(texte)
