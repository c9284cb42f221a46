"""Opening hours said in words, in the language of the page. Pure: what is said is worked out elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tierslieux.core.calendrier import JOURS, MOIS
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.lieux.horaires.plages import Cause, EtatOuverture, Plage, Situation
from tierslieux.lieux.moments import format_heure

_INCONNUES = {
    Cause.FERIE: N_("Jour férié : téléphonez avant de venir"),
    Cause.VACANCES: N_("Cela dépend des vacances scolaires : téléphonez avant de venir"),
    Cause.A_CONFIRMER: N_("Ouverture à confirmer par téléphone"),
}


@dataclass(frozen=True, slots=True)
class LigneHoraires:
    """Days that share the same hours: ("Du lundi au vendredi", "9 h – 12 h et 14 h – 17 h")."""

    jours: str
    plages: str


def write_ouverture(situation: Situation) -> str:
    """Whether it is open and what comes next: "Ouvert, ferme à 17 h", "Fermé, ouvre lundi à 9 h"."""
    if situation.etat is EtatOuverture.INCONNU:
        texte = _(_INCONNUES[situation.cause or Cause.A_CONFIRMER])
    elif situation.etat is EtatOuverture.OUVERT:
        texte = _write_ouvert(situation.suite)
    else:
        texte = _write_ferme(situation.suite, situation.local)
    return f"{texte} ({situation.commentaire})" if situation.commentaire else texte


def _write_ouvert(suite: dt.datetime | None) -> str:
    return _("Ouvert, ferme à %(heure)s", heure=format_heure(suite.time())) if suite else _("Ouvert")


def _write_ferme(suite: dt.datetime | None, local: dt.datetime) -> str:
    if suite is None:
        return _("Fermé")
    heure = format_heure(suite.time())
    jours = (suite.date() - local.date()).days
    if jours == 0:
        return _("Fermé, ouvre à %(heure)s", heure=heure)
    if jours == 1:
        return _("Fermé, ouvre demain à %(heure)s", heure=heure)
    if jours < 7:
        return _("Fermé, ouvre %(jour)s à %(heure)s", jour=_(JOURS[suite.weekday()]), heure=heure)
    date = {"numero": _write_numero(suite.day), "mois": _(MOIS[suite.month - 1])}
    return _("Fermé, ouvre le %(numero)s %(mois)s à %(heure)s", **date, heure=heure)


def write_plages(plages: Sequence[Plage], *, journee_entiere: bool = False) -> str:
    """The stretches of a day with their comment or doubt: "9 h – 12 h et 14 h – 17 h"; "fermé" without any."""
    if not plages:
        return _("fermé")
    if journee_entiere:
        plage = plages[0]
        return _write_doute(plage) or _("24 h sur 24").replace(" ", "\u00a0")
    return join([_write_plage(plage) for plage in plages])


def _write_plage(plage: Plage) -> str:
    texte = f"{format_heure(plage.debut.time())} – {format_heure(plage.fin.time())}"
    doute = _write_doute(plage)
    return f"{texte} ({doute})" if doute else texte


def _write_doute(plage: Plage) -> str | None:
    if plage.commentaire or plage.etat is not EtatOuverture.INCONNU:
        return plage.commentaire
    return _("selon les vacances scolaires") if plage.cause is Cause.VACANCES else _("à confirmer")


def write_phrase_plages(plages: Sequence[Plage], *, journee_entiere: bool = False) -> str:
    """The same in a sentence: "de 9 h à 12 h et de 14 h à 17 h"."""
    if not plages or journee_entiere:
        return write_plages(plages, journee_entiere=journee_entiere)
    return join([_write_phrase_plage(plage) for plage in plages])


def _write_phrase_plage(plage: Plage) -> str:
    texte = _("de %(debut)s à %(fin)s", debut=format_heure(plage.debut.time()), fin=format_heure(plage.fin.time()))
    doute = _write_doute(plage)
    return f"{texte} ({doute})" if doute else texte


def write_jours(premier: int, dernier: int) -> str:
    """Days from one to another, Monday being 0: "Du lundi au vendredi", "Samedi et dimanche", "Tous les jours"."""
    if (premier, dernier) == (0, 6):
        return _("Tous les jours")
    debut, fin = _(JOURS[premier]), _(JOURS[dernier])
    if premier == dernier:
        return debut.capitalize()
    if dernier == premier + 1:
        return _("%(debut)s et %(fin)s", debut=debut.capitalize(), fin=fin)
    return _("Du %(debut)s au %(fin)s", debut=debut, fin=fin)


def _write_numero(jour: int) -> str:
    return _("1er") if jour == 1 else str(jour)


def join(textes: Sequence[str]) -> str:
    """Several texts as one: "a, b et c"."""
    *debut, fin = textes
    return _("%(debut)s et %(fin)s", debut=", ".join(debut), fin=fin) if debut else fin


def lower(texte: str) -> str:
    """The text with a small initial, but for names of days and months that their language writes with a capital."""
    if any(nom[:1].isupper() and texte.startswith(nom) for nom in map(_, (*JOURS, *MOIS))):
        return texte
    return texte[:1].lower() + texte[1:]


def capitalize(texte: str) -> str:
    """The text with a capital, the rest as it is."""
    return texte[:1].upper() + texte[1:]
