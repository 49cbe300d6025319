-- Uploads in progress. Their received bytes and their reservations (set_aside, summed up in users) count against the owner's quota.
-- kind: request (a single HTTP request, not resumable), whole (resumable), part (partial), joined (final, concatenated).
-- total: null while the length is deferred.
CREATE TABLE uploads (
    id bytea PRIMARY KEY,
    owner_id bytea NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL,
    filename text NOT NULL,
    content_type text NOT NULL,
    metadata text NOT NULL,
    total bigint,
    received bigint NOT NULL,
    set_aside bigint NOT NULL,
    finished bigint NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
ALTER TABLE users ADD COLUMN set_aside_bytes bigint NOT NULL DEFAULT 0;
CREATE INDEX uploads_by_expiry ON uploads (expires_at);
CREATE INDEX uploads_under_way ON uploads (id) WHERE kind = 'request' OR set_aside > 0;
CREATE INDEX uploads_of_owner ON uploads (owner_id);
