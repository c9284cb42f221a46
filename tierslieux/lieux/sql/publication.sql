-- Published values of places, written in bulk. Parameters: `ids` are private ids of places; `lignes` is a JSON array of
-- rows. Positions are degrees, EPSG:4326, longitude first. Called by lieux/publication.py.

-- name: list_lieux
-- The places, locked until the end of the transaction: two writers cannot publish the same place at once.
SELECT
    id, statut, nom, genres, services, publics, prises_en_charge, frais, modalites_acces, accompagnements, programmes,
    horaires, telephone, courriel, site_web, prise_rdv, adresse, complement_adresse, code_postal, commune_code,
    commune_nom, itinerant, accessible, presentation, presentation_detail, structure_parente, fiche_acces_libre,
    formations_labels, typologies, autres_formations_labels, autres_telephones, autres_courriels, autres_sites_web,
    evenements, pivot, precision, provenance,
    ST_X(geom) AS lon, ST_Y(geom) AS lat
FROM lieu
WHERE id = ANY(:ids)
ORDER BY id
FOR UPDATE

-- name: list_fiches
SELECT
    f.id, f.lieu_id, f.source_id, f.identifiant, s.confiance, f.date_maj, f.valeurs,
    f.retiree_at IS NOT NULL AS est_retiree, f.acceptee_at, f.retraits, s.nature
FROM fiche_source AS f
JOIN source AS s ON s.id = f.source_id
WHERE f.lieu_id = ANY(:ids)
ORDER BY f.lieu_id, f.id

-- name: insert_lieux
INSERT INTO lieu (
    id, public_id, statut, nom, genres, services, publics, prises_en_charge, frais, modalites_acces, accompagnements,
    programmes, besoins, est_aide, est_tiers_lieu, horaires, telephone, courriel, site_web, prise_rdv, adresse,
    complement_adresse, code_postal, commune_code, commune_nom, itinerant, accessible, presentation, presentation_detail,
    structure_parente, fiche_acces_libre, formations_labels, typologies, autres_formations_labels, autres_telephones,
    autres_courriels, autres_sites_web, evenements, pivot, precision, geom, provenance
)
SELECT
    n.id, n.public_id, n.statut, n.nom, n.genres, n.services, n.publics, n.prises_en_charge, n.frais,
    n.modalites_acces, n.accompagnements, n.programmes, n.besoins, n.est_aide, n.est_tiers_lieu, n.horaires,
    n.telephone, n.courriel, n.site_web, n.prise_rdv, n.adresse, n.complement_adresse, n.code_postal, n.commune_code,
    n.commune_nom, n.itinerant, n.accessible, n.presentation, n.presentation_detail, n.structure_parente,
    n.fiche_acces_libre, n.formations_labels, n.typologies, n.autres_formations_labels, n.autres_telephones,
    n.autres_courriels, n.autres_sites_web, n.evenements, n.pivot, n.precision,
    ST_SetSRID(ST_MakePoint(n.lon, n.lat), 4326), n.provenance
FROM jsonb_to_recordset(CAST(:lignes AS jsonb)) AS n (
    id bigint, public_id text, statut text, nom text, genres text [], services text [], publics text [],
    prises_en_charge text [], frais text [], modalites_acces text [], accompagnements text [], programmes text [],
    besoins text [], est_aide boolean, est_tiers_lieu boolean, horaires text, telephone text, courriel text,
    site_web text, prise_rdv text, adresse text, complement_adresse text, code_postal text, commune_code text,
    commune_nom text, itinerant boolean, accessible boolean, presentation text, presentation_detail text,
    structure_parente text, fiche_acces_libre text, formations_labels text [], typologies text [],
    autres_formations_labels text [], autres_telephones text [], autres_courriels text [], autres_sites_web text [],
    evenements jsonb, pivot text, precision text,
    lon double precision, lat double precision, provenance jsonb
)

-- name: update_lieux
UPDATE lieu
SET
    statut = n.statut,
    nom = n.nom,
    genres = n.genres,
    services = n.services,
    publics = n.publics,
    prises_en_charge = n.prises_en_charge,
    frais = n.frais,
    modalites_acces = n.modalites_acces,
    accompagnements = n.accompagnements,
    programmes = n.programmes,
    besoins = n.besoins,
    est_aide = n.est_aide,
    est_tiers_lieu = n.est_tiers_lieu,
    horaires = n.horaires,
    telephone = n.telephone,
    courriel = n.courriel,
    site_web = n.site_web,
    prise_rdv = n.prise_rdv,
    adresse = n.adresse,
    complement_adresse = n.complement_adresse,
    code_postal = n.code_postal,
    commune_code = n.commune_code,
    commune_nom = n.commune_nom,
    itinerant = n.itinerant,
    accessible = n.accessible,
    presentation = n.presentation,
    presentation_detail = n.presentation_detail,
    structure_parente = n.structure_parente,
    fiche_acces_libre = n.fiche_acces_libre,
    formations_labels = n.formations_labels,
    typologies = n.typologies,
    autres_formations_labels = n.autres_formations_labels,
    autres_telephones = n.autres_telephones,
    autres_courriels = n.autres_courriels,
    autres_sites_web = n.autres_sites_web,
    evenements = n.evenements,
    pivot = n.pivot,
    precision = n.precision,
    geom = ST_SetSRID(ST_MakePoint(n.lon, n.lat), 4326),
    provenance = n.provenance
FROM jsonb_to_recordset(CAST(:lignes AS jsonb)) AS n (
    id bigint, statut text, nom text, genres text [], services text [], publics text [],
    prises_en_charge text [], frais text [], modalites_acces text [], accompagnements text [], programmes text [],
    besoins text [], est_aide boolean, est_tiers_lieu boolean, horaires text, telephone text, courriel text,
    site_web text, prise_rdv text, adresse text, complement_adresse text, code_postal text, commune_code text,
    commune_nom text, itinerant boolean, accessible boolean, presentation text, presentation_detail text,
    structure_parente text, fiche_acces_libre text, formations_labels text [], typologies text [],
    autres_formations_labels text [], autres_telephones text [], autres_courriels text [], autres_sites_web text [],
    evenements jsonb, pivot text, precision text,
    lon double precision, lat double precision, provenance jsonb
)
WHERE lieu.id = n.id

-- name: update_statuts
UPDATE lieu SET statut = :statut WHERE id = ANY(:ids)

-- name: insert_changements
-- JSON null becomes SQL NULL: the field was, or is, absent.
INSERT INTO changement (lieu_id, champ, avant, apres, execution_id, auteur, motif, fait_at)
SELECT n.lieu_id, n.champ, n.avant, n.apres, :execution_id, :auteur, :motif, :now
FROM ROWS FROM (
    jsonb_to_recordset(CAST(:lignes AS jsonb)) AS (lieu_id bigint, champ text, avant jsonb, apres jsonb)
) WITH ORDINALITY AS n (lieu_id, champ, avant, apres, rang)
ORDER BY n.rang

-- name: refresh_grappe
REFRESH MATERIALIZED VIEW grappe
