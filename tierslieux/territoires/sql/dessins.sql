-- Outlines for vector tiles, drawn from the communes of `territoire`. Geometries travel as hexadecimal EWKB, EPSG:3857.
-- Rows are deleted, never truncated: readers go on seeing the edition before until the commit.

-- name: lock
-- Two drawings at once would both delete the one before, and both write theirs.
SELECT pg_advisory_xact_lock(7405015);

-- name: lift_timeout
-- Pages bound their statements to some seconds; these take longer, and end with the transaction.
SELECT set_config('statement_timeout', '0', true);

-- name: list_communes
-- (code, epci, departement, region, wkb) of the communes that have a boundary, EPSG:4326.
SELECT code, epci_code AS epci, departement_code AS departement, region_code AS region, ST_AsBinary(geom) AS wkb
FROM territoire
WHERE niveau = 'commune' AND geom IS NOT NULL
ORDER BY code;

-- name: list_noms
-- (niveau, code, nom, population) of what is drawn.
SELECT niveau, code, nom, population
FROM territoire
WHERE niveau IN ('region', 'departement', 'epci', 'commune');

-- name: copy_dessin_territoire
COPY dessin_territoire (zoom_min, niveau, code, nom, population, geom_3857) FROM STDIN

-- name: analyze_dessin_territoire
ANALYZE dessin_territoire
