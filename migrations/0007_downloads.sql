-- Downloads of shares in progress, with the number of open requests and the byte ranges sent by completed requests. Ranges sent by aborted
-- downloads are stored with the visitor.
CREATE TABLE downloads (
    id bytea PRIMARY KEY,
    share_id bytea NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    visitor_key bytea NOT NULL,
    visitor_number bigint NOT NULL,
    open_requests bigint NOT NULL,
    announced bigint NOT NULL,
    complete bigint NOT NULL,
    sent bytea NOT NULL
);
CREATE INDEX downloads_of_visitor ON downloads (share_id, visitor_key, id);
ALTER TABLE visitors ADD COLUMN number bigint NOT NULL DEFAULT 0;
ALTER TABLE visitors ADD COLUMN sent bytea;
ALTER TABLE shares ADD COLUMN visit_count bigint NOT NULL DEFAULT 0;
