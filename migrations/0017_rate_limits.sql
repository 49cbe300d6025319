-- Theoretical arrival times (ITU-T I.371) of rate limits that hold for all nodes together, in microseconds since 1970.
CREATE TABLE rate_limits (
    key bytea PRIMARY KEY,
    arrival bigint NOT NULL
);
CREATE INDEX rate_limits_by_arrival ON rate_limits (arrival);
