"""Coming days of a place in words with their date, which stay true on paper and in a message. Pure."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from tierslieux.core.calendrier import JOURS, MOIS
from tierslieux.core.geo import find_zone
from tierslieux.core.textes import gettext as _
from tierslieux.lieux.horaires import list_dates, list_ouvertures
from tierslieux.lieux.horaires.phrases import write_plages
from tierslieux.lieux.resumes import LieuResume

# What a sheet of paper is kept for.
PASSAGES_MAX = 6
PASSAGES_JOURS = 92
_SEMAINE = dt.timedelta(days=8)


def list_passages(lieu: LieuResume, now: dt.datetime) -> list[str]:
    """« samedi 28 novembre, 9 h – 12 h » for each coming date; nothing for hours that are the same every week."""
    dates = list_dates(lieu.horaires, now, lieu.commune_code, limite=PASSAGES_MAX, jours=PASSAGES_JOURS)
    return [
        _("%(jour)s, %(heures)s", jour=say_jour(jour), heures=write_plages(list(plages)))
        for jour, plages in groupby(dates, key=lambda plage: plage.debut.date())
    ]


def say_prochain_jour(lieu: LieuResume, now: dt.datetime) -> str | None:
    """The first day on which the place is still open from `now` (aware) on, with its hours; None when not known."""
    local = now.astimezone(find_zone(lieu.commune_code).fuseau).replace(tzinfo=None)
    minuit = dt.datetime.combine(local.date(), dt.time())
    plages = list_ouvertures(lieu.horaires, minuit, minuit + _SEMAINE, lieu.commune_code) or []
    suivante = next((plage for plage in plages if plage.fin > local), None)
    if suivante is None:
        return None
    jour = suivante.debut.date()
    heures = write_plages([plage for plage in plages if plage.debut.date() == jour])
    return _("%(jour)s, %(heures)s", jour=say_jour(jour), heures=heures)


def say_jour(jour: dt.date) -> str:
    """A day with its name and its month, without its year: « samedi 28 novembre »."""
    numero = _("1er") if jour.day == 1 else str(jour.day)
    return _("%(jour)s %(numero)s %(mois)s", jour=_(JOURS[jour.weekday()]), numero=numero, mois=_(MOIS[jour.month - 1]))
