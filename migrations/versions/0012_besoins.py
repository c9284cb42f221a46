"""The need "work, make or repair with others" becomes three: work, make, repair.

Needs follow from kinds and services, and a place is only published again when a record of it changes: places that are
there already get theirs here. The rule is that of the day of this migration, written out.
"""

from __future__ import annotations

from alembic import op

revision = "0012_besoins"
down_revision = "0011_adresse_geocodee"
branch_labels = None
depends_on = None

# The three come last in the order of needs, so those before them stay as they are.
DECOUPE = """
UPDATE lieu
SET besoins = array_remove(besoins, 'travailler')
    || CASE WHEN genres && ARRAY['tiers-lieu', 'coworking'] THEN ARRAY['travailler'] ELSE ARRAY[]::text [] END
    || CASE
        WHEN services @> ARRAY['loisirs-et-creations-numeriques'] OR genres && ARRAY[
            'fablab', 'atelier-partage', 'living-lab', 'micro-folie', 'tiers-lieu-culturel', 'tiers-lieu-agricole'
        ] THEN ARRAY['fabriquer']
        ELSE ARRAY[]::text []
    END
    || CASE WHEN genres && ARRAY['repair-cafe', 'ressourcerie'] THEN ARRAY['reparer'] ELSE ARRAY[]::text [] END
WHERE besoins @> ARRAY['travailler']
"""

REUNION = """
UPDATE lieu
SET besoins = array_remove(array_remove(array_remove(besoins, 'travailler'), 'fabriquer'), 'reparer')
    || ARRAY['travailler']
WHERE services @> ARRAY['loisirs-et-creations-numeriques'] OR genres && ARRAY[
    'tiers-lieu', 'coworking', 'fablab', 'atelier-partage', 'living-lab', 'tiers-lieu-culturel', 'tiers-lieu-agricole',
    'repair-cafe', 'ressourcerie', 'cafe-associatif', 'micro-folie'
]
"""

# Clusters of the map are counted by need.
COMPTE = "REFRESH MATERIALIZED VIEW grappe"


def upgrade() -> None:
    op.execute(DECOUPE)
    op.execute(COMPTE)


def downgrade() -> None:
    op.execute(REUNION)
    op.execute(COMPTE)
