"""A PostgreSQL server for the tests, in a temporary folder and reached by a socket in it.

As a program it starts one, prints the URL of its server without a database, and stops it when standard input ends.
"""
import atexit
import itertools
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

USER = "kingshare"
# Nothing of a test has to survive a crash of the machine.
OPTIONS = {"listen_addresses": "", "fsync": "off", "full_page_writes": "off", "max_connections": "300", "shared_buffers": "32MB",
           "log_min_messages": "warning", "jit": "off"}
TIMEOUT = 30


def programs():
    """Returns the folder with the programs of the newest installed version."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL is not installed; install the package postgresql, as ./dev test does")
    return found[-1].parent


class PostgresServer:
    def __init__(self):
        self.programs = programs()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kingshare-postgres-"))
        self.process = None
        self._numbers = itertools.count(1)
        # PostgreSQL refuses to run as root.
        self._as_other = ["--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []
        if self._as_other:
            shutil.chown(self.folder, "nobody", "nogroup")
        # The order of a language, which differs from the order of bytes that KingShare needs.
        self._run("initdb", "--pgdata", self.folder / "data", "--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-sync",
                  "--locale-provider", "icu", "--icu-locale", "en-US", "--locale", "C.UTF-8")
        self.start()

    def _command(self, program, *arguments):
        return ["setpriv", "--pdeathsig", "QUIT", *self._as_other, self.programs / program, *arguments]

    def _run(self, program, *arguments):
        done = subprocess.run(self._command(program, *arguments), capture_output=True, text=True, cwd=self.folder, check=False,
                              stdin=subprocess.DEVNULL, start_new_session=True)
        assert done.returncode == 0, f"{program} failed: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self):
        options = [part for name, value in {**OPTIONS, "unix_socket_directories": self.folder}.items() for part in ("-c", f"{name}={value}")]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(self._command("postgres", "-D", self.folder / "data", *options), stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, cwd=self.folder, start_new_session=True)
        deadline = time.monotonic() + TIMEOUT
        while subprocess.run(self._command("pg_isready", "-q", "-h", self.folder), check=False).returncode != 0:
            assert self.process.poll() is None and time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.02)

    def stop(self):
        """Stops at once, as in a crash."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def close(self):
        self.stop()
        shutil.rmtree(self.folder)

    def url(self, database=""):
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    def create_database(self):
        """Returns the name of a new, empty database."""
        name = f"test{next(self._numbers)}"
        self.query(f"CREATE DATABASE {name}")
        return name

    def query(self, sql, database="postgres"):
        """Returns the rows of a statement in CSV, without a header."""
        done = subprocess.run([self.programs / "psql", "-Xqt", "--csv", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", sql],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{sql}: {done.stderr}"
        return done.stdout


_shared = []


def shared_server():
    """Returns a server for all tests of this process."""
    if not _shared:
        _shared.append(PostgresServer())
        atexit.register(_shared[0].close)
    return _shared[0]


def main():
    server = PostgresServer()
    try:
        print(server.url(), flush=True)
        sys.stdin.read()
    finally:
        server.close()


if __name__ == "__main__":
    main()
