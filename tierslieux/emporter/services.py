"""Which places are carried away: those of a search, of a commune, chosen one by one, of a whole département."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.core.errors import NotFoundError
from tierslieux.core.types import Position
from tierslieux.emporter import queries
from tierslieux.emporter.params import Choix
from tierslieux.lieux import liens
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.params import Criteres
from tierslieux.lieux.services import LieuDetail, LieuResume, get_lieu, list_commune, list_proches, list_territoire
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import find_commune, get_territoire, list_enfants

# A list longer than that is a directory: 200 places fill 30 pages.
LIEUX_MAX = 200
# A commune that has fewer places than that is completed by the nearest ones around it.
LIEUX_MIN = 10
# The département with most offers has 300.
PACK_MAX = 2_000


@dataclass(frozen=True, slots=True)
class ListeCommune:
    """The places of a commune, then those around it; `autres` have their distance from its centre.

    `est_coupee`: the commune has more than LIEUX_MAX places.
    """

    nom: str
    code: str
    lieux: tuple[LieuResume, ...]
    autres: tuple[LieuResume, ...]
    est_coupee: bool


@dataclass(frozen=True, slots=True)
class ChoixLu:
    """The places of a choice: those that exist, in order, and how many references lead nowhere.

    `remplaces` counts the places that were merged into another one, which stands in their stead.
    """

    lieux: tuple[LieuResume, ...]
    fermes: frozenset[str]
    inconnus: tuple[str, ...]
    remplaces: int


def get_lieu_publie(session: Session, public_id: str, *, now: dt.datetime) -> LieuDetail:
    """A place that may be shown, or the one that it was merged into; raises NotFoundError."""
    detail = get_lieu(session, public_id, now=now)
    if detail.statut is not Statut.MASQUE:
        return detail
    heritier = liens.find_heritier(session, public_id)
    if heritier is None:
        raise NotFoundError(lieu=public_id)
    return get_lieu(session, heritier, now=now)


def list_choisis(session: Session, choix: Choix, *, now: dt.datetime) -> ChoixLu:
    """The places that an address names; a reference that leads nowhere is counted, not refused."""
    trouves: dict[str, LieuDetail] = {}
    inconnus: list[str] = []
    remplaces = 0
    for public_id in choix.ids:
        try:
            detail = get_lieu_publie(session, public_id, now=now)
        except NotFoundError:
            inconnus.append(public_id)
            continue
        remplaces += detail.resume.public_id != public_id
        trouves.setdefault(detail.resume.public_id, detail)
    fermes = frozenset(public_id for public_id, detail in trouves.items() if detail.statut is Statut.FERME)
    return ChoixLu(tuple(detail.resume for detail in trouves.values()), fermes, tuple(inconnus), remplaces)


def list_lieux_commune(session: Session, code: str, *, now: dt.datetime) -> ListeCommune:
    """Offers of a commune (of today, or the one that a former code became), and around it; raises NotFoundError."""
    commune = find_commune(session, code)
    if commune is None:
        raise NotFoundError(commune=code)
    detail = get_territoire(session, commune.niveau, commune.code)
    codes = [commune.code, *(e.code for e in list_enfants(session, detail).get(Niveau.ARRONDISSEMENT, ()))]
    lieux = list_commune(session, codes, Criteres(), now=now, limite=LIEUX_MAX + 1)
    autres: Sequence[LieuResume] = ()
    if len(lieux) < LIEUX_MIN and commune.lon is not None and commune.lat is not None:
        position = Position(commune.lon, commune.lat)
        proches = list_proches(session, position, Criteres(), now=now, limite=LIEUX_MIN).lieux
        autres = _exclude(proches, lieux)[: LIEUX_MIN - len(lieux)]
    return ListeCommune(commune.nom, commune.code, tuple(lieux[:LIEUX_MAX]), tuple(autres), len(lieux) > LIEUX_MAX)


def list_departements(session: Session) -> list[tuple[str, str]]:
    """(code, name) of every département, by code."""
    return [(rangee.code, rangee.nom) for rangee in session.execute(queries.list_departements_stmt())]


def list_lieux_departement(session: Session, code: str, *, now: dt.datetime) -> tuple[str, list[LieuResume]]:
    """Name and offers of a département, by commune then by name; raises NotFoundError."""
    nom = get_territoire(session, Niveau.DEPARTEMENT, code).nom
    lieux = list_territoire(session, Niveau.DEPARTEMENT.value, code, Criteres(), now=now, limite=PACK_MAX)
    return nom, sorted(lieux, key=lambda lieu: (lieu.commune_nom or "", lieu.commune_code or "", lieu.nom, lieu.id))


def _exclude(proches: Iterable[LieuResume], connus: Iterable[LieuResume]) -> list[LieuResume]:
    ids = {lieu.id for lieu in connus}
    # Their distances are from the centre of the commune, as the list says.
    return [dataclasses.replace(lieu, trajets=()) for lieu in proches if lieu.id not in ids]
