"""An event or a permanence at a place, as the field `evenements` of the place holds it. Pure.

The field is a list of objects, each known by its "id" (resolution.CHAMPS_OBJETS): what sources and people say of a
place's events adds up, and the first word on each event holds. Instants are at the clock of the place, without zone.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tierslieux.core.enums import Libelle
from tierslieux.core.errors import InvalidInputError
from tierslieux.core.textes import N_
from tierslieux.lieux.evenements.recurrences import HORIZON_JOURS, OCCURRENCES_MAX, Recurrence
from tierslieux.lieux.identite import ALPHABET

logger = logging.getLogger(__name__)

ID_LONGUEUR = 8
TITRE_MAX = 100
TEXTE_MAX = 500
PUBLIC_MAX = 100
INSCRIPTION_MAX = 300
SAUF_MAX = 60
# At one place, those that are over included; a place with more has a programme of its own elsewhere.
EVENEMENTS_MAX = 200
DUREE_MAX = dt.timedelta(days=31)
# One that comes back is over before its next time.
DUREE_RECURRENTE_MAX = dt.timedelta(days=1)
# Beyond, a date is a slip of the keyboard.
ANNEES = range(2000, 2100)

_ID = re.compile(f"[{ALPHABET}]{{{ID_LONGUEUR}}}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", re.ASCII)
_JOUR = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TELEPHONE = re.compile(r"\+\d{6,15}|\d{4}", re.ASCII)
_CLES = frozenset(
    {"id", "genre", "titre", "debut", "fin", "recurrence", "sauf", "texte", "inscription", "gratuit", "public"}
)
# Signs without a shape of their own that some scripts and emoji need.
_LIANTS = frozenset("\u200c\u200d")
# By category of Unicode: controls and halves of characters, marks of format.
_REMPLACEMENTS = {"Cc": " ", "Cs": " ", "Cf": ""}


class GenreEvenement(Libelle):
    """What happens. `passage` is a bus or a van that stops there."""

    ATELIER = "atelier", N_("Atelier")
    PORTES_OUVERTES = "portes-ouvertes", N_("Portes ouvertes")
    DEBAT = "debat", N_("Débat, rencontre")
    PERMANENCE = "permanence", N_("Permanence")
    PASSAGE = "passage", N_("Passage du bus")
    AUTRE = "autre", N_("Autre rendez-vous")


class Occurrence(NamedTuple):
    """One time that an event happens; naive, local to the place. `fin` is not in it."""

    debut: dt.datetime
    fin: dt.datetime


@dataclass(frozen=True, slots=True)
class Evenement:
    """An event. `debut` and `fin` are those of the first time; `sauf` the days on which it does not happen.

    `inscription`: where to book, an address of the web or a telephone number (E.164); None when nobody said. `gratuit`
    is None when it is not known; `public` says in words for whom it is, None for everybody.
    """

    id: str
    genre: GenreEvenement
    titre: str
    debut: dt.datetime
    fin: dt.datetime
    recurrence: Recurrence | None = None
    sauf: tuple[dt.date, ...] = ()
    texte: str | None = None
    inscription: str | None = None
    gratuit: bool | None = None
    public: str | None = None

    @classmethod
    def parse(cls, objet: object) -> Self:
        """Read an object of the field; raises InvalidInputError, naming what is wrong with it."""
        if not isinstance(objet, Mapping) or not objet.keys() <= _CLES:
            raise InvalidInputError("evenements", objet, "des objets avec " + ", ".join(sorted(_CLES)))
        evenement = cls(
            id=_read_id(objet.get("id")),
            genre=_read_genre(objet.get("genre")),
            titre=clean_ligne("titre", objet.get("titre"), TITRE_MAX) or _refuse("titre", "", "un titre"),
            debut=read_instant("debut", objet.get("debut")),
            fin=read_instant("fin", objet.get("fin")),
            recurrence=_read_recurrence(objet.get("recurrence")),
            sauf=_read_sauf(objet.get("sauf")),
            texte=clean_texte("texte", objet.get("texte"), TEXTE_MAX),
            inscription=read_inscription(objet.get("inscription")),
            gratuit=_read_gratuit(objet.get("gratuit")),
            public=clean_ligne("public", objet.get("public"), PUBLIC_MAX),
        )
        evenement.check_coherence()
        return evenement

    def to_json(self) -> dict[str, Any]:
        """The object that `parse` reads back; what is not known is left out."""
        objet = {
            "id": self.id,
            "genre": self.genre.value,
            "titre": self.titre,
            "debut": self.debut.isoformat(timespec="minutes"),
            "fin": self.fin.isoformat(timespec="minutes"),
            "recurrence": self.recurrence.encode() if self.recurrence else None,
            "sauf": [jour.isoformat() for jour in self.sauf] or None,
            "texte": self.texte,
            "inscription": self.inscription,
            "gratuit": self.gratuit,
            "public": self.public,
        }
        return {cle: valeur for cle, valeur in objet.items() if valeur is not None}

    def check_coherence(self) -> None:
        """Raise InvalidInputError unless the dates go together."""
        duree = self.fin - self.debut
        if duree <= dt.timedelta():
            _refuse("fin", self.fin.isoformat(), "une fin après le début")
        if duree > DUREE_MAX:
            _refuse("fin", self.fin.isoformat(), f"{DUREE_MAX.days} jours au plus")
        regle = self.recurrence
        if regle is None:
            return
        if duree > DUREE_RECURRENTE_MAX:
            _refuse("fin", self.fin.isoformat(), "24 heures au plus pour un rendez-vous qui revient")
        if not regle.is_du_jour(self.debut):
            _refuse("recurrence", regle.encode(), "une règle dont la première date fait partie")
        if regle.jusqu_au and regle.jusqu_au < self.debut.date():
            _refuse("recurrence", regle.encode(), "un dernier jour après la première date")

    def list_occurrences(self, debut: dt.datetime, fin: dt.datetime, limite: int = OCCURRENCES_MAX) -> list[Occurrence]:
        """The times that are not over at `debut` and start before `fin` (naive, local), in order.

        No further than HORIZON_JOURS after `debut`. An hour on the clock stays that hour when clocks change.
        """
        fin = min(fin, debut + dt.timedelta(days=HORIZON_JOURS))
        duree = self.fin - self.debut
        departs = self.recurrence.iterate(self.debut, debut - duree, fin) if self.recurrence else iter((self.debut,))
        trouvees: list[Occurrence] = []
        for depart in departs:
            if len(trouvees) >= limite:
                break
            if depart.date() not in self.sauf and depart < fin and depart + duree > debut:
                trouvees.append(Occurrence(depart, depart + duree))
        return trouvees

    def list_prochaines(self, now: dt.datetime, fuseau: ZoneInfo, limite: int) -> list[Occurrence]:
        """The times that are not over `now` (aware), the first ones."""
        local = now.astimezone(fuseau).replace(tzinfo=None)
        return self.list_occurrences(local, local + dt.timedelta(days=HORIZON_JOURS), limite)

    def happens(self, jour: dt.date) -> bool:
        """Whether it starts on that day."""
        minuit = dt.datetime.combine(jour, dt.time())
        trouvees = self.list_occurrences(minuit, minuit + dt.timedelta(days=1))
        return any(occurrence.debut.date() == jour for occurrence in trouvees)


def parse_evenements(liste: object) -> list[Evenement]:
    """Read the whole field; raises InvalidInputError, also for too many events or two with the same id."""
    if not isinstance(liste, list) or len(liste) > EVENEMENTS_MAX:
        raise InvalidInputError("evenements", liste, f"une liste de {EVENEMENTS_MAX} rendez-vous au plus")
    evenements = [Evenement.parse(objet) for objet in liste]
    if len({evenement.id for evenement in evenements}) != len(evenements):
        raise InvalidInputError("evenements", liste, "des rendez-vous d’identifiants différents")
    return evenements


def read_evenements(liste: Iterable[object]) -> list[Evenement]:
    """The events of a published place; one that this version of the program cannot read is logged and left out."""
    evenements = []
    for objet in liste:
        try:
            evenements.append(Evenement.parse(objet))
        except InvalidInputError as erreur:
            logger.warning("evenement=unreadable field=%s", erreur.details.get("champ"))
    return evenements


def clean_texte(champ: str, valeur: object, longueur_max: int) -> str | None:
    """A text on several lines without signs that do not show; None when nothing is left. Raises InvalidInputError."""
    if valeur is None:
        return None
    if not isinstance(valeur, str):
        _refuse(champ, valeur, "un texte")
    lignes = unicodedata.normalize("NFC", valeur).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    texte = "\n".join(" ".join(_strip_signes(ligne).split()) for ligne in lignes).strip()
    texte = re.sub(r"\n{3,}", "\n\n", texte)
    if len(texte) > longueur_max:
        _refuse(champ, texte, f"{longueur_max} caractères au plus")
    return texte or None


def clean_ligne(champ: str, valeur: object, longueur_max: int) -> str | None:
    """The same on one line."""
    texte = valeur if not isinstance(valeur, str) else " ".join(valeur.split())
    return clean_texte(champ, texte, longueur_max)


def read_instant(champ: str, valeur: object) -> dt.datetime:
    """Read "2026-12-03T14:00"; raises InvalidInputError."""
    attendu = "une date et une heure comme 2026-12-03T14:00"
    if not isinstance(valeur, str) or not _INSTANT.fullmatch(valeur):
        _refuse(champ, valeur, attendu)
    try:
        instant = dt.datetime.fromisoformat(valeur)
    except ValueError:
        raise InvalidInputError(champ, valeur, attendu) from None
    if instant.year not in ANNEES:
        _refuse(champ, valeur, "une date de notre époque")
    return instant


def read_jour(champ: str, valeur: object) -> dt.date:
    """Read "2026-12-24"; raises InvalidInputError."""
    attendu = "une date comme 2026-12-24"
    if not isinstance(valeur, str) or not _JOUR.fullmatch(valeur):
        _refuse(champ, valeur, attendu)
    try:
        jour = dt.date.fromisoformat(valeur)
    except ValueError:
        raise InvalidInputError(champ, valeur, attendu) from None
    if jour.year not in ANNEES:
        _refuse(champ, valeur, "une date de notre époque")
    return jour


def read_inscription(valeur: object) -> str | None:
    """An address http(s) or a number in E.164; raises InvalidInputError."""
    if valeur is None or valeur == "":
        return None
    attendu = "une adresse https:// ou un numéro de téléphone"
    if not isinstance(valeur, str) or len(valeur) > INSCRIPTION_MAX or not valeur.isprintable() or " " in valeur:
        _refuse("inscription", valeur, attendu)
    if _TELEPHONE.fullmatch(valeur):
        return valeur
    try:
        adresse = urlsplit(valeur)
    except ValueError:
        raise InvalidInputError("inscription", valeur, attendu) from None
    if adresse.scheme not in {"http", "https"} or "." not in (adresse.hostname or "") or "@" in adresse.netloc:
        _refuse("inscription", valeur, attendu)
    return valeur


def _strip_signes(ligne: str) -> str:
    """Without control characters, nor those that show nothing but turn round what is read."""
    return "".join(
        signe if signe in _LIANTS else _REMPLACEMENTS.get(unicodedata.category(signe), signe) for signe in ligne
    )


def _read_id(valeur: object) -> str:
    if not isinstance(valeur, str) or not _ID.fullmatch(valeur):
        _refuse("id", valeur, f"{ID_LONGUEUR} signes")
    return valeur


def _read_genre(valeur: object) -> GenreEvenement:
    if not isinstance(valeur, str) or valeur not in set(GenreEvenement):
        _refuse("genre", valeur, ", ".join(genre.value for genre in GenreEvenement))
    return GenreEvenement(valeur)


def _read_recurrence(valeur: object) -> Recurrence | None:
    if valeur is None:
        return None
    if not isinstance(valeur, str):
        _refuse("recurrence", valeur, "un texte")
    return Recurrence.parse(valeur)


def _read_sauf(valeur: object) -> tuple[dt.date, ...]:
    if valeur is None:
        return ()
    if not isinstance(valeur, list) or len(valeur) > SAUF_MAX:
        _refuse("sauf", valeur, f"une liste de {SAUF_MAX} dates au plus")
    return tuple(sorted({read_jour("sauf", jour) for jour in valeur}))


def _read_gratuit(valeur: object) -> bool | None:
    if valeur is not None and not isinstance(valeur, bool):
        _refuse("gratuit", valeur, "oui ou non")
    return valeur


def _refuse(champ: str, valeur: object, attendu: str) -> NoReturn:
    raise InvalidInputError(champ, valeur, attendu)
