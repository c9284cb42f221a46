-- The queue of pairs that people review. Called by imports/doublons/revue.py.

-- name: list_paires
-- One pair for two places, the one that looks most alike. `bande` is "a-revoir" for pairs of two places that nobody has
-- decided, "meme" for pairs that the program merged and nobody has confirmed. `departement` NULL means everywhere.
WITH ouverte AS (
    SELECT DISTINCT ON (least(a.lieu_id, b.lieu_id), greatest(a.lieu_id, b.lieu_id))
        p.id, p.score, p.vue_at, a.lieu_id AS lieu_a, b.lieu_id AS lieu_b, a.valeurs ->> 'nom' AS nom_a,
        b.valeurs ->> 'nom' AS nom_b, coalesce(a.valeurs ->> 'commune_nom', b.valeurs ->> 'commune_nom') AS commune,
        sa.libelle AS source_a, sb.libelle AS source_b
    FROM paire AS p
    JOIN fiche_source AS a ON a.id = p.fiche_a_id
    JOIN fiche_source AS b ON b.id = p.fiche_b_id
    JOIN source AS sa ON sa.id = a.source_id
    JOIN source AS sb ON sb.id = b.source_id
    WHERE
        p.bande = :bande
        AND (a.lieu_id = b.lieu_id) = (:bande = 'meme')
        AND a.retiree_at IS NULL
        AND b.retiree_at IS NULL
        AND (
            CAST(:departement AS text) IS NULL
            OR starts_with(a.valeurs ->> 'commune_code', :departement)
            OR starts_with(b.valeurs ->> 'commune_code', :departement)
        )
        AND NOT EXISTS (
            SELECT 1
            FROM decision_paire AS d
            WHERE
                (d.source_a, d.identifiant_a, d.source_b, d.identifiant_b)
                IN (
                    (a.source_id, a.identifiant, b.source_id, b.identifiant),
                    (b.source_id, b.identifiant, a.source_id, a.identifiant)
                )
        )
    ORDER BY least(a.lieu_id, b.lieu_id), greatest(a.lieu_id, b.lieu_id), p.score DESC, p.id
)

SELECT *, count(*) OVER () AS total
FROM ouverte
ORDER BY vue_at, id
LIMIT :limite OFFSET :decalage

-- name: find_suivante
-- The first pair to review after this one, in the order of the queue.
SELECT min(p.id) AS id
FROM paire AS p
JOIN fiche_source AS a ON a.id = p.fiche_a_id
JOIN fiche_source AS b ON b.id = p.fiche_b_id
WHERE
    p.bande = 'a-revoir'
    AND p.id > :id
    AND a.lieu_id <> b.lieu_id
    AND NOT EXISTS (
        SELECT 1
        FROM decision_paire AS d
        WHERE
            (d.source_a, d.identifiant_a, d.source_b, d.identifiant_b)
            IN (
                (a.source_id, a.identifiant, b.source_id, b.identifiant),
                (b.source_id, b.identifiant, a.source_id, a.identifiant)
            )
    )

-- name: find_decision
-- What was last decided of the two records of a pair.
SELECT d.id, d.decision, d.fait_at
FROM paire AS p
JOIN fiche_source AS a ON a.id = p.fiche_a_id
JOIN fiche_source AS b ON b.id = p.fiche_b_id
JOIN decision_paire AS d
    ON
        (d.source_a, d.identifiant_a, d.source_b, d.identifiant_b)
        IN (
            (a.source_id, a.identifiant, b.source_id, b.identifiant),
            (b.source_id, b.identifiant, a.source_id, a.identifiant)
        )
WHERE p.id = :id
ORDER BY d.id DESC
LIMIT 1
