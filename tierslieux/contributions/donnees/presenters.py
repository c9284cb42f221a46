"""Contexts of the pages of personal data. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierslieux.contributions.champs import format_valeur
from tierslieux.contributions.donnees.empreintes import CHAMPS
from tierslieux.contributions.donnees.oppositions import PARTAGES_MAX, Demande
from tierslieux.contributions.donnees.regles import JOURS_OPPOSITION
from tierslieux.core.textes import gettext as _


@dataclass(frozen=True, slots=True)
class ChampVu:
    """A field of a place that may concern a person, as its page shows it."""

    code: str
    libelle: str
    valeur: str


@dataclass(frozen=True, slots=True)
class OppositionPage:
    """What templates/contributions/donnees/opposition.html writes, beside its form."""

    public_id: str
    nom: str
    champs: tuple[ChampVu, ...]
    est_faite: bool
    jours: int


@dataclass(frozen=True, slots=True)
class DemandeVue:
    """An opposition as moderators see it. `est_partagee`: it is not confirmed without them."""

    numero: int
    public_id: str
    nom: str
    champs: tuple[ChampVu, ...]
    demandee_at: dt.datetime
    confirmee_le: dt.date
    partages: int
    est_partagee: bool


def build_champs(valeurs: Mapping[str, Any]) -> tuple[ChampVu, ...]:
    """The fields in the words of the page."""
    return tuple(
        ChampVu(champ, _(libelle), format_valeur(champ, valeurs[champ]))
        for champ, (_famille, libelle) in CHAMPS.items()
        if valeurs.get(champ)
    )


def build_demandes(demandes: Sequence[Demande]) -> tuple[DemandeVue, ...]:
    """The list of moderators."""
    return tuple(
        DemandeVue(
            numero=demande.opposition.id,
            public_id=demande.public_id,
            nom=demande.nom,
            champs=build_champs(demande.valeurs),
            demandee_at=demande.opposition.demandee_at,
            confirmee_le=(demande.opposition.demandee_at + dt.timedelta(days=JOURS_OPPOSITION)).date(),
            partages=demande.partages,
            est_partagee=demande.partages > PARTAGES_MAX,
        )
        for demande in demandes
    )
