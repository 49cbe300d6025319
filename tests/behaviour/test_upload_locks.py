"""A stalled sender holds nothing up: a newer PATCH takes over the upload at once."""
import http.client
import random
import threading
import time

import pytest

from support import tus
from support.data_folder import assert_no_orphans
from support.http import STALE_CONNECTION
from support.timeouts import SLOWNESS
from support.upload_events import uploaded_file_ids

MIB = 1 << 20
PROMPT = 2 * SLOWNESS
DATA = random.Random("a sender").randbytes(4 * MIB + 777)


@pytest.fixture
def server(start_server):
    return start_server(realtime__progress_interval="1ms", realtime__presence="off")


@pytest.fixture
def anna(server):
    return server.user("anna")


def stalled(anna, sent):
    """Returns an upload of DATA, a PATCH stalled after `sent` bytes, and the number of bytes known to have arrived."""
    socket = anna.connect()
    upload = tus.create(anna.http, len(DATA))
    sending = upload.begin_patch(0, len(DATA))
    sending.write(DATA[:sent])
    return upload, sending, socket.expect("UploadProgress", file_id=upload.id)["bytes_uploaded"]


def prompt(call):
    """Returns the result of `call`, which must not block."""
    begun = time.monotonic()
    answer = call()
    assert time.monotonic() - begun < PROMPT
    return answer


def assert_turned_away(sending, rest):
    """Checks that the preempted request fails, and that its remaining bytes are discarded."""
    try:
        sending.write(rest)
        assert sending.finish(want=0).status in (400, 404, 409, 410, 423)
    except (*STALE_CONNECTION, http.client.BadStatusLine):
        pass


def test_a_newer_patch_takes_over_at_once(server, anna):
    upload, sending, _ = stalled(anna, 2 * MIB + 333)
    prompt(lambda: upload.resume(DATA, timeout=PROMPT))
    upload.assert_content(DATA)
    assert_turned_away(sending, DATA[2 * MIB + 333:])
    upload.assert_content(DATA)
    assert len(anna.http.get("files").json()["items"]) == 1
    assert_no_orphans(server, files=1)


def test_received_bytes_count(anna):
    upload, sending, told = stalled(anna, 2 * MIB + 333)
    assert 0 < told <= prompt(upload.offset) <= 2 * MIB + 333
    sending.abort()
    assert told <= upload.offset() <= 2 * MIB + 333
    upload.resume(DATA, timeout=PROMPT)
    upload.assert_content(DATA)


def test_a_sender_stalled_after_one_byte_is_preempted(anna):
    upload = tus.create(anna.http, len(DATA))
    sending = upload.begin_patch(0, len(DATA))
    sending.write(DATA[:1])
    assert prompt(upload.offset) <= 1
    prompt(lambda: upload.resume(DATA, timeout=PROMPT))
    upload.assert_content(DATA)
    assert_turned_away(sending, DATA[1:])


def test_repeated_takeovers(server, anna):
    upload, senders = tus.create(anna.http, len(DATA)), []
    for _ in range(10):
        at = prompt(upload.offset)
        senders.append(upload.begin_patch(at, len(DATA) - at))
        senders[-1].write(DATA[at:at + 300_000])
    prompt(lambda: upload.resume(DATA, timeout=PROMPT))
    upload.assert_content(DATA)
    for sending in senders:
        sending.abort()
    assert_no_orphans(server, files=1)


def test_it_can_be_deleted_at_once(server, anna):
    upload, sending, _ = stalled(anna, MIB)
    prompt(upload.delete)
    upload.assert_gone()
    assert_turned_away(sending, DATA[MIB:])
    assert_no_orphans(server, files=0)


def test_concurrent_senders(server, anna):
    socket, data = anna.connect(), DATA[:MIB]
    upload = tus.create(anna.http, len(data))

    def work():
        mine = upload.as_client(anna.http.clone())
        while (at := mine.offset()) < len(data):
            try:
                mine.patch(data[at:], at, want=0)
            except STALE_CONNECTION:
                pass
    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert uploaded_file_ids(server.received(socket)) == [upload.id]
    upload.assert_content(data)
    assert_no_orphans(server, files=1)
