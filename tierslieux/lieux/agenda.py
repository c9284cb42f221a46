"""The calendar of a published place, from what is known of it."""

from __future__ import annotations

import datetime as dt

from tierslieux.core.geo import find_zone
from tierslieux.core.textes import gettext as _
from tierslieux.filtres import format_date, format_telephone
from tierslieux.lieux.horaires import list_ouvertures
from tierslieux.lieux.horaires.calendriers import JOURS, LieuCalendrier, build_calendrier
from tierslieux.lieux.services import LieuDetail, MentionSource


def build_agenda(detail: LieuDetail, now: dt.datetime, url: str) -> bytes | None:
    """The iCalendar file of the openings of the coming days, today's included; None without hours that can be read."""
    lieu = detail.resume
    fuseau = find_zone(lieu.commune_code).fuseau
    minuit = dt.datetime.combine(now.astimezone(fuseau).date(), dt.time())
    ouvertures = list_ouvertures(lieu.horaires, minuit, minuit + dt.timedelta(days=JOURS), lieu.commune_code)
    if ouvertures is None:
        return None
    fiche = LieuCalendrier(
        public_id=lieu.public_id,
        nom=lieu.nom,
        adresse=", ".join(filter(None, (lieu.adresse, lieu.code_postal, lieu.commune_nom))),
        telephone=format_telephone(lieu.telephone) if lieu.telephone else None,
        source=_write_source(detail),
        url=url,
    )
    return build_calendrier(fiche, ouvertures, fuseau=fuseau, horodatage=now)


def _write_source(detail: LieuDetail) -> str:
    """Who says the hours, and when: they may have changed since."""
    sources: list[MentionSource] = [
        source for champ in detail.champs if champ.champ == "horaires" for source in champ.sources
    ]
    source = sources[0].libelle if sources else detail.resume.source
    date = sources[0].date if sources else detail.resume.date
    if date is None:
        return _("Source des horaires : %(source)s.", source=source)
    return _("Source des horaires : %(source)s, %(date)s.", source=source, date=format_date(date))
