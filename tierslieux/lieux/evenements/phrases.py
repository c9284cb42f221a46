"""When an event happens, in plain words and in the language of the page. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tierslieux.core.calendrier import JOURS, MOIS
from tierslieux.core.textes import N_, ngettext
from tierslieux.core.textes import gettext as _
from tierslieux.lieux.evenements.objets import Evenement, Occurrence
from tierslieux.lieux.evenements.recurrences import Frequence, JourRegle, Recurrence
from tierslieux.lieux.horaires.phrases import capitalize, join
from tierslieux.lieux.moments import format_heure, format_jour

# More exceptions than that make a sentence that nobody reads to its end.
SAUF_DITES = 6
_UN_AN = dt.timedelta(days=365)

_TOUS_LES = (
    N_("Tous les lundis"),
    N_("Tous les mardis"),
    N_("Tous les mercredis"),
    N_("Tous les jeudis"),
    N_("Tous les vendredis"),
    N_("Tous les samedis"),
    N_("Tous les dimanches"),
)
_LE = (
    N_("le lundi"),
    N_("le mardi"),
    N_("le mercredi"),
    N_("le jeudi"),
    N_("le vendredi"),
    N_("le samedi"),
    N_("le dimanche"),
)
_RANGS = {
    1: N_("le premier %(jour)s"),
    2: N_("le deuxième %(jour)s"),
    3: N_("le troisième %(jour)s"),
    4: N_("le quatrième %(jour)s"),
    -1: N_("le dernier %(jour)s"),
}


def write_quand(evenement: Evenement) -> str:
    """« Tous les mardis de 14 h à 16 h, jusqu’au 30 juin 2027, sauf le 24 décembre »."""
    regle = evenement.recurrence
    if regle is None:
        return write_occurrence(Occurrence(evenement.debut, evenement.fin), annee=True)
    phrase = _write_rythme(evenement, regle)
    if regle.jusqu_au:
        phrase = _("%(phrase)s, jusqu’au %(date)s", phrase=phrase, date=write_date(regle.jusqu_au))
    elif regle.nombre:
        fois = ngettext("%(nombre)s fois", "%(nombre)s fois", regle.nombre)
        debut = write_date(evenement.debut.date())
        phrase = _("%(phrase)s, %(fois)s à partir du %(date)s", phrase=phrase, fois=fois, date=debut)
    if evenement.sauf:
        phrase = _("%(phrase)s, sauf %(dates)s", phrase=phrase, dates=_write_sauf(evenement, regle))
    return phrase


def write_occurrence(occurrence: Occurrence, *, annee: bool = False) -> str:
    """« Mardi 1er décembre, de 14 h à 16 h »; both days when it lasts until another one."""
    debut, fin = occurrence
    if fin - debut < dt.timedelta(days=1) and (fin.date() == debut.date() or fin.time() <= dt.time(6)):
        jour = format_jour(debut.date(), annee=annee)
        return capitalize(_("%(jour)s, %(heures)s", jour=jour, heures=write_heures(occurrence)))
    return _(
        "Du %(debut)s à %(heure_debut)s au %(fin)s à %(heure_fin)s",
        debut=format_jour(debut.date(), annee=annee and debut.year != fin.year),
        heure_debut=format_heure(debut.time()),
        fin=format_jour(fin.date(), annee=annee),
        heure_fin=format_heure(fin.time()),
    )


def write_heures(occurrence: Occurrence) -> str:
    """« de 14 h à 16 h », for an event of one day."""
    return _(
        "de %(debut)s à %(fin)s",
        debut=format_heure(occurrence.debut.time()),
        fin=format_heure(occurrence.fin.time()) if occurrence.fin.time() != dt.time() else _("minuit"),
    )


def write_date(jour: dt.date, *, annee: bool = True) -> str:
    """« 30 juin 2027 », « 1er juillet »."""
    valeurs = {"numero": _("1er") if jour.day == 1 else str(jour.day), "mois": _(MOIS[jour.month - 1])}
    if annee:
        return _("%(numero)s %(mois)s %(annee)s", **valeurs, annee=jour.year)
    return _("%(numero)s %(mois)s", **valeurs)


def _write_rythme(evenement: Evenement, regle: Recurrence) -> str:
    """How often and at what time: « Chaque mois, le dernier vendredi, de 14 h à 16 h »."""
    heures = write_heures(Occurrence(evenement.debut, evenement.fin))
    jours = regle.jours or (JourRegle(evenement.debut.weekday()),)
    if regle.frequence is Frequence.JOUR:
        return _write_heures(_write_tous_les_jours(regle.intervalle), heures)
    if regle.frequence is Frequence.SEMAINE:
        if len(jours) == 1 and regle.intervalle == 1:
            return _write_heures(_(_TOUS_LES[jours[0].jour]), heures)
        if len(jours) == 1 and regle.intervalle == 2:
            return _write_heures(_("Un %(jour)s sur deux", jour=_(JOURS[jours[0].jour])), heures)
        return _write_jours(_write_semaines(regle.intervalle), [_(_LE[jour.jour]) for jour in jours], heures)
    return _write_jours(_write_mois(regle.intervalle), _list_jours_du_mois(evenement, regle), heures)


def _write_heures(rythme: str, heures: str) -> str:
    return _("%(rythme)s %(heures)s", rythme=rythme, heures=heures)


def _write_jours(rythme: str, jours: Sequence[str], heures: str) -> str:
    return _("%(rythme)s, %(jours)s, %(heures)s", rythme=rythme, jours=join(jours), heures=heures)


def _write_tous_les_jours(intervalle: int) -> str:
    if intervalle == 1:
        return _("Tous les jours")
    return _("Un jour sur deux") if intervalle == 2 else _("Tous les %(nombre)s jours", nombre=intervalle)


def _write_semaines(intervalle: int) -> str:
    if intervalle == 1:
        return _("Chaque semaine")
    return _("Une semaine sur deux") if intervalle == 2 else _("Toutes les %(nombre)s semaines", nombre=intervalle)


def _write_mois(intervalle: int) -> str:
    if intervalle == 1:
        return _("Chaque mois")
    if intervalle == 12:
        return _("Chaque année")
    return _("Un mois sur deux") if intervalle == 2 else _("Tous les %(nombre)s mois", nombre=intervalle)


def _list_jours_du_mois(evenement: Evenement, regle: Recurrence) -> list[str]:
    if not regle.jours:
        if regle.intervalle == 12:
            return [_("le %(date)s", date=write_date(evenement.debut.date(), annee=False))]
        jour = evenement.debut.day
        return [_("le %(numero)s", numero=_("1er") if jour == 1 else str(jour))]
    nommes = [_(_RANGS[jour.rang or 1], jour=_(JOURS[jour.jour])) for jour in regle.jours]
    if regle.intervalle == 12:
        mois = _(MOIS[evenement.debut.month - 1])
        return [_("%(jour)s de %(mois)s", jour=nomme, mois=mois) for nomme in nommes]
    return nommes


def _write_sauf(evenement: Evenement, regle: Recurrence) -> str:
    """« le 24 décembre et le 31 décembre »; the year too where a day could be that of two."""
    fin = regle.jusqu_au or max(evenement.debut.date() + _UN_AN, *evenement.sauf)
    annee = fin - evenement.debut.date() > _UN_AN
    dites = [_("le %(date)s", date=write_date(jour, annee=annee)) for jour in evenement.sauf[:SAUF_DITES]]
    reste = len(evenement.sauf) - len(dites)
    if reste:
        dites.append(ngettext("%(nombre)s autre date", "%(nombre)s autres dates", reste))
    return join(dites)
