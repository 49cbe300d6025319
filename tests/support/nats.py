"""A NATS server for the tests, on loopback and with a password."""
import shutil
import socket
import subprocess


class NatsServer:
    PASSWORD = "the-password-of-the-bus"

    def __init__(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"nats://kingshare:{self.PASSWORD}@127.0.0.1:{self.port}"
        self.start()

    def start(self):
        self.process = subprocess.Popen([shutil.which("nats-server"), "--addr", "127.0.0.1", "--port", str(self.port),
                                         "--user", "kingshare", "--pass", self.PASSWORD],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end(self):
        self.process.kill()
        self.process.wait()
