"""Every published place of a selection, read as a stream: what exports are made of.

The caller opens the transaction (REPEATABLE READ, read only), so that counts and rows speak of one same base.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, cast, func, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from tierslieux.core.db import Rangee, Stmt
from tierslieux.lieux import queries
from tierslieux.lieux.models import Changement, Execution, FicheSource, Lieu, Source
from tierslieux.lieux.params import Criteres
from tierslieux.lieux.resolution import CHAMPS_CUMULES, CHAMPS_LISTES, CHAMPS_LISTES_LIBRES
from tierslieux.territoires.enums import Niveau

# Rows in memory at once: large enough for the round trips not to count, a few megabytes.
LOT = 2_000
# Between the items of a list: a control character, which no value holds ("unit separator").
SEPARATEUR = "\x1f"

_LIEU = Lieu.__table__.c
_FICHE = FicheSource.__table__.c
_DITE = FicheSource.__table__.alias("dite").c


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of the base: filters of the site, a territory, words of the name, a source that speaks of the place.

    `criteres.quand` is not looked at: a file outlives the hour.
    """

    criteres: Criteres = field(default_factory=Criteres)
    niveau: Niveau = Niveau.FRANCE
    code: str | None = None
    texte: str | None = None
    source_id: str | None = None


class LieuPublie(NamedTuple):
    """Everything published of a place. Degrees are EPSG:4326.

    Lists are texts parted by SEPARATEUR, empty when there is nothing (`split_liste`): a tuple of texts is read four
    times faster than lists. `dates` is a JSON array of the dates in the provenance, null where there is none;
    `mentions` says, for each fiche that speaks of the place, its source and its date: "france-services 2024-08-01".
    """

    public_id: str
    nom: str
    horaires: str | None
    telephone: str | None
    courriel: str | None
    site_web: str | None
    prise_rdv: str | None
    adresse: str | None
    complement_adresse: str | None
    code_postal: str | None
    commune_code: str | None
    commune_nom: str | None
    lon: float | None
    lat: float | None
    precision: str | None
    itinerant: bool | None
    accessible: bool | None
    presentation: str | None
    presentation_detail: str | None
    structure_parente: str | None
    fiche_acces_libre: str | None
    pivot: str | None
    publics: str
    prises_en_charge: str
    frais: str
    modalites_acces: str
    accompagnements: str
    formations_labels: str
    typologies: str
    autres_formations_labels: str
    autres_telephones: str
    autres_courriels: str
    autres_sites_web: str
    genres: str
    services: str
    programmes: str
    dates: str
    mentions: str


def split_liste(texte: str) -> list[str]:
    """The items of a list of LieuPublie."""
    return texte.split(SEPARATEUR) if texte else []


_LISTES = frozenset((*CHAMPS_LISTES, *CHAMPS_LISTES_LIBRES, *CHAMPS_CUMULES))
_MENTIONS = (
    select(func.concat_ws(" ", _FICHE.source_id, cast(_FICHE.date_maj, Text)))
    .where(_FICHE.lieu_id == _LIEU.id, _FICHE.retiree_at.is_(None))
    .correlate(Lieu.__table__)
    .scalar_subquery()
)
_CALCULEES: Mapping[str, ColumnElement[Any]] = {
    "lon": func.ST_X(_LIEU.geom),
    "lat": func.ST_Y(_LIEU.geom),
    "dates": cast(func.jsonb_path_query_array(_LIEU.provenance, cast("$.*.date", JSONPATH)), Text),
    "mentions": func.array_to_string(func.array(_MENTIONS), SEPARATEUR),
}


def _build_colonne(champ: str) -> ColumnElement[Any]:
    if champ in _CALCULEES:
        return _CALCULEES[champ]
    return func.array_to_string(_LIEU[champ], SEPARATEUR) if champ in _LISTES else _LIEU[champ]


_COLONNES = tuple(_build_colonne(champ).label(champ) for champ in LieuPublie._fields)


