"""Users who upload by every endpoint while the server is killed, and a ledger of everything it acknowledged to them."""
import hashlib
import http.client
import random
import threading

from . import tus
from .data_folder import blobs, incoming
from .http import multipart
from .timeouts import eventually

WORKERS = 5
PIECE = 40_000
CONNECTION_ERRORS = (OSError, http.client.HTTPException)


def content_of(name):
    """Returns content derived from the name, so that a file can be verified from its name alone."""
    chance = random.Random(name)
    return chance.randbytes(chance.choice([0, 1, 5000, 90_000, 400_000, 1_200_000]))


def all_files(user):
    items, cursor = [], ""
    while cursor is not None:
        page = user.http.get(f"files?limit=200{cursor}", want=200).json()
        items += page["items"]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    return items


class PartialUpload:
    """A tus upload, or one part of it. `offset` is the last acknowledged offset."""

    def __init__(self, upload, data, checked):
        self.upload, self.data, self.checked, self.offset = upload, data, checked, 0

    def remaining(self):
        return len(self.data) - self.offset


class Transfer:
    """One file being uploaded by tus, either as a single upload or as parts to be concatenated."""

    def __init__(self, name, parts, concatenated):
        self.name, self.parts, self.concatenated, self.is_cancelled = name, parts, concatenated, False

    def received(self):
        return sum(part.offset for part in self.parts)


