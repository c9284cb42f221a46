-- What a publisher says against people's word. Called by contributions/desaccords.py.

-- name: list_lieux
-- What a disagreement says of its place; a hidden one asks nothing.
SELECT id, nom, commune_code FROM lieu WHERE id = ANY(:ids) AND statut <> 'masque'

-- name: find_debut
SELECT debut_at FROM execution WHERE id = :execution_id

-- name: find_precedente
-- The run of the same source that stands now that this one is undone.
SELECT e.id
FROM execution AS e
JOIN execution AS annulee ON annulee.source_id = e.source_id
WHERE annulee.id = :execution_id AND e.id < annulee.id AND e.statut = 'reussie' AND e.annulee_at IS NULL
ORDER BY e.id DESC
LIMIT 1
