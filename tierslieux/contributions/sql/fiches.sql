-- Records that people's contributions become. Called by contributions/sources.py, fiches.py and desaccords.py.

-- name: ensure_source
INSERT INTO source (id, libelle, producteur, licence, url, edition, confiance, nature)
VALUES (:id, :libelle, :producteur, :licence, NULL, 'au fil de l’eau', :confiance, :nature)
ON CONFLICT (id) DO NOTHING

-- name: reserve
SELECT
    nextval(pg_get_serial_sequence('lieu', 'id')) AS lieu_id,
    nextval(pg_get_serial_sequence('fiche_source', 'id')) AS fiche_id

-- name: reserve_fiche
SELECT nextval(pg_get_serial_sequence('fiche_source', 'id')) AS fiche_id

-- name: insert_fiche
INSERT INTO fiche_source (
    id, source_id, identifiant, lieu_id, brut, valeurs, retraits, empreinte, date_maj, creee_at, modifiee_at, acceptee_at
)
VALUES (
    :id, :source_id, :identifiant, :lieu_id, CAST(:brut AS jsonb), CAST(:valeurs AS jsonb), CAST(:retraits AS jsonb),
    :empreinte, :date_maj, :now, :now, :now
)

-- name: lock_lieu
-- One writer at a time for a place: what is read of it after this is what is written.
SELECT id, public_id, statut FROM lieu WHERE id = :id FOR UPDATE

-- name: find_lieu_de_fiche
SELECT lieu_id FROM fiche_source WHERE id = :id

-- name: find_heritier
-- Where the records of a place that was merged are now.
SELECT lieu.id
FROM lieu
WHERE lieu.public_id = :public_id

-- name: list_avec_contributions
-- Of these places, those of which a person's record speaks.
SELECT DISTINCT f.lieu_id
FROM fiche_source AS f
JOIN source AS s ON s.id = f.source_id
WHERE f.lieu_id = ANY(:ids) AND s.nature = 'contribution' AND f.retiree_at IS NULL

-- name: list_changees
-- What a run changed in the records of these places: `avant` is NULL for a record that it brought.
SELECT
    f.id, f.lieu_id, f.source_id, f.valeurs, a.etat -> 'valeurs' AS avant,
    f.retiree_at IS NOT NULL AND a.etat -> 'retiree_at' = 'null'::jsonb AS vient_de_partir
FROM fiche_avant AS a
JOIN fiche_source AS f ON f.id = a.fiche_id
WHERE a.execution_id = :execution_id AND f.lieu_id = ANY(:ids)
ORDER BY f.id
