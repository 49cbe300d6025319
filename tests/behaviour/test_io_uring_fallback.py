"""It works without io_uring: the live channel behaves the same, also if the kernel refuses io_uring."""
import pytest

from support.command import startup_error
from support.io_uring import binary_without_io_uring, require_io_uring

MANY = 70  # more than one batch


@pytest.fixture(params=["on", "off", "auto, refused by the kernel"])
def any_server(request, start_server, tmp_path, monkeypatch):
    if request.param == "on":
        require_io_uring()
    if request.param.startswith("auto"):
        monkeypatch.setattr("support.node.BINARY", binary_without_io_uring(tmp_path))
    return start_server(realtime__io_uring=request.param.partition(",")[0], realtime__presence="off",
                        realtime__max_connections_per_user=2 * MANY, realtime__max_connections_per_ip=3 * MANY)


def test_everyone_is_told_in_order(any_server):
    anna = any_server.user("anna")
    sockets = [anna.connect() for _ in range(MANY)]
    for number in range(5):
        any_server.admin.http.post("notifications", {"message": f"notice {number}", "level": "Info"}, want=202)
    for socket in sockets:
        for number in range(5):
            socket.expect("SystemNotification", message=f"notice {number}", level="Info")
    any_server.assert_nothing_else(*sockets)


def test_many_who_ask_at_once_are_all_answered(any_server):
    sockets = [any_server.connect() for _ in range(MANY)]
    for socket in sockets:
        socket.send("Ping")
    for socket in sockets:
        socket.expect("Pong")
    any_server.assert_nothing_else(*sockets)


def test_those_who_vanish_take_nobody_along(any_server):
    anna = any_server.user("anna")
    stay, go = [anna.connect() for _ in range(MANY)], [anna.connect() for _ in range(MANY // 2)]
    for socket in go:
        socket.abort()
    file = anna.upload("letter.txt", b"Dear reader")
    for socket in stay:
        socket.expect_uploaded(file)
    any_server.assert_nothing_else(*stay)


def test_who_insists_on_it_is_told_where_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr("support.command.BINARY", binary_without_io_uring(tmp_path))
    line = startup_error("--set", "realtime.io_uring=on", folder=tmp_path)
    assert "realtime.io_uring" in line and "Operation not permitted" in line and "auto" in line and "off" in line, line
