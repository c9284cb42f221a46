-- Mails to places, and the public figures of answers. Called by contributions/suivi/relances.py and delais.py.

-- name: take_tour
-- One batch of mails at a time, until the end of the transaction: the job and the command never write twice.
SELECT pg_try_advisory_xact_lock(hashtext('contributions.relances'))

-- name: list_a_relancer
-- Published offers that have an e-mail address, have not been asked since `depuis` and were last checked on `perime` or
-- before: oldest first. An address that a visitor has given is left out: the link of the mail publishes at once, and
-- must not go to whoever first had an address written here. Dates in ISO form compare as texts.
SELECT l.id, l.public_id, l.nom, l.commune_nom, l.courriel
FROM lieu AS l
JOIN source AS s ON s.id = l.provenance -> 'courriel' ->> 'source'
LEFT JOIN (SELECT lieu_id, max(envoyee_at) AS envoyee_at FROM relance GROUP BY lieu_id) AS d ON d.lieu_id = l.id
WHERE
    l.statut = 'publie' AND (l.est_aide OR l.est_tiers_lieu)
    AND l.courriel IS NOT NULL AND NOT s.est_inventee AND s.id <> 'contributions'
    AND (d.envoyee_at IS NULL OR d.envoyee_at < :depuis)
    AND coalesce(
        greatest(l.provenance -> 'nom' ->> 'date', l.provenance -> 'nom' ->> 'confirme') <= :perime, TRUE
    )
ORDER BY greatest(l.provenance -> 'nom' ->> 'date', l.provenance -> 'nom' ->> 'confirme') NULLS FIRST, l.id

-- name: list_ecartees
-- Keyed digests of the addresses that get nothing now: those that want no mail, and those that had one since `depuis`.
SELECT empreinte FROM desabonnement
UNION
SELECT empreinte FROM relance WHERE envoyee_at > :depuis

-- name: stop
INSERT INTO desabonnement (empreinte, fait_at) VALUES (:empreinte, :now) ON CONFLICT DO NOTHING

-- name: resume
DELETE FROM desabonnement WHERE empreinte = :empreinte

-- name: list_courriels
-- The addresses that proposals hold: few, since each is erased a month after the answer.
SELECT DISTINCT courriel FROM proposition WHERE courriel IS NOT NULL

-- name: forget_courriel
UPDATE proposition SET courriel = NULL WHERE courriel = :courriel

-- name: compute_delais
-- Proposals of visitors received since `depuis`, and all those that still wait; one row for France (est_france), one
-- for each département. A proposal that its own author has decided was never waited for: moderators' are left out.
-- delais_s: median and 90th percentile of the time to an answer, in seconds.
WITH suivies AS (
    SELECT
        p.statut, p.recue_at, p.decidee_at, t.departement_code,
        p.statut IN ('en-attente', 'question', 'quarantaine') AS attend,
        p.recue_at >= :depuis AS est_recente
    FROM proposition AS p
    LEFT JOIN territoire AS t ON t.code = p.commune_code AND t.niveau IN ('commune', 'arrondissement')
    WHERE
        p.voie IN ('formulaire', 'compte')
        AND p.demarche IN ('nouveau', 'correction', 'fermeture', 'evenement')
        AND (p.recue_at >= :depuis OR p.statut IN ('en-attente', 'question', 'quarantaine'))
        AND (p.statut = 'retiree' OR p.decidee_par IS DISTINCT FROM p.auteur)
)
SELECT
    departement_code,
    grouping(departement_code) = 1 AS est_france,
    count(*) FILTER (WHERE est_recente) AS recues,
    count(*) FILTER (WHERE attend) AS en_attente,
    count(*) FILTER (WHERE statut IN ('acceptee', 'partielle')) AS acceptees,
    count(*) FILTER (WHERE statut = 'refusee') AS refusees,
    count(*) FILTER (WHERE statut = 'retiree') AS retirees,
    count(*) FILTER (WHERE statut = 'annulee') AS annulees,
    count(*) FILTER (WHERE decidee_at IS NOT NULL AND statut <> 'retiree') AS repondues,
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(EPOCH FROM decidee_at - recue_at))
        FILTER (WHERE statut <> 'retiree') AS delais_s,
    min(recue_at) FILTER (WHERE attend) AS plus_ancienne_at
FROM suivies
GROUP BY GROUPING SETS ((), (departement_code))
ORDER BY est_france DESC, departement_code

-- name: count_motifs
SELECT motif_refus, count(*) AS nombre
FROM proposition
WHERE
    statut = 'refusee' AND motif_refus IS NOT NULL AND recue_at >= :depuis
    AND voie IN ('formulaire', 'compte') AND demarche IN ('nouveau', 'correction', 'fermeture', 'evenement')
    AND decidee_par IS DISTINCT FROM auteur
GROUP BY motif_refus
ORDER BY nombre DESC, motif_refus
