-- How many gates a flow has; decided once it is known who is there.
ALTER TABLE flows ADD COLUMN gates INTEGER NOT NULL DEFAULT 2;
UPDATE flows SET gates = 1 WHERE intent = 'change';
ALTER TABLE flows ADD COLUMN feedback_given INTEGER NOT NULL DEFAULT 0;

-- When its owner last proved that it works; absent for what was taken over from elsewhere.
ALTER TABLE methods ADD COLUMN confirmed_at INTEGER;

-- What is being set up or checked in a flow. Nothing of it works before it is confirmed.
CREATE TABLE pending (
    id TEXT PRIMARY KEY,
    flow_id INTEGER NOT NULL UNIQUE REFERENCES flows (id) ON DELETE CASCADE,
    means TEXT NOT NULL,
    -- How its code travels, or `totp`; absent for recovery codes.
    method TEXT,
    -- Number, address or seed; absent for recovery codes.
    sealed BLOB,
    device BLOB,
    -- Recovery codes as a JSON list of indexes and PHC strings.
    codes TEXT,
    -- The method that is checked, where nothing is added.
    checks TEXT,
    code_mac BLOB,
    expires_at INTEGER,
    resend_at INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    max_tries INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_codes (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    -- Keyed hash of the first characters: which hash a typed code is compared with.
    lookup BLOB NOT NULL,
    code_phc TEXT NOT NULL
) STRICT;
CREATE INDEX recovery_codes_by_account ON recovery_codes (account_id);

-- Recovery codes that were used: bringing back an earlier state does not bring them back.
CREATE TABLE used_recovery_codes (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;

-- What can be undone by the code of a notice.
CREATE TABLE undos (
    id INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL,
    flow_public_id TEXT NOT NULL,
    language TEXT NOT NULL,
    -- What was set up before, sealed; absent where nothing can be brought back.
    before BLOB,
    expires_at INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX undos_by_account ON undos (account_id);

-- Accounts that are not served until the helpdesk lifts it.
CREATE TABLE frozen (
    account_id TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;

-- Without account, flow and time; in no order.
CREATE TABLE feedback (
    id BLOB PRIMARY KEY,
    day TEXT NOT NULL,
    helpful INTEGER NOT NULL,
    text TEXT
) STRICT, WITHOUT ROWID;

-- A notice goes to where it was owed to, even if that is no longer registered.
CREATE TABLE owed_notices (
    id INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    method TEXT NOT NULL,
    -- The number or address as it is sealed for that method; gone once the notice is sent.
    sealed BLOB,
    device BLOB NOT NULL,
    text TEXT NOT NULL,
    means TEXT,
    language TEXT NOT NULL,
    flow_public_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    undo_id INTEGER REFERENCES undos (id) ON DELETE SET NULL,
    -- Keyed hash of the code that undoes it; made when it is sent.
    code_mac BLOB UNIQUE,
    UNIQUE (event_id, device)
) STRICT;
INSERT INTO owed_notices (event_id, account_id, method, sealed, device, text, language, flow_public_id, at)
SELECT operation_id, notices.account_id, method, sealed, device, text, language, flow_public_id, at
FROM notices JOIN methods ON methods.id = notices.method_id
WHERE sent = 0 AND device IS NOT NULL;
DROP TABLE notices;
ALTER TABLE owed_notices RENAME TO notices;
