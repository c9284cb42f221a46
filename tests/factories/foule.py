"""Enough rows for the planner to choose as it does in production: with a handful, reading everything is cheapest."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.lieux import make_source

_LIEUX = text("""
    INSERT INTO lieu (public_id, nom, genres, besoins, est_aide, est_tiers_lieu, geom, provenance)
    SELECT
        'foule' || rang, 'Lieu ' || rang, ARRAY['france-services'], ARRAY['demarche'], rang % 2 = 0, false,
        ST_SetSRID(ST_MakePoint(-5 + random() * 13, 42 + random() * 9), 4326), '{"nom": {"source": "essai"}}'
    FROM generate_series(1, :nombre) AS rang
""")

_COMMUNES = text("""
    INSERT INTO territoire (niveau, code, nom, nom_tri, population, contour, centre)
    SELECT 'commune', 'F' || rang, 'Commune ' || rang, 'Commune ' || rang, rang, ST_Multi(ST_Expand(point, 0.05)), point
    FROM (
        SELECT rang, ST_SetSRID(ST_MakePoint(-5 + rang % 100 * 0.13, 42 + rang / 100 * 0.1), 4326) AS point
        FROM generate_series(1, :nombre) AS rang
    ) AS grille
""")


def make_communes(session: Session, nombre: int = 8_000) -> None:
    """Communes in rows all over the country, and what the planner knows of them."""
    session.execute(_COMMUNES, {"nombre": nombre})
    session.execute(text("ANALYZE territoire"))


def make_foule(session: Session, nombre: int = 20_000) -> None:
    """Places all over the country, half of them candidate sites, and what the planner knows of them."""
    make_source(session)
    session.execute(_LIEUX, {"nombre": nombre})
    session.execute(text("ANALYZE lieu"))
