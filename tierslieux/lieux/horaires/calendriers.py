"""The openings of a place as an iCalendar file, which phones and agendas read and follow. Pure.

Format: RFC 5545. Instants are written at the clock of the place, with the rules of its time zone beside them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from tierslieux.core.textes import gettext as _
from tierslieux.lieux.horaires.plages import Cause, EtatOuverture, Plage

JOURS = 60
# A place that opens three times a day for sixty days has 180.
OUVERTURES_MAX = 400
_PRODUCTEUR = "-//tierslieux//lieux//FR"


@dataclass(frozen=True, slots=True)
class LieuCalendrier:
    """What a calendar says of its place. `source` is a sentence: who says the hours, and when."""

    public_id: str
    nom: str
    adresse: str
    telephone: str | None
    source: str
    url: str


def build_calendrier(
    lieu: LieuCalendrier, ouvertures: Sequence[Plage], *, fuseau: ZoneInfo, horodatage: dt.datetime
) -> bytes:
    """The file: one event an opening (naive, local to the place), as it stood at `horodatage` (aware).

    An opening keeps its identifier from one file to the next, so that an agenda that follows the address replaces it
    rather than adds another one. One that is "not known" is tentative and says to phone first.
    """
    calendrier = Calendar()
    calendrier.add("prodid", _PRODUCTEUR)
    calendrier.add("version", "2.0")
    calendrier.add("method", "PUBLISH")
    # The library escapes the ends of lines of the properties that it knows, and fails on those of the others.
    calendrier.add("x-wr-calname", " ".join(lieu.nom.split()))
    calendrier.add("x-wr-timezone", fuseau.key)
    for plage in _join_contigues(ouvertures[:OUVERTURES_MAX]):
        calendrier.add_component(_build_evenement(lieu, plage, fuseau, horodatage))
    # Clocks change twice a year: two years of their rules are enough for sixty days.
    premier = dt.date(horodatage.year, 1, 1)
    calendrier.add_missing_timezones(premier, premier.replace(year=premier.year + 2))
    fichier: bytes = calendrier.to_ical()
    return fichier


def _build_evenement(lieu: LieuCalendrier, plage: Plage, fuseau: ZoneInfo, horodatage: dt.datetime) -> Event:
    est_sure = plage.etat is EtatOuverture.OUVERT
    evenement = Event()
    evenement.add("uid", f"{lieu.public_id}-{plage.debut:%Y%m%dT%H%M}@tierslieux")
    evenement.add("dtstamp", horodatage.astimezone(dt.UTC))
    evenement.add("dtstart", plage.debut.replace(tzinfo=fuseau))
    evenement.add("dtend", plage.fin.replace(tzinfo=fuseau))
    evenement.add("summary", lieu.nom if est_sure else _("%(nom)s (à confirmer)", nom=lieu.nom))
    evenement.add("location", lieu.adresse)
    evenement.add("description", "\n".join(_list_precisions(lieu, plage)))
    evenement.add("url", lieu.url)
    evenement.add("status", "CONFIRMED" if est_sure else "TENTATIVE")
    # Knowing when a place opens does not make the person busy.
    evenement.add("transp", "TRANSPARENT")
    return evenement


def _list_precisions(lieu: LieuCalendrier, plage: Plage) -> Iterable[str]:
    if plage.cause is Cause.FERIE:
        yield _("Jour férié : téléphonez avant de venir")
    elif plage.etat is not EtatOuverture.OUVERT:
        yield _("Téléphonez avant de venir")
    if plage.commentaire:
        yield plage.commentaire
    if lieu.telephone:
        yield _("Téléphone : %(numero)s", numero=lieu.telephone)
    yield lieu.source
    yield lieu.url


def _join_contigues(plages: Iterable[Plage]) -> Iterable[Plage]:
    """Openings with the one that goes on from it, as when only the comment changes or midnight passes."""
    en_cours: Plage | None = None
    for plage in plages:
        if en_cours and (en_cours.fin, en_cours.etat, en_cours.cause) == (plage.debut, plage.etat, plage.cause):
            notes = dict.fromkeys(filter(None, (en_cours.commentaire, plage.commentaire)))
            en_cours = en_cours._replace(fin=plage.fin, commentaire=", ".join(notes) or None)
            continue
        if en_cours:
            yield en_cours
        en_cours = plage
    if en_cours:
        yield en_cours
