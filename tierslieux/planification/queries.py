"""Statements of plans: places that are open, buildings that could host one, names and indicators of communes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Text, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from tierslieux.core.db import Stmt
from tierslieux.couverture.models import LieuCouvert
from tierslieux.indicateurs.models import EditionIndicateurs, ValeurIndicateur
from tierslieux.lieux.models import Changement, Lieu
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire

Boite = tuple[float, float, float, float]


def list_ouverts_stmt(cible: str, boite: Boite) -> Stmt:
    """Places of a kind that coverage knows, within a box in degrees: see `_COLONNES`."""
    ouest, sud, est, nord = boite
    return (
        select(*_colonnes(), LieuCouvert.commune_code, LieuCouvert.lon, LieuCouvert.lat, LieuCouvert.horaires)
        .join(Lieu, Lieu.id == LieuCouvert.lieu_id)
        .where(
            LieuCouvert.cibles.contains([cible]),
            LieuCouvert.lon.between(ouest, est),
            LieuCouvert.lat.between(sud, nord),
        )
        .order_by(Lieu.public_id)
    )


def list_candidats_stmt(communes: Collection[str], genres: Collection[str]) -> Stmt:
    """Published places of these kinds that have a position, in these communes; the same columns."""
    return (
        select(
            *_colonnes(),
            Lieu.commune_code,
            func.ST_X(Lieu.geom).label("lon"),
            func.ST_Y(Lieu.geom).label("lat"),
            Lieu.horaires,
        )
        .where(
            Lieu.statut == "publie",
            Lieu.geom.is_not(None),
            _is_parmi(Lieu.commune_code, communes),
            Lieu.genres.overlap(list(genres)),
        )
        .order_by(Lieu.public_id)
    )


def _colonnes() -> tuple[Any, ...]:
    return Lieu.public_id, Lieu.nom, Lieu.genres, Lieu.commune_nom


def _is_parmi(colonne: InstrumentedAttribute[Any], codes: Collection[str]) -> ColumnElement[bool]:
    """One parameter for all the codes: thousands of parameters take longer to send than to answer."""
    return colonne == any_(literal(list(codes), ARRAY(Text)))


def get_marque_stmt() -> Stmt:
    """(last change of a place, last loading of an indicator): grounds that were read before either are old."""
    return select(
        select(func.max(Changement.id)).scalar_subquery(),
        select(func.max(EditionIndicateurs.chargee_at)).scalar_subquery(),
    )


def list_noms_stmt(codes: Collection[str]) -> Stmt:
    """(code, nom) of communes."""
    return select(Territoire.code, Territoire.nom).where(
        Territoire.niveau == Niveau.COMMUNE, _is_parmi(Territoire.code, codes)
    )


def list_valeurs_stmt(indicateur: str, codes: Collection[str]) -> Stmt:
    """(code, valeur, millesime) of communes, of the latest vintage that has communes."""
    dernier = (
        select(func.max(ValeurIndicateur.millesime))
        .where(ValeurIndicateur.indicateur == indicateur, ValeurIndicateur.niveau == Niveau.COMMUNE)
        .scalar_subquery()
    )
    return select(ValeurIndicateur.code, ValeurIndicateur.valeur, ValeurIndicateur.millesime).where(
        ValeurIndicateur.indicateur == indicateur,
        ValeurIndicateur.niveau == Niveau.COMMUNE,
        ValeurIndicateur.millesime == dernier,
        _is_parmi(ValeurIndicateur.code, codes),
    )
