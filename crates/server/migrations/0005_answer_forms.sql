-- In which form an answer was hashed: 1 as before, 2 without signs, marks and case in all scripts.
ALTER TABLE answers ADD COLUMN form INTEGER NOT NULL DEFAULT 1;
