"""What a page of moderation needs to show: a page of the queue, or everything about one proposal. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from tierslieux.comptes import journal
from tierslieux.comptes.droits import Personne, Role
from tierslieux.contributions.enums import STATUTS_OUVERTS, Demarche, Statut
from tierslieux.contributions.formulaires.doublons import list_ressemblances
from tierslieux.contributions.formulaires.ressemblances import Description, Ressemblance
from tierslieux.contributions.fusion import Fusion, merge
from tierslieux.contributions.models import MessageProposition, Proposition
from tierslieux.contributions.moderation import queries, services
from tierslieux.contributions.moderation.enums import Vue
from tierslieux.contributions.moderation.params import Filtres
from tierslieux.contributions.perimetres import Perimetre, find_echelle
from tierslieux.core.db import Rangee
from tierslieux.core.types import Position
from tierslieux.lieux import historique
from tierslieux.lieux.historique import Version
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import get_contour

PAR_PAGE = 20
DECIDEES_MAX = 50
COMMUNES_MAX = 200
VERSIONS_MAX = 5


@dataclass(frozen=True, slots=True)
class Attente:
    """How many proposals wait in each page of the queue."""

    comptes: Mapping[Vue, int]

    @property
    def total(self) -> int:
        """Those that ask for somebody's answer now."""
        return self.comptes[Vue.A_EXAMINER]


@dataclass(frozen=True, slots=True)
class FileAttente:
    """A page of the queue. `suite` is the number after which the next page begins, None at the end.

    `communes`: where proposals wait, with how many; `perimetres`: one's own territories with their names.
    """

    lignes: tuple[Rangee, ...]
    suite: int | None
    attente: Attente
    communes: tuple[Rangee, ...]
    perimetres: Mapping[Perimetre, str]


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything about one proposal.

    `lieu` is its place as it is now, None for a new one; `actuelles` are its values. `ressemblances`: known places that
    may be the one that is proposed. `statuts`: what became of the author's proposals; None for those who only read.
    """

    proposition: Proposition
    est_decidable: bool
    empreinte: str
    commune: str | None
    source: str | None
    lieu: Rangee | None
    actuelles: Mapping[str, Any]
    fusion: Fusion
    versions: tuple[Version, ...]
    ressemblances: tuple[Ressemblance, ...]
    positions: Mapping[str, Position]
    autres: tuple[Rangee, ...]
    contour: BaseGeometry | None
    statuts: Mapping[str, int] | None
    messages: tuple[MessageProposition, ...]
    est_rattachee: bool
    est_reunie: bool
    attente: Attente
    precedente: str | None
    suivante: str | None

    @property
    def est_ouverte(self) -> bool:
        """Whether somebody still has to decide."""
        return Statut(self.proposition.statut) in STATUTS_OUVERTS


def list_file(session: Session, personne: Personne, filtres: Filtres) -> FileAttente:
    """A page of what waits, or was decided, in one's territories."""
    visibles = personne.list_perimetres(Role.AGENT)
    decidables = personne.list_perimetres(Role.MODERATEUR)
    if filtres.vue is Vue.DECIDEES:
        stmt = queries.list_decidees_stmt(filtres, visibles, decidables, limite=DECIDEES_MAX)
    else:
        stmt = queries.list_file_stmt(filtres, visibles, decidables, limite=PAR_PAGE + 1)
    lignes = session.execute(stmt).all()
    a_suite = filtres.vue is not Vue.DECIDEES and len(lignes) > PAR_PAGE
    return FileAttente(
        lignes=tuple(lignes[:PAR_PAGE] if a_suite else lignes),
        suite=lignes[PAR_PAGE - 1].id if a_suite else None,
        attente=count_attente(session, personne),
        communes=tuple(queries.count_par_commune(session, filtres.vue, visibles, limite=COMMUNES_MAX)),
        perimetres=queries.list_territoires(session, visibles),
    )


def count_attente(session: Session, personne: Personne) -> Attente:
    """How many proposals of one's territories wait."""
    comptes = queries.count_ouvertes(session, personne.list_perimetres(Role.AGENT))
    return Attente(
        {
            Vue.A_EXAMINER: comptes.get(Statut.EN_ATTENTE, 0),
            Vue.QUESTION: comptes.get(Statut.QUESTION, 0),
            Vue.QUARANTAINE: comptes.get(Statut.QUARANTAINE, 0),
        }
    )


