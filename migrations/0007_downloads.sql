-- Downloads of shares that are under way, each with the requests that belong to it and the bytes that those that ended were sent. What a
-- visitor was sent by downloads that broke off stands with the visitor.
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
