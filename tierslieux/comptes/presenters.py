"""What the pages of accounts write: no row of a table reaches a template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tierslieux.comptes import sessions
from tierslieux.comptes.droits import Habilitation, Personne, Role
from tierslieux.comptes.models import Compte, HabilitationCompte, Invitation, SessionCompte
from tierslieux.core.textes import N_
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

Noms = Mapping[tuple[str, str], str]
# Where an account leads, where a feature above has such a page: endpoint, label, role that it asks for.
ACCES: tuple[tuple[str, str, Role | None], ...] = (
    ("suivi.list_miennes", N_("Voir ce que j’ai proposé"), None),
    ("moderation.list_propositions", N_("Relire les propositions"), Role.MODERATEUR),
    ("administration.list_comptes", N_("Gérer les comptes de mon territoire"), Role.ADMINISTRATEUR),
    ("donnees_personnelles.download_compte", N_("Recevoir toutes mes données"), None),
)
# What stands for a session in addresses: its digest is no secret, and nobody needs the whole of it.
LONGUEUR_REFERENCE = 16


@dataclass(frozen=True, slots=True)
class DroitPage:
    """A role over a territory, as people read it; `peut`: whether the one who reads may change it."""

    id: int
    role: Role
    territoire: str
    niveau: Niveau
    peut: bool = False


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A browser that is signed in."""

    reference: str
    ouverte_at: dt.datetime
    vue_at: dt.datetime
    est_celle_ci: bool


@dataclass(frozen=True, slots=True)
class ComptePage:
    """What templates/comptes/compte.html writes."""

    pseudonyme: str
    courriel: str
    droits: tuple[DroitPage, ...]
    sessions: tuple[SessionPage, ...]
    commune: str | None
    second_facteur_at: dt.datetime | None
    codes_restants: int
    est_fort: bool
    acces: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LignePage:
    """An account in the list of an administrator."""

    id: int
    pseudonyme: str
    courriel: str
    actif: bool
    connexion_at: dt.datetime | None
    droits: tuple[DroitPage, ...]
    second_facteur_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """An invitation that waits."""

    id: int
    courriel: str
    role: Role
    territoire: str
    envoyee_at: dt.datetime
    expire_at: dt.datetime


def list_cles(lignes: Iterable[HabilitationCompte | Invitation]) -> list[tuple[str, str]]:
    """(level, code) of the territories to name."""
    return [(ligne.niveau, ligne.code) for ligne in lignes]


def build_ligne(compte: Compte, noms: Noms, peut: frozenset[int] = frozenset()) -> LignePage:
    """An account for its administrator; `peut`: ids of the roles that may be changed."""
    return LignePage(
        compte.id,
        compte.pseudonyme,
        compte.courriel,
        compte.actif,
        compte.connexion_at,
        _build_droits(compte.habilitations, noms, peut),
        compte.second_facteur_at,
    )


def build_invitation(invitation: Invitation, noms: Noms) -> InvitationPage:
    """An invitation that waits."""
    return InvitationPage(
        invitation.id,
        invitation.courriel,
        Role(invitation.role),
        _name(noms, invitation.niveau, invitation.code),
        invitation.envoyee_at,
        invitation.expire_at,
    )


def build_compte(
    compte: Compte,
    ouvertes: Iterable[SessionCompte],
    noms: Noms,
    *,
    empreinte: str,
    commune: str | None,
    acces: Iterable[tuple[str, str]],
) -> ComptePage:
    """The page of one's own account; `empreinte`: of the session that reads it; `acces`: (address, label) of links."""
    personne = sessions.build_personne(compte)
    return ComptePage(
        pseudonyme=compte.pseudonyme,
        courriel=compte.courriel,
        droits=_build_droits(compte.habilitations, noms, frozenset()),
        sessions=tuple(
            SessionPage(build_reference(une.empreinte), une.ouverte_at, une.vue_at, une.empreinte == empreinte)
            for une in ouvertes
        ),
        commune=commune,
        second_facteur_at=compte.second_facteur_at,
        codes_restants=len(compte.codes_secours or ()),
        est_fort=sessions.needs_second_facteur(personne),
        acces=tuple(acces),
    )


def build_reference(empreinte: str) -> str:
    """What stands for a session in addresses."""
    return empreinte[:LONGUEUR_REFERENCE]


def mask_courriel(courriel: str) -> str:
    """An address that the one who owns it recognises, and nobody else reads: "m…@exemple.fr"."""
    debut, _arobase, domaine = courriel.rpartition("@")
    return f"{debut[:1]}…@{domaine}"


def name_droit(droit: Habilitation, noms: Noms) -> str:
    """The territory of a role."""
    return _name(noms, droit.niveau.value, droit.code)


def build_perimetre(personne: Personne, noms: Noms) -> tuple[str, ...]:
    """Names of the territories that somebody administers."""
    return tuple(_name(noms, niveau.value, code) for niveau, code in personne.list_perimetres(Role.ADMINISTRATEUR))


def _build_droits(lignes: Iterable[HabilitationCompte], noms: Noms, peut: frozenset[int]) -> tuple[DroitPage, ...]:
    return tuple(
        DroitPage(
            ligne.id,
            Role(ligne.role),
            _name(noms, ligne.niveau, ligne.code),
            Niveau(ligne.niveau),
            ligne.id in peut,
        )
        for ligne in lignes
    )


def _name(noms: Noms, niveau: str, code: str) -> str:
    if code == CODE_FRANCE:
        return "France entière"
    nom = noms.get((niveau, code))
    return f"{nom} ({Niveau(niveau).libelle} {code})" if nom else f"{Niveau(niveau).libelle} {code}"
