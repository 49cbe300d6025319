-- One code a user at most: a newer one takes the place of an older one.
CREATE TABLE password_resets (
    user_id bytea PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    code_hash bytea NOT NULL UNIQUE,
    expires_at bigint NOT NULL
);
CREATE INDEX password_resets_by_expiry ON password_resets (expires_at);

-- An invitation is named by its id, as its code is known to nobody but whom it was given.
ALTER TABLE invitations ADD COLUMN id bytea;
UPDATE invitations SET id = substr(code_hash, 1, 16);
CREATE UNIQUE INDEX invitations_by_id ON invitations (id);
