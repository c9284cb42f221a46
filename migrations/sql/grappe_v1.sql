-- Places counted on the grid of each zoom, so that a map of any box reads some hundreds of rows whatever their number.
-- A cell is a quarter of a 256-pixel web tile on each side: 64 pixels, about the width of a cluster's disc.
-- Zooms 2 to 12; beyond, a box holds few enough places to be read one by one.
-- Columns: zoom; x, y (cell numbers from the north-west, EPSG:3857 grid of 2^(zoom+2) cells a side); the fields that a
-- map can filter on; nombre (places); somme_lon, somme_lat (degrees, EPSG:4326: the mean is the cluster's position);
-- lieu_id (one of them: the one, when nombre is 1).
CREATE MATERIALIZED VIEW grappe AS
WITH projete AS (
    SELECT
        id, genres, services, besoins, est_aide OR est_tiers_lieu AS est_offre,
        ST_X(geom) AS lon,
        ST_Y(geom) AS lat,
        (ST_X(geom) + 180) / 360 AS u,
        (1 - ln(tan(radians(ST_Y(geom))) + 1 / cos(radians(ST_Y(geom)))) / pi()) / 2 AS v
    FROM lieu
    WHERE statut = 'publie' AND geom IS NOT NULL AND abs(ST_Y(geom)) < 85
)
SELECT
    zoom,
    floor(u * 2 ^ (zoom + 2))::int AS x,
    floor(v * 2 ^ (zoom + 2))::int AS y,
    genres, services, besoins, est_offre,
    count(*)::int AS nombre,
    sum(lon) AS somme_lon,
    sum(lat) AS somme_lat,
    min(id) AS lieu_id
FROM projete CROSS JOIN generate_series(2, 12) AS zoom
GROUP BY zoom, floor(u * 2 ^ (zoom + 2))::int, floor(v * 2 ^ (zoom + 2))::int, genres, services, besoins, est_offre;

CREATE INDEX ix_grappe_zoom_x_y ON grappe (zoom, x, y);
