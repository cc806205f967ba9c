-- Budgets slide: a row holds when they were drawn on. What the old rows counted is a day old at most, and is let go.
DROP TABLE limits;
CREATE TABLE limits (
    key BLOB PRIMARY KEY,
    -- Grows with every write: of two that have read the same, one writes.
    version INTEGER NOT NULL,
    -- JSON: first time, last time and count of each small span.
    draws TEXT NOT NULL,
    -- When the last draw no longer counts.
    ends_at INTEGER NOT NULL
) STRICT;
CREATE INDEX limits_by_end ON limits (ends_at);

-- Human checks are signed and remembered only once they are answered.
DROP TABLE human_checks;
CREATE TABLE spent_checks (
    id TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX spent_checks_by_end ON spent_checks (expires_at);

-- Workstations on which somebody has finished a flow before.
CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    -- Keyed hash of the account's id: the table alone says of nobody where they work.
    owner BLOB NOT NULL,
    -- Keyed hashes of the token in use and of the one that was given with its last use and has not been seen yet.
    token_mac BLOB NOT NULL UNIQUE,
    next_mac BLOB UNIQUE,
    used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX devices_by_owner ON devices (owner, used_at);
CREATE INDEX devices_by_end ON devices (expires_at);

-- The known device that a flow was started on.
ALTER TABLE flows ADD COLUMN device_id TEXT;
-- Whether a token for this device was given at its end.
ALTER TABLE flows ADD COLUMN device_given INTEGER NOT NULL DEFAULT 0;
-- Whether it stands in the budget of starts; until then nothing that can be guessed is asked for in it.
ALTER TABLE flows ADD COLUMN counted INTEGER NOT NULL DEFAULT 1;
-- Whether it was started in a network of the campus.
ALTER TABLE flows ADD COLUMN on_campus INTEGER NOT NULL DEFAULT 0;
