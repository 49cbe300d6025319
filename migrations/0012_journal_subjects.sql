-- Type of an event, and the id of the file, share or user that it is about. Existing rows keep '' and NULL until they expire: adding a column
-- takes the same short time whatever the length of the journal, and nothing searches events of before an upgrade by them.
ALTER TABLE journal ADD COLUMN type text NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN subject bytea;
