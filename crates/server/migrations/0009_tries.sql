-- Wrong proofs of a flow that its person was not told of yet; counted in decoys too, so that both take the same work.
ALTER TABLE flows ADD COLUMN wrong INTEGER NOT NULL DEFAULT 0;
CREATE INDEX flows_by_wrong ON flows (account_id, started_at, wrong) WHERE wrong > 0 AND account_id IS NOT NULL;
