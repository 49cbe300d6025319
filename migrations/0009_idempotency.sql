-- Responses of creating requests with an Idempotency-Key, stored for 24 hours. A retry gets the same response.
-- The hashes (key_hash: of user and key) are HMACs under the server's secret. The response may contain a secret, so it is encrypted with a
-- key derived from the client's key.
CREATE TABLE idempotency_keys (
    key_hash bytea PRIMARY KEY,
    user_id bytea NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    request_hash bytea NOT NULL,
    answer bytea NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
CREATE INDEX idempotency_keys_of_user ON idempotency_keys (user_id, created_at);
