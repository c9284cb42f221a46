-- Bulk writes of an import, all within the run's one transaction. `lignes` is a JSON array of rows. Called by
-- imports/chargement.py.

-- name: lock_source
-- One import of a source at a time; the lock falls with the transaction. 7405002 only has to be the same everywhere.
SELECT pg_advisory_xact_lock(7405002, hashtext(:source_id))

-- name: lift_timeout
-- An import lasts longer than a page.
SELECT set_config('statement_timeout', '0', true)

-- name: upsert_source
-- What a person declared on the page (`correspondance`) is left as it is.
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
-- `absente_de` is the digest of the first file that did not hold the record any more.
SELECT
    f.id, f.identifiant, f.lieu_id, f.empreinte, f.date_maj, f.disparue_execution_id IS NOT NULL AS est_disparue,
    f.retiree_at IS NOT NULL AS est_retiree, e.sha256 AS absente_de
FROM fiche_source AS f
LEFT JOIN execution AS e ON e.id = f.disparue_execution_id
WHERE f.source_id = :source_id

-- name: list_orphelins
-- Places that no publisher speaks of any more, since the run that opened them was undone; not those that a person has
-- hidden.
SELECT l.id, l.public_id
FROM lieu AS l
WHERE
    l.public_id = ANY(:public_ids) AND l.statut = 'masque'
    AND NOT EXISTS (
        SELECT 1
        FROM fiche_source AS f
        JOIN source AS s ON s.id = f.source_id
        WHERE f.lieu_id = l.id AND s.nature = 'flux'
    )
    AND (
        SELECT c.execution_id
        FROM changement AS c
        WHERE c.lieu_id = l.id AND c.champ = 'statut'
        ORDER BY c.id DESC
        LIMIT 1
    ) IS NOT NULL

-- name: keep_avant
-- Fiches as they are before a run changes them. The link to the place is not kept: linking is people's work, not a run's.
INSERT INTO fiche_avant (execution_id, fiche_id, etat)
SELECT
    :execution_id, id,
    jsonb_build_object(
        'brut', brut, 'valeurs', valeurs, 'empreinte', empreinte, 'date_maj', date_maj, 'modifiee_at', modifiee_at,
        'vue_execution_id', vue_execution_id, 'disparue_execution_id', disparue_execution_id, 'retiree_at', retiree_at
    )
FROM fiche_source
WHERE id = ANY(:ids)
ORDER BY id

-- name: keep_nouvelles
INSERT INTO fiche_avant (execution_id, fiche_id) SELECT :execution_id, unnest(CAST(:ids AS bigint []))

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
SET vue_execution_id = :execution_id, disparue_execution_id = NULL, retiree_at = NULL
WHERE id = ANY(:ids)

-- name: mark_disparues
UPDATE fiche_source
SET disparue_execution_id = :execution_id
WHERE id = ANY(:ids) AND disparue_execution_id IS NULL

-- name: withdraw_fiches
UPDATE fiche_source SET retiree_at = :now WHERE id = ANY(:ids) AND retiree_at IS NULL

-- name: list_valeurs
SELECT id, valeurs FROM fiche_source WHERE id = ANY(:ids)

-- name: list_disparues
-- Fiches that the last file of their source did not hold and that still speak.
SELECT id, lieu_id
FROM fiche_source
WHERE source_id = :source_id AND disparue_execution_id IS NOT NULL AND retiree_at IS NULL

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
