-- Coverage: what is read before a computation, and how its results are written. Degrees are EPSG:4326, longitude first;
-- minutes, metres, shares 0 to 1. Rows are deleted, never truncated: readers see the results before until the commit.
-- Called by lecture.py, ecriture.py, actualisation.py.

-- name: lift_timeout
-- Pages bound their statements to some seconds; these take longer, and end with the transaction.
SELECT set_config('statement_timeout', '0', true);

-- name: lock
-- One computation at a time.
SELECT pg_advisory_xact_lock(7405014);

-- name: list_communes
SELECT
    code,
    coalesce(epci_code, '') AS epci,
    coalesce(departement_code, '') AS departement,
    coalesce(region_code, '') AS region,
    coalesce(population, 0) AS population
FROM territoire
WHERE niveau = 'commune'
ORDER BY code COLLATE "C";

-- name: list_sieges
-- Town halls of communes, and of the arrondissements of `commune_code`; else the middle; none where neither is known.
SELECT
    code,
    niveau,
    commune_code,
    population,
    mairie IS NOT NULL AS est_mairie,
    ST_X(coalesce(mairie, centre)) AS lon,
    ST_Y(coalesce(mairie, centre)) AS lat
FROM territoire
WHERE niveau IN ('commune', 'arrondissement') AND coalesce(mairie, centre) IS NOT NULL
ORDER BY code COLLATE "C";

-- name: list_grandes
-- Communes of more than `surface_m2` on the ellipsoid, with their boundary as it is drawn.
SELECT
    code,
    surface_m2 / 1e6 AS surface_km2,
    ST_AsBinary(contour) AS contour
FROM (
    SELECT
        code,
        contour,
        ST_Area(CAST(contour AS geography)) AS surface_m2
    FROM territoire
    WHERE niveau = 'commune' AND contour IS NOT NULL
) AS mesuree
WHERE surface_m2 > :surface_m2
ORDER BY code COLLATE "C";

-- name: get_empreinte_territoires
SELECT
    sha256,
    edition
FROM edition_territoires;

-- name: list_editions_indicateurs
-- What the indicators that are used stem from: any change of a source asks for a whole computation.
SELECT
    source_id,
    empreinte
FROM edition_indicateurs
ORDER BY source_id;

-- name: list_points
SELECT
    commune_code,
    part,
    ST_X(geom) AS lon,
    ST_Y(geom) AS lat
FROM point_habite
ORDER BY commune_code COLLATE "C", id;

-- name: list_points_communes
SELECT
    commune_code,
    part,
    ST_X(geom) AS lon,
    ST_Y(geom) AS lat
FROM point_habite
WHERE commune_code = ANY(:codes)
ORDER BY commune_code COLLATE "C", id;

-- name: list_communes_carroyees
SELECT DISTINCT commune_code
FROM point_habite
WHERE origine = 'carreau';

-- name: count_communes_carroyees
SELECT count(DISTINCT commune_code)
FROM point_habite
WHERE origine = 'carreau';

-- name: delete_points
-- Points that are not cells of a grid.
DELETE FROM point_habite
WHERE origine <> 'carreau';

-- name: delete_points_communes
DELETE FROM point_habite
WHERE commune_code = ANY(:codes);

-- name: copy_points
COPY point_habite (commune_code, origine, part, geom) FROM STDIN

-- name: analyze
ANALYZE point_habite, lieu_couvert, acces_commune, acces_territoire

-- name: list_lieux
-- Published places that are one kind or more, by id; `cibles` in the order of enums.Cible.
SELECT
    l.id,
    l.cibles,
    l.commune_code,
    l.lon,
    l.lat,
    l.horaires
FROM lieu_cible AS l
ORDER BY l.id;

-- name: list_changements
-- Places that are not what the last computation knew: as they are (NULL when they do not count any more), as they were.
SELECT
    coalesce(l.id, c.lieu_id) AS id,
    l.cibles,
    l.commune_code,
    l.lon,
    l.lat,
    l.horaires,
    c.cibles AS avant_cibles,
    c.commune_code AS avant_commune_code,
    c.lon AS avant_lon,
    c.lat AS avant_lat,
    c.heures_semaine AS avant_heures
FROM lieu_cible AS l
FULL JOIN lieu_couvert AS c ON c.lieu_id = l.id
WHERE
    l.id IS NULL OR c.lieu_id IS NULL
    OR (l.cibles, l.commune_code, l.lon, l.lat, l.horaires)
    IS DISTINCT FROM (c.cibles, c.commune_code, c.lon, c.lat, c.horaires)
ORDER BY 1;

-- name: list_couverts
-- Places of a box (degrees), as the last computation knew them.
SELECT
    lieu_id AS id,
    cibles,
    commune_code,
    lon,
    lat,
    heures_semaine AS heures,
    demandes
FROM lieu_couvert
WHERE lon BETWEEN :ouest AND :est AND lat BETWEEN :sud AND :nord
ORDER BY lieu_id;

-- name: delete_couverts
DELETE FROM lieu_couvert;

-- name: delete_couverts_de
DELETE FROM lieu_couvert
WHERE lieu_id = ANY(:ids);

-- name: copy_couverts
COPY lieu_couvert (lieu_id, cibles, commune_code, lon, lat, horaires, heures_semaine, demandes) FROM STDIN

-- name: delete_acces_communes
DELETE FROM acces_commune;

-- name: delete_acces_communes_de
DELETE FROM acces_commune
WHERE cible = :cible AND mode = :mode AND code = ANY(:codes);

-- name: copy_acces_communes
COPY acces_commune (
    cible, mode, code, lieu_id, duree_min, duree_second_min, heures_semaine, accessibilite, parts_au_dela, portee_m
) FROM STDIN WITH (FORMAT binary)

-- name: delete_acces_territoires
DELETE FROM acces_territoire;

-- name: delete_acces_territoires_de
DELETE FROM acces_territoire AS a
USING unnest(CAST(:niveaux AS text []), CAST(:codes AS text [])) AS t (niveau, code)
WHERE a.niveau = t.niveau AND a.code = t.code AND a.cible = :cible AND a.mode = :mode;

-- name: copy_acces_territoires
COPY acces_territoire (
    niveau, code, cible, mode, duree_min, heures_semaine, accessibilite, gini, part_dixieme, population,
    population_au_dela, besoin, besoin_bas, besoin_haut, besoin_au_dela, au_dela_bas, au_dela_haut
) FROM STDIN

-- name: list_blocs
-- Run by psycopg itself, whose parameters are written so.
SELECT
    nom,
    octets
FROM bloc_couverture
WHERE nom = ANY(%(noms)s)
ORDER BY nom, lot;

-- name: delete_blocs
DELETE FROM bloc_couverture;

-- name: upsert_blocs
INSERT INTO bloc_couverture (nom, lot, octets)
VALUES (:nom, :lot, :octets)
ON CONFLICT (nom, lot) DO UPDATE SET octets = excluded.octets
