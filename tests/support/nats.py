"""A NATS server for the tests."""
import atexit
import itertools
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile

from .timeouts import eventually

ACCOUNTS = 2000  # more than servers that one process of the tests starts


class NatsServer:
    """A server on the loopback address, with accounts that hear nothing of each other."""

    def __init__(self, accounts=1, password="the-password-of-the-bus"):
        assert shutil.which("nats-server"), "NATS is not installed; install the package nats-server, as ./dev test does"
        self.password = password
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kingshare-nats-"))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        users = "\n".join(f"  {self._user(number)} {{ users: [{{ user: {self._user(number)}, password: {password} }}] }}"
                          for number in range(accounts))
        (self.folder / "nats.conf").write_text(f"listen: 127.0.0.1:{self.port}\naccounts {{\n{users}\n}}\n")
        self._numbers = itertools.count()
        self.process = None
        self.start()

    @staticmethod
    def _user(number):
        return f"kingshare{number}"

    def url(self, account=0):
        return f"nats://{self._user(account)}:{self.password}@127.0.0.1:{self.port}"

    def next_url(self):
        """Returns the URL of an account that was not handed out before."""
        return self.url(next(self._numbers))

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "nats-server", "--config", self.folder / "nats.conf"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        eventually(self._listens, "the NATS server listens")

    def _listens(self):
        assert self.process.poll() is None, (self.folder / "log").read_text()
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.process.kill()
        self.process.wait()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def close(self):
        self.stop()
        shutil.rmtree(self.folder)


_shared = []
_url_of = {}  # URLs by data folder


def bus_of(data):
    """Returns the URL of the bus of the server with this data folder; the same one whenever it is asked for."""
    if not _shared:
        _shared.append(NatsServer(ACCOUNTS))
        atexit.register(_shared[0].close)
    if data not in _url_of:
        _url_of[data] = _shared[0].next_url()
    return _url_of[data]
