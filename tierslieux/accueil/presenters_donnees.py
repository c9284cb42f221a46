"""Context of the page of personal data: the register that the purge runs, in plain words. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tierslieux.accueil.presenters import SitePage
from tierslieux.contributions.donnees.registre import DONNEES, describe_duree
from tierslieux.contributions.donnees.regles import Groupe
from tierslieux.core.textes import gettext as _


@dataclass(frozen=True, slots=True)
class DonneeVue:
    """One kind of personal data: what, why, by what right, how long."""

    quoi: str
    pourquoi: str
    base: str
    duree: str


@dataclass(frozen=True, slots=True)
class GroupeVu:
    """What is kept of people in one situation."""

    code: str
    titre: str
    donnees: tuple[DonneeVue, ...]


@dataclass(frozen=True, slots=True)
class DonneesPage:
    """What templates/accueil/donnees_personnelles.html writes. `purge`: the last one, and how many rows it forgot."""

    site: SitePage
    groupes: tuple[GroupeVu, ...]
    purge: tuple[dt.datetime, int] | None


def build_donnees_page(site: SitePage, purge: tuple[dt.datetime, int] | None) -> DonneesPage:
    """The page; everything in its table comes from the register."""
    groupes = (
        GroupeVu(
            groupe.value,
            _(groupe.libelle),
            tuple(
                DonneeVue(_(donnee.quoi), _(donnee.pourquoi), _(donnee.base.libelle), describe_duree(donnee))
                for donnee in DONNEES
                if donnee.groupe is groupe
            ),
        )
        for groupe in Groupe
    )
    return DonneesPage(site, tuple(groupes), purge)
