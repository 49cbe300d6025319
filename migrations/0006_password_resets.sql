-- At most one code per user; a new one replaces the old one.
CREATE TABLE password_resets (
    user_id bytea PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    code_hash bytea NOT NULL UNIQUE,
    expires_at bigint NOT NULL
);
CREATE INDEX password_resets_by_expiry ON password_resets (expires_at);

-- Public id of an invitation: its code is a secret of the recipient, stored only as a hash.
ALTER TABLE invitations ADD COLUMN id bytea;
UPDATE invitations SET id = substr(code_hash, 1, 16);
CREATE UNIQUE INDEX invitations_by_id ON invitations (id);
