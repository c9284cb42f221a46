-- The history of links between fiches and places. Called by lieux/liens.py and lieux/decisions.py.

-- name: list_pertes
-- For each fiche, the other places that lost it and what each lost with it, the last first. `ids` are fiches.
SELECT f.fiche_id, c.lieu_id, c.avant, c.apres
FROM unnest(CAST(:ids AS bigint [])) AS f (fiche_id)
JOIN fiche_source AS actuelle ON actuelle.id = f.fiche_id
JOIN changement AS c
    ON
        c.champ = 'fiches'
        AND c.avant @> to_jsonb(f.fiche_id)
        AND NOT c.apres @> to_jsonb(f.fiche_id)
        AND c.lieu_id <> actuelle.lieu_id
ORDER BY f.fiche_id, c.id DESC

-- name: list_masques_par_perte
-- Places without fiche that are hidden because they lost their last one, and for no other reason: their status changed
-- after the loss. A place that was hidden before stays so.
SELECT l.id
FROM lieu AS l
CROSS JOIN LATERAL (
    SELECT c.id, c.apres
    FROM changement AS c
    WHERE c.lieu_id = l.id AND c.champ = 'fiches'
    ORDER BY c.id DESC
    LIMIT 1
) AS perte
WHERE
    l.id = ANY(:ids)
    AND perte.apres = '[]'::jsonb
    AND EXISTS (
        SELECT 1 FROM changement AS c WHERE c.lieu_id = l.id AND c.champ = 'statut' AND c.id > perte.id
    )

-- name: list_liens_de
-- What one act moved: rows of history of its instant. A fiche leaves one place and enters another.
SELECT c.lieu_id, c.avant, c.apres
FROM changement AS c
WHERE c.champ = 'fiches' AND c.fait_at = :fait_at
ORDER BY c.id

-- name: find_heritier
-- The place that speaks for one that lost its fiches: where the first of those it had at last is now.
SELECT garde.public_id
FROM lieu AS l
CROSS JOIN LATERAL (
    SELECT c.avant
    FROM changement AS c
    WHERE c.lieu_id = l.id AND c.champ = 'fiches' AND c.apres = '[]'::jsonb
    ORDER BY c.id DESC
    LIMIT 1
) AS perte
CROSS JOIN LATERAL jsonb_array_elements(perte.avant) WITH ORDINALITY AS f (id, rang)
JOIN fiche_source AS fiche ON fiche.id = CAST(f.id AS bigint)
JOIN lieu AS garde ON garde.id = fiche.lieu_id
WHERE
    l.public_id = :public_id
    AND garde.id <> l.id
    AND garde.statut <> 'masque'
    AND NOT EXISTS (SELECT 1 FROM fiche_source AS reste WHERE reste.lieu_id = l.id)
ORDER BY f.rang
LIMIT 1

-- name: reserve_lieu
SELECT nextval(pg_get_serial_sequence('lieu', 'id')) AS id

-- name: insert_decisions
-- The pair is put in the order that the table asks for.
INSERT INTO decision_paire (
    source_a, identifiant_a, source_b, identifiant_b, decision, auteur, motif, fait_at
)
SELECT
    CASE WHEN n.dans_l_ordre THEN n.source_a ELSE n.source_b END,
    CASE WHEN n.dans_l_ordre THEN n.identifiant_a ELSE n.identifiant_b END,
    CASE WHEN n.dans_l_ordre THEN n.source_b ELSE n.source_a END,
    CASE WHEN n.dans_l_ordre THEN n.identifiant_b ELSE n.identifiant_a END,
    :decision, :auteur, :motif, :now
FROM (
    SELECT
        p.*,
        (p.source_a COLLATE "C", p.identifiant_a COLLATE "C")
        < (p.source_b COLLATE "C", p.identifiant_b COLLATE "C") AS dans_l_ordre
    FROM jsonb_to_recordset(CAST(:lignes AS jsonb)) AS p (
        source_a text, identifiant_a text, source_b text, identifiant_b text
    )
) AS n
RETURNING id

-- name: list_decisions_de
-- The rows that one decision wrote: those of the same instant, author and kind.
SELECT autre.id, autre.fait_at
FROM decision_paire AS une
JOIN decision_paire AS autre
    ON
        autre.fait_at = une.fait_at
        AND autre.decision = une.decision
        AND autre.auteur IS NOT DISTINCT FROM une.auteur
WHERE une.id = :id
ORDER BY autre.id

-- name: delete_decisions
DELETE FROM decision_paire WHERE id = ANY(:ids)
