-- Vector tiles (Mapbox Vector Tile 2), in the web's square of the world (EPSG:3857). Parameters: :z, :x, :y of the tile;
-- :calque, the layer's name inside it; :zoom_min and :niveau, which drawing. Units of a tile: 4,096 a side, and the 64
-- around it that renderers need to draw lines across its edges (1/64 of the side). Attributes that are NULL are left out.
-- The square is made once (a prepared statement would make it again for each row), and what is near is gathered apart:
-- else the planner, for which PostGIS' functions cost much, would rather read the whole table by several processes than
-- by its index (places of Paris at zoom 10: 450 ms for 4).

-- name: draw_territoires
-- Boundaries; :avec_nom is false where a tile holds too many to name them all.
WITH carre AS MATERIALIZED (SELECT ST_TileEnvelope(:z, :x, :y) AS geom),
proches AS MATERIALIZED (
    SELECT d.code, d.nom, d.population, d.geom_3857
    FROM carre
    INNER JOIN dessin_territoire AS d ON carre.geom && d.geom_3857
    WHERE d.zoom_min = :zoom_min AND d.niveau = :niveau
)
SELECT ST_AsMVT(t, :calque, 4096, 'geom')
FROM (
    SELECT
        p.code,
        CASE WHEN :avec_nom THEN p.nom END AS nom,
        CASE WHEN :avec_nom THEN p.population END AS population,
        ST_AsMVTGeom(p.geom_3857, carre.geom, 4096, 64) AS geom
    FROM proches AS p
    CROSS JOIN carre
) AS t

-- name: list_codes
-- Codes of the territories whose box meets the tile.
SELECT d.code
FROM dessin_territoire AS d
WHERE d.geom_3857 && ST_TileEnvelope(:z, :x, :y) AND d.zoom_min = :zoom_min AND d.niveau = :niveau

-- name: draw_donnees
-- Boundaries with figures; :proprietes is a JSON object of attributes by code.
WITH carre AS MATERIALIZED (SELECT ST_TileEnvelope(:z, :x, :y) AS geom),
proches AS MATERIALIZED (
    SELECT d.code, d.nom, d.geom_3857
    FROM carre
    INNER JOIN dessin_territoire AS d ON carre.geom && d.geom_3857
    WHERE d.zoom_min = :zoom_min AND d.niveau = :niveau
)
SELECT ST_AsMVT(t, :calque, 4096, 'geom')
FROM (
    SELECT
        p.code,
        CASE WHEN :avec_nom THEN p.nom END AS nom,
        v.value AS proprietes,
        ST_AsMVTGeom(p.geom_3857, carre.geom, 4096, 64) AS geom
    FROM proches AS p
    CROSS JOIN carre
    LEFT JOIN jsonb_each(CAST(:proprietes AS jsonb)) AS v ON v.key = p.code
) AS t

-- name: draw_lieux
-- Published places, by id. The box is brought to the places' own coordinates, so that their index serves.
WITH carre AS MATERIALIZED (SELECT ST_TileEnvelope(:z, :x, :y) AS geom),
boite AS MATERIALIZED (SELECT ST_Transform(ST_TileEnvelope(:z, :x, :y, margin => 1.0 / 64), 4326) AS geom),
proches AS MATERIALIZED (
    SELECT l.id, l.public_id, l.nom, l.genres, l.est_aide, l.est_tiers_lieu, l.commune_code, l.geom
    FROM boite
    INNER JOIN lieu AS l ON boite.geom && l.geom
    WHERE l.statut = 'publie'
)
SELECT ST_AsMVT(t, :calque, 4096, 'geom')
FROM (
    SELECT
        p.public_id,
        p.nom,
        array_to_string(p.genres, ',') AS genres,
        p.est_aide,
        p.est_tiers_lieu,
        p.commune_code AS commune,
        ST_AsMVTGeom(ST_Transform(p.geom, 3857), carre.geom, 4096, 64) AS geom
    FROM proches AS p
    CROSS JOIN carre
    ORDER BY p.id
) AS t

