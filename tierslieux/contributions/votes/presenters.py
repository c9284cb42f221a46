"""Contexts of the pages where residents vote. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tierslieux.contributions.champs import format_valeur, get_libelle
from tierslieux.contributions.enums import Demarche
from tierslieux.contributions.fusion import is_vide, list_modifies
from tierslieux.contributions.models import Proposition
from tierslieux.contributions.votes.regles import DELAI, POUR_REQUIS, Compte
from tierslieux.core.textes import gettext as _


@dataclass(frozen=True, slots=True)
class Resume:
    """A proposal in the list."""

    public_id: str
    demarche: str
    nom: str
    recue_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Ligne:
    """A field that is proposed; `avant` and `apres` are None for nothing."""

    libelle: str
    avant: str | None
    apres: str | None


@dataclass(frozen=True, slots=True)
class VotePage:
    """A proposal to look at. `mien`: what this person has said of it already."""

    public_id: str
    demarche: str
    nom: str
    lieu: str | None
    recue_at: dt.datetime
    fin_at: dt.datetime
    lignes: tuple[Ligne, ...]
    pour: int
    requis: int
    mien: str | None


@dataclass(frozen=True, slots=True)
class ReglageVue:
    """A territory whose choice may be changed; `avec_votes` is None where nothing was ever chosen."""

    niveau: str
    code: str
    nom: str
    avec_votes: bool | None


def build_resumes(propositions: Iterable[Proposition]) -> tuple[Resume, ...]:
    """The list of proposals to look at."""
    return tuple(Resume(p.public_id, _(Demarche(p.demarche).libelle), p.nom, p.recue_at) for p in propositions)


def build_vote_page(proposition: Proposition, compte: Compte, *, lieu: str | None, mien: str | None) -> VotePage:
    """A proposal to look at, without who proposed it; `lieu` is the public id of its place."""
    return VotePage(
        public_id=proposition.public_id,
        demarche=_(Demarche(proposition.demarche).libelle),
        nom=proposition.nom,
        lieu=lieu,
        recue_at=proposition.recue_at,
        fin_at=proposition.recue_at + DELAI,
        lignes=_list_lignes(proposition),
        pour=compte.pour,
        requis=POUR_REQUIS,
        mien=mien,
    )


def _list_lignes(proposition: Proposition) -> tuple[Ligne, ...]:
    def write(champ: str, valeur: object) -> str | None:
        return None if is_vide(valeur) else format_valeur(champ, valeur, proposition.commune_code)

    champs: Sequence[str] = list_modifies(proposition.avant, proposition.apres)
    return tuple(
        Ligne(get_libelle(champ), write(champ, proposition.avant.get(champ)), write(champ, proposition.apres[champ]))
        for champ in champs
    )
