"""When opening hours hold, said in words: "De mai à septembre", "Une semaine sur deux (semaines paires)". Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tierslieux.core.calendrier import JOURS, MOIS
from tierslieux.core.textes import gettext as _
from tierslieux.lieux.horaires.phrases import capitalize, join, lower
from tierslieux.lieux.horaires.regles import Jalon, JourNumerote, Periode, Regle, Semaines

# "D’avril", not "De avril".
_VOYELLES = "aeiou"


def write_rythme(regle: Regle) -> str | None:
    """When the rule holds, each part a sentence; None when it always does."""
    parties = [
        *([_join([_write_periode(une) for une in regle.periodes])] if regle.periodes else []),
        *([_write_liste_semaines(regle.semaines)] if regle.semaines else []),
        *([_join([_write_numerote(un) for un in regle.numerotes])] if regle.numerotes else []),
    ]
    return ", ".join(partie if rang == 0 else lower(partie) for rang, partie in enumerate(parties)) or None


def _write_periode(periode: Periode) -> str:
    debut, fin = periode.debut, periode.fin
    if debut.mois is None:
        return _("En %(annee)s", annee=debut.annee)
    if debut == fin:
        date = _write_jalon(debut)
        return _("En %(mois)s", mois=date) if debut.jour is None else _("Le %(date)s", date=date)
    if debut.jour is None and fin.jour is None:
        premier, dernier = _write_jalon(debut), _write_jalon(fin)
        if premier[0] in _VOYELLES:
            return _("D’%(debut)s à %(fin)s", debut=premier, fin=dernier)
        return _("De %(debut)s à %(fin)s", debut=premier, fin=dernier)
    if debut.annee == fin.annee:
        if debut.mois == fin.mois and debut.jour is not None:
            return _("Du %(debut)s au %(fin)s", debut=_write_numero(debut.jour), fin=_write_jalon(fin))
        debut = Jalon(None, debut.mois, debut.jour)
    return _("Du %(debut)s au %(fin)s", debut=_write_jalon(debut), fin=_write_jalon(fin))


def _write_jalon(jalon: Jalon) -> str:
    mois = _(MOIS[(jalon.mois or 1) - 1])
    date = mois if jalon.jour is None else f"{_write_numero(jalon.jour)} {mois}"
    return f"{date} {jalon.annee}" if jalon.annee else date


def _write_numero(jour: int) -> str:
    return _("1er") if jour == 1 else str(jour)


def _write_liste_semaines(semaines: Sequence[Semaines]) -> str:
    if len(semaines) > 1 and all(une.premiere == une.derniere for une in semaines):
        return _("Semaines %(numeros)s de l’année", numeros=join([str(une.premiere) for une in semaines]))
    return _join([_write_semaines(une) for une in semaines])


def _write_semaines(semaines: Semaines) -> str:
    if semaines.pas == 2 and semaines.premiere <= 2 and semaines.derniere >= 52:
        if semaines.premiere == 1:
            return _("Une semaine sur deux (semaines impaires)")
        return _("Une semaine sur deux (semaines paires)")
    if semaines.premiere == semaines.derniere:
        return _("Semaine %(numero)s de l’année", numero=semaines.premiere)
    bornes = {"debut": semaines.premiere, "fin": semaines.derniere}
    if semaines.pas == 1:
        return _("De la semaine %(debut)s à la semaine %(fin)s de l’année", **bornes)
    return _("Une semaine sur %(pas)s, de la semaine %(debut)s à la semaine %(fin)s", pas=semaines.pas, **bornes)


def _write_numerote(un: JourNumerote) -> str:
    rangs = _join([_write_rang(rang) for rang in un.rangs])
    return _("%(rangs)s %(jour)s du mois", rangs=capitalize(rangs), jour=_(JOURS[un.jour]))


def _write_rang(rang: int) -> str:
    ordinaux = {
        1: _("premier"),
        2: _("deuxième"),
        3: _("troisième"),
        4: _("quatrième"),
        5: _("cinquième"),
        -1: _("dernier"),
        -2: _("avant-dernier"),
    }
    return ordinaux.get(rang) or _("%(rang)s avant la fin", rang=-rang)


def _join(textes: Sequence[str]) -> str:
    return join([texte if rang == 0 else lower(texte) for rang, texte in enumerate(textes)])
