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


def make_foule(session: Session, nombre: int = 20_000) -> None:
    """Places all over the country, half of them candidate sites, and what the planner knows of them."""
    make_source(session)
    session.execute(_LIEUX, {"nombre": nombre})
    session.execute(text("ANALYZE lieu"))
