"""Tables of coverage: where people live, which places count, and what follows by commune and by wider territory."""

from __future__ import annotations

from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import CheckConstraint, Double, Identity, Index, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tierslieux.core.db import Base, Instant
from tierslieux.core.geo import SRID_WGS84


class PointHabite(Base):
    """A point where a part of the people of a commune is taken to live; the parts of a commune add up to 1.

    `origine`: the town hall, the middle of a commune without one, a point spread over the surface of a large commune,
    or an inhabited 200 m cell of INSEE's grid. Paris, Lyon and Marseille have points in each arrondissement.
    """

    __tablename__ = "point_habite"
    __table_args__ = (
        CheckConstraint("part > 0 AND part <= 1", name="part"),
        CheckConstraint("origine IN ('mairie', 'centre', 'reparti', 'carreau')", name="origine"),
        Index("ix_point_habite_commune_code", "commune_code"),
        Index("ix_point_habite_geom", "geom", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    commune_code: Mapped[str]
    origine: Mapped[str]
    part: Mapped[float]
    geom: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=SRID_WGS84, spatial_index=False))


class LieuCouvert(Base):
    """What the last computation knew of a place; compared with `lieu`, it tells what has changed since.

    `cibles`: values of `enums.Cible` that the place is one of. `heures_semaine`: hours open in an ordinary week, None
    when they are not known.
    """

    __tablename__ = "lieu_couvert"

    lieu_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cibles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    commune_code: Mapped[str | None]
    lon: Mapped[float]
    lat: Mapped[float]
    horaires: Mapped[str | None]
    heures_semaine: Mapped[float | None]
    demandes: Mapped[list[float]] = mapped_column(ARRAY(Double))


class AccesCommune(Base):
    """How far the people of a commune are from one kind of place by one mode. Minutes from door to door.

    `lieu_id` is the place nearest to most of them; `duree_min` and `duree_second_min` are means over people of the time
    to the nearest place and to the second, None when no journey leads to one. `parts_au_dela`: shares (0 to 1) of the
    people beyond each of `enums.SEUILS_MIN`. `heures_semaine`: hours a week open within reach, of all places together.
    `accessibilite`: E2SFCA, hours a week for 1,000 people in need. `portee_m`: straight line, in metres, beyond which a
    place that comes, goes or changes cannot change this row.
    """

    __tablename__ = "acces_commune"
    __table_args__ = (Index("ix_acces_commune_code", "code"),)

    cible: Mapped[str] = mapped_column(primary_key=True)
    mode: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    lieu_id: Mapped[int | None]
    duree_min: Mapped[float | None]
    duree_second_min: Mapped[float | None]
    heures_semaine: Mapped[float | None]
    accessibilite: Mapped[float | None]
    parts_au_dela: Mapped[list[float]] = mapped_column(ARRAY(Double))
    portee_m: Mapped[float | None]


class AccesTerritoire(Base):
    """The sums and means of the communes of an EPCI, a département, a région or France, for one kind and one mode.

    `population` and `besoin` (people in need, None without indicator) with, by threshold, how many of them are beyond;
    `*_bas` and `*_haut` bound the need, which is modelled. `duree_min`, `heures_semaine` and `accessibilite` are means
    over people in need. `gini` of `accessibilite` over people in need; `part_dixieme`: the share of the whole that goes
    to the worst-served tenth of them.
    """

    __tablename__ = "acces_territoire"

    niveau: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    cible: Mapped[str] = mapped_column(primary_key=True)
    mode: Mapped[str] = mapped_column(primary_key=True)
    duree_min: Mapped[float | None]
    heures_semaine: Mapped[float | None]
    accessibilite: Mapped[float | None]
    gini: Mapped[float | None]
    part_dixieme: Mapped[float | None]
    population: Mapped[float]
    population_au_dela: Mapped[list[float]] = mapped_column(ARRAY(Double))
    besoin: Mapped[float | None]
    besoin_bas: Mapped[float | None]
    besoin_haut: Mapped[float | None]
    besoin_au_dela: Mapped[list[float] | None] = mapped_column(ARRAY(Double))
    au_dela_bas: Mapped[list[float] | None] = mapped_column(ARRAY(Double))
    au_dela_haut: Mapped[list[float] | None] = mapped_column(ARRAY(Double))


class EditionCouverture(Base):
    """The computation that stands: one row, written with its results.

    `parametres` is a digest of the declared assumptions and of the indicators that were used: when it differs, all must
    be computed again. `calculee_at`: the last whole computation; `actualisee_at`: the last change of a part.
    """

    __tablename__ = "edition_couverture"
    __table_args__ = (CheckConstraint("id = 1", name="une_seule"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    moteur: Mapped[str]
    parametres: Mapped[str]
    resume: Mapped[dict[str, Any]] = mapped_column(JSONB)
    calculee_at: Mapped[Instant]
    actualisee_at: Mapped[Instant]


class BlocCouverture(Base):
    """The same results as tables of numbers, which a change of one place reads and writes in some milliseconds.

    `nom` ends in "communes" (communes.Communes) or "<cible>/<mode>" (it begins with the format): then each `lot` has
    the rows of some communes, in the order of their codes (volets.Colonnes). Nothing else reads them: `acces_commune`
    says the same.
    """

    __tablename__ = "bloc_couverture"

    nom: Mapped[str] = mapped_column(primary_key=True)
    lot: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    octets: Mapped[bytes] = mapped_column(LargeBinary)
