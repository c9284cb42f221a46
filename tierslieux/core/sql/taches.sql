-- The queue of jobs. procrastinate's functions name their tables without the schema: callers set the search path.

-- name: get_chemin
SELECT current_setting('search_path') AS chemin

-- name: set_chemin
-- Until the end of the transaction.
SELECT set_config('search_path', :chemin, true)

-- name: defer
SELECT unnest(
    procrastinate_defer_jobs_v1(
        ARRAY[
            CAST(
                ROW(
                    CAST(:file AS text), CAST(:tache AS text), 0, CAST(:verrou AS text), CAST(:attente AS text),
                    CAST(:arguments AS jsonb), CAST(:a_partir_de AS timestamptz)
                ) AS procrastinate_job_to_defer_v1
            )
        ]
    )
) AS id

-- name: cancel
-- NULL unless the job still waited.
SELECT procrastinate_cancel_job_v1(:id, false, false) AS id

-- name: list_abandonnes
-- Jobs that nobody works on any more: their worker's row is gone, or its last heartbeat is older than `mort_s` seconds,
-- or it is the one that asks (`ouvrier_id`) and it does not know of them (`vivants` are those that it knows of).
SELECT j.id, j.task_name, j.attempts
FROM procrastinate_jobs AS j
LEFT JOIN procrastinate_workers AS w ON w.id = j.worker_id
WHERE
    j.status = 'doing'
    AND j.id <> ALL(CAST(:vivants AS bigint []))
    AND (
        w.id IS NULL
        OR w.last_heartbeat < now() - make_interval(secs => :mort_s)
        OR (
            w.id = CAST(:ouvrier_id AS bigint)
            AND NOT EXISTS (
                SELECT 1
                FROM procrastinate_events AS e
                WHERE e.job_id = j.id AND e.type = 'started' AND e.at > now() - make_interval(secs => :mort_s)
            )
        )
    )
ORDER BY j.id
FOR UPDATE OF j SKIP LOCKED

-- name: retry
SELECT procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)

-- name: give_up
SELECT procrastinate_finish_job_v1(:id, 'failed', false)

-- name: has_ouvrier
SELECT EXISTS (
    SELECT 1
    FROM procrastinate.procrastinate_workers
    WHERE last_heartbeat > now() - make_interval(secs => :mort_s)
) AS present

-- name: list_etats
SELECT id, CAST(status AS text) AS etat, attempts AS reprises
FROM procrastinate.procrastinate_jobs
WHERE id = ANY(:ids)

-- name: list_recentes
SELECT
    j.id, j.task_name AS tache, CAST(j.status AS text) AS etat, j.attempts AS reprises, j.args AS arguments,
    (SELECT min(e.at) FROM procrastinate.procrastinate_events AS e WHERE e.job_id = j.id) AS cree_at
FROM procrastinate.procrastinate_jobs AS j
ORDER BY j.id DESC
LIMIT :limite

-- name: purge
-- Jobs that ended more than `jours` days ago.
DELETE FROM procrastinate_jobs AS j
WHERE
    j.status NOT IN ('todo', 'doing')
    AND NOT EXISTS (
        SELECT 1
        FROM procrastinate_events AS e
        WHERE e.job_id = j.id AND e.at > now() - make_interval(days => :jours)
    )
