"""Tables of places. A place is a cluster of source records: everything else follows from that sentence."""

from __future__ import annotations

import datetime as dt
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tierslieux.core.db import Base, Instant
from tierslieux.core.geo import SRID_WGS84


class Source(Base):
    """Who says something of places: a publisher's file, or people (contributions/sources.py).

    Rows follow the register of sources in imports/registre.py, or were declared on the page of imports: then
    `correspondance` holds the same declaration as a file source.toml. `confiance` is the trust rank: the higher wins.
    `nature`: enums.NatureSource.
    """

    __tablename__ = "source"
    __table_args__ = (CheckConstraint("nature IN ('flux', 'contribution', 'confirmation')", name="nature"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    libelle: Mapped[str]
    producteur: Mapped[str]
    licence: Mapped[str]
    url: Mapped[str | None]
    edition: Mapped[str]
    confiance: Mapped[int] = mapped_column(SmallInteger)
    est_inventee: Mapped[bool] = mapped_column(server_default=text("false"))
    nature: Mapped[str] = mapped_column(server_default=text("'flux'"))
    correspondance: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class Execution(Base):
    """One run of an import. read = created + updated + unchanged + merged + rejected, always.

    `reconnu` says how the file was recognised (format, encoding, separator, projection…) and `colonnes` which columns
    it had, so that the next run can tell a drift. `retirees` counts the fiches withdrawn at their second absence. A run
    that was undone keeps its figures and says when, by `annulee_at`.
    """

    __tablename__ = "execution"
    __table_args__ = (
        CheckConstraint("lues = creees + modifiees + inchangees + fusionnees + rejetees", name="total"),
        CheckConstraint("statut IN ('reussie', 'refusee', 'echouee')", name="statut"),
        Index("ix_execution_source_id", "source_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    statut: Mapped[str]
    message: Mapped[str | None]
    origine: Mapped[str]
    sha256: Mapped[str | None]
    octets: Mapped[int | None] = mapped_column(BigInteger)
    debut_at: Mapped[Instant]
    duree_s: Mapped[float]
    lues: Mapped[int] = mapped_column(server_default=text("0"))
    creees: Mapped[int] = mapped_column(server_default=text("0"))
    modifiees: Mapped[int] = mapped_column(server_default=text("0"))
    inchangees: Mapped[int] = mapped_column(server_default=text("0"))
    fusionnees: Mapped[int] = mapped_column(server_default=text("0"))
    rejetees: Mapped[int] = mapped_column(server_default=text("0"))
    disparues: Mapped[int] = mapped_column(server_default=text("0"))
    retirees: Mapped[int] = mapped_column(server_default=text("0"))
    rejets_par_code: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'"))
    reconnu: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    colonnes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    annulee_at: Mapped[Instant | None]


class Rejet(Base):
    """A row that an import could not take, kept whole, with the code, the field and the value that say why."""

    __tablename__ = "rejet"
    __table_args__ = (Index("ix_rejet_execution_id", "execution_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    execution_id: Mapped[int] = mapped_column(ForeignKey("execution.id", ondelete="CASCADE"))
    ligne: Mapped[int]
    code: Mapped[str]
    champ: Mapped[str | None]
    valeur: Mapped[str | None]
    brut: Mapped[dict[str, Any]] = mapped_column(JSONB)


class FicheSource(Base):
    """What one source says of one place. Never merged with another source's, never overwritten by it.

    `brut` is the publisher's record, whole but for the columns that name persons; `valeurs` are its cleaned values by
    field (see resolution.CHAMPS); `empreinte` is a digest of both. `date_maj` is the date that the source gives to what
    it says; `vue_execution_id` is the last run whose file held the record, and `disparue_execution_id` the first whose
    file did not, until it comes back. `retiree_at` is when it stopped speaking: absent from a second edition, or its
    disappearance confirmed by a person, or undone when it is a person's. Linking a fiche to another lieu is how two
    places are merged. People's fiches alone have `acceptee_at` and `retraits` (resolution.Fiche).
    """

    __tablename__ = "fiche_source"
    __table_args__ = (
        UniqueConstraint("source_id", "identifiant"),
        Index("ix_fiche_source_lieu_id", "lieu_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    identifiant: Mapped[str]
    lieu_id: Mapped[int] = mapped_column(ForeignKey("lieu.id"))
    brut: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True)
    valeurs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    empreinte: Mapped[str]
    date_maj: Mapped[dt.date | None]
    creee_at: Mapped[Instant]
    modifiee_at: Mapped[Instant]
    vue_execution_id: Mapped[int | None] = mapped_column(ForeignKey("execution.id"))
    disparue_execution_id: Mapped[int | None] = mapped_column(ForeignKey("execution.id"))
    retiree_at: Mapped[Instant | None]
    acceptee_at: Mapped[Instant | None]
    retraits: Mapped[dict[str, list[str]]] = mapped_column(JSONB, server_default=text("'{}'"))

    source: Mapped[Source] = relationship(lazy="raise")


class FicheAvant(Base):
    """A fiche as it was before a run changed it, so that the run can be undone; `etat` is None when the run created it.

    `etat` maps columns of `fiche_source` to their values.
    """

    __tablename__ = "fiche_avant"
    __table_args__ = (Index("ix_fiche_avant_execution_id", "execution_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    execution_id: Mapped[int] = mapped_column(ForeignKey("execution.id", ondelete="CASCADE"))
    fiche_id: Mapped[int] = mapped_column(BigInteger)
    etat: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class Paire(Base):
    """Two fiches of two places that may be the same one: the queue that a person reviews.

    `parts` maps each feature to what it adds to `score` (log-odds), so that the score explains itself. The smaller id
    comes first.
    """

    __tablename__ = "paire"
    __table_args__ = (
        UniqueConstraint("fiche_a_id", "fiche_b_id"),
        CheckConstraint("fiche_a_id < fiche_b_id", name="ordre"),
        CheckConstraint("bande IN ('meme', 'a-revoir')", name="bande"),
        Index("ix_paire_fiche_b_id", "fiche_b_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    fiche_a_id: Mapped[int] = mapped_column(ForeignKey("fiche_source.id", ondelete="CASCADE"))
    fiche_b_id: Mapped[int] = mapped_column(ForeignKey("fiche_source.id", ondelete="CASCADE"))
    bande: Mapped[str]
    score: Mapped[float]
    parts: Mapped[dict[str, float]] = mapped_column(JSONB)
    vue_at: Mapped[Instant]


class DecisionPaire(Base):
    """What a person decided of two records: the same place, or not. The last decision on a pair holds.

    Records are named as their sources name them, so that the decision survives any later import. The pair is ordered:
    (source_a, identifiant_a) < (source_b, identifiant_b).
    """

    __tablename__ = "decision_paire"
    __table_args__ = (
        CheckConstraint(
            '(source_a COLLATE "C", identifiant_a COLLATE "C") < (source_b COLLATE "C", identifiant_b COLLATE "C")',
            name="ordre",
        ),
        CheckConstraint("decision IN ('meme', 'different')", name="decision"),
        Index("ix_decision_paire_a", "source_a", "identifiant_a"),
        Index("ix_decision_paire_b", "source_b", "identifiant_b"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    source_a: Mapped[str] = mapped_column(ForeignKey("source.id"))
    identifiant_a: Mapped[str]
    source_b: Mapped[str] = mapped_column(ForeignKey("source.id"))
    identifiant_b: Mapped[str]
    decision: Mapped[str]
    auteur: Mapped[str | None]
    motif: Mapped[str | None]
    fait_at: Mapped[Instant]


class Lieu(Base):
    """A place as it is published: values resolved field by field from its fiches, with where each comes from.

    `evenements`: what happens there besides its hours, as contributions/evenements writes it.
    `public_id` is the stable id of URLs, drawn from the first fiche so that a database rebuilt from the same sources
    gives the same addresses. `provenance` maps each published field to {"fiches": [ids], "source": id, "date": date}.
    `besoins`, `est_aide` and `est_tiers_lieu` follow from kinds and services (enums.py); a place with neither is a
    candidate site: a building that could open, not help.
    """

    __tablename__ = "lieu"
    __table_args__ = (
        UniqueConstraint("public_id"),
        CheckConstraint("statut IN ('publie', 'masque', 'ferme')", name="statut"),
        Index(
            "ix_lieu_geom",
            "geom",
            postgresql_using="gist",
            postgresql_where=text("statut = 'publie'"),
        ),
        # Nearest offers in metres: the filter on kinds is applied while the index walks outwards, so the index holds
        # only what a resident is shown by default; candidate sites have their own.
        Index(
            "ix_lieu_position_offre",
            literal_column("(geom::geography)"),
            postgresql_using="gist",
            postgresql_where=text("statut = 'publie' AND (est_aide OR est_tiers_lieu)"),
        ),
        Index(
            "ix_lieu_position",
            literal_column("(geom::geography)"),
            postgresql_using="gist",
            postgresql_where=text("statut = 'publie'"),
        ),
        Index("ix_lieu_commune_code", "commune_code"),
        Index("ix_lieu_recherche", "recherche", postgresql_using="gin"),
        Index(
            "ix_lieu_nom_cle",
            "nom_cle",
            postgresql_using="gist",
            postgresql_ops={"nom_cle": "gist_trgm_ops"},
        ),
        # What the agenda reads, in a box or in the whole country: places that have events, and those that travel.
        Index(
            "ix_lieu_agenda",
            "geom",
            postgresql_using="gist",
            postgresql_where=text("statut = 'publie' AND (evenements <> '[]'::jsonb OR itinerant)"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    public_id: Mapped[str]
    statut: Mapped[str] = mapped_column(server_default=text("'publie'"))
    nom: Mapped[str]
    genres: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    services: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    publics: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    prises_en_charge: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    frais: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    modalites_acces: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    accompagnements: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    programmes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    besoins: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    est_aide: Mapped[bool]
    est_tiers_lieu: Mapped[bool]
    horaires: Mapped[str | None]
    telephone: Mapped[str | None]
    courriel: Mapped[str | None]
    site_web: Mapped[str | None]
    prise_rdv: Mapped[str | None]
    adresse: Mapped[str | None]
    complement_adresse: Mapped[str | None]
    code_postal: Mapped[str | None]
    commune_code: Mapped[str | None]
    commune_nom: Mapped[str | None]
    itinerant: Mapped[bool | None]
    accessible: Mapped[bool | None]
    presentation: Mapped[str | None]
    presentation_detail: Mapped[str | None]
    structure_parente: Mapped[str | None]
    fiche_acces_libre: Mapped[str | None]
    formations_labels: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    typologies: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    autres_formations_labels: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    autres_telephones: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    autres_courriels: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    autres_sites_web: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    evenements: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    pivot: Mapped[str | None]
    precision: Mapped[str | None]
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=SRID_WGS84, spatial_index=False))
    provenance: Mapped[dict[str, Any]] = mapped_column(JSONB)
    nom_cle: Mapped[str] = mapped_column(Computed("sans_accent(nom)", persisted=True), deferred=True)
    recherche: Mapped[Any] = mapped_column(
        TSVECTOR, Computed("to_tsvector('simple'::regconfig, sans_accent(nom))", persisted=True), deferred=True
    )


class Changement(Base):
    """One change of one published value: append-only (a trigger refuses to rewrite it), never resolved away.

    The creation of a place is one row whose `champ` is None and whose `apres` holds all its values; replaying a place's
    rows in order gives its present values. Who did it is a run or, later, an author.
    """

    __tablename__ = "changement"
    __table_args__ = (
        Index("ix_changement_lieu_id", "lieu_id", "id"),
        # What one act moved from a place to another: rows of one instant.
        Index("ix_changement_fiches", "fait_at", postgresql_where=text("champ = 'fiches'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    lieu_id: Mapped[int] = mapped_column(ForeignKey("lieu.id"))
    champ: Mapped[str | None]
    avant: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    apres: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    execution_id: Mapped[int | None] = mapped_column(ForeignKey("execution.id"))
    auteur: Mapped[str | None]
    motif: Mapped[str | None]
    fait_at: Mapped[Instant]


class RechercheVaine(Base):
    """How many searches found nothing near, by commune, month (its first day) and need: nothing says who searched.

    `commune_code` may be that of an arrondissement. `besoin` is the code of a need, a kind of place or a service, ""
    for any place. No constraint on communes: counts outlive an edition of the territories.
    """

    __tablename__ = "recherche_vaine"

    commune_code: Mapped[str] = mapped_column(primary_key=True)
    mois: Mapped[dt.date] = mapped_column(primary_key=True)
    besoin: Mapped[str] = mapped_column(primary_key=True)
    nombre: Mapped[int]
