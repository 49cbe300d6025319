-- Portable SQL for SQLite and PostgreSQL. Ids are the 16 bytes of a UUID, times are milliseconds since the Unix epoch, flags are 0 or 1.

CREATE TABLE users (
    id bytea PRIMARY KEY,
    username text NOT NULL UNIQUE,
    password_hash text NOT NULL,
    role text NOT NULL,
    quota_bytes bigint NOT NULL,
    used_bytes bigint NOT NULL,
    disabled bigint NOT NULL,
    tokens_valid_from bigint NOT NULL,
    created_at bigint NOT NULL,
    last_seen bigint
);

CREATE TABLE sessions (
    id bytea PRIMARY KEY,
    user_id bytea NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL,
    name text NOT NULL,
    generation bigint NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint
);
CREATE INDEX sessions_of_user ON sessions (user_id, kind, id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE invitations (
    code_hash bytea PRIMARY KEY,
    role text NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX invitations_by_expiry ON invitations (expires_at);

CREATE TABLE files (
    id bytea PRIMARY KEY,
    owner_id bytea NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    filename text NOT NULL,
    filename_key text NOT NULL,
    size bigint NOT NULL,
    content_type text NOT NULL,
    sha256 bytea NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX files_by_age ON files (owner_id, created_at, id);
CREATE INDEX files_by_name ON files (owner_id, filename_key, id);
CREATE INDEX files_by_size ON files (owner_id, size, id);

-- Blobs being written or pending deletion; never blobs of a file.
CREATE TABLE open_blobs (
    id bytea PRIMARY KEY
);

CREATE TABLE shares (
    id bytea PRIMARY KEY,
    file_id bytea NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    owner_id bytea NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token text NOT NULL UNIQUE,
    expires_at bigint,
    max_downloads bigint,
    download_count bigint NOT NULL,
    downloads_under_way bigint NOT NULL,
    password_hash text NOT NULL,
    created_at bigint NOT NULL,
    ended_at bigint
);
CREATE INDEX shares_of_owner ON shares (owner_id, created_at, id);
CREATE INDEX shares_of_file ON shares (file_id, created_at, id);
CREATE INDEX shares_living_of_owner ON shares (owner_id) WHERE ended_at IS NULL;
CREATE INDEX shares_living_by_expiry ON shares (expires_at) WHERE ended_at IS NULL AND expires_at IS NOT NULL;
CREATE INDEX shares_under_way ON shares (id) WHERE downloads_under_way > 0;

-- created_at is copied from the share, where it never changes: sort key of the recipient's list.
CREATE TABLE share_recipients (
    share_id bytea NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    user_id bytea NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at bigint NOT NULL,
    PRIMARY KEY (share_id, user_id)
);
CREATE INDEX shares_of_recipient ON share_recipients (user_id, created_at, share_id);

CREATE TABLE visitors (
    share_id bytea NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    visitor_key bytea NOT NULL,
    visit_started bigint NOT NULL,
    unlocked bigint NOT NULL,
    downloaded bigint NOT NULL,
    PRIMARY KEY (share_id, visitor_key)
);
CREATE INDEX visitors_by_age ON visitors (visit_started);

-- The journal: each event once, and its position in the stream of each receiving user.
CREATE TABLE streams (
    user_id bytea PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    head bigint NOT NULL
);

CREATE TABLE events (
    id bytea PRIMARY KEY,
    type text NOT NULL,
    message text NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX events_by_age ON events (at);

CREATE TABLE stream_events (
    user_id bytea NOT NULL REFERENCES streams (user_id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    event_id bytea NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, seq)
);
CREATE INDEX streams_of_event ON stream_events (event_id);
