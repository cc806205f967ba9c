-- A check is of one kind; of characters only a keyed hash is kept.
ALTER TABLE human_checks ADD COLUMN kind TEXT NOT NULL DEFAULT 'proof_of_work';
ALTER TABLE human_checks ADD COLUMN answer_mac BLOB;

ALTER TABLE directory_accounts ADD COLUMN must_change INTEGER NOT NULL DEFAULT 0;
-- What the directory knows of a person, sealed: full_name, office_phone, mail.
CREATE TABLE directory_facts (
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (account_id, name)
) STRICT;

-- Who said so: person (and confirmed it) or imported.
ALTER TABLE methods ADD COLUMN source TEXT NOT NULL DEFAULT 'person';

-- From an import, for messages to somebody whose app names no language.
CREATE TABLE contact_languages (
    account_id TEXT PRIMARY KEY,
    language TEXT NOT NULL
) STRICT;

-- One an account; a new one replaces it.
CREATE TABLE helpdesk_passes (
    account_id TEXT PRIMARY KEY,
    code_mac BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS frozen (
    account_id TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;
