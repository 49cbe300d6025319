-- The journal: one row per event and receiving user, all with the same event_id.
CREATE TABLE journal (
    user_id bytea NOT NULL REFERENCES streams (user_id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    event_id bytea NOT NULL,
    message text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (user_id, seq)
);
INSERT INTO journal (user_id, seq, event_id, message, at)
    SELECT s.user_id, s.seq, e.id, e.message, e.at FROM stream_events s JOIN events e ON e.id = s.event_id;
CREATE INDEX journal_by_age ON journal (at);
DROP TABLE stream_events;
DROP TABLE events;
