"""Guesses, expiry and counted downloads are limited for all nodes of an installation together."""
import itertools
import signal
import socket

import pytest

from support.timeouts import TIMEOUT, eventually


def wrong_sign_ins(nodes, user):
    """Yields the statuses of sign-ins with a wrong password, at one node after the other."""
    for node in itertools.cycle(nodes):
        yield node.guest().post("auth/login", {"username": user.name, "password": "not the password"}, want=0).status


def test_wrong_passwords_count_at_all_nodes(start_nodes):
    nodes = start_nodes(2, auth__login_attempts_per_minute=5)
    anna, ben = nodes[0].user("anna"), nodes[0].user("ben")
    assert list(itertools.islice(wrong_sign_ins(nodes, anna), 7)) == [401] * 5 + [429] * 2
    assert next(wrong_sign_ins(nodes, ben)) == 401
    refused = nodes[1].guest().post("auth/login", {"username": anna.name, "password": anna.password}, want=429)
    assert int(refused.headers["retry-after"]) > 0


def test_right_passwords_do_not_count(start_nodes):
    nodes = start_nodes(2, auth__login_attempts_per_minute=5)
    anna = nodes[0].user("anna")
    for node in (*nodes, *nodes, *nodes, *nodes, *nodes):
        node.guest().post("auth/login", {"username": anna.name, "password": anna.password}, want=200)


def test_wrong_share_passwords_count_at_all_nodes(start_nodes):
    nodes = start_nodes(2, shares__password_attempts_per_minute=4)
    anna = nodes[0].user("anna")
    share = anna.share(anna.upload(), password="open sesame")

    def guess(node, password):
        return node.guest().get(f"public/shares/{share['share_token']}", headers={"X-Share-Password": password}, want=0).status

    assert [guess(node, "wrong") for node in (*nodes, *nodes, *nodes)] == [401] * 4 + [429] * 2
    assert guess(nodes[0], "open sesame") == 429


def test_a_share_of_a_dead_node_expires_in_time(start_nodes):
    one, two = start_nodes(2, realtime__presence="off")
    anna = one.user("anna")
    there = anna.at(two)
    connection = there.connect()
    share = anna.share(anna.upload(), expires_in=2)
    connection.expect("FileShared", skipping=("UploadProgress", "FileUploaded"))
    one.kill()
    connection.expect("ShareExpired", share_id=share["share_id"])
    two.assert_nothing_else(connection)


@pytest.fixture
def slow_reader(request):
    """Returns a function that begins a download and reads nothing after its first bytes."""
    def begin(server, share):
        connection = socket.socket()
        request.addfinalizer(connection.close)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
        connection.settimeout(TIMEOUT)
        connection.connect(server.address)
        connection.sendall(f"GET /api/v1/public/shares/{share['share_token']}/content HTTP/1.1\r\nHost: {server.address[0]}\r\n"
                           "Connection: close\r\n\r\n".encode())
        assert connection.recv(12) == b"HTTP/1.1 200"
        return connection
    return begin


def read_rest(connection):
    received = 0
    while piece := connection.recv(1 << 20):
        received += len(piece)
    return received


def test_a_suspended_node_completes_no_download_that_others_have_given_back(start_nodes, tmp_path, slow_reader):
    one, two = start_nodes(2, realtime__presence="off", blobs__url=f"file:{tmp_path / 'blobs'}")
    anna = one.user("anna")
    size = 24 << 20
    share = anna.share(anna.upload("film.bin", bytes(size)), max_downloads=1)
    content = f"public/shares/{share['share_token']}/content"
    begun = slow_reader(one, share)
    two.guest(agent="another").get(content, want=503)
    one.send_signal(signal.SIGSTOP)
    try:
        answer = eventually(lambda: (got := two.guest(agent="another").get(content, want=0)).status == 200 and got, "the download is given back")
        assert len(answer.body) == size
    finally:
        one.send_signal(signal.SIGCONT)
    assert read_rest(begun) < size
    there = anna.at(two).http.get(f"shares/{share['share_id']}", want=200).json()
    assert (there["download_count"], there["state"]) == (1, "used_up")


def test_downloads_are_counted_on_each_node(start_nodes, tmp_path):
    nodes = start_nodes(2, realtime__presence="off", blobs__url=f"file:{tmp_path / 'blobs'}")
    anna = nodes[0].user("anna")
    share = anna.share(anna.upload("letter.txt", b"Dear reader"), max_downloads=3)
    statuses = [node.guest(agent=f"reader {number}").get(f"public/shares/{share['share_token']}/content", want=0).status
                for number, node in enumerate((*nodes, *nodes))]
    assert statuses == [200, 200, 200, 410]
