-- Identity of the journal, in a single row: a random value that cursors are bound to, so that cursors of another database are rejected.
CREATE TABLE journal_epoch (
    only_row bigint PRIMARY KEY CHECK (only_row = 1),
    epoch bytea NOT NULL
);