-- name: list_boite
-- (total, dernier, traits): how many published places are in the box (:ouest, :sud, :est, :nord, degrees), the id of the
-- last one of this page, and the page as GeoJSON features between commas, by id, after :apres (NULL: from the first).
-- The text is put together here: for each place, half of what a row read and written again by the program would take.
WITH dedans AS MATERIALIZED (
    SELECT l.public_id, l.nom, l.genres, l.est_aide, l.est_tiers_lieu, l.commune_code, l.geom
    FROM lieu AS l
    WHERE l.statut = 'publie' AND l.geom && ST_MakeEnvelope(:ouest, :sud, :est, :nord, 4326)
),
page AS MATERIALIZED (
    SELECT d.*
    FROM dedans AS d
    WHERE CAST(:apres AS text) IS NULL OR d.public_id > CAST(:apres AS text)
    ORDER BY d.public_id
    LIMIT :limite
)
SELECT
    (SELECT count(*) FROM dedans) AS total,
    max(p.public_id) AS dernier,
    convert_to(
        string_agg(
            '{"type":"Feature","id":"' || p.public_id || '","geometry":{"type":"Point","coordinates":['
            || round(CAST(ST_X(p.geom) AS numeric), 6) || ',' || round(CAST(ST_Y(p.geom) AS numeric), 6)
            || ']},"properties":{"public_id":"' || p.public_id || '","nom":' || to_json(p.nom)
            || ',"genres":' || to_json(array_to_string(p.genres, ','))
            || ',"est_aide":' || p.est_aide || ',"est_tiers_lieu":' || p.est_tiers_lieu
            || ',"commune":' || coalesce(CAST(to_json(p.commune_code) AS text), 'null') || '}}',
            ',' ORDER BY p.public_id
        ),
        'UTF8'
    ) AS traits
FROM page AS p

-- name: draw_grappes
-- Published places counted on a grid of 32 cells a side, each at the mean position of its places: for far zooms.
-- :zoom_grille is that of the view `grappe` whose cells are so large.
SELECT ST_AsMVT(t, :calque, 4096, 'geom')
FROM (
    SELECT
        sum(g.nombre) AS nombre,
        sum(g.nombre) FILTER (WHERE g.est_offre) AS offres,
        ST_AsMVTGeom(
            ST_Transform(
                ST_SetSRID(
                    ST_MakePoint(sum(g.somme_lon) / sum(g.nombre), sum(g.somme_lat) / sum(g.nombre)), 4326
                ),
                3857
            ),
            ST_TileEnvelope(:z, :x, :y), 4096, 64
        ) AS geom
    FROM grappe AS g
    WHERE
        g.zoom = :zoom_grille
        AND g.service IS NULL
        AND g.x BETWEEN 32 * CAST(:x AS integer) AND 32 * CAST(:x AS integer) + 31
        AND g.y BETWEEN 32 * CAST(:y AS integer) AND 32 * CAST(:y AS integer) + 31
    GROUP BY g.x, g.y
    ORDER BY g.x, g.y
) AS t

-- name: list_boites
-- (ouest, sud, est, nord), in metres of EPSG:3857, of the communes: every tile with ground in it meets one of them.
SELECT
    ST_XMin(geom_3857) AS ouest,
    ST_YMin(geom_3857) AS sud,
    ST_XMax(geom_3857) AS est,
    ST_YMax(geom_3857) AS nord
FROM dessin_territoire
WHERE niveau = 'commune' AND zoom_min = :zoom_min

-- name: lift_timeout
-- Pages bound their statements to some seconds; these take longer, and end with the transaction.
SELECT set_config('statement_timeout', '0', true)

-- name: read_version_territoires
SELECT empreinte FROM edition_dessins

-- name: read_version_lieux
-- Every change of a place is a row that never changes again. Numbers are given before the commit, so that the greatest
-- alone would miss a transaction that ends after a later one; their count misses none. The last refresh of the clusters
-- ends in the same transaction as the changes.
SELECT max(id) || '-' || count(*) FROM changement

-- name: read_version_indicateurs
SELECT string_agg(source_id || ' ' || empreinte || ' ' || chargee_at, E'\n' ORDER BY source_id) FROM edition_indicateurs

-- name: read_version_ecarts
SELECT parametres || ' ' || calculee_at || ' ' || actualisee_at FROM edition_couverture
