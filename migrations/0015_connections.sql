-- Real-time connections by key (a user or an address, see ConnectionKey) and node, in an installation of several nodes. A user with a row
-- is online.
CREATE TABLE connections (
    key text NOT NULL,
    node_id bytea NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (key, node_id)
);
CREATE INDEX connections_of_node ON connections (node_id, key);

-- The newest change of each user's presence, for nodes that did not hear of it on the bus.
CREATE TABLE presence_changes (
    user_id bytea PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    is_online bigint NOT NULL,
    version bigint NOT NULL,
    changed_at bigint NOT NULL
);
CREATE INDEX presence_changes_by_time ON presence_changes (changed_at);
