-- What a GeoPackage holds beside its layer, as SQLite runs it (OGC 12-128r18, extension "Metadata"; table of styles of
-- QGIS). Each block is one statement.

-- name: create_metadata
CREATE TABLE gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
    md_scope TEXT NOT NULL DEFAULT 'dataset',
    md_standard_uri TEXT NOT NULL,
    mime_type TEXT NOT NULL DEFAULT 'text/xml',
    metadata TEXT NOT NULL DEFAULT ''
)

-- name: create_metadata_reference
CREATE TABLE gpkg_metadata_reference (
    reference_scope TEXT NOT NULL,
    table_name TEXT,
    column_name TEXT,
    row_id_value INTEGER,
    timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    md_file_id INTEGER NOT NULL,
    md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata (id),
    CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata (id)
)

-- name: declare_metadata
INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope)
VALUES
    ('gpkg_metadata', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec120/#extension_metadata', 'read-write'),
    (
        'gpkg_metadata_reference', NULL, 'gpkg_metadata',
        'http://www.geopackage.org/spec120/#extension_metadata', 'read-write'
    )

-- name: insert_metadata
INSERT INTO gpkg_metadata (id, md_scope, md_standard_uri, mime_type, metadata)
VALUES (1, 'dataset', 'https://schema.org/Dataset', 'application/json', :metadonnees)

-- name: insert_metadata_reference
INSERT INTO gpkg_metadata_reference (reference_scope, timestamp, md_file_id) VALUES ('geopackage', :instant, 1)

-- name: create_styles
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256),
    f_table_schema TEXT(256),
    f_table_name TEXT(256),
    f_geometry_column TEXT(256),
    styleName TEXT(30),
    styleQML TEXT,
    styleSLD TEXT,
    useAsDefault BOOLEAN,
    description TEXT,
    owner TEXT(30),
    ui TEXT(30),
    update_datetime DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)

-- name: insert_style
INSERT INTO layer_styles (
    f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault,
    description, owner, update_datetime
)
VALUES ('', '', :couche, :geometrie, :nom, :qml, '', 1, :description, '', :instant)

-- name: declare_styles
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)
VALUES ('layer_styles', 'attributes', 'layer_styles', '', :instant)

-- name: describe_layer
UPDATE gpkg_contents SET identifier = :titre, description = :description, last_change = :instant
WHERE table_name = :couche
