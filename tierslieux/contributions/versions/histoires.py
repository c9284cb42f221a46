"""The history of one place as it is read: its versions, with what is known of each act that made them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.comptes.droits import Echelle
from tierslieux.contributions.perimetres import find_echelle
from tierslieux.contributions.versions import queries
from tierslieux.contributions.versions.enums import PREFIXE_PROPOSITION
from tierslieux.core.db import Rangee
from tierslieux.core.errors import NotFoundError
from tierslieux.core.textes import gettext as _
from tierslieux.lieux import historique, liens
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.historique import Version

FICHES = "fiches"


@dataclass(frozen=True, slots=True)
class LieuLu:
    """What pages of one place need of it. `heritier`: the place that took its records over, when it was merged."""

    id: int
    public_id: str
    nom: str
    statut: Statut
    commune_code: str | None
    provenance: Mapping[str, Mapping[str, object]]
    heritier: str | None
    echelle: Echelle

    @property
    def est_cache(self) -> bool:
        """Whether the public may not see it: hidden, and for another reason than having been merged."""
        return self.statut is Statut.MASQUE and self.heritier is None


@dataclass(frozen=True, slots=True)
class AutreLieu:
    """Another place that records came from or went to."""

    public_id: str
    nom: str


@dataclass(frozen=True, slots=True)
class Mouvement:
    """Records that an act brought to the place, or took away; `est_vide`: it has none left."""

    venues_de: tuple[AutreLieu, ...]
    parties_vers: tuple[AutreLieu, ...]
    est_vide: bool


@dataclass(frozen=True, slots=True)
class VersionLue:
    """A version with the act that made it.

    `proposition`: the contribution, with `action` and `acteur`, what was done with it and by whom; `execution`: the run
    of an import; `caches`: fields whose values are not shown; `opposes`: those whose former values are not.
    """

    version: Version
    proposition: Rangee | None
    action: str | None
    acteur: str | None
    execution: Rangee | None
    mouvement: Mouvement | None
    caches: frozenset[str]
    opposes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cache:
    """Fields that are hidden in everything said up to an instant."""

    champs: frozenset[str]
    jusqua_at: dt.datetime


def get_lieu(session: Session, public_id: str) -> LieuLu:
    """A place by its public id; raises NotFoundError."""
    rangee = queries.find_lieu(session, public_id)
    if rangee is None:
        raise NotFoundError(_("Ce lieu n’existe pas, ou n’existe plus."))
    statut = Statut(rangee.statut)
    return LieuLu(
        id=rangee.id,
        public_id=rangee.public_id,
        nom=rangee.nom,
        statut=statut,
        commune_code=rangee.commune_code,
        provenance=rangee.provenance,
        heritier=liens.find_heritier(session, public_id) if statut is Statut.MASQUE else None,
        echelle=find_echelle(session, rangee.commune_code),
    )


def list_caches(session: Session, lieu_id: int) -> list[Cache]:
    """What somebody does not want to be shown of a place, neither now nor in its history."""
    demandees = [Cache(frozenset(o.champs), o.demandee_at) for o in queries.list_oppositions(session, lieu_id)]
    publiees = [Cache(frozenset(p.apres), p.recue_at) for p in queries.list_propositions_opposees(session, lieu_id)]
    return [*demandees, *publiees]


def find_caches(caches: Collection[Cache], instant: dt.datetime) -> frozenset[str]:
    """The fields that are hidden in what was said at an instant."""
    return frozenset().union(*(cache.champs for cache in caches if instant <= cache.jusqua_at))


def list_opposes(caches: Collection[Cache]) -> frozenset[str]:
    """All the fields of which somebody does not want something to be shown."""
    return frozenset().union(*(cache.champs for cache in caches))


def list_versions(session: Session, lieu_id: int) -> list[Version]:
    """The versions of a place, the last one first."""
    return historique.list_versions(session, lieu_id)[::-1]


def read_versions(session: Session, lieu_id: int, versions: Sequence[Version]) -> list[VersionLue]:
    """These versions of one place with the acts that made them."""
    noms = {id_ for version in versions if (id_ := _read_proposition(version)) is not None}
    propositions = {p.public_id: p for p in queries.list_propositions(session, noms)} if noms else {}
    actes = (
        {(a.objet, a.fait_at): a for a in queries.list_actes(session, [PREFIXE_PROPOSITION + nom for nom in noms])}
        if noms
        else {}
    )
    runs = {version.execution_id for version in versions if version.execution_id is not None}
    executions = {e.id: e for e in queries.list_executions(session, runs)} if runs else {}
    mouvements = _read_mouvements(session, lieu_id, versions)
    caches = list_caches(session, lieu_id)
    lues = []
    for version in versions:
        nom = _read_proposition(version)
        acte = actes.get((f"{PREFIXE_PROPOSITION}{nom}", version.fait_at))
        lues.append(
            VersionLue(
                version=version,
                proposition=propositions.get(nom) if nom else None,
                action=acte.action if acte else None,
                acteur=acte.acteur if acte else None,
                execution=executions.get(version.execution_id) if version.execution_id else None,
                mouvement=mouvements.get(version.id),
                caches=find_caches(caches, version.fait_at),
                opposes=list_opposes(caches),
            )
        )
    return lues


def _read_proposition(version: Version) -> str | None:
    """The public id of the proposal that made a version, from the reason that its rows give."""
    motif = version.motif or ""
    return motif.removeprefix(PREFIXE_PROPOSITION) if motif.startswith(PREFIXE_PROPOSITION) else None


def _read_mouvements(session: Session, lieu_id: int, versions: Sequence[Version]) -> dict[int, Mouvement]:
    """By version, where records came from and went to: what the other places' history says of the same instant."""
    liees = {
        version.id: (version.fait_at, modification)
        for version in versions
        for modification in version.modifications
        if modification.champ == FICHES
    }
    if not liees:
        return {}
    ids = {numero for _, m in liees.values() for numero in {*(m.avant or ()), *(m.apres or ())}}
    autres = queries.list_mouvements(session, {instant for instant, _ in liees.values()}, ids, sauf=lieu_id)
    mouvements = {}
    for version_id, (instant, modification) in liees.items():
        avant, apres = set(modification.avant or ()), set(modification.apres or ())
        memes = [autre for autre in autres if autre.fait_at == instant]
        mouvements[version_id] = Mouvement(
            venues_de=_list_autres(memes, apres - avant, perdues=True),
            parties_vers=_list_autres(memes, avant - apres, perdues=False),
            est_vide=not apres,
        )
    return mouvements


def _list_autres(rangees: Sequence[Rangee], fiches: set[int], *, perdues: bool) -> tuple[AutreLieu, ...]:
    """The places that lost, or gained, some of these records."""
    autres = []
    for rangee in rangees:
        avant, apres = set(rangee.avant or ()), set(rangee.apres or ())
        if fiches & (avant - apres if perdues else apres - avant):
            autres.append(AutreLieu(rangee.public_id, rangee.nom))
    return tuple(autres)
