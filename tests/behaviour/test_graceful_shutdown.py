"""Graceful shutdown on SIGTERM, and start on an address or data folder in use, as seen by clients and the operator."""
import signal
import time

import pytest

from support.command import kingshare
from support.http import multipart
from support.raw_http import RawHttpConnection
from support.timeouts import TIMEOUT, eventually

MIB = 1 << 20


@pytest.fixture
def server(start_server):
    return start_server(realtime__presence="off", realtime__progress_interval="1ms", server__shutdown_grace=f"{round(6 * TIMEOUT)}s")


def is_deaf(server):
    try:
        connection = RawHttpConnection(server)
        connection.request("GET", "/healthz")
        answer = connection.read_response()
        connection.close()
    except ConnectionError:  # refused, or reset just as the listener closed
        return True
    return answer is None


def test_nobody_new_is_let_in_and_who_is_there_finishes(server):
    anna = server.user("anna")
    data = bytes(range(256)) * (64 << 10)
    share = anna.share(anna.upload("film.mp4", data))
    downloads = [anna.http.stream_response("GET", target, receive_buffer=4096) for target in (
        f"files/{share['file_id']}/content", f"public/shares/{share['share_token']}/content")]
    body, kind = multipart(("letter.bin", data))
    upload = anna.http.begin_request("POST", "files", len(body), {"Content-Type": kind})
    socket = anna.connect()
    upload.write(body[:MIB])
    socket.expect("UploadProgress", skipping=("DownloadStarted",))
    server.terminate()
    eventually(lambda: is_deaf(server), "nobody new is let in")
    upload.write(body[MIB:])
    file = upload.finish(want=201).json()
    assert all(download.read() == data for download in downloads)
    server.wait_for_end()
    server.start()
    assert anna.download(file, want=200).body == data


def test_idle_connections_hold_nothing_up(server):
    idle = [RawHttpConnection(server) for _ in range(5)]
    used = [RawHttpConnection(server) for _ in range(5)]
    begun = [RawHttpConnection(server) for _ in range(5)]
    for connection in used:
        connection.request("GET", "/healthz")
        assert connection.read_response().status == 200
    for connection in begun:
        connection.send("GET /healthz HT")
    server.stop()
    for connection in idle + used:
        assert connection.is_closed()


def test_what_is_asked_last_is_answered(server):
    connections = [RawHttpConnection(server) for _ in range(20)]
    for connection in connections:
        connection.request("GET", "/api/openapi.yaml")
    first = connections[0].read_response()
    server.terminate()
    answers = [first, *(connection.read_response() for connection in connections[1:])]
    server.wait_for_end()
    assert all(answer is None or answer.body == first.body for answer in answers)


@pytest.mark.parametrize("grace, stalled", [("100ms", "download"), ("0s", "upload")])
def test_the_grace_has_an_end(start_server, grace, stalled):
    server = start_server(server__shutdown_grace=grace)
    anna = server.user("anna")
    if stalled == "download":
        transfer = anna.http.stream_response("GET", f"files/{anna.upload('x', bytes(16 * MIB))['id']}/content", receive_buffer=4096)
    else:
        transfer = anna.http.begin_request("POST", "files?filename=x", 2 * MIB)
        transfer.write(bytes(MIB))
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < TIMEOUT
    transfer.abort()


def test_interrupt_from_the_keyboard(server):
    server.send_signal(signal.SIGINT)
    server.wait_for_end()


def test_second_signal(start_server):
    server = start_server()
    server.terminate()
    server.stop()


@pytest.mark.parametrize("number", range(3))
def test_signals_during_the_shutdown(start_server, number):
    server = start_server()
    sockets = [server.user("anna").connect() for _ in range(3)]
    while server.is_running():  # at every moment of the shutdown
        server.terminate()
    server.wait_for_end()
    assert [socket.read_until_closed()[1].code for socket in sockets] == [1012] * 3


def test_second_signal_cuts_transfers(server):
    anna = server.user("anna")
    transfer = anna.http.stream_response("GET", f"files/{anna.upload('x', bytes(16 * MIB))['id']}/content", receive_buffer=4096)
    server.terminate()
    eventually(lambda: is_deaf(server), "it is stopping")
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < TIMEOUT
    transfer.abort()


def test_stopped_at_once_and_started_again_many_times(start_server):
    server = start_server()
    anna = server.user("anna")
    for number in range(5):
        anna.upload(f"{number}.txt")
        server.restart()
    assert len(anna.http.get("files", want=200).json()["items"]) == 5


def test_address_in_use(server, tmp_path):
    (tmp_path / "second").mkdir()
    second = kingshare("serve", "--data-dir", tmp_path / "second/data", "--listen", f"127.0.0.1:{server.port}", folder=tmp_path,
                       environment={"KINGSHARE_AUTH__ADMIN_PASSWORD": "long enough"})
    assert second.returncode > 0
    said = second.stderr.strip().splitlines()[-1]
    assert str(server.port) in said and "in use" in said.lower(), second.stderr
    server.guest().get("/healthz", want=200)


def test_invalid_address(tmp_path):
    for address in ("203.0.113.9:8080", "no.such.host.invalid:8080"):
        ended = kingshare("serve", "--data-dir", tmp_path / "data", "--listen", address, folder=tmp_path,
                          environment={"KINGSHARE_AUTH__ADMIN_PASSWORD": "long enough"})
        assert ended.returncode > 0 and address.rpartition(":")[0] in ended.stderr
