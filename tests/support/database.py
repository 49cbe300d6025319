"""A server's database: the SQLite file in its data folder, or a database of the PostgreSQL server that the tests share.

KINGSHARE_TEST_DATABASE=postgresql: gives every server without a setting database.url a PostgreSQL database. So does KINGSHARE_TEST_NODES=3,
since several nodes cannot share SQLite's file.
"""
import contextlib
import csv
import io
import os
import sqlite3

from . import postgres

NODES = int(os.environ.get("KINGSHARE_TEST_NODES", "1"))  # of every server of the tests

_postgres_of = {}  # names of databases by data folder


def database_of(data):
    """Returns the database of the server with this data folder; the same one whenever it is asked for."""
    if os.environ.get("KINGSHARE_TEST_DATABASE") != "postgresql:" and NODES == 1:
        return SqliteDatabase(data / "kingshare.db")
    if data not in _postgres_of:
        _postgres_of[data] = postgres.shared_server().create_database()
    return PostgresDatabase(_postgres_of[data])


class SqliteDatabase:
    url = None  # the default
    tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"

    def __init__(self, path):
        self.path = path

    def drop(self):
        """Frees the space of the database. The data folder is removed by pytest."""

    def execute(self, sql):
        """Executes a statement in the common dialect. Returns its rows as lists of texts."""
        with contextlib.closing(sqlite3.connect(self.path, timeout=30)) as connection, connection:
            return [[str(value) for value in row] for row in connection.execute(sql).fetchall()]

    @staticmethod
    def hex(column):
        """Returns the expression for the hexadecimal digits of a column of bytes."""
        return f"lower(hex({column}))"


class PostgresDatabase:
    path = None
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"

    def __init__(self, name):
        self.name = name
        self.url = postgres.shared_server().url(name)

    def execute(self, sql):
        return list(csv.reader(io.StringIO(postgres.shared_server().query(sql, self.name))))

    @staticmethod
    def hex(column):
        return f"encode({column}, 'hex')"

    def drop(self):
        postgres.shared_server().query(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
