"""Transfers survive a crash: under repeated kill -9, acknowledged tus and form uploads are kept and can be resumed."""
import os
import random

from support.data_folder import assert_no_orphans
from support.timeouts import duration, eventually
from support.upload_load import Ledger, UploadLoad

ROUNDS = int(os.environ.get("KINGSHARE_TEST_ROUNDS", "25"))
SEED = os.environ.get("KINGSHARE_TEST_SEED", "crash")
MOST_FILES = 60


def free_space(ledger):
    """Deletes old files, to keep later rounds as fast as the first."""
    for key in sorted(ledger.files)[:-MOST_FILES]:
        ledger.user.http.delete(f"files/{key}", want=204)
        del ledger.files[key]


def test_repeated_crashes(start_server):
    server = start_server(auth__access_token_ttl="1d", realtime__presence="off")
    ledger, chance, went_on = Ledger(server, server.user("anna")), random.Random(SEED), 0
    for number in range(ROUNDS):
        before = {part.upload.id: part.offset for transfer in ledger.open for part in transfer.parts}
        UploadLoad(ledger, f"{SEED}-{number}", pieces=chance.randrange(5, 150), delay=chance.uniform(0, 0.02))
        server.start()
        ledger.check()
        went_on += sum(part.offset > before.get(part.upload.id, len(part.data)) for transfer in ledger.open for part in transfer.parts)
        free_space(ledger)
    assert went_on, "some were gone on with"
    ledger.check_all_again()
    end_of_unfinished(server, ledger)


def end_of_unfinished(server, ledger):
    """Cancels half of the unfinished uploads and lets the others expire; then only files remain, and all other quota is free."""
    server.stop()
    server.settings["uploads.expire_unfinished"] = duration(1)
    server.start()
    uploads = [part.upload for transfer in ledger.open for part in transfer.parts]
    for upload in uploads[::2]:
        upload.delete()
    for upload in uploads[1::2]:
        upload.patch(b"", upload.offset())  # applies the new lifetime from the settings
    eventually(lambda: all(upload.is_gone() for upload in uploads), "unfinished uploads expire")
    used = sum(file["size"] for key, file in ledger.seen.items() if key in ledger.files)
    assert_no_orphans(server, files=len(ledger.files))
    eventually(lambda: ledger.user.http.get("users/me").json()["used_bytes"] == used, "only files are counted")
    empty = sum(file["size"] == 0 for key, file in ledger.seen.items() if key in ledger.files)
    # An empty file counts 1 KiB, as does an upload whose creation lost its response in a crash; that one lives for a day.
    quota = used + (empty + 2 * ROUNDS) * 1024 + 100_000
    server.admin.http.patch(f"users/{ledger.user.id}", {"quota_bytes": quota}, want=200)
    ledger.user.upload("rest", bytes(100_000))
