-- Wrong proofs of a method one after the other, by known devices and in flows in which a gate was passed (OT-05).
CREATE TABLE wrong_in_a_row (
    -- The method as it was set up: what is set up anew has another id, and none of these.
    method_id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    wrong INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    -- The public id of the flow of the last one.
    flow_public_id TEXT NOT NULL,
    -- Whether the person was told that there are too many.
    told INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX wrong_in_a_row_by_account ON wrong_in_a_row (account_id);
CREATE INDEX wrong_in_a_row_to_tell ON wrong_in_a_row (wrong) WHERE told = 0;
CREATE INDEX wrong_in_a_row_by_last ON wrong_in_a_row (last_at);
