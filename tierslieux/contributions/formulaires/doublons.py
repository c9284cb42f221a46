"""The known places that a form may be describing: same name near by, same address, same phone."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from tierslieux.contributions.formulaires import queries
from tierslieux.contributions.formulaires.localisation import measure
from tierslieux.contributions.formulaires.ressemblances import (
    RESSEMBLANCES_MAX,
    VOISIN_M,
    Candidat,
    Description,
    Ressemblance,
    compare,
    rank,
)
from tierslieux.core.db import Rangee
from tierslieux.core.types import Position
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.params import Criteres
from tierslieux.lieux.services import LieuResume, list_proches

VOISINS_MAX = 40


def list_ressemblances(
    session: Session,
    description: Description,
    *,
    commune_code: str | None,
    position: Position | None,
    now: dt.datetime,
    sauf: str | None = None,
) -> list[Ressemblance]:
    """Places that look like the one that is described, likeliest first; `sauf`: the public id of the place itself."""
    candidats: dict[str, Candidat] = {}
    if description.telephone:
        for rangee in session.execute(queries.list_telephone_stmt(description.telephone, RESSEMBLANCES_MAX)):
            candidats[rangee.public_id] = _build(rangee, position, est_meme_commune=False)
    if position is not None:
        proches = list_proches(
            session, position, Criteres(candidats=True), now=now, limite=VOISINS_MAX, rayon_m=VOISIN_M
        )
        candidats |= {lieu.public_id: _build_proche(lieu, commune_code) for lieu in proches.lieux}
    if commune_code is not None:
        codes = session.scalars(queries.list_codes_stmt(commune_code)).all()
        for rangee in session.execute(queries.list_de_commune_stmt(codes)):
            candidats[rangee.public_id] = _build(rangee, position, est_meme_commune=True)
    trouvees = [compare(description, candidat) for public_id, candidat in candidats.items() if public_id != sauf]
    return rank([ressemblance for ressemblance in trouvees if ressemblance is not None])


def _build(rangee: Rangee, position: Position | None, *, est_meme_commune: bool) -> Candidat:
    distance_m = None
    if position is not None and rangee.lon is not None:
        distance_m = measure(position, Position(rangee.lon, rangee.lat))
    return Candidat(
        rangee.public_id,
        rangee.nom,
        rangee.adresse,
        rangee.commune_nom,
        rangee.telephone,
        tuple(rangee.genres),
        rangee.statut == Statut.FERME,
        est_meme_commune,
        distance_m,
    )


def _build_proche(lieu: LieuResume, commune_code: str | None) -> Candidat:
    return Candidat(
        lieu.public_id,
        lieu.nom,
        lieu.adresse,
        lieu.commune_nom,
        lieu.telephone,
        tuple(lieu.genres),
        est_ferme=False,
        est_meme_commune=lieu.commune_code is not None and lieu.commune_code == commune_code,
        distance_m=lieu.distance_m,
    )
