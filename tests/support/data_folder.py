"""Inspects a server's data folder."""
import uuid

from .timeouts import eventually


def blobs(server):
    """Returns the paths of all complete blobs."""
    return [path for path in server.blobs.rglob("*") if path.is_file() and path not in incoming(server)]


def incoming(server):
    """Returns the paths of blobs that are still being received."""
    return list((server.blobs / "incoming").glob("*"))


def assert_no_orphans(server, files):
    """Waits until exactly one blob per file remains and no incoming blob is left over."""
    if server.uses_s3:
        eventually(lambda: [len(key) for key in server.s3_keys()] == files * [len(str(uuid.UUID(int=0)))],
                   f"{files} objects are kept, for as many files, and no checkpoints; there are {server.s3_keys()}")
        return
    eventually(lambda: not incoming(server), "nothing is left of what never arrived")
    eventually(lambda: len(blobs(server)) == files, f"{files} blobs are kept, for as many files; there are {len(blobs(server))}")


def all_bytes(server):
    """Returns all bytes of the data folder, including file contents."""
    return b"".join(path.read_bytes() for path in server.data.rglob("*") if path.is_file())
