-- Events caused by the user are counted separately, so that others can't evict them from the user's history. own: number of such events in
-- the stream; own_rank: ordinal of this one among them, null for events of others.
ALTER TABLE streams ADD COLUMN own bigint NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN own_rank bigint;
CREATE INDEX journal_own ON journal (user_id, own_rank) WHERE own_rank IS NOT NULL;
-- Visits of a share: told is the number of individual events in this hour, pending the visits waiting for a summary event.
CREATE TABLE visit_sums (
    share_id bytea PRIMARY KEY REFERENCES shares (id) ON DELETE CASCADE,
    hour_started bigint NOT NULL,
    told bigint NOT NULL,
    pending bigint NOT NULL,
    pending_since bigint NOT NULL
);
CREATE INDEX visit_sums_pending ON visit_sums (pending_since) WHERE pending > 0;
