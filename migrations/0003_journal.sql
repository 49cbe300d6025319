-- Which journal this is, in one row: a random value that cursors are bound to, so that those of another database are not taken for ours.
CREATE TABLE journal_epoch (
    only_row bigint PRIMARY KEY CHECK (only_row = 1),
    epoch bytea NOT NULL
);
