-- Times are milliseconds since 1970, UTC. Secrets are sealed, hashed or keyed before they come here.
CREATE TABLE directory_accounts (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL UNIQUE,
    password_phc TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    privileged INTEGER NOT NULL DEFAULT 0,
    locked INTEGER NOT NULL DEFAULT 0,
    password_version INTEGER NOT NULL DEFAULT 1,
    operation_marker TEXT
) STRICT;

CREATE TABLE methods (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    method TEXT NOT NULL,
    -- Number, address or TOTP seed; absent for questions.
    sealed BLOB,
    -- Keyed hash of the normalised number or address.
    device BLOB,
    confirmed INTEGER NOT NULL,
    totp_step INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account_id, method)
) STRICT;

CREATE TABLE answers (
    account_id TEXT NOT NULL,
    question TEXT NOT NULL,
    place INTEGER NOT NULL,
    answer_phc TEXT NOT NULL,
    PRIMARY KEY (account_id, question)
) STRICT;

CREATE TABLE human_checks (
    id TEXT PRIMARY KEY,
    salt TEXT NOT NULL,
    challenge TEXT NOT NULL,
    signature TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX human_checks_by_end ON human_checks (expires_at);

CREATE TABLE flows (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    token_hash BLOB NOT NULL UNIQUE,
    intent TEXT NOT NULL,
    -- Absent in a decoy.
    account_id TEXT,
    -- Whom limits count for; keyed hash of the account's id, or of what was typed.
    subject BLOB NOT NULL,
    language TEXT NOT NULL,
    revision INTEGER NOT NULL,
    step TEXT NOT NULL,
    -- The methods that were on offer at the start, as JSON; later changes can only take away.
    menu TEXT NOT NULL,
    questions TEXT NOT NULL,
    passed TEXT NOT NULL,
    asked TEXT,
    sends INTEGER NOT NULL DEFAULT 0,
    started_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    -- No later than this, whatever happens.
    ends_at INTEGER NOT NULL,
    done TEXT,
    blocked_until INTEGER
) STRICT;
CREATE INDEX flows_by_account ON flows (account_id);
CREATE INDEX flows_by_end ON flows (ends_at);

CREATE TABLE challenges (
    id INTEGER PRIMARY KEY,
    flow_id INTEGER NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
    method TEXT NOT NULL,
    code_mac BLOB,
    expires_at INTEGER,
    resend_at INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    max_tries INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'open'
) STRICT;
CREATE INDEX challenges_by_flow ON challenges (flow_id);

CREATE TABLE operations (
    id TEXT PRIMARY KEY,
    flow_id INTEGER NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    body_mac BLOB NOT NULL,
    marker_before TEXT,
    -- intent, done, refused, not_applied
    state TEXT NOT NULL,
    refusals TEXT,
    created_at INTEGER NOT NULL,
    UNIQUE (flow_id, idempotency_key)
) STRICT;

CREATE TABLE notices (
    id INTEGER PRIMARY KEY,
    operation_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    method_id TEXT NOT NULL,
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    flow_public_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0,
    UNIQUE (operation_id, method_id)
) STRICT;

CREATE TABLE limits (
    key BLOB PRIMARY KEY,
    since INTEGER NOT NULL,
    spent INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    flow TEXT NOT NULL,
    -- First bytes of the subject, hex: the same person twice, but not who.
    subject TEXT NOT NULL,
    event TEXT NOT NULL,
    outcome TEXT NOT NULL,
    method TEXT,
    mac BLOB NOT NULL
) STRICT;
