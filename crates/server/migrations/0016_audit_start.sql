-- The last row of the audit that was cleared since it was too old, by its id and its hash, with a keyed hash of both: from
-- here on the chain is verified. No row where nothing was cleared.
CREATE TABLE audit_start (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id INTEGER NOT NULL,
    mac BLOB NOT NULL,
    seal BLOB NOT NULL
) STRICT;
