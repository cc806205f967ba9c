-- The people of the campus' directory, as this server knows them without asking it. The worker keeps this up to date.
CREATE TABLE people (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    privileged INTEGER NOT NULL,
    locked INTEGER NOT NULL,
    must_change INTEGER NOT NULL,
    expires_at INTEGER,
    -- The directory has the account no longer.
    gone INTEGER NOT NULL DEFAULT 0,
    -- The last reading of the whole directory that had it.
    round INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX people_by_round ON people (round);

-- What a person may type: sign-in name and other names, each in its one spelling.
CREATE TABLE people_names (
    name TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    -- Not the sign-in name, which comes first where two people bear a name.
    alias INTEGER NOT NULL,
    PRIMARY KEY (name, person_id)
) STRICT;
CREATE INDEX people_names_by_person ON people_names (person_id);

-- Names, numbers and addresses that the directory knows, sealed, with a keyed hash that tells a change.
CREATE TABLE people_contacts (
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    device BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (person_id, kind, device)
) STRICT;

-- Where the reader of the directory goes on.
CREATE TABLE people_reading (
    id INTEGER PRIMARY KEY,
    -- Absent at the start of the list.
    mark TEXT,
    -- Whether the whole list is being read: whoever is not in it is gone.
    whole INTEGER NOT NULL,
    round INTEGER NOT NULL,
    -- How many this reading has found so far.
    found INTEGER NOT NULL,
    -- When the whole list was begun.
    whole_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL
) STRICT;
INSERT INTO people_reading (id, mark, whole, round, found, whole_at, due_at) VALUES (1, NULL, 0, 0, 0, 0, 0);

-- Whoever is in the directory of our own is known from the first start on.
INSERT INTO people (id, account, enabled, privileged, locked, must_change)
SELECT id, account, enabled, privileged, locked, must_change FROM directory_accounts;
INSERT INTO people_names (name, person_id, alias) SELECT account, id, 0 FROM directory_accounts;

-- Whether it may prove something under this campus' settings: a number that is served, a mailbox that does not open
-- with the campus password. Absent until that is judged, and not on offer as long.
ALTER TABLE methods ADD COLUMN proves INTEGER;
UPDATE methods SET proves = 1 WHERE device IS NULL;
CREATE INDEX methods_to_judge ON methods (id) WHERE proves IS NULL;
-- Not before then: a number or address that somebody else than its owner has put in place of another.
ALTER TABLE methods ADD COLUMN usable_from INTEGER NOT NULL DEFAULT 0;

-- Numbers and addresses that were replaced by others than their owner, until both places were told.
CREATE TABLE replaced_methods (
    account_id TEXT NOT NULL,
    method TEXT NOT NULL,
    -- As it was sealed for that method.
    sealed BLOB NOT NULL,
    device BLOB NOT NULL,
    -- Whether the new place is told too.
    tells_new INTEGER NOT NULL,
    PRIMARY KEY (account_id, method, device)
) STRICT;

-- How many people have which methods on offer; what decoys are drawn from.
CREATE TABLE menu_counts (
    -- Separated by spaces, in the order in which they are offered.
    methods TEXT PRIMARY KEY,
    people INTEGER NOT NULL
) STRICT;

-- What was last done with which settings: a keyed hash of these, or a time.
CREATE TABLE done_with (
    what TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;