class Ledger:
    """Everything acknowledged to one user: files, and incomplete uploads."""

    def __init__(self, server, user):
        self.server, self.user, self.lock = server, user, threading.Lock()
        self.files, self.seen, self.open = {}, {}, []

    def acknowledge(self, *files):
        with self.lock:
            self.files.update((file["id"], file["filename"]) for file in files)

    def close(self, transfer):
        with self.lock:
            self.open.remove(transfer)

    def check(self):
        """Checks that everything acknowledged is present, that no file is partial, and that used_bytes counts every byte."""
        files = {file["id"]: file for file in all_files(self.user)}
        for file in files.values():
            data = content_of(file["filename"])
            assert (file["size"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest()), file
            if file["id"] not in self.seen:
                assert self.user.download(file, want=200).body == data, file
        assert self.files.items() <= {key: file["filename"] for key, file in files.items()}.items()
        self.seen = files
        self.acknowledge(*files.values())
        names = {file["filename"] for file in files.values()}
        self.open = [transfer for transfer in self.open if self._is_unfinished(transfer, names)]
        used = sum(file["size"] for file in files.values()) + sum(transfer.received() for transfer in self.open)
        assert self.user.http.get("users/me", want=200).json()["used_bytes"] == used
        unfinished = {part.upload.id for transfer in self.open for part in transfer.parts}
        # An upload that the crash interrupted while it was becoming a file may already lie among the blobs.
        eventually(lambda: {path.name for path in incoming(self.server) + blobs(self.server)} - unfinished == files.keys(),
                   "each file keeps its blob, and nothing is left of what never arrived")

    def check_all_again(self):
        self.seen = {}
        self.check()

    def _is_unfinished(self, transfer, names):
        """Returns whether the server still expects data for it. Every acknowledged byte must be present."""
        heads = [part.upload.head(want=0) for part in transfer.parts]
        there = [(part, head) for part, head in zip(transfer.parts, heads) if head.status == 200]
        if len(there) < len(heads):
            became_a_file = transfer.concatenated and transfer.name in names and not there
            assert transfer.is_cancelled or became_a_file, f"of {transfer.name} there are {len(there)} parts"
            transfer.parts = [part for part, _ in there]
            if not there:
                return False
        for part, head in there:
            offset = int(head.headers["Upload-Offset"])
            assert part.offset <= offset <= len(part.data), f"{part.offset} bytes of {part.upload.id} were acknowledged: {head}"
            part.offset = offset
        is_file = not transfer.concatenated and not transfer.parts[0].remaining()
        assert is_file == (transfer.name in names), f"{transfer.name} is a file exactly when it is complete"
        return not is_file


class UploadLoad:
    """Workers that upload until the server is gone: it is killed `delay` seconds after `pieces` pieces have been sent."""

    def __init__(self, ledger, label, pieces, delay):
        self.ledger, self.label, self.pieces, self.lock = ledger, label, pieces, threading.Lock()
        self.killer = threading.Timer(delay, ledger.server.kill)
        self.failures, self.waiting = [], ledger.open[::2]
        workers = [threading.Thread(target=self.work, args=(number,)) for number in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.killer.join()
        if self.failures:
            raise self.failures[0]

    def step(self):
        with self.lock:
            self.pieces -= 1
            if self.pieces == 0:
                self.killer.start()

    def work(self, number):
        chance = random.Random(f"{self.label}-{number}")
        me = self.ledger.user.http.clone()
        try:
            for count in range(1_000_000):
                with self.lock:
                    transfer = self.waiting.pop() if self.waiting else None
                if transfer and (transfer.is_cancelled or chance.random() < 0.2):
                    self.cancel(transfer)
                elif transfer:
                    self.resume(me, transfer, chance)
                else:
                    chance.choice([self.form, self.tus, self.tus, self.tus_in_parts])(me, f"{self.label}-{number}-{count}", chance)
                self.step()
        except CONNECTION_ERRORS:
            pass
        except BaseException as failure:  # re-raised in the test's thread
            self.failures.append(failure)
            self.ledger.server.kill()

    def form(self, me, name, chance):
        names = [f"{name}-{part}" for part in range(chance.randrange(1, 4))]
        body, kind = multipart(*((each, content_of(each)) for each in names))
        sending = me.clone().begin_request("POST", "files", len(body), {"Content-Type": kind})
        self.write(sending, body)
        answer = sending.finish(want=201).json()
        self.ledger.acknowledge(*answer.get("items", [answer]))

    def tus(self, me, name, chance):
        data = content_of(name)
        upload = tus.create(me, len(data), upload_metadata=tus.metadata(filename=name))
        self.resume(me, self.track(Transfer(name, [PartialUpload(upload, data, chance.random() < 0.4)], concatenated=False)), chance)

    def tus_in_parts(self, me, name, chance):
        data = content_of(name)
        size = len(data) // 3 + 1
        pieces = [data[start:start + size] for start in range(0, max(len(data), 1), size)]
        uploads = [tus.create(me, len(piece), upload_concat="partial") for piece in pieces]
        parts = [PartialUpload(upload, piece, chance.random() < 0.4) for upload, piece in zip(uploads, pieces)]
        self.resume(me, self.track(Transfer(name, parts, concatenated=True)), chance)

    def track(self, transfer):
        with self.ledger.lock:
            self.ledger.open.append(transfer)
        return transfer

    def resume(self, me, transfer, chance):
        while missing := [part for part in transfer.parts if part.remaining()]:
            sending = [(part, *self.begin_patch(me, part, chance)) for part in missing]
            for part, piece, patch in sending:
                self.write(patch, piece)
            for part, piece, patch in sending:
                patch.finish(want=204)
                part.offset += len(piece)
        key = transfer.parts[0].upload.id
        if transfer.concatenated:
            answer = tus.concatenate(me, *(part.upload for part in transfer.parts), upload_metadata=tus.metadata(filename=transfer.name))
            key = answer.headers["Location"].rsplit("/", 1)[1]
        self.ledger.acknowledge({"id": key, "filename": transfer.name})
        self.ledger.close(transfer)

    def begin_patch(self, me, part, chance):
        piece = part.data[part.offset:part.offset + chance.randrange(1, 300_000)]
        headers = {"upload_checksum": tus.checksum(piece, "sha256")} if part.checked else {}
        return piece, part.upload.as_client(me).begin_patch(part.offset, len(piece), **headers)

    def write(self, sending, data):
        for start in range(0, len(data), PIECE):
            sending.write(data[start:start + PIECE])
            self.step()

    def cancel(self, transfer):
        transfer.is_cancelled = True
        for part in transfer.parts:
            part.upload.as_client(self.ledger.user.http.clone()).delete()
        self.ledger.close(transfer)
