"""What an administrator may give and take: nothing beyond what he holds, and never an equal."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from tierslieux.comptes import queries
from tierslieux.comptes.droits import Echelle, Habilitation, Personne, Role
from tierslieux.core.errors import NotFoundError
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

NIVEAUX = (Niveau.FRANCE, Niveau.REGION, Niveau.DEPARTEMENT, Niveau.EPCI, Niveau.COMMUNE)


def find_echelle(session: Session, niveau: Niveau, code: str) -> Echelle:
    """The territories that hold the whole of one, itself included; raises NotFoundError.

    An EPCI that stands on two départements is inside neither: the territory's table names the one with most people.
    """
    if niveau is Niveau.FRANCE and code == CODE_FRANCE:
        return {Niveau.FRANCE: CODE_FRANCE}
    rangee = queries.find_territoire(session, niveau, code) if niveau in NIVEAUX else None
    if rangee is None:
        raise NotFoundError("Ce territoire n’existe pas.")
    parents = {
        Niveau.REGION: rangee.region_code,
        Niveau.DEPARTEMENT: rangee.departement_code,
        Niveau.EPCI: rangee.epci_code,
        Niveau.COMMUNE: rangee.commune_code,
    }
    if niveau is Niveau.EPCI:
        assise = queries.describe_epci(session, code)
        parents[Niveau.REGION] = assise.region_code if assise.regions == 1 else None
        parents[Niveau.DEPARTEMENT] = assise.departement_code if assise.departements == 1 else None
    echelle = {Niveau.FRANCE: CODE_FRANCE} | {palier: un for palier, un in parents.items() if un is not None}
    return echelle | {niveau: code}


def can_give(session: Session, donneur: Personne, droit: Habilitation) -> bool:
    """Whether this role over this territory is inside what the administrator holds."""
    return donneur.can(Role.ADMINISTRATEUR, find_echelle(session, droit.niveau, droit.code))


def can_take(session: Session, donneur: Personne, droit: Habilitation) -> bool:
    """Whether the administrator may take or change this role: inside his territory, and not an equal's."""
    echelle = find_echelle(session, droit.niveau, droit.code)
    if droit.role is not Role.ADMINISTRATEUR:
        return donneur.can(Role.ADMINISTRATEUR, echelle)
    return any(sien.covers(echelle) and not _is_same(sien, droit) for sien in _list_administrations(donneur))


def can_manage(session: Session, donneur: Personne, cible: Personne) -> bool:
    """Whether the administrator may act on the whole account: close it, reset its second factor.

    Every role of it must be one that he may take; an account without role is for administrators of France only.
    """
    if donneur.compte_id == cible.compte_id:
        return False
    if not cible.habilitations:
        return any(sien.niveau is Niveau.FRANCE for sien in _list_administrations(donneur))
    return all(can_take(session, donneur, droit) for droit in cible.habilitations)


def is_outranked(session: Session, donneur: Personne, cible: Personne) -> bool:
    """Whether the account administers as much as the administrator, or more: none of its roles is his to touch."""
    siennes = _list_administrations(donneur)
    echelles = [find_echelle(session, sien.niveau, sien.code) for sien in siennes]
    for droit in _list_administrations(cible):
        if any(droit.covers(echelle) for echelle in echelles) and not can_take(session, donneur, droit):
            return True
    return False


def is_national(droits: Iterable[Habilitation]) -> bool:
    """Whether one of these roles administers France."""
    return any(droit.role is Role.ADMINISTRATEUR and droit.niveau is Niveau.FRANCE for droit in droits)


def _list_administrations(personne: Personne) -> list[Habilitation]:
    return [droit for droit in personne.habilitations if droit.role is Role.ADMINISTRATEUR]


def _is_same(un: Habilitation, autre: Habilitation) -> bool:
    return (un.niveau, un.code) == (autre.niveau, autre.code)
