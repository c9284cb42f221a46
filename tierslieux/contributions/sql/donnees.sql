-- Taking out of everything that is kept the values that a person does not want to be shown any more. `lieux`: private ids
-- of the places at hand; `motif`: a regular expression of the telephones and e-mail addresses, '' for none, by which
-- they are found elsewhere. What is found is a superset: the program decides. Called by contributions/donnees/retraits.py.

-- name: lift_timeout
-- The whole base is read: longer than a page may last.
SELECT set_config('statement_timeout', '0', true)

-- name: list_fiches
SELECT f.id, f.lieu_id, f.valeurs, f.brut, coalesce(f.valeurs ->> 'commune_code', l.commune_code) AS commune_code
FROM fiche_source AS f
JOIN lieu AS l ON l.id = f.lieu_id
WHERE
    f.lieu_id = ANY(:lieux)
    OR (:motif <> '' AND (CAST(f.valeurs AS text) ~* :motif OR CAST(f.brut AS text) ~* :motif))
ORDER BY f.id
FOR UPDATE OF f

-- name: update_fiche
-- The digest matches no file any more: the next run writes the record again, without these values either.
UPDATE fiche_source
SET valeurs = CAST(:valeurs AS jsonb), brut = CAST(:brut AS jsonb), empreinte = 'opposition:' || id
WHERE id = :id

-- name: list_avant
SELECT
    a.id, a.etat -> 'valeurs' AS valeurs, a.etat -> 'brut' AS brut,
    coalesce(a.etat -> 'valeurs' ->> 'commune_code', l.commune_code) AS commune_code
FROM fiche_avant AS a
LEFT JOIN fiche_source AS f ON f.id = a.fiche_id
LEFT JOIN lieu AS l ON l.id = f.lieu_id
WHERE
    a.etat IS NOT NULL AND (f.lieu_id = ANY(:lieux) OR (:motif <> '' AND CAST(a.etat AS text) ~* :motif))
ORDER BY a.id

-- name: update_avant
UPDATE fiche_avant
SET etat = etat || jsonb_build_object('valeurs', CAST(:valeurs AS jsonb), 'brut', CAST(:brut AS jsonb))
WHERE id = :id

-- name: list_rejets
SELECT id, valeur, brut
FROM rejet
WHERE :motif <> '' AND (valeur ~* :motif OR CAST(brut AS text) ~* :motif)
ORDER BY id

-- name: update_rejet
UPDATE rejet SET valeur = :valeur, brut = CAST(:brut AS jsonb) WHERE id = :id

-- name: list_propositions
SELECT id, commune_code, avant, apres
FROM proposition
WHERE
    lieu_id = ANY(:lieux)
    OR (:motif <> '' AND (CAST(avant AS text) ~* :motif OR CAST(apres AS text) ~* :motif))
ORDER BY id
FOR UPDATE

-- name: update_proposition
UPDATE proposition SET avant = CAST(:avant AS jsonb), apres = CAST(:apres AS jsonb) WHERE id = :id

-- name: list_changements
SELECT c.id, c.champ, c.avant, c.apres, l.commune_code
FROM changement AS c
JOIN lieu AS l ON l.id = c.lieu_id
WHERE
    c.lieu_id = ANY(:lieux)
    OR (:motif <> '' AND (CAST(c.avant AS text) ~* :motif OR CAST(c.apres AS text) ~* :motif))
ORDER BY c.id

-- name: retire_du_passe
-- The only statement that may touch the history: migrations/sql/changement_retrait_v1.sql.
SELECT retirer_du_passe(:id, CAST(:avant AS jsonb), CAST(:apres AS jsonb))

-- name: count_partages
-- How many other places show one of these telephones or e-mail addresses.
SELECT count(*) AS nombre
FROM lieu
WHERE
    id <> ALL(:lieux) AND statut <> 'masque'
    AND (
        telephone = ANY(:valeurs) OR courriel = ANY(:valeurs)
        OR autres_telephones && CAST(:valeurs AS text []) OR autres_courriels && CAST(:valeurs AS text [])
    )

-- name: list_chemins
-- Places that were merged into this one, or this one into others: their history speaks of the same records.
SELECT DISTINCT c.lieu_id
FROM changement AS c
WHERE
    c.champ = 'fiches'
    AND EXISTS (
        SELECT 1
        FROM fiche_source AS f
        WHERE f.lieu_id = :lieu_id AND (c.avant @> to_jsonb(f.id) OR c.apres @> to_jsonb(f.id))
    )
