-- Bulk write of the values of indicators, in one transaction. Shares are 0 to 1; no geometry.
-- Rows are deleted, never truncated: readers go on seeing the edition before until the commit.

-- name: lock
-- Averages of one source are weighted by the values of another: one load of indicators at a time.
SELECT pg_advisory_xact_lock(7405004);

-- name: lift_timeout
-- Pages bound their statements to some seconds; these take longer, and end with the transaction.
SELECT set_config('statement_timeout', '0', true);

-- name: delete_anciennes
-- `indicateurs`, `millesimes`: arrays that go together; `niveaux`: the levels whose values are replaced.
DELETE FROM valeur_indicateur AS v
USING unnest(CAST(:indicateurs AS text []), CAST(:millesimes AS smallint [])) AS paire (indicateur, millesime)
WHERE v.indicateur = paire.indicateur AND v.millesime = paire.millesime AND v.niveau = ANY(CAST(:niveaux AS text []));

-- name: copy_valeurs
-- Straight into the table: through a temporary one, every row would be written twice.
COPY valeur_indicateur (indicateur, millesime, niveau, code, valeur, bas, haut) FROM STDIN

-- name: analyze
ANALYZE valeur_indicateur
