-- Whether a known device or a proven flow has caused a message: strangers leave these a share of the money.
ALTER TABLE messages ADD COLUMN trusted INTEGER NOT NULL DEFAULT 0;
-- Keyed hash of the number without its last four digits; absent for mail.
ALTER TABLE messages ADD COLUMN block BLOB;

-- Blocks of numbers to which strangers get no codes until then, since nobody entered those that went there.
CREATE TABLE suspended_blocks (
    block BLOB PRIMARY KEY,
    ends_at INTEGER NOT NULL
) STRICT;
