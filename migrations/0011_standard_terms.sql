-- Standard terms for columns, tables and values. Upload kinds: simple (one HTTP request, not resumable), resumable, partial and final (the
-- terms of tus).
ALTER TABLE users RENAME COLUMN set_aside_bytes TO reserved_bytes;
DROP INDEX uploads_under_way;
ALTER TABLE uploads RENAME COLUMN set_aside TO reserved;
UPDATE uploads SET kind = CASE kind WHEN 'request' THEN 'simple' WHEN 'whole' THEN 'resumable' WHEN 'part' THEN 'partial' ELSE 'final' END;
CREATE INDEX uploads_under_way ON uploads (id) WHERE kind = 'simple' OR reserved > 0;
ALTER TABLE open_blobs RENAME TO blob_deletions;
