-- Range of a request of a download, set before its last piece is sent: if the node dies then, the range counts as sent.
ALTER TABLE download_requests ADD COLUMN ending_first bigint;
ALTER TABLE download_requests ADD COLUMN ending_length bigint;
