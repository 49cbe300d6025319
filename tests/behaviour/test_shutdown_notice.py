"""The server says goodbye on SIGTERM: every WebSocket gets a close frame, transfers finish, and the exit status is 0."""
import re

import pytest

from support.event_stream import EventSource

MIB = 1 << 20


@pytest.fixture
def server(start_server):
    return start_server(realtime__progress_interval="1ms", realtime__presence="off")


def test_every_connection_is_told(server):
    anna = server.user("anna")
    share = anna.share(anna.upload())
    sockets = [anna.connect(), server.listen(), server.listen(share=share), anna.connect(deflate="permessage-deflate")]
    server.terminate()
    for socket in sockets:
        socket.expect_close(1012)
    server.wait_for_end()


def test_each_is_told_another_moment_to_come_again(server):
    anna = server.user("anna")
    sockets = [*(anna.connect() for _ in range(15)), *(server.listen() for _ in range(15))]
    server.terminate()
    moments = {re.fullmatch(r"The server restarts; retry in (\d+\.\d{3}) s", socket.read_until_closed()[1].reason)[1] for socket in sockets}
    assert len(moments) == 30 and all(0 < float(moment) <= 1 for moment in moments)
    server.wait_for_end()


def test_an_event_source_is_told_as_well(server):
    anna = server.user("anna")
    streams = [EventSource(anna) for _ in range(5)]
    for stream in streams:
        stream.expect("Resumed")
    server.terminate()
    assert all(stream.next() is None for stream in streams)
    moments = {stream.retry for stream in streams}
    assert len(moments) == 5 and all(0 < moment <= 1000 for moment in moments)
    server.wait_for_end()


def test_who_does_not_answer_holds_nobody_up(server):
    anna = server.user("anna")
    silent, stalled = anna.connect(), server.connect(token=anna.token, reading=False)
    silent.stop_responding()
    server.terminate()
    silent.expect_close(1012)
    server.wait_for_end()
    stalled.start_reading()
    stalled.expect_authenticated()
    stalled.expect_close(1012)


def test_an_upload_under_way_is_finished(server):
    anna = server.user("anna")
    socket = anna.connect()
    upload = anna.http.begin_request("POST", "files?filename=film.mp4", 2 * MIB)
    upload.write(bytes(MIB))
    socket.expect("UploadProgress")
    server.terminate()
    assert socket.read_until_closed()[1].code == 1012
    upload.write(bytes(MIB))
    file = upload.finish(want=201).json()
    server.wait_for_end()
    server.start()
    assert anna.http.get(f"files/{file['id']}", want=200).json() == file


def test_a_download_under_way_is_finished(server):
    anna = server.user("anna")
    file = anna.upload("film.mp4", bytes(16 * MIB))
    download = anna.http.stream_response("GET", f"files/{file['id']}/content", receive_buffer=4096)
    assert download.status == 200
    server.terminate()
    assert len(download.read()) == 16 * MIB
    download.close()
    server.wait_for_end()


def test_nobody_waits_for_ever(start_server):
    server = start_server(server__shutdown_grace="200ms")
    anna = server.user("anna")
    upload = anna.http.begin_request("POST", "files?filename=film.mp4", 2 * MIB)
    upload.write(bytes(MIB))
    server.stop()
    server.start()
    assert anna.http.get("files", want=200).json()["items"] == []


def test_we_meet_again(server):
    anna = server.user("anna")
    anna.connect()
    server.disconnect_all()
    server.restart()
    anna.connect().expect_uploaded(anna.upload())
