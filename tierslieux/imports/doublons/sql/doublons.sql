-- Candidate pairs of records and places. Positions are degrees (EPSG:4326, longitude first), distances metres on the
-- ellipsoid. Called by imports/doublons/doublons.py, within the transaction of a run.

-- name: create_recherche
-- The records whose place is looked for. `communes` holds the code and, for Paris, Lyon and Marseille, those of the
-- arrondissements that mean the same; `avant` bounds the places looked at (a whole-base pass sees each pair once).
CREATE TEMPORARY TABLE IF NOT EXISTS recherche_doublons (
    rang integer NOT NULL,
    nom_cle text NOT NULL,
    genres text [] NOT NULL,
    communes text [] NOT NULL,
    departement text,
    telephone text,
    courriel text,
    pivot text,
    position geography (POINT, 4326),
    avant bigint
) ON COMMIT DROP

-- name: empty_recherche
TRUNCATE recherche_doublons

-- name: insert_recherche
INSERT INTO recherche_doublons (
    rang, nom_cle, genres, communes, departement, telephone, courriel, pivot, position, avant
)
SELECT
    n.rang, sans_accent(n.nom), n.genres, n.communes, n.departement, n.telephone, n.courriel, n.pivot,
    ST_SetSRID(ST_MakePoint(n.lon, n.lat), 4326)::geography, n.avant
FROM jsonb_to_recordset(CAST(:lignes AS jsonb)) AS n (
    rang integer, nom text, genres text [], communes text [], departement text, telephone text, courriel text,
    pivot text, lon double precision, lat double precision, avant bigint
)

-- name: analyze_recherche
ANALYZE recherche_doublons

-- name: list_proches
-- Places at most :rayon_m metres away, the nearest :limite of each record (index ix_lieu_position).
SELECT n.rang, p.id AS lieu_id
FROM recherche_doublons AS n
CROSS JOIN LATERAL (
    SELECT lieu.id
    FROM lieu
    WHERE
        lieu.statut = 'publie'
        AND ST_DWithin(lieu.geom::geography, n.position, :rayon_m)
        AND (n.avant IS NULL OR lieu.id < n.avant)
    ORDER BY ST_Distance(lieu.geom::geography, n.position, false)
    LIMIT :limite
) AS p
WHERE n.position IS NOT NULL

-- name: list_homonymes
-- Places of the commune whose name looks like the record's by its trigrams, or that are of a kind of which a commune
-- has few; the :limite most alike of each record (index ix_lieu_commune_code).
SELECT n.rang, p.id AS lieu_id
FROM recherche_doublons AS n
CROSS JOIN LATERAL (
    SELECT lieu.id
    FROM lieu
    WHERE
        lieu.commune_code = ANY(n.communes)
        AND lieu.statut <> 'masque'
        AND (n.avant IS NULL OR lieu.id < n.avant)
        AND (similarity(lieu.nom_cle, n.nom_cle) >= :ressemblance_min OR lieu.genres && n.genres)
    ORDER BY similarity(lieu.nom_cle, n.nom_cle) DESC, lieu.id
    LIMIT :limite
) AS p

-- name: list_contacts
-- Places of the département with the same telephone, e-mail address or SIRET; a contact that more than :limite places
-- share is a body's, and tells none of them.
SELECT c.rang, c.lieu_id
FROM (
    SELECT n.rang, lieu.id AS lieu_id, count(*) OVER (PARTITION BY n.rang) AS nombre
    FROM (
        SELECT rang, departement, avant, 't' AS sorte, telephone AS valeur FROM recherche_doublons
        UNION ALL
        SELECT rang, departement, avant, 'c', courriel FROM recherche_doublons
        UNION ALL
        SELECT rang, departement, avant, 'p', pivot FROM recherche_doublons
    ) AS n
    JOIN (
        SELECT id, commune_code, 't' AS sorte, telephone AS valeur FROM lieu WHERE statut <> 'masque'
        UNION ALL
        SELECT id, commune_code, 'c', courriel FROM lieu WHERE statut <> 'masque'
        UNION ALL
        SELECT id, commune_code, 'p', pivot FROM lieu WHERE statut <> 'masque'
    ) AS lieu
        ON lieu.sorte = n.sorte AND lieu.valeur = n.valeur AND starts_with(lieu.commune_code, n.departement)
    WHERE n.avant IS NULL OR lieu.id < n.avant
) AS c
WHERE c.nombre <= :limite

-- name: list_identifiants
-- Fiches that hold one of these identifiers, whole or inside their own: hubs copy those of others.
SELECT f.identifiant, f.lieu_id
FROM fiche_source AS f
WHERE
    f.source_id <> :source_id
    AND (
        f.identifiant = ANY(:identifiants)
        OR substring(f.identifiant FROM '[0-9a-f]{24}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')
        = ANY(:identifiants)
    )

-- name: list_fiches
SELECT f.id, f.lieu_id, f.source_id, f.identifiant, f.valeurs
FROM fiche_source AS f
WHERE
    f.lieu_id = ANY(:ids) AND f.retiree_at IS NULL
    -- People's records that correct a place do not tell which one it is.
    AND f.valeurs ? 'nom'
    AND EXISTS (SELECT 1 FROM source AS s WHERE s.id = f.source_id AND s.nature <> 'confirmation')
ORDER BY f.id

-- name: list_decisions
-- What people decided of the records of a source; the last decision on a pair comes last.
SELECT source_a, identifiant_a, source_b, identifiant_b, decision
FROM decision_paire
WHERE source_a = :source_id OR source_b = :source_id
ORDER BY id

-- name: list_toutes_decisions
SELECT source_a, identifiant_a, source_b, identifiant_b, decision FROM decision_paire ORDER BY id

-- name: find_lieux
-- Where records named by their sources are now.
SELECT f.source_id, f.identifiant, f.lieu_id
FROM fiche_source AS f
JOIN jsonb_to_recordset(CAST(:lignes AS jsonb)) AS n (source_id text, identifiant text)
    ON n.source_id = f.source_id AND n.identifiant = f.identifiant

-- name: upsert_paires
INSERT INTO paire (fiche_a_id, fiche_b_id, bande, score, parts, vue_at)
SELECT least(n.fiche, n.autre), greatest(n.fiche, n.autre), n.bande, n.score, n.parts, :now
FROM jsonb_to_recordset(CAST(:lignes AS jsonb)) AS n (
    fiche bigint, autre bigint, bande text, score double precision, parts jsonb
)
WHERE n.fiche <> n.autre
ON CONFLICT (fiche_a_id, fiche_b_id) DO UPDATE
SET bande = excluded.bande, score = excluded.score, parts = excluded.parts

-- name: list_lieux_apres
-- Places of a batch of a whole-base pass, in the order of their ids.
SELECT id FROM lieu WHERE id > :apres AND statut <> 'masque' ORDER BY id LIMIT :limite

-- name: lift_timeout
-- A batch lasts longer than a page.
SELECT set_config('statement_timeout', '0', true)

-- name: reserve_lieux
SELECT nextval(pg_get_serial_sequence('lieu', 'id')) AS id FROM generate_series(1, :nombre)
