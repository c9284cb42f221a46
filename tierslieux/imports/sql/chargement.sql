-- Bulk writes of an import, all within the run's one transaction. `lignes` is a JSON array of rows. Called by
-- imports/chargement.py.

-- name: lock_source
-- One import of a source at a time; the lock falls with the transaction. 7405002 only has to be the same everywhere.
SELECT pg_advisory_xact_lock(7405002, hashtext(:source_id))

-- name: lift_timeout
-- An import lasts longer than a page.
SELECT set_config('statement_timeout', '0', true)

-- name: upsert_source
INSERT INTO source (id, libelle, producteur, licence, url, edition, confiance, est_inventee)
VALUES (:id, :libelle, :producteur, :licence, :url, :edition, :confiance, :est_inventee)
ON CONFLICT (id) DO UPDATE
SET
    libelle = excluded.libelle,
    producteur = excluded.producteur,
    licence = excluded.licence,
    url = excluded.url,
    edition = excluded.edition,
    confiance = excluded.confiance,
    est_inventee = excluded.est_inventee

-- name: list_existantes
SELECT id, identifiant, lieu_id, empreinte, date_maj, disparue_execution_id IS NOT NULL AS est_disparue
FROM fiche_source
WHERE source_id = :source_id

-- name: reserve_lieux
SELECT nextval(pg_get_serial_sequence('lieu', 'id')) AS id FROM generate_series(1, :nombre)

-- name: reserve_fiches
SELECT nextval(pg_get_serial_sequence('fiche_source', 'id')) AS id FROM generate_series(1, :nombre)

-- name: list_public_ids
SELECT public_id FROM lieu WHERE public_id = ANY(:public_ids)

-- name: insert_fiches
INSERT INTO fiche_source (
    id, source_id, identifiant, lieu_id, brut, valeurs, empreinte, date_maj, creee_at, modifiee_at, vue_execution_id
)
SELECT
    n.id, :source_id, n.identifiant, n.lieu_id, n.brut, n.valeurs, n.empreinte, n.date_maj, :now, :now, :execution_id
FROM jsonb_to_recordset(CAST(:lignes AS jsonb)) AS n (
    id bigint, identifiant text, lieu_id bigint, brut jsonb, valeurs jsonb, empreinte text, date_maj date
)

-- name: update_fiches
UPDATE fiche_source
SET brut = n.brut, valeurs = n.valeurs, empreinte = n.empreinte, date_maj = n.date_maj, modifiee_at = :now
FROM jsonb_to_recordset(CAST(:lignes AS jsonb)) AS n (
    id bigint, brut jsonb, valeurs jsonb, empreinte text, date_maj date
)
WHERE fiche_source.id = n.id

-- name: update_dates
-- Records that say the same as before, at a later date.
UPDATE fiche_source
SET date_maj = n.date_maj
FROM jsonb_to_recordset(CAST(:lignes AS jsonb)) AS n (id bigint, date_maj date)
WHERE fiche_source.id = n.id

-- name: mark_vues
UPDATE fiche_source
SET vue_execution_id = :execution_id, disparue_execution_id = NULL
WHERE id = ANY(:ids)

-- name: mark_disparues
UPDATE fiche_source
SET disparue_execution_id = :execution_id
WHERE id = ANY(:ids) AND disparue_execution_id IS NULL

-- name: insert_rejets
INSERT INTO rejet (execution_id, ligne, code, champ, valeur, brut)
SELECT :execution_id, n.ligne, n.code, n.champ, n.valeur, n.brut
FROM jsonb_to_recordset(CAST(:lignes AS jsonb)) AS n (
    ligne integer, code text, champ text, valeur text, brut jsonb
)

-- name: list_lieux_de_source
-- Places that a source speaks of, alone or with others.
SELECT DISTINCT lieu_id FROM fiche_source WHERE source_id = :source_id

-- name: analyze
ANALYZE lieu, fiche_source, changement, grappe
