-- Published places that are one of the kinds that coverage measures (tierslieux/couverture/enums.py), which kinds each
-- is, in the order of that list, and where it is: degrees, EPSG:4326.
CREATE VIEW lieu_cible AS
SELECT
    id,
    array_remove(
        ARRAY[
            CASE WHEN est_aide THEN 'aide' END,
            CASE WHEN 'france-services' = ANY(genres) THEN 'france-services' END,
            CASE WHEN 'conseiller-numerique' = ANY(genres) THEN 'conseiller-numerique' END,
            CASE WHEN 'acces-internet-et-materiel-informatique' = ANY(services) THEN 'acces-internet' END,
            CASE WHEN 'bibliotheque' = ANY(genres) THEN 'bibliotheque' END,
            CASE WHEN est_tiers_lieu THEN 'tiers-lieu' END
        ],
        NULL
    ) AS cibles,
    commune_code,
    ST_X(geom) AS lon,
    ST_Y(geom) AS lat,
    horaires
FROM lieu
WHERE
    statut = 'publie' AND geom IS NOT NULL
    AND (est_aide OR est_tiers_lieu OR 'bibliotheque' = ANY(genres));
