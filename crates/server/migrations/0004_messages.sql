-- Codes, notices and spoken calls that are owed: committed with what caused them, sent by the worker.
CREATE TABLE messages (
    -- What gateways are given with every try.
    id TEXT PRIMARY KEY,
    event_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    flow_public_id TEXT NOT NULL,
    -- code, notice
    purpose TEXT NOT NULL,
    -- text, call, email
    kind TEXT NOT NULL,
    method TEXT NOT NULL,
    -- The number or address as it is sealed for that method; gone once the message is accepted or has failed.
    sealed_to BLOB,
    device BLOB NOT NULL,
    language TEXT NOT NULL,
    -- Subject, prompt and body; gone with the destination.
    sealed_text BLOB,
    -- queued, leased, accepted, delivered, failed
    state TEXT NOT NULL,
    why TEXT,
    provider_id TEXT,
    -- How often it was handed to a gateway that may have sent it; how often one has certainly not taken it.
    tries INTEGER NOT NULL DEFAULT 0,
    refusals INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    leased_until INTEGER,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    undo_id INTEGER REFERENCES undos (id) ON DELETE SET NULL,
    -- Keyed hash of the code that undoes what it tells.
    code_mac BLOB UNIQUE,
    UNIQUE (event_id, device)
) STRICT;
CREATE INDEX messages_by_due ON messages (kind, state, due_at) WHERE state IN ('queued', 'leased');
CREATE INDEX messages_by_age ON messages (created_at);
CREATE INDEX messages_by_account ON messages (account_id);
CREATE INDEX messages_by_flow ON messages (flow_public_id);

-- Notices that were sent keep their codes, so that these still undo. What is still owed has no text yet and is given
-- one when the server starts.
INSERT INTO messages (id, event_id, account_id, flow_public_id, purpose, kind, method, sealed_to, device, language,
    state, why, due_at, expires_at, created_at, undo_id, code_mac)
SELECT lower(hex(randomblob(16))), event_id, account_id, flow_public_id, 'notice',
    CASE method WHEN 'email' THEN 'email' WHEN 'text_mobile' THEN 'text' ELSE 'call' END,
    method, NULL, device, language, 'accepted', NULL, at, at + 259200000, at, undo_id, code_mac
FROM notices WHERE sent = 1;
ALTER TABLE notices RENAME TO owed_before_messages;
DELETE FROM owed_before_messages WHERE sent = 1;

-- A secret that was made for the person, sealed, until the flow moves on: a lost answer is repeated.
ALTER TABLE flows ADD COLUMN shown BLOB;

CREATE INDEX undos_by_end ON undos (expires_at);
CREATE INDEX used_recovery_codes_by_age ON used_recovery_codes (at);
CREATE INDEX limits_by_age ON limits (since);
CREATE INDEX operations_open ON operations (created_at) WHERE state = 'intent';
CREATE INDEX flows_working ON flows (id) WHERE step = 'working';

-- Until when whoever intends a write is at it.
ALTER TABLE operations ADD COLUMN leased_until INTEGER NOT NULL DEFAULT 0;
