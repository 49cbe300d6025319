"""The works of the benchmark: each with its participating servers and its measurement."""
import contextlib
import dataclasses
import itertools
import os
import re
import subprocess

MIB, GIB = 1 << 20, 1 << 30
CHUNK = 8 * MIB
CONNECTIONS = 32
AT_ONCE = 256   # enough to make the process's base memory negligible
DOWNLOADS = 4   # per measurement: CPU time has a resolution of 10 ms
LONGEST = 900


@dataclasses.dataclass(frozen=True)
class Sizes:
    large: int = GIB
    files: int = 20000
    seconds: int = 5        # duration of the small downloads
    at_once: tuple = (MIB, 8 * MIB)


QUICK = Sizes(large=64 * MIB, files=1000, seconds=1, at_once=(64 << 10, 512 << 10))
SMALL = 4096


@dataclasses.dataclass
class Figures:
    cpu: float     # CPU seconds of the server per unit
    rate: float    # units per second
    busy: float    # CPU cores in use by the server
    peak: float    # resident bytes
    growth: float  # bytes above the idle server, per connection


@dataclasses.dataclass(frozen=True)
class Work:
    key: str
    title: str
    unit: str     # GiB or file
    parties: list  # (name, server, door)
    load: object   # (server, door) -> units, seconds, connections
    fresh: bool = False  # uses a newly started server, as memory once allocated may stay resident


def size(count):
    return next(f"{count // unit} {name}" for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (1024, "KiB")) if count >= unit)


def touch_memory(folder, count):
    """Writes and deletes a file, so that the pages allocated next are recently used ones. In a virtual machine, faulting in fresh pages,
    or pages free for long, costs more than the work."""
    piece = bytes(MIB)
    with open(folder / "touched", "wb") as file:
        for _ in range(count // MIB):
            file.write(piece)
    (folder / "touched").unlink()


class Works:
    def __init__(self, driver, sizes, driver_cores):
        self.driver, self.sizes, self.driver_cores = driver, sizes, driver_cores
        self.drives = itertools.count()

    def all(self, nginx, caddy, node, tus, ours, ours_on_two):
        large = size(self.sizes.large)
        readers = [(server.name, server, "large") for server in (nginx, caddy, ours)]
        made = [
            Work("download 1", f"download {large}, 1 connection", "GiB", readers, self._download(1)),
            Work("download 4", f"download {large}, 4 connections", "GiB", readers, self._download(4)),
            Work("download small", f"download 4 KiB, {CONNECTIONS} connections", "file",
                 [(name, server, "small") for name, server, _ in readers], self._small_downloads),
            Work("upload", f"upload {large}", "GiB",
                 [("nginx PUT", nginx, "raw"), (node.name, node, "raw"), ("kingshare raw", ours, "raw"),
                  ("kingshare multipart", ours, "multipart"), (ours_on_two.name, ours_on_two, "raw")],
                 self._upload(self.sizes.large)),
            Work("tus", f"tus upload {large}, chunks of 8 MiB", "GiB", [(tus.name, tus, "tus"), ("kingshare tus", ours, "tus")],
                 self._upload(self.sizes.large)),
            Work("upload small", f"upload {self.sizes.files} × 4 KiB, {CONNECTIONS} connections", "file",
                 [("nginx PUT", nginx, "raw"), (node.name, node, "raw"), (tus.name, tus, "tus"), (ours.name, ours, "raw")],
                 self._upload(SMALL, self.sizes.files, CONNECTIONS)),
            *[Work(f"at once {number}", f"upload {AT_ONCE} × {size(each)} at once", "GiB",
                   [(node.name, node, "raw"), (ours.name, ours, "raw")], self._upload(each, AT_ONCE, AT_ONCE), fresh=True)
              for number, each in enumerate(self.sizes.at_once)],
        ]
        missing = [f"{name}: {work.title}" for work in made for name, server, door in work.parties if not server.offers(door)]
        for work in made:
            work.parties[:] = [(name, server, door) for name, server, door in work.parties if server.offers(door)]
        return made, missing

    def measure(self, work, server, door):
        if not work.fresh:
            return self._measure(work, server, door)
        with contextlib.closing(server.another()) as fresh:
            return self._measure(work, fresh, door)

    def _measure(self, work, server, door):
        os.sync()  # flush dirty pages of earlier works, so that this one does not pay for them
        touch_memory(server.folder, self.sizes.large)
        server.process.forget_peak()
        before = server.process.cpu()
        units, seconds, connections = work.load(server, door)
        cpu, peak = server.process.cpu() - before, server.process.peak()
        server.process.check_alive()
        server.forget_uploads()
        return Figures(cpu / units, units / seconds, cpu / seconds, peak, (peak - server.at_rest) / connections)

    def _download(self, connections):
        def load(server, door):
            seconds = self._drive(server, ["download", "--target", server.downloads[door]], self.sizes.large, DOWNLOADS, connections)
            return DOWNLOADS * self.sizes.large / GIB, seconds, connections
        return load

    def _upload(self, size, count=1, connections=1):
        def load(server, door):
            seconds = self._drive(server, server.doors[door], size, count, connections)
            return (count if size == SMALL else count * size / GIB), seconds, connections
        return load

    def _drive(self, server, door, size, count, connections):
        new = str(next(self.drives))
        command = [self.driver, *(word.replace("NEW", new) for word in door), "--port", str(server.port), "--size", str(size),
                   "--count", str(count), "--connections", str(connections), "--chunk", str(CHUNK)]
        return float(self._run(server, command + [word for line in server.headers for word in ("--header", line)]))

    def _small_downloads(self, server, door):
        headers = [word for line in server.headers for word in ("-H", line)]
        printed = self._run(server, ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{self.sizes.seconds}s", *headers,
                                     f"http://127.0.0.1:{server.port}{server.downloads[door]}"])
        done = re.search(r"(\d+) requests in ([\d.]+)s", printed)
        if "Non-2xx" in printed or "Socket errors" in printed:
            raise RuntimeError(f"{server.name}:\n{printed}")
        return int(done[1]), float(done[2]), CONNECTIONS

    def _run(self, server, command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LONGEST,
                              preexec_fn=lambda: os.sched_setaffinity(0, self.driver_cores(server)))
        if done.returncode != 0:
            raise RuntimeError(f"{server.name}: the load failed:\n{done.stdout}\n{server.process.log.read_text(errors='replace')[-2000:]}")
        return done.stdout
