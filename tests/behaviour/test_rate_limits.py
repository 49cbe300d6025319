"""The request rate limit: per address, for the API only, and recovering quickly."""
import pytest

from support.raw_http import assert_problem
from support.timeouts import eventually

BURST = 10


@pytest.fixture
def server(start_server):
    return start_server(http__requests_per_second="1", http__request_burst=BURST, realtime__presence="off")


def statuses(client, count, target="/api/openapi.yaml", **options):
    return [client.get(target, want=0, **options).status for _ in range(count)]


def test_so_many_at_once_and_then_so_many_a_second(server):
    guest = server.nodes[0].guest()
    got = statuses(guest, 3 * BURST)
    assert got[:BURST] == [200] * BURST and got.count(429) >= BURST
    refused = guest.get("/api/openapi.yaml", want=0)
    if refused.status == 429:
        assert_problem(refused, 429, "RATE_LIMITED")
        assert 1 <= int(refused.headers["Retry-After"]) <= 10
    eventually(lambda: guest.get("/api/openapi.yaml", want=0).status == 200, "it is heard again")


def test_on_all_of_the_api_and_nowhere_else(server):
    guest = server.nodes[0].guest()
    assert 429 in statuses(guest, 3 * BURST)
    refused = [guest.get(target, want=0).status for target in ("files", "public/shares/AAAAAAAAAAAAAAAAAAAAAAAA", "/api/asyncapi.yaml")]
    refused.append(guest.post("auth/login", {"username": "admin", "password": "a wrong password"}, want=0).status)
    assert refused.count(429) >= 2
    for target, expected in (("/healthz", 200), ("/readyz", 200), ("/metrics", 200)):
        assert set(statuses(guest, 2 * BURST, target)) == {expected}


def test_another_address_is_somebody_else(server):
    assert 429 in statuses(server.nodes[0].guest(), 3 * BURST)
    assert statuses(server.nodes[0].guest(source="127.0.0.2"), BURST) == [200] * BURST


def test_a_new_connection_or_token_is_not(server):
    assert 429 in statuses(server.nodes[0].guest(), 3 * BURST)
    got = [server.nodes[0].guest(bearer=f"token-{number}").get("files", want=0).status for number in range(2 * BURST)]
    assert got.count(429) >= BURST


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_nobody_forges_another_address(server, header):
    guest = server.nodes[0].guest()
    got = [guest.get("/api/openapi.yaml", headers={header: f"{'for=' if header == 'Forwarded' else ''}10.0.0.{number}"}, want=0).status
           for number in range(3 * BURST)]
    assert got.count(429) >= BURST


def test_a_trusted_proxy_says_who_asks(start_server):
    server = start_server(http__requests_per_second="1", http__request_burst=BURST, server__trusted_proxies="127.0.0.1")
    proxy = server.nodes[0].guest()
    one, other = {"X-Forwarded-For": "203.0.113.1"}, {"X-Forwarded-For": "10.1.1.1, 203.0.113.2"}
    assert 429 in statuses(proxy, 3 * BURST, headers=one)
    assert statuses(proxy, BURST, headers=other) == [200] * BURST
    forged = {"X-Forwarded-For": "198.51.100.7, 203.0.113.1"}
    assert statuses(proxy, BURST, headers=forged).count(429) >= BURST // 2, "the last address is the one that the proxy saw"
