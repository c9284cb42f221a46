"""Whether a place is open when the person is free, and the sentence that says it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tierslieux.core.geo import find_zone
from tierslieux.core.textes import gettext as _
from tierslieux.lieux.horaires import (
    EtatOuverture,
    Plage,
    is_ouvert_a_arrivee,
    is_ouvert_pendant,
    list_ouvertures,
)
from tierslieux.lieux.horaires.phrases import write_phrase_plages
from tierslieux.lieux.moments import Fenetre, Moment, Quand, format_jour
from tierslieux.lieux.services import LieuResume
from tierslieux.orientation.enums import Critere, Verdict
from tierslieux.orientation.selection import Constat

_UN_JOUR = dt.timedelta(days=1)
_MAINTENANT = Moment(Quand.MAINTENANT, None)
_VERDICTS = {True: Verdict.REMPLI, None: Verdict.INCONNU, False: Verdict.NON}


def examine_moment(
    lieu: LieuResume, moment: Moment | None, duree_min: float | None, *, now: dt.datetime, vient: bool = True
) -> Iterable[Constat]:
    """The place's hours at this moment, counting the way there when its time is known.

    `now` is aware; `duree_min` are minutes, None for who telephones or whose journey is not known. Without a moment,
    only hours that are not known are told. `vient`: the person comes, rather than telephone.
    """
    if lieu.ouverture is None:
        critere = Critere.MOMENT if moment else Critere.HORAIRES
        yield Constat(critere, Verdict.INCONNU, _describe_sans_horaires(lieu, vient=vient))
    elif moment == _MAINTENANT:
        yield _examine_maintenant(lieu, duree_min, now)
    elif moment is not None:
        fenetre = moment.resolve(now, find_zone(lieu.commune_code).fuseau)
        verdict = _VERDICTS[_is_ouvert(lieu, moment, fenetre, duree_min)]
        phrase = _describe_ouvert(lieu, moment, fenetre) if verdict is Verdict.REMPLI else None
        yield Constat(Critere.MOMENT, verdict, phrase or _describe_autre(moment, fenetre, verdict))


def _describe_sans_horaires(lieu: LieuResume, *, vient: bool) -> str:
    if lieu.telephone and vient:
        return _("Horaires non communiqués : téléphonez avant de venir.")
    return _("Horaires non communiqués.")


def _examine_maintenant(lieu: LieuResume, duree_min: float | None, now: dt.datetime) -> Constat:
    texte = lieu.ouverture.texte if lieu.ouverture else ""
    etat = lieu.ouverture.etat if lieu.ouverture else EtatOuverture.INCONNU
    est_ouvert = None if etat == EtatOuverture.INCONNU else etat == EtatOuverture.OUVERT
    if duree_min is None or est_ouvert is None:
        return Constat(Critere.MOMENT, _VERDICTS[est_ouvert], _("%(ouverture)s.", ouverture=texte))
    a_temps = is_ouvert_a_arrivee(lieu.horaires, now, duree_min, lieu.commune_code)
    if a_temps and est_ouvert:
        phrase = _("%(ouverture)s. Vous arriverez à temps.", ouverture=texte)
    elif a_temps:
        phrase = _("%(ouverture)s. Il sera ouvert à votre arrivée.", ouverture=texte)
    elif est_ouvert:
        phrase = _("%(ouverture)s. Vous arriveriez trop tard.", ouverture=texte)
    else:
        phrase = _("%(ouverture)s.", ouverture=texte)
    return Constat(Critere.MOMENT, _VERDICTS[a_temps], phrase)


def _is_ouvert(lieu: LieuResume, moment: Moment, fenetre: Fenetre, duree_min: float | None) -> bool | None:
    if moment.instant is None or moment.jour_entier or duree_min is None:
        return is_ouvert_pendant(lieu.horaires, fenetre, lieu.commune_code)
    # The person is free from that hour on: they leave then.
    depart_at = fenetre.debut.replace(tzinfo=find_zone(lieu.commune_code).fuseau)
    return is_ouvert_a_arrivee(lieu.horaires, depart_at, duree_min, lieu.commune_code)


def _describe_autre(moment: Moment, fenetre: Fenetre, verdict: Verdict) -> str:
    est_inconnu = verdict is Verdict.INCONNU
    if moment.quand is Quand.SOIR:
        return _("Nous ne savons pas s’il est ouvert ce soir.") if est_inconnu else _("Il est fermé ce soir.")
    jour = format_jour(fenetre.debut.date())
    if est_inconnu:
        return _("Nous ne savons pas s’il est ouvert %(jour)s.", jour=jour)
    if moment.jour_entier or moment.quand is Quand.SAMEDI:
        return _("Il est fermé %(jour)s.", jour=jour)
    return _("Il est fermé %(jour)s à cette heure.", jour=jour)


def _describe_ouvert(lieu: LieuResume, moment: Moment, fenetre: Fenetre) -> str:
    plages = _list_plages(lieu, moment, fenetre)
    est_entier = len(plages) == 1 and plages[0].fin - plages[0].debut >= _UN_JOUR
    heures = write_phrase_plages(plages, journee_entiere=est_entier)
    if moment.quand is Quand.SOIR:
        return _("Il est ouvert ce soir, %(heures)s.", heures=heures)
    return _("Il est ouvert %(jour)s, %(heures)s.", jour=format_jour(fenetre.debut.date()), heures=heures)


def _list_plages(lieu: LieuResume, moment: Moment, fenetre: Fenetre) -> list[Plage]:
    """The openings of the day that the window meets; a chosen hour shows the whole of its day."""
    minuit = dt.datetime.combine(fenetre.debut.date(), dt.time())
    est_instant = moment.instant is not None and not moment.jour_entier
    debut = minuit if est_instant else fenetre.debut
    plages = list_ouvertures(lieu.horaires, debut, minuit + _UN_JOUR, lieu.commune_code) or []
    return [p for p in plages if p.etat == EtatOuverture.OUVERT and (est_instant or p.debut < fenetre.fin)]
