-- Number of requests that have appended to the upload: a fence, so that an earlier one can't change the row of a later one.
ALTER TABLE uploads ADD COLUMN turn bigint NOT NULL DEFAULT 0;
