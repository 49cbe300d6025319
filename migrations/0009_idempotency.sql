-- Answers to requests that created something and had an Idempotency-Key, kept for 24 hours. A repetition gets the same answer.
-- The hashes (key_hash is of user and key) are keyed with the server's secret, and the answer is encrypted by a key that is derived
-- from the client's, since it may hold a secret.
CREATE TABLE idempotency_keys (
    key_hash bytea PRIMARY KEY,
    user_id bytea NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    request_hash bytea NOT NULL,
    answer bytea NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
CREATE INDEX idempotency_keys_of_user ON idempotency_keys (user_id, created_at);
