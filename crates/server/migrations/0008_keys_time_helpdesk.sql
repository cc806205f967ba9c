-- One row a key that this database has been written with: its id and a keyed hash that only the same key makes.
CREATE TABLE key_checks (
    id TEXT PRIMARY KEY,
    mac BLOB NOT NULL
) STRICT;

-- Single numbers that outlive the process, by their names.
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;

-- Who did something for somebody else by a command, and why. Absent in rows of flows and of earlier versions, whose
-- chain does not cover these columns.
ALTER TABLE audit ADD COLUMN actor TEXT;
ALTER TABLE audit ADD COLUMN reason TEXT;

-- A code has named this change, but was no proof enough to undo it: the helpdesk may.
ALTER TABLE undos ADD COLUMN claimed INTEGER NOT NULL DEFAULT 0;
