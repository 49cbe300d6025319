-- Revocations of the last minute, for nodes that did not hear of them on the bus.
CREATE TABLE revocations (
    id bytea PRIMARY KEY,
    user_id bytea NOT NULL,
    only_session_id bytea,
    except_session_id bytea,
    revoked_at bigint NOT NULL
);
CREATE INDEX revocations_by_time ON revocations (revoked_at);
