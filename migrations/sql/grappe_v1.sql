-- Places counted on the grid of each zoom, so that a map of any box reads some thousands of rows whatever their number.
-- A cell is a quarter of a 256-pixel web tile on each side: 64 pixels, about the width of a cluster's disc.
-- Zooms 2 to 10; beyond, a box holds few enough places to be read one by one (lieux/grappes.py).
-- Columns: zoom; service (rows for a map filtered on that service; NULL: rows for any other map); x, y (cell numbers
-- from the north-west, EPSG:3857 grid of 2^(zoom+2) cells a side); genres, besoins, est_offre (what else a map can
-- filter on); nombre (places); somme_lon, somme_lat (degrees, EPSG:4326: the mean is the cluster's position); lieu_id
-- (one of them: the one, when nombre is 1).
-- Services have their own rows because a place declares any of 512 combinations of them: 200,000 places give 10,000
-- rows at zoom 7 this way, and 60,000 when every combination is a row of its own.
CREATE MATERIALIZED VIEW grappe AS
WITH projete AS MATERIALIZED (
    SELECT
        id, genres, besoins, services, est_aide OR est_tiers_lieu AS est_offre,
        ST_X(geom) AS lon,
        ST_Y(geom) AS lat,
        floor((ST_X(geom) + 180) / 360 * 4096)::int AS x,
        floor((1 - ln(tan(radians(ST_Y(geom))) + 1 / cos(radians(ST_Y(geom)))) / pi()) / 2 * 4096)::int AS y
    FROM lieu
    WHERE statut = 'publie' AND geom IS NOT NULL AND abs(ST_Y(geom)) < 85
),
-- The cells of a zoom are quarters of those of the zoom before: only the finest grid reads the places.
fine AS MATERIALIZED (
    SELECT
        service, x, y, genres, besoins, est_offre,
        count(*) AS nombre,
        sum(lon) AS somme_lon,
        sum(lat) AS somme_lat,
        min(id) AS lieu_id
    FROM projete, unnest(services || NULL::text) AS service
    GROUP BY service, x, y, genres, besoins, est_offre
)
SELECT
    zoom::smallint AS zoom,
    service,
    x >> (10 - zoom) AS x,
    y >> (10 - zoom) AS y,
    genres, besoins, est_offre,
    sum(nombre)::int AS nombre,
    sum(somme_lon) AS somme_lon,
    sum(somme_lat) AS somme_lat,
    min(lieu_id) AS lieu_id
FROM fine CROSS JOIN generate_series(2, 10) AS zoom
GROUP BY zoom, service, x >> (10 - zoom), y >> (10 - zoom), genres, besoins, est_offre
-- Rows of one box stand together on the disk.
ORDER BY zoom, service, x >> (10 - zoom), y >> (10 - zoom);

CREATE INDEX ix_grappe_zoom_service_x_y ON grappe (zoom, service, x, y);
