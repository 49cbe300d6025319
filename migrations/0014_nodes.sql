-- Processes of the installation. A row is a lease, which its node renews in database time.
CREATE TABLE nodes (
    id bytea PRIMARY KEY,
    name text NOT NULL,
    version text NOT NULL,
    started_at bigint NOT NULL,
    renewed_at bigint NOT NULL
);

-- The node that receives the upload; null while no request does.
ALTER TABLE uploads ADD COLUMN node_id bytea;

-- Requests whose content is being sent, with the node that sends it.
CREATE TABLE download_requests (
    id bytea PRIMARY KEY,
    download_id bytea NOT NULL REFERENCES downloads (id) ON DELETE CASCADE,
    node_id bytea NOT NULL
);
CREATE INDEX download_requests_of_download ON download_requests (download_id);
CREATE INDEX download_requests_of_node ON download_requests (node_id);

-- Work that an earlier version has left becomes that of a node with an expired lease. Its id is that of a user: any constant would be
-- written differently in each dialect, and without a user there is no work.
INSERT INTO nodes (id, name, version, started_at, renewed_at)
    SELECT id, 'an earlier version', '', 0, 0 FROM users ORDER BY id LIMIT 1;
UPDATE uploads SET node_id = (SELECT id FROM nodes) WHERE kind = 'simple' OR reserved > 0;
INSERT INTO download_requests (id, download_id, node_id) SELECT id, id, (SELECT id FROM nodes) FROM downloads;

DROP INDEX uploads_under_way;
CREATE INDEX uploads_of_node ON uploads (node_id) WHERE node_id IS NOT NULL;
ALTER TABLE downloads DROP COLUMN open_requests;
