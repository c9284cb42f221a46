"""The queue is read by its indexes, whatever it holds."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from tests.factories.territoires import make_bretagne
from tierslieux.contributions.moderation import queries
from tierslieux.contributions.moderation.enums import Vue
from tierslieux.contributions.moderation.params import Filtres
from tierslieux.core.db import Stmt
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

FRANCE = [(Niveau.FRANCE, CODE_FRANCE)]
FINISTERE = [(Niveau.DEPARTEMENT, "29")]
# One in a hundred waits, of which one in five stands in the département.
REMPLIR = """
INSERT INTO proposition (
    public_id, demarche, statut, voie, version, nom, commune_code, avant, apres, auteur, score, parts, recue_at,
    decidee_at
)
SELECT
    'p' || n, 'correction', CASE WHEN n % 100 = 0 THEN 'en-attente' ELSE 'acceptee' END, 'formulaire', 0, 'Lieu',
    CASE WHEN n % 500 = 0 THEN '29019' ELSE '75056' END, '{}', '{}', 'habitant-' || n, 0.5, '{}',
    now() - n * interval '1 minute', now() - n * interval '1 minute'
FROM generate_series(1, 8000) AS n
"""


@pytest.fixture
def remplie(session: Session) -> Session:
    """Eight thousand proposals."""
    make_bretagne(session)
    session.execute(text(REMPLIR))
    session.execute(text("ANALYZE proposition, territoire"))
    return session


def explain(session: Session, stmt: Stmt) -> str:
    ordre = stmt.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    return "\n".join(session.scalars(text(f"EXPLAIN {ordre}".replace(":", r"\:"))))


def test_the_queue_of_the_country_is_read_in_its_order(remplie: Session) -> None:
    for apres in (None, 4_000):
        plan = explain(remplie, queries.list_file_stmt(Filtres(apres=apres), FRANCE, FRANCE, limite=21))
        assert "ix_proposition_statut" in plan
        assert "Seq Scan on proposition" not in plan
        assert "Sort" not in plan


def test_the_queue_of_a_territory_is_read_by_its_communes(remplie: Session) -> None:
    plan = explain(remplie, queries.list_file_stmt(Filtres(), FINISTERE, FINISTERE, limite=21))
    assert "ix_proposition_commune_code" in plan or "ix_proposition_statut" in plan
    assert "Seq Scan on proposition" not in plan
    lignes = remplie.execute(queries.list_file_stmt(Filtres(), FINISTERE, FINISTERE, limite=21)).all()
    assert {ligne.commune for ligne in lignes} == {"Brest"}
    assert len(lignes) == 16


def test_what_was_decided_last_is_read_by_its_date(remplie: Session) -> None:
    filtres = Filtres(vue=Vue.DECIDEES)
    plan = explain(remplie, queries.list_decidees_stmt(filtres, FRANCE, FRANCE, limite=50))
    assert "ix_proposition_decidee_at" in plan
    assert "Seq Scan on proposition" not in plan
