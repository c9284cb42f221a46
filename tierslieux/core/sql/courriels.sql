-- The outbox. A mail waits ('attente'), an attempt is made ('envoi'), then it is 'envoye' or 'echec'.

-- name: insert
INSERT INTO courriel_sortant (
    cle, genre, destinataire, sujet, corps, desabonnement, cree_at, prochain_at, perime_at
) VALUES (:cle, :genre, :a, :sujet, :corps, :desabonnement, :now, :prochain_at, :perime_at)
RETURNING id

-- name: expire
-- A mail that is out of date before it left: nobody wants it any more.
UPDATE courriel_sortant
SET
    etat = 'echec', erreur = 'perime', fini_at = :now,
    destinataire = NULL, sujet = NULL, corps = NULL, desabonnement = NULL
WHERE
    id IN (
        SELECT id
        FROM courriel_sortant
        WHERE id = :id AND etat IN ('attente', 'envoi') AND perime_at <= :now
        FOR UPDATE SKIP LOCKED
    )
RETURNING id

-- name: take
-- Begin an attempt, unless another process is at it. `prochain_at` is when the next one is due if this one is cut off.
UPDATE courriel_sortant
SET etat = 'envoi', essais = essais + 1, prochain_at = CAST(:now AS timestamptz) + make_interval(
    secs => (CAST(:delais_s AS integer []))[least(essais + 1, cardinality(CAST(:delais_s AS integer [])))]
)
WHERE
    id IN (
        SELECT id
        FROM courriel_sortant
        WHERE id = :id AND etat IN ('attente', 'envoi') AND prochain_at <= :now
        FOR UPDATE SKIP LOCKED
    )
RETURNING id, cle, genre, destinataire, sujet, corps, desabonnement, essais, cree_at

-- name: lock
-- Held while the mail is sent: whoever looks at this row meanwhile passes it by.
SELECT id FROM courriel_sortant WHERE id = :id AND etat = 'envoi' AND essais = :essais FOR UPDATE SKIP LOCKED

-- name: find_prochain
SELECT prochain_at FROM courriel_sortant WHERE id = :id AND etat IN ('attente', 'envoi')

-- name: record_envoi
UPDATE courriel_sortant
SET
    etat = 'envoye', erreur = NULL, fini_at = :now, empreinte = :empreinte,
    destinataire = NULL, sujet = NULL, corps = NULL, desabonnement = NULL
WHERE id = :id

-- name: record_refus
-- The recipient's server will never take it.
UPDATE courriel_sortant
SET
    etat = 'echec', erreur = :erreur, fini_at = :now, empreinte = :empreinte,
    destinataire = NULL, sujet = NULL, corps = NULL, desabonnement = NULL
WHERE id = :id

-- name: record_abandon
-- Tried often enough: its text is kept for a while, for the one who mends the sending.
UPDATE courriel_sortant SET etat = 'echec', erreur = :erreur, fini_at = :now, empreinte = :empreinte WHERE id = :id

-- name: record_report
UPDATE courriel_sortant SET etat = 'attente', erreur = :erreur WHERE id = :id RETURNING prochain_at

-- name: list_dus
SELECT id, genre
FROM courriel_sortant
WHERE etat IN ('attente', 'envoi') AND prochain_at <= :now
ORDER BY prochain_at, id
LIMIT :limite

-- name: retry
-- Those that failed and still have their text wait again, from their first attempt.
UPDATE courriel_sortant
SET etat = 'attente', essais = 0, erreur = NULL, fini_at = NULL, empreinte = NULL, prochain_at = :now
WHERE etat = 'echec' AND corps IS NOT NULL
RETURNING id

-- name: list_recents
-- Nothing of the person.
SELECT id, genre, etat, essais, erreur, cree_at, prochain_at, fini_at
FROM courriel_sortant
ORDER BY id DESC
LIMIT :limite

-- name: count_etats
SELECT etat, count(*) AS nombre FROM courriel_sortant GROUP BY etat ORDER BY etat

-- name: forget_textes
DELETE FROM courriel_sortant WHERE lower(destinataire) = lower(:a) RETURNING id

-- name: forget_empreintes
UPDATE courriel_sortant SET empreinte = NULL WHERE empreinte = :empreinte RETURNING id

-- name: purge_textes
UPDATE courriel_sortant
SET destinataire = NULL, sujet = NULL, corps = NULL, desabonnement = NULL
WHERE etat = 'echec' AND corps IS NOT NULL AND fini_at < :avant

-- name: purge
DELETE FROM courriel_sortant WHERE etat IN ('envoye', 'echec') AND fini_at < :avant RETURNING id
