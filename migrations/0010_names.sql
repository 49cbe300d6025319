-- Version of the rules that filename_key was computed by. 0: those of version 0.1 (lower case only); the server recomputes them at startup.
ALTER TABLE files ADD COLUMN filename_key_version bigint NOT NULL DEFAULT 0;
CREATE INDEX files_with_old_key ON files (id) WHERE filename_key_version = 0;
