"""A server process in a separate process group: pinned to CPUs, with CPU time and memory from /proc, and terminated by id."""
import os
import pathlib
import signal
import subprocess

TICKS = os.sysconf("SC_CLK_TCK")
GRACE = 15


class Process:
    def __init__(self, command, folder, cores, environment):
        self.log = folder / "log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("KINGSHARE_")}
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**inherited, **environment},
                start_new_session=True, preexec_fn=lambda: os.sched_setaffinity(0, cores))

    def check_alive(self):
        if self._process.poll() is not None:
            raise RuntimeError(f"a server ended with {self._process.returncode}:\n{self.log.read_text(errors='replace')[-2000:]}")

    def _members(self):
        """Yields (pid, fields of /proc/PID/stat from the third on) for the process and its workers."""
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    fields = (entry / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                if int(fields[2]) == self._process.pid:
                    yield int(entry.name), fields

    def cpu(self):
        """Returns the user and system time so far, in seconds."""
        return sum(int(fields[11]) + int(fields[12]) for _, fields in self._members()) / TICKS

    def _memory(self, field):
        status = [pathlib.Path(f"/proc/{pid}/status").read_text() for pid, _ in self._members()]
        return sum(int(text.partition(f"\n{field}:")[2].split()[0]) * 1024 for text in status)

    def resident(self):
        return self._memory("VmRSS")

    def peak(self):
        """Returns the peak resident memory since the last forget_peak(), in bytes. Counts memory shared by workers once per worker."""
        return self._memory("VmHWM")

    def forget_peak(self):
        for pid, _ in self._members():
            pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")

    def end(self):
        self._process.terminate()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
