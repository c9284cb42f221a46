-- Files of tiles made in advance: MBTiles 1.3, which is SQLite. Rows are counted from the south.

-- name: without_journal
-- The file is whole or it is thrown away.
PRAGMA journal_mode = OFF

-- name: without_sync
PRAGMA synchronous = OFF

-- name: create_metadata
CREATE TABLE metadata (name text, value text)

-- name: create_tiles
CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)

-- name: insert_metadata
INSERT INTO metadata (name, value) VALUES (?, ?)

-- name: insert_tile
INSERT INTO tiles (zoom_level, tile_column, tile_row, tile_data) VALUES (?, ?, ?, ?)

-- name: index_tiles
CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)

-- name: read_zoom_max
SELECT value FROM metadata WHERE name = 'maxzoom'

-- name: find_tile
SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?
