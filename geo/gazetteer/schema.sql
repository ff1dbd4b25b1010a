-- One gazetteer, one file. Read-only once written; rows are inserted in a fixed order, so that the
-- same sources give the same bytes.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,   -- schema, digest, source.<name> (its version), licence.<name>
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE place (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,        -- geonames:1528675
    name TEXT NOT NULL,
    latitude REAL NOT NULL,         -- degrees WGS84
    longitude REAL NOT NULL,
    feature_class TEXT,             -- GeoNames': P
    feature_code TEXT,              -- GeoNames': PPLC
    country_code TEXT,              -- ISO 3166-1 alpha-2
    admin1 INTEGER,                 -- the place that is its first order division
    admin2 INTEGER,                 -- the place that is its second order division
    code TEXT,                      -- a division's own: ISO 3166-2 where known, else GeoNames'
    population INTEGER,             -- people
    radius_km REAL,                 -- half its extent
    source TEXT NOT NULL,
    cell INTEGER NOT NULL           -- one-degree square: (floor(latitude) + 90) * 360 + floor(longitude) + 180
);

CREATE INDEX place_cell ON place (cell);

-- `condition` says how a name must be written to be read so: 0 in any way, 1 in capitals,
-- 2 as `spelling` has it, 3 as `spelling` has it and right after another name,
-- 4 never in running text (a code for look-ups).
CREATE TABLE name (
    key TEXT NOT NULL,              -- geo.names.fold of the name
    place INTEGER NOT NULL,
    match INTEGER NOT NULL,         -- index into geo.protocols.MATCHES
    condition INTEGER NOT NULL,
    spelling TEXT,                  -- where the condition needs it; several are parted by a bar
    PRIMARY KEY (key, place, match, condition)
) WITHOUT ROWID;

-- More points of long places (rivers, ranges), degrees WGS84.
CREATE TABLE point (
    place INTEGER NOT NULL,
    latitude REAL NOT NULL,
    longitude REAL NOT NULL
);

CREATE INDEX point_place ON point (place);

-- The columns of `place` that are needed for many places at once, as little-endian arrays with one
-- element a place in the order of `number`; `labels` has what codes in them stand for, tab separated.
CREATE TABLE column_array (
    name TEXT PRIMARY KEY,
    type TEXT NOT NULL,             -- as in Python's module array: f, h, i
    data BLOB NOT NULL,
    labels TEXT
) WITHOUT ROWID;
