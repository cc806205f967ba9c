-- Every query that is made often finds its rows by an index (C8). A partial index serves only queries that say its
-- condition word for word: the one over both states served neither the queued nor the leased alone.
CREATE INDEX messages_queued ON messages (kind, purpose, due_at) WHERE state = 'queued';
CREATE INDEX messages_leased ON messages (leased_until) WHERE state = 'leased';
CREATE INDEX messages_withdrawn ON messages (id) WHERE state = 'withdrawn';
-- What an undo is named by is asked for whenever one is made or cleared.
CREATE INDEX messages_by_undo ON messages (undo_id);
CREATE INDEX owed_before_messages_by_undo ON owed_before_messages (undo_id);
CREATE INDEX flows_by_device ON flows (device_id) WHERE device_id IS NOT NULL;
CREATE INDEX suspended_blocks_by_end ON suspended_blocks (ends_at);
-- The flows that can still go on, by when they were called last: the worker ends those that nobody calls any more.
CREATE INDEX flows_open ON flows (touched_at) WHERE step IN ('choose_method', 'prove', 'set_password', 'manage');
-- Whether another operation of an account came first.
CREATE INDEX operations_by_account ON operations (account_id);
