"""Limits on connections per address, and evictions when file descriptors run out."""
import resource
import socket

import pytest

from support.timeouts import TIMEOUT, eventually


def is_open(connection):
    """Returns whether the server has left the connection open."""
    connection.settimeout(0.05)
    try:
        return connection.recv(1) != b""
    except TimeoutError:
        return True
    except OSError:
        return False


@pytest.fixture
def plain(request):
    """Opens connections that send nothing, to one node: each counts its own."""
    made = []

    def connect(server, source="127.0.0.1"):
        made.append(socket.create_connection(server.nodes[0].address, timeout=TIMEOUT, source_address=(source, 0)))
        return made[-1]
    yield connect
    for one in made:
        one.close()


def test_more_connections_of_an_address_are_closed_at_once(start_server, plain):
    server = start_server(server__max_connections_per_ip=5)
    server.guest().get("/healthz", checked=False, want=200)
    eventually(lambda: is_open(plain(server, "127.0.0.9")), "there is room")
    kept = [plain(server, "127.0.0.2") for _ in range(5)]
    refused = [plain(server, "127.0.0.2") for _ in range(5)]
    assert not any(is_open(one) for one in refused)
    assert all(is_open(one) for one in kept)
    server.guest(source="127.0.0.3").get("/healthz", checked=False, want=200)
    kept.pop().close()
    eventually(lambda: is_open(plain(server, "127.0.0.2")), "there is room again")


def test_a_trusted_proxy_may_open_more(start_server, plain):
    server = start_server(server__max_connections_per_ip=2, server__trusted_proxies="127.0.0.2")
    assert all(is_open(one) for one in [plain(server, "127.0.0.2") for _ in range(8)])


@pytest.fixture
def few_descriptors():
    """Returns a function that limits the processes of a server to 300 file descriptors."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)

    def limit(server):
        for node in server.nodes:
            resource.prlimit(node.process.pid, resource.RLIMIT_NOFILE, (300, 300))
    assert before[1] == resource.RLIM_INFINITY or before[1] >= 600
    return limit


@pytest.mark.parametrize("addresses", [1, 40])
def test_silent_connections_keep_nobody_out(start_server, plain, few_descriptors, addresses):
    server = start_server()
    few_descriptors(server)
    for number in range(400):
        plain(server, f"127.0.1.{1 + number % addresses}")
    eventually(lambda: server.guest(source="127.0.0.7").get("/healthz", checked=False, want=0).status == 200, "others are heard",
               timeout=TIMEOUT)
    anna = server.user("anna")
    anna.http.post("files?filename=x", body=b"x", want=201)


def head_of(fields):
    return "GET /healthz HTTP/1.1\r\nHost: x\r\n" + "".join(f"X-{n}: y\r\n" for n in range(fields - 1)) + "\r\n"


@pytest.mark.parametrize("fields, status", [(100, b"200"), (101, b"431"), (1500, b"431")])
def test_a_request_has_at_most_a_hundred_fields(common_server, plain, fields, status):
    connection = plain(common_server)
    connection.sendall(head_of(fields).encode())
    assert connection.recv(100).split(b" ")[1] == status
