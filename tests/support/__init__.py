"""Support for the behaviour tests: the real server process, users, and clients that validate everything the server sends."""
