"""An upload outlives the server: after kill -9 or a restart, acknowledged bytes are present, and the upload resumes."""
import random

from support import tus
from support.data_folder import assert_no_orphans

MIB = 1 << 20
DATA = random.Random("deaths").randbytes(4 * MIB + 777)


def test_what_was_acknowledged_is_there(start_server):
    server, chance, acknowledged = start_server(), random.Random("deaths"), 0
    anna = server.user("anna")
    upload = tus.create(anna.http, len(DATA), upload_metadata=tus.metadata(filename="film.mp4"))
    for _ in range(5):
        for _ in range(chance.randrange(3)):
            size = chance.randrange(1, 300_000)
            upload.patch(DATA[acknowledged:acknowledged + size], acknowledged)
            acknowledged += size
        sending = upload.begin_patch(acknowledged, len(DATA) - acknowledged)
        sending.write(DATA[acknowledged:acknowledged + 400_000])
        server.kill()
        sending.abort()
        server.start()
        assert acknowledged <= upload.offset() <= acknowledged + 400_000
        acknowledged = upload.offset()
    upload.assert_no_file()
    upload.send(DATA, acknowledged)
    server.kill()
    server.start()
    assert upload.assert_content(DATA)["filename"] == "film.mp4"
    assert upload.offset() == len(DATA)
    assert anna.http.get("users/me").json()["used_bytes"] == len(DATA)
    assert_no_orphans(server, files=1)


def test_what_was_said_about_it_too(start_server):
    server = start_server()
    anna = server.user("anna")
    metadata = tus.metadata(filename="x", filetype="text/plain")
    known, deferred = tus.create(anna.http, 10, upload_metadata=metadata), tus.create(anna.http, upload_defer_length=1)
    told, gone = tus.create(anna.http, upload_defer_length=1), tus.create(anna.http, 5)
    part = tus.create(anna.http, 5, upload_concat="partial")
    told.patch(b"hello", 0, upload_length=7)
    part.patch(b"parts", 0)
    gone.delete()
    expires = known.expires()
    server.kill()
    server.start()
    head = known.head().headers
    assert (head["Upload-Offset"], head["Upload-Length"], head["Upload-Metadata"]) == ("0", "10", metadata)
    assert known.expires() == expires
    assert deferred.head().headers["Upload-Defer-Length"] == "1"
    assert (told.offset(), told.head().headers["Upload-Length"]) == (5, "7")
    gone.assert_gone()
    tus.Upload(anna.http, tus.concatenate(anna.http, part).headers["Location"]).assert_content(b"parts")


def test_it_stops_politely_in_the_middle(start_server):
    server = start_server(server__shutdown_grace="100ms")
    anna = server.user("anna")
    upload = tus.create(anna.http, len(DATA)).send(DATA[:MIB])
    sending = upload.begin_patch(MIB, len(DATA) - MIB)
    sending.write(DATA[MIB:2 * MIB])
    server.restart()
    sending.abort()
    assert MIB <= upload.offset() <= 2 * MIB
    upload.send(DATA, upload.offset())
    upload.assert_content(DATA)
