-- Undoing a run (`execution_id`). Called by imports/annulation.py.

-- name: list_lieux
-- Places of the fiches that the run created or changed.
SELECT DISTINCT f.lieu_id
FROM fiche_avant AS a
JOIN fiche_source AS f ON f.id = a.fiche_id
WHERE a.execution_id = :execution_id

-- name: restore_fiches
-- Fiches as the run found them; one row per fiche put back.
UPDATE fiche_source AS f
SET
    brut = a.etat -> 'brut',
    valeurs = a.etat -> 'valeurs',
    empreinte = a.etat ->> 'empreinte',
    date_maj = CAST(a.etat ->> 'date_maj' AS date),
    modifiee_at = CAST(a.etat ->> 'modifiee_at' AS timestamptz),
    vue_execution_id = CAST(a.etat ->> 'vue_execution_id' AS bigint),
    disparue_execution_id = CAST(a.etat ->> 'disparue_execution_id' AS bigint),
    retiree_at = CAST(a.etat ->> 'retiree_at' AS timestamptz)
FROM fiche_avant AS a
WHERE a.execution_id = :execution_id AND a.etat IS NOT NULL AND f.id = a.fiche_id
RETURNING f.id
