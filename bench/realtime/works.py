"""The works of the benchmark: each with its participating servers and its measurement."""
import dataclasses
import os
import subprocess
import time

MANY = 15000
OF_ONE = 10
FAN = ("with what telling it to one costs", "which is")
SETTLE = 1


@dataclasses.dataclass(frozen=True)
class Sizes:
    deliveries: int = 400000     # of a fan-out with a window of 1
    fans: tuple = (100, 1000, 10000)
    seconds: int = 4             # duration of the echo test
    paced: int = 500             # messages, at 50 a second
    events: int = 1500           # addressed to one user
    handshakes: int = 5000
    idle: int = MANY


QUICK = Sizes(deliveries=20000, fans=(100, 1000), seconds=1, paced=50, events=100, handshakes=500, idle=1000)


@dataclasses.dataclass(frozen=True)
class Work:
    key: str
    title: str
    unit: str     # of the first figure
    parties: list  # server classes
    measure: object  # server -> figures; the first is compared, the others are only reported
    others: tuple = ()
    fresh: bool = False  # uses a newly started server


class Load:
    """The driver process, controlled by commands on its standard input."""

    def __init__(self, driver, core, server, users, connections, *options):
        command = [driver, "--port", str(server.port), "--connections", str(connections), *server.listen(users), *options]
        self._server = server
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
                                         preexec_fn=lambda: os.sched_setaffinity(0, core))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
        time.sleep(SETTLE)  # the server closes the connections, outside any measurement

    def do(self, *words):
        """Runs a command; returns the CPU seconds used by the server and the words printed by the driver."""
        before = self._server.process.cpu()
        self._process.stdin.write(" ".join(map(str, words)) + "\n")
        said = self._process.stdout.readline().split()
        if not said:
            self._server.process.check_alive()
            raise RuntimeError(f"{self._server.name}: the load failed at {words}")
        return self._server.process.cpu() - before, said


class Works:
    def __init__(self, driver, core, sizes):
        self.driver, self.core, self.sizes = driver, core, sizes

    def all(self, node, nchan, nats, bare, ours, plain):
        everybody, fanning = [node, nchan, nats, ours], [node, nchan, nats, bare, ours]
        size = self.sizes
        return [
            *[Work(f"fan {many}", f"fan-out to {many:,}", "CPU µs a delivery", [*fanning, plain] if many == 1000 else fanning,
                   self.fan(many, 1), FAN) for many in size.fans],
            Work("fan 1000 16", "fan-out to 1,000, 16 under way", "CPU µs a delivery", [*everybody, plain], self.fan(1000, 16), FAN),
            Work("echo", "Ping → Pong, 1,000 connections", "CPU µs a message", [node, ours, plain], self.echo(1000)),
            Work("connect", "connect, JWT checked", "CPU µs a connection", [node, bare, ours], self.churn),
            Work("pace", "50 a second to 1,000: delivery", "p99 in ms", fanning, self.pace(1000), ("median, ms", "CPU µs a delivery")),
            *[Work(f"one {many}", f"one user's event, {OF_ONE} connections of {many:,}", "CPU µs an event", everybody, self.one(many))
              for many in (OF_ONE, 10000, size.idle) if many <= size.idle],
            Work("idle", f"at rest, {size.idle:,} connections", "bytes a connection", everybody, self.idle, fresh=True),
        ]

    def _load(self, *arguments):
        return Load(self.driver, self.core, *arguments)

    def fan(self, many, window):
        count = max(16, self.sizes.deliveries * (4 if window > 1 else 1) // many)

        def measure(server):
            with self._load(server, server.users[:1], 1, *server.tell_all()) as load:
                load.do("connect")
                alone, _ = load.do("fan", self.sizes.events, window, 1)
            with self._load(server, server.users[:1], many, *server.tell_all()) as load:
                load.do("connect")
                load.do("fan", 16, window, many)
                cpu, _ = load.do("fan", count, window, many)
            told = alone / self.sizes.events * 1e6
            whole = cpu / count * 1e6
            return (whole - told) / many, whole / many, told
        return measure

    def echo(self, many):
        def measure(server):
            with self._load(server, server.users[:1], many, *server.echo) as load:
                load.do("connect")
                cpu, said = load.do("echo", self.sizes.seconds)
            return (cpu * 1e6 / int(said[1]),)
        return measure

    def churn(self, server):
        with self._load(server, server.users, 1) as load:
            load.do("churn", 200)
        with self._load(server, server.users, 1) as load:
            cpu, _ = load.do("churn", self.sizes.handshakes)
        return (cpu * 1e6 / self.sizes.handshakes,)

    def pace(self, many):
        def measure(server):
            with self._load(server, server.users[:1], many, *server.tell_all()) as load:
                load.do("connect")
                cpu, said = load.do("pace", self.sizes.paced, 50, many)
            return float(said[3]) / 1e3, float(said[2]) / 1e3, cpu * 1e6 / int(said[1])
        return measure

    def one(self, many):
        def measure(server):
            users = server.users[:1] * OF_ONE + [server.users[1 + number // OF_ONE] for number in range(many - OF_ONE)]
            with self._load(server, users, many, *server.tell(server.users[0])) as load:
                load.do("connect")
                load.do("fan", self.sizes.events // 10, 1, OF_ONE)
                cpu, _ = load.do("fan", self.sizes.events, 1, OF_ONE)
            return (cpu * 1e6 / self.sizes.events,)
        return measure

    def idle(self, server):
        many = self.sizes.idle
        users = [server.users[number // OF_ONE] for number in range(many)]
        with self._load(server, users, 200) as load:
            load.do("connect")
        before = server.process.resident()
        with self._load(server, users, many) as load:
            load.do("connect")
            time.sleep(SETTLE)
            return ((server.process.resident() - before) / many,)
