-- Which rules filename_key was made by: 0 by those of version 0.1, lower case alone. The server makes such keys anew when it starts.
ALTER TABLE files ADD COLUMN filename_key_version bigint NOT NULL DEFAULT 0;
CREATE INDEX files_with_old_key ON files (id) WHERE filename_key_version = 0;
