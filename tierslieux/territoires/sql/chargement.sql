-- Bulk write of the territories, in one transaction. Geometries travel as hexadecimal EWKB, EPSG:4326.
-- Rows are deleted, never truncated: readers go on seeing the edition before until the commit.

-- name: lock
-- Two loads at once would both delete the edition before, and both write theirs.
SELECT pg_advisory_xact_lock(7405002);

-- name: lift_timeout
-- Pages bound their statements to some seconds; these take longer, and end with the transaction.
SELECT set_config('statement_timeout', '0', true);

-- name: reserve_ids
-- `nombre` numbers of the sequence of territoire.id, so that names and postcodes can be written with them.
SELECT nextval(pg_get_serial_sequence('territoire', 'id')) AS id FROM generate_series(1, :nombre);

-- name: copy_territoire
COPY territoire (
    id, niveau, code, nom, nom_tri, region_code, departement_code, epci_code, commune_code,
    type_nom, population, population_annee, geom, contour, centre, mairie
) FROM STDIN

-- name: copy_toponyme
COPY toponyme (territoire_id, nom, cle, nature, code, population) FROM STDIN

-- name: copy_code_postal_territoire
COPY code_postal_territoire (code_postal, territoire_id) FROM STDIN

-- name: analyze_territoire
ANALYZE territoire

-- name: analyze_toponyme
ANALYZE toponyme

-- name: analyze_code_postal_territoire
ANALYZE code_postal_territoire
