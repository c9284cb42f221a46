"""The register of personal data: what is kept, why, for how long, and what happens then. Pure.

One table for three uses: /donnees-personnelles shows it, the daily purge runs it, and a test walks every column of the
database and fails on one that is neither here nor in colonnes.py. The page and the purge therefore cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator

from tierslieux.contributions.donnees.registre_comptes import COMPTES
from tierslieux.contributions.donnees.registre_contributions import CONTRIBUTIONS
from tierslieux.contributions.donnees.registre_lieux import LIEUX
from tierslieux.contributions.donnees.regles import JOURS_PAR_AN, Donnee, Regle
from tierslieux.core.textes import gettext as _
from tierslieux.core.textes import ngettext

DONNEES: tuple[Donnee, ...] = (*COMPTES, *CONTRIBUTIONS, *LIEUX)


def list_regles() -> Iterator[Regle]:
    """Every rule once, in the order of the register."""
    vues: set[str] = set()
    for donnee in DONNEES:
        for regle in donnee.regles:
            if regle.cle not in vues:
                vues.add(regle.cle)
                yield regle


def get_regle(cle: str) -> Regle:
    """The rule of this name; raises KeyError."""
    return {regle.cle: regle for regle in list_regles()}[cle]


def list_colonnes() -> frozenset[str]:
    """The columns that hold something personal, as "table.column"."""
    return frozenset(colonne for donnee in DONNEES for colonne in donnee.colonnes)


def format_duree(jours: int) -> str:
    """A number of days in the words of the page: whole years are said so."""
    if jours % JOURS_PAR_AN == 0:
        return ngettext("%(nombre)s an", "%(nombre)s ans", jours // JOURS_PAR_AN)
    return ngettext("%(nombre)s jour", "%(nombre)s jours", jours)


def describe_duree(donnee: Donnee) -> str:
    """How long a datum is kept, in a sentence."""
    noms = ("duree", "maximum")
    return _(donnee.duree, **dict(zip(noms, (format_duree(regle.jours) for regle in donnee.regles), strict=False)))