def find_suivante(
    session: Session, personne: Personne, proposition: Proposition, filtres: Filtres, *, now: dt.datetime
) -> str | None:
    """The proposal to look at after this one: the next of the queue, else the first, that nobody else has."""
    perimetres = personne.list_perimetres(Role.MODERATEUR)
    for apres in (proposition.id, 0):
        trouvee = queries.find_suivante(session, filtres, perimetres, apres=apres, acteur=personne.pseudonyme, now=now)
        if trouvee is not None and trouvee != proposition.public_id:
            return trouvee
    return None


def get_dossier(session: Session, public_id: str, personne: Personne, filtres: Filtres, *, now: dt.datetime) -> Dossier:
    """Everything about a proposal of one's territories; raises NotFoundError.

    Those who only read are not told who proposes, nor what was said.
    """
    proposition = services.get_proposition(session, public_id, personne, Role.AGENT)
    est_decidable = personne.can(Role.MODERATEUR, find_echelle(session, proposition.commune_code))
    lieu = services.find_garde(session, proposition)
    actuelles = historique.get_valeurs(session, lieu.id) if lieu is not None else {}
    trouvees = _list_ressemblances(session, proposition, lieu, actuelles, now=now)
    lieux = queries.list_lieux(session, [r.candidat.public_id for r in trouvees])
    territoires = [(n, proposition.commune_code) for n in (Niveau.COMMUNE, Niveau.ARRONDISSEMENT)]
    communes = queries.list_territoires(session, [(n, c) for n, c in territoires if c is not None])
    est_connu = est_decidable and proposition.auteur != journal.PROGRAMME
    bornes = personne.list_perimetres(Role.AGENT)
    return Dossier(
        proposition=proposition,
        est_decidable=est_decidable,
        empreinte=services.digest_dossier(session, proposition),
        commune=next(iter(communes.values()), None),
        source=queries.find_source(session, proposition.source_id) if proposition.source_id else None,
        lieu=lieu,
        actuelles=actuelles,
        fusion=merge(proposition.avant, proposition.apres, actuelles),
        versions=tuple(historique.list_versions(session, lieu.id)[: -VERSIONS_MAX - 1 : -1]) if lieu else (),
        ressemblances=trouvees,
        positions={nom: Position(rangee.lon, rangee.lat) for nom, rangee in lieux.items() if rangee.lon is not None},
        autres=tuple(session.execute(queries.list_autres_stmt(lieu.id, proposition.id))) if lieu else (),
        contour=get_contour(session, *next(iter(communes)), detail=True) if communes else None,
        statuts=queries.count_par_statut(session, proposition.auteur) if est_connu else None,
        messages=tuple(queries.list_messages(session, proposition.id)) if est_decidable else (),
        est_rattachee=services.is_attached(session, proposition),
        est_reunie=services.find_reunion(session, proposition) is not None,
        attente=count_attente(session, personne),
        precedente=queries.find_voisine(session, filtres, bornes, proposition.id, arriere=True),
        suivante=queries.find_voisine(session, filtres, bornes, proposition.id),
    )


def _list_ressemblances(
    session: Session,
    proposition: Proposition,
    lieu: Rangee | None,
    actuelles: Mapping[str, Any],
    *,
    now: dt.datetime,
) -> tuple[Ressemblance, ...]:
    """Known places that may be the one proposed or, once it is published, the one that it opened."""
    if proposition.demarche != Demarche.NOUVEAU or (lieu is None and Statut(proposition.statut) not in STATUTS_OUVERTS):
        return ()
    dites: Mapping[str, Any] = actuelles or proposition.apres
    position = dites.get("position")
    trouvees = list_ressemblances(
        session,
        Description(dites.get("nom"), dites.get("adresse"), dites.get("telephone")),
        commune_code=dites.get("commune_code"),
        position=Position(position["lon"], position["lat"]) if position else None,
        now=now,
        sauf=lieu.public_id if lieu is not None else None,
    )
    return tuple(trouvees)
