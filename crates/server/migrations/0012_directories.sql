-- Several directories stand side by side: each is read by itself. The product's own has the empty name.
ALTER TABLE people ADD COLUMN directory TEXT NOT NULL DEFAULT '';
DROP INDEX people_by_round;
CREATE INDEX people_by_round ON people (directory, round);

-- Where the reader of each directory goes on.
CREATE TABLE people_readings (
    directory TEXT PRIMARY KEY,
    -- Absent at the start of the list.
    mark TEXT,
    -- Whether the whole list is being read: whoever is not in it is gone.
    whole INTEGER NOT NULL,
    round INTEGER NOT NULL,
    -- How many this reading has found so far.
    found INTEGER NOT NULL,
    -- When the whole list was begun.
    whole_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    -- When the directory was last read to where it was at its end; absent before the first time.
    done_at INTEGER,
    -- How many the last reading of the whole list had.
    people INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO people_readings (directory, mark, whole, round, found, whole_at, due_at)
SELECT '', mark, whole, round, found, whole_at, due_at FROM people_reading;
DROP TABLE people_reading;

-- What a program of the campus is still to be told of: who, what and when, never a password.
CREATE TABLE hooks (
    -- That of the operation.
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    done_at INTEGER NOT NULL,
    -- How many times it was tried.
    tries INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL
) STRICT;
CREATE INDEX hooks_by_due ON hooks (due_at);

-- What a notice to this number or address is about, where that is not the number or address itself.
ALTER TABLE replaced_methods ADD COLUMN about TEXT;
