-- Which of the configuration's populations somebody is of, as the directory was last read, and by what; empty is none.
ALTER TABLE people ADD COLUMN population TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN population_by TEXT NOT NULL DEFAULT '';

-- The groups of the accounts that this server keeps itself.
CREATE TABLE directory_account_groups (
    account_id TEXT NOT NULL REFERENCES directory_accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (account_id, name)
) STRICT;

-- How many people of each population have which methods; what decoys are drawn from. It is counted again at once.
DROP TABLE menu_counts;
CREATE TABLE menu_counts (
    population TEXT NOT NULL,
    -- Separated by spaces, in the order in which they are offered.
    methods TEXT NOT NULL,
    people INTEGER NOT NULL,
    PRIMARY KEY (population, methods)
) STRICT;
DELETE FROM done_with WHERE what = 'menus counted';

-- The population that a flow's person was of last, and the strictest that has held in it so far, as JSON (FL-04); empty in
-- flows of before.
ALTER TABLE flows ADD COLUMN population TEXT NOT NULL DEFAULT '';
ALTER TABLE flows ADD COLUMN policy TEXT NOT NULL DEFAULT '';
