-- What was asked lately, for the rate limits. Each block is one statement: two processes never count one thing twice.

-- name: acquire
-- One row when `cout` more fit into the last `duree_s` seconds, none otherwise. Refused ones are not counted.
INSERT INTO limite AS l (cle, instants, expire_at)
SELECT
    :cle, array_fill(clock_timestamp(), ARRAY[CAST(:cout AS integer)]),
    clock_timestamp() + make_interval(secs => :duree_s)
WHERE CAST(:cout AS integer) <= CAST(:maximum AS integer)
ON CONFLICT (cle) DO UPDATE
SET
    instants = ARRAY(
        SELECT i FROM unnest(l.instants) AS i WHERE i > clock_timestamp() - make_interval(secs => :duree_s)
    ) || excluded.instants,
    expire_at = excluded.expire_at
WHERE
    (SELECT count(*) FROM unnest(l.instants) AS i WHERE i > clock_timestamp() - make_interval(secs => :duree_s))
    + CAST(:cout AS integer) <= CAST(:maximum AS integer)
RETURNING 1 AS accorde

-- name: find_fenetre
-- Start of the window as seconds of the epoch, and how many stand in it.
SELECT
    extract(EPOCH FROM coalesce(min(i), clock_timestamp() - make_interval(secs => :duree_s))) AS debut_s,
    count(i) AS nombre
FROM (SELECT unnest(instants) AS i FROM limite WHERE cle = :cle) AS entrees
WHERE i > clock_timestamp() - make_interval(secs => :duree_s)

-- name: increment
INSERT INTO limite AS l (cle, compte, expire_at)
VALUES (:cle, :cout, clock_timestamp() + make_interval(secs => :duree_s))
ON CONFLICT (cle) DO UPDATE
SET
    compte = CASE WHEN l.expire_at > clock_timestamp() THEN l.compte ELSE 0 END + excluded.compte,
    expire_at = CASE WHEN l.expire_at > clock_timestamp() THEN l.expire_at ELSE excluded.expire_at END
RETURNING compte

-- name: find_compte
SELECT compte, extract(EPOCH FROM expire_at) AS expire_s
FROM limite
WHERE cle = :cle AND expire_at > clock_timestamp()

-- name: clear
DELETE FROM limite WHERE cle = :cle

-- name: reset
WITH partis AS (DELETE FROM limite RETURNING 1) SELECT count(*) FROM partis

-- name: purge
DELETE FROM limite
WHERE cle IN (SELECT cle FROM limite WHERE expire_at < clock_timestamp() LIMIT 1000 FOR UPDATE SKIP LOCKED)
