"""Breaks nodes and services of a cluster under load, one after the other, and prints a table of what was kept and what failed.

Exit status 1 if an acknowledged upload is lost, an event is lost, doubled or out of order for a client that resumes, or a limit is exceeded.
"""
import argparse
import signal
import sys
import tempfile
import time

from support.cluster import Cluster

from .load import Load

BEFORE, AFTER = 4, 8  # seconds of load
SETTINGS = {"auth.registration": "open", "http.requests_per_second": "100000", "http.request_burst": "100000", "realtime.presence": "off",
            "realtime.ping_interval": "2s", "server.shutdown_grace": "5s", "uploads.quota_bytes": "20GiB"}


def kill(cluster):
    cluster.nodes[0].kill()
    time.sleep(8)
    cluster.start_node(cluster.nodes[0])


def suspended(seconds):
    def suspend(cluster):
        cluster.nodes[1].pause()
        time.sleep(seconds)
        cluster.nodes[1].resume()
    return suspend


def restart_all(cluster):
    for node in cluster.nodes:
        node.send_signal(signal.SIGTERM)
        node.wait_for_end()
        cluster.start_node(node)


def stop_postgres(cluster):
    cluster.postgres.stop()
    time.sleep(4)
    cluster.postgres.start()


def stop_nats(cluster):
    cluster.nats.stop()
    time.sleep(4)
    cluster.nats.start()


def suspend_nats(cluster):
    cluster.nats.pause()
    time.sleep(8)
    cluster.nats.resume()


FAULTS = {"none": lambda cluster: time.sleep(4), "node killed": kill, "node suspended 3 s": suspended(3), "node suspended 6 s": suspended(6),
          "node suspended 20 s": suspended(20), "nodes restarted in turn": restart_all, "PostgreSQL away 4 s": stop_postgres,
          "NATS away 4 s": stop_nats, "NATS suspended 8 s": suspend_nats}
COLUMNS = ("fault", "uploads", "longest pause", "downloads", "of them lost", "events", "connections", "failed requests", "problems")


def run(cluster, name):
    """Returns the row of one fault, and its problems."""
    load = Load(cluster)
    time.sleep(BEFORE)
    FAULTS[name](cluster)
    time.sleep(AFTER)
    load.finish()
    account = load.account
    return (name, len(account.files), f"{account.longest_pause:.1f} s", load.downloads, load.lost_downloads, len(load.followers[0].ids),
            sum(one.connections for one in load.followers), account.failures, len(account.problems)), account.problems


def main():
    parser = argparse.ArgumentParser(prog="./dev faults", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="FAULT", help=f"those to run; all: {', '.join(FAULTS)}")
    parser.add_argument("--s3", action="store_true", help="keep the contents of files in an S3 service instead of a folder")
    options = parser.parse_args()
    unknown = set(options.names) - set(FAULTS)
    if unknown:
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    failed = False
    with tempfile.TemporaryDirectory(prefix="kingshare-faults-") as folder, Cluster(folder, with_s3=options.s3, settings=SETTINGS) as cluster:
        print("| " + " | ".join(COLUMNS) + " |\n|" + " --- |" * len(COLUMNS), flush=True)
        for name in options.names or FAULTS:
            row, problems = run(cluster, name)
            print("| " + " | ".join(map(str, row)) + " |", flush=True)
            for problem in problems:
                print(f"{name}: {problem}", file=sys.stderr)
            failed = failed or bool(problems)
    sys.exit(failed)


if __name__ == "__main__":
    main()