def build_filtres(selection: Selection) -> list[ColumnElement[bool]]:
    """Conditions of the selection on `lieu`."""
    filtres = queries.build_filtres(selection.criteres)
    if selection.code is not None:
        filtres += queries.build_filtre_territoire(selection.niveau, selection.code)
    if selection.texte and (mots := queries.build_tsquery(selection.texte)):
        filtres.append(_LIEU.recherche.bool_op("@@")(func.to_tsquery("simple", func.sans_accent(mots))))
    if selection.source_id is not None:
        dites = select(_DITE.lieu_id).where(_DITE.source_id == selection.source_id, _DITE.retiree_at.is_(None))
        filtres.append(_LIEU.id.in_(dites))
    return filtres


def stream_stmt(selection: Selection) -> Stmt:
    """The places of the selection by private id; the columns of LieuPublie."""
    return select(*_COLONNES).where(*build_filtres(selection)).order_by(_LIEU.id)


def stream_lieux(session: Session, selection: Selection, *, lot: int = LOT) -> Iterator[list[LieuPublie]]:
    """The places of the selection in lists of `lot`, read by a cursor of the server: memory does not grow with them.

    Close it before the session when it is not read to its end.
    """
    options = {"stream_results": True, "yield_per": lot}
    with session.execute(stream_stmt(selection), execution_options=options) as resultat:
        for partition in resultat.partitions(lot):
            yield [LieuPublie._make(rangee) for rangee in partition]


@lru_cache(maxsize=4096)
def find_date(dates: str) -> str | None:
    """The latest of `LieuPublie.dates`, as 2024-08-01; None when none is known."""
    return max((date for date in json.loads(dates) if date), default=None)


# What the national standard requires of a place, beyond its identifier and its pivot; `diffusion/exports/mediation.py`
# says which is missing.
_EST_COMPLET = and_(
    _LIEU.nom != "",
    _LIEU.commune_nom != "",
    _LIEU.adresse != "",
    _LIEU.code_postal.regexp_match("^[0-9]{5}$"),
    func.jsonb_path_exists(_LIEU.provenance, cast("$.*.date ? (@ != null)", JSONPATH)),
)


@dataclass(frozen=True, slots=True)
class Compte:
    """How many places a selection holds, and how many of them have all that the national standard requires."""

    lieux: int
    complets: int


def count_lieux(session: Session, selection: Selection) -> Compte:
    """Count the places of the selection."""
    stmt = select(func.count(), func.count().filter(_EST_COMPLET)).where(*build_filtres(selection))
    return Compte(*session.execute(stmt.select_from(Lieu)).one())


def list_sources(session: Session, selection: Selection) -> list[Rangee]:
    """The sources that speak of a place of the selection, by id; the columns of `Source`."""
    citees = (
        select(FicheSource.source_id)
        .join(Lieu, Lieu.id == FicheSource.lieu_id)
        .where(FicheSource.retiree_at.is_(None), *build_filtres(selection))
    )
    stmt = select(*Source.__table__.c).where(Source.id.in_(citees)).order_by(Source.id)
    return list(session.execute(stmt).all())


@dataclass(frozen=True, slots=True)
class Version:
    """Which state of the base this is: `cle` changes with any published value, `date` is that of the last change."""

    cle: str
    modifiee_at: dt.datetime | None


def read_version(session: Session) -> Version:
    """The state of the base, read from the ends of its journals: no place is looked at."""
    runs = select(func.max(Execution.id), func.max(Execution.debut_at), func.max(Execution.annulee_at))
    dernier = select(Changement.id, Changement.fait_at).order_by(Changement.id.desc()).limit(1)
    execution_id, debut_at, annulee_at = session.execute(runs).one()
    changement = session.execute(dernier).one_or_none()
    lieu_id = session.scalar(select(func.max(Lieu.id)))
    instants = [instant for instant in (debut_at, annulee_at, changement and changement.fait_at) if instant]
    cle = f"{execution_id}-{annulee_at}-{changement and changement.id}-{lieu_id}"
    return Version(cle, max(instants, default=None))
