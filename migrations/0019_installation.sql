-- Value derived from auth.jwt_secret, with which a node finds out that its secret is not that of the others.
CREATE TABLE installation (
    only_row bigint PRIMARY KEY CHECK (only_row = 1),
    secret_check bytea NOT NULL
);
