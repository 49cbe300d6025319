"""What lies in a server's data folder."""
from .bounds import eventually


def blobs(server):
    """The content of files that are there as a whole."""
    return [path for path in server.blobs.rglob("*") if path.is_file() and path not in incoming(server)]


def incoming(server):
    """Content that is still arriving."""
    return list((server.blobs / "incoming").glob("*"))


def assert_tidy(server, files):
    """There comes to be one blob for each of so many files, and nothing left over."""
    eventually(lambda: not incoming(server), "nothing is left of what never arrived")
    eventually(lambda: len(blobs(server)) == files, f"{files} blobs are kept, for as many files; there are {len(blobs(server))}")


def everything(server):
    """All bytes of the data folder, of the files' content too."""
    return b"".join(path.read_bytes() for path in server.data.rglob("*") if path.is_file())
