"""Events as an iCalendar file that agendas follow: rules, exceptions, time zones. Pure.

Format: RFC 5545. An event keeps its identifier from one file to the next, so that an agenda that follows the address
changes it rather than adds another one; one that left the file goes from the agenda.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.prop import vRecur

from tierslieux.core.textes import gettext as _
from tierslieux.filtres import format_telephone
from tierslieux.lieux.evenements.objets import Evenement
from tierslieux.lieux.evenements.phrases import write_quand
from tierslieux.lieux.evenements.recurrences import Recurrence

# What phones take without complaint.
EVENEMENTS_MAX = 1_000
_PRODUCTEUR = "-//tierslieux//agenda//FR"
# Agendas that follow the address ask again after that.
_RELECTURE = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class LieuAgenda:
    """What the file says of the place of its events. `url` is the absolute address of its page."""

    public_id: str
    nom: str
    adresse: str
    lon: float | None
    lat: float | None
    fuseau: ZoneInfo
    url: str


def build_agenda(titre: str, couples: Iterable[tuple[LieuAgenda, Evenement]], *, horodatage: dt.datetime) -> bytes:
    """The file of these events, as they stood at `horodatage` (aware)."""
    calendrier = Calendar()
    calendrier.add("prodid", _PRODUCTEUR)
    calendrier.add("version", "2.0")
    calendrier.add("method", "PUBLISH")
    # The library writes this one as it comes.
    calendrier.add("x-wr-calname", " ".join(titre.split()))
    calendrier.add("refresh-interval", _RELECTURE, parameters={"VALUE": "DURATION"})
    annees: set[int] = set()
    for lieu, evenement in list(couples)[:EVENEMENTS_MAX]:
        calendrier.add_component(_build_evenement(lieu, evenement, horodatage))
        annees.add(evenement.debut.year)
    # Rules of the time zones from the first event on; five years on, calendars have asked again.
    premiere = dt.date(min(annees, default=horodatage.year), 1, 1)
    calendrier.add_missing_timezones(premiere, dt.date(max([*annees, horodatage.year]) + 5, 1, 1))
    fichier: bytes = calendrier.to_ical()
    return fichier


def _build_evenement(lieu: LieuAgenda, evenement: Evenement, horodatage: dt.datetime) -> Event:
    objet = Event()
    objet.add("uid", f"{lieu.public_id}-{evenement.id}@tierslieux")
    objet.add("dtstamp", horodatage.astimezone(dt.UTC))
    objet.add("dtstart", evenement.debut.replace(tzinfo=lieu.fuseau))
    objet.add("dtend", evenement.fin.replace(tzinfo=lieu.fuseau))
    if evenement.recurrence:
        objet.add("rrule", _build_regle(evenement, evenement.recurrence, lieu.fuseau))
        for instant in _list_exceptions(evenement):
            objet.add("exdate", instant.replace(tzinfo=lieu.fuseau))
    elif evenement.sauf:
        # An only date that does not happen any more.
        objet.add("status", "CANCELLED")
    objet.add("summary", evenement.titre)
    objet.add("location", ", ".join(filter(None, (lieu.nom, lieu.adresse))))
    if lieu.lon is not None and lieu.lat is not None:
        objet.add("geo", (round(lieu.lat, 6), round(lieu.lon, 6)))
    objet.add("description", "\n".join(_list_precisions(lieu, evenement)))
    objet.add("url", lieu.url)
    objet.add("categories", [_(evenement.genre.libelle)])
    # Knowing that something happens does not make the person busy.
    objet.add("transp", "TRANSPARENT")
    return objet


def _build_regle(evenement: Evenement, regle: Recurrence, fuseau: ZoneInfo) -> vRecur:
    """The rule as files want it: with a zone on its start, the end of a rule is told in UTC."""
    valeurs: dict[str, object] = {"FREQ": [regle.frequence.value]}
    if regle.intervalle > 1:
        valeurs["INTERVAL"] = [regle.intervalle]
    if regle.jours:
        valeurs["BYDAY"] = [jour.encode() for jour in regle.jours]
    if regle.jusqu_au:
        dernier = dt.datetime.combine(regle.jusqu_au, evenement.debut.time(), fuseau)
        valeurs["UNTIL"] = [dernier.astimezone(dt.UTC)]
    if regle.nombre:
        valeurs["COUNT"] = [regle.nombre]
    return vRecur(valeurs)


def _list_exceptions(evenement: Evenement) -> Sequence[dt.datetime]:
    """The instants taken out of the rule."""
    return [dt.datetime.combine(jour, evenement.debut.time()) for jour in evenement.sauf]


def _list_precisions(lieu: LieuAgenda, evenement: Evenement) -> Iterable[str]:
    yield write_quand(evenement)
    if evenement.texte:
        yield evenement.texte
    if evenement.public:
        yield _("Pour qui : %(public)s", public=evenement.public)
    if evenement.gratuit is not None:
        yield _("Gratuit") if evenement.gratuit else _("Payant")
    if evenement.inscription:
        ou = evenement.inscription
        yield _("Inscription : %(ou)s", ou=ou if ou.startswith("http") else format_telephone(ou))
    yield lieu.url
