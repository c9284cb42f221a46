"""What the connection of a commune is, for the people who live there: one plain sentence for each network. Pure.

Every sentence is in the past and carries its date: the latest table may be years old, and says so then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType

from tierslieux.core.calendrier import MOIS
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.filtres import format_date, format_nombre
from tierslieux.territoires.noms import build_locatif

# Share of premises that could have 8 Mbit/s by a wire, the "good" speed that the State promised everybody for 2020: a
# form, a video call. Share of inhabitants in a white zone: no operator at all, even outdoors.
FIXE = "part_locaux_8"
MOBILE = "part_population_blanche_4g"
DEBIT_BON_MBITS = 8

# One home in ten without: the neighbours of anybody who reads the page. Below, those concerned are few, and a page that
# told every commune where to find the Internet would tell nothing.
PART_MAUVAISE = 0.1
# Networks are being built: what is older than that is told to be old.
AGE_ANCIEN = dt.timedelta(days=730)


class _Combien(Enum):
    TOUS = auto()
    PRESQUE_TOUS = auto()
    POURCENT = auto()
    PRESQUE_AUCUN = auto()
    AUCUN = auto()


_MESSAGES_FIXE: Mapping[_Combien, str] = MappingProxyType(
    {
        _Combien.TOUS: N_(
            "%(a_commune)s, tous les logements et locaux pouvaient avoir un bon débit Internet (%(source)s, %(date)s)."
        ),
        _Combien.PRESQUE_TOUS: N_(
            "%(a_commune)s, presque tous les logements et locaux pouvaient avoir un bon débit Internet"
            " (%(source)s, %(date)s)."
        ),
        _Combien.POURCENT: N_(
            "%(a_commune)s, %(pourcent)s %% des logements et locaux pouvaient avoir un bon débit Internet"
            " (%(source)s, %(date)s)."
        ),
        _Combien.PRESQUE_AUCUN: N_(
            "%(a_commune)s, presque aucun logement ni local ne pouvait avoir un bon débit Internet"
            " (%(source)s, %(date)s)."
        ),
        _Combien.AUCUN: N_(
            "%(a_commune)s, aucun logement ni local ne pouvait avoir un bon débit Internet (%(source)s, %(date)s)."
        ),
    }
)
# How many inhabitants have no network, from all of them to none.
_MESSAGES_MOBILE: Mapping[_Combien, str] = MappingProxyType(
    {
        _Combien.TOUS: N_("%(a_commune)s, aucun habitant n’avait la 4G, même dehors (%(source)s, %(date)s)."),
        _Combien.PRESQUE_TOUS: N_(
            "%(a_commune)s, presque aucun habitant n’avait la 4G, même dehors (%(source)s, %(date)s)."
        ),
        _Combien.POURCENT: N_(
            "%(a_commune)s, %(pourcent)s %% des habitants n’avaient pas la 4G, même dehors (%(source)s, %(date)s)."
        ),
        _Combien.PRESQUE_AUCUN: N_(
            "%(a_commune)s, presque tous les habitants avaient la 4G, au moins dehors (%(source)s, %(date)s)."
        ),
        _Combien.AUCUN: N_("%(a_commune)s, tous les habitants avaient la 4G, au moins dehors (%(source)s, %(date)s)."),
    }
)


@dataclass(frozen=True, slots=True)
class Chiffre:
    """A published share (0 to 1). `edition` is its publisher's: "30 septembre 2019", "2026-03-31", "2019"."""

    part: float
    source: str
    edition: str | None
    millesime: int


@dataclass(frozen=True, slots=True)
class Connexion:
    """The sentences to show, and whether the connection is poor for a tenth of the people or more."""

    phrases: tuple[str, ...]
    est_mauvaise: bool


def describe_connexion(nom: str, fixe: Chiffre | None, mobile: Chiffre | None, *, today: dt.date) -> Connexion | None:
    """The connection of the commune of this name; None when no figure is known. No sentence without a figure.

    `fixe` is the share of premises that have a good speed, `mobile` the share of inhabitants without any 4G.
    """
    chiffres = [chiffre for chiffre in (fixe, mobile) if chiffre is not None]
    if not chiffres:
        return None
    ou = build_locatif(nom)
    ou = ou[:1].upper() + ou[1:]
    phrases = [*_iter_phrases(ou, fixe, mobile)]
    if any(today - find_date(chiffre) > AGE_ANCIEN for chiffre in chiffres):
        phrases.append(_("La situation a pu changer depuis."))
    est_mauvaise = bool((fixe and 1 - fixe.part > PART_MAUVAISE) or (mobile and mobile.part > PART_MAUVAISE))
    return Connexion(tuple(phrases), est_mauvaise)


def find_date(chiffre: Chiffre) -> dt.date:
    """The day of a figure; the last of its year when nobody tells more."""
    return _read_jour(chiffre.edition) or dt.date(chiffre.millesime, 12, 31)


def _iter_phrases(ou: str, fixe: Chiffre | None, mobile: Chiffre | None) -> Iterator[str]:
    for chiffre, messages in ((fixe, _MESSAGES_FIXE), (mobile, _MESSAGES_MOBILE)):
        if chiffre is not None:
            pourcent = round(100 * chiffre.part)
            yield _(
                messages[_find_combien(chiffre.part, pourcent)],
                a_commune=ou,
                pourcent=format_nombre(pourcent),
                source=chiffre.source,
                date=_format_edition(chiffre),
            )


def _find_combien(part: float, pourcent: int) -> _Combien:
    """A share in whole percents, in words where that would read 0 or 100: "0 %" would be false of three homes."""
    if part <= 0:
        return _Combien.AUCUN
    if part >= 1:
        return _Combien.TOUS
    if 0 < pourcent < 100:
        return _Combien.POURCENT
    return _Combien.PRESQUE_TOUS if pourcent else _Combien.PRESQUE_AUCUN


def _format_edition(chiffre: Chiffre) -> str:
    """The date of a figure in the language of the page; as its publisher writes it when that is no day."""
    jour = _read_jour(chiffre.edition)
    return format_date(jour) if jour else chiffre.edition or str(chiffre.millesime)


def _read_jour(edition: str | None) -> dt.date | None:
    """The day that an edition names, be it written "2026-03-31" or "30 septembre 2019"."""
    mots = (edition or "").split()
    if len(mots) == 3 and mots[0].isdigit() and mots[1] in MOIS and mots[2].isdigit():
        texte = f"{int(mots[2]):04d}-{MOIS.index(mots[1]) + 1:02d}-{int(mots[0]):02d}"
    else:
        texte = edition or ""
    try:
        return dt.date.fromisoformat(texte)
    except ValueError:
        return None
