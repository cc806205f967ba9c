-- When the password was changed last, in milliseconds since 1970, where the directory says so.
ALTER TABLE people ADD COLUMN password_changed_at INTEGER;
ALTER TABLE directory_accounts ADD COLUMN password_changed_at INTEGER;

-- Whose account a known workstation is of, sealed: its token alone leads there. Absent in those of before, until their
-- next flow.
ALTER TABLE devices ADD COLUMN account BLOB;
