-- What a user did himself is counted apart from what others cause in his history, so that they can't push it out: own is how many events of
-- the stream are his own, own_rank which of them this one is.
ALTER TABLE streams ADD COLUMN own bigint NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN own_rank bigint;
CREATE INDEX journal_own ON journal (user_id, own_rank) WHERE own_rank IS NOT NULL;
-- Visits of a share: how many were told one by one within the hour, and how many wait to be told as a sum.
CREATE TABLE visit_sums (
    share_id bytea PRIMARY KEY REFERENCES shares (id) ON DELETE CASCADE,
    hour_started bigint NOT NULL,
    told bigint NOT NULL,
    pending bigint NOT NULL,
    pending_since bigint NOT NULL
);
CREATE INDEX visit_sums_pending ON visit_sums (pending_since) WHERE pending > 0;
