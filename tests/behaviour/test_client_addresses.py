"""Client addresses behind trusted proxies: every common header form is parsed, and untrusted peers are ignored. Each node counts requests
for itself.
"""
import pytest

from support.command import startup_error
from support.raw_http import RawHttpConnection

BURST = 10


@pytest.fixture
def server(start_server):
    return start_server(http__requests_per_second="1", http__request_burst=BURST, realtime__presence="off",
                        server__trusted_proxies="127.0.0.1,::ffff:10.0.0.0/104")


def statuses(server, count, **headers):
    proxy = server.nodes[0].guest()
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return [proxy.get("/api/openapi.yaml", headers=sent, want=0).status for _ in range(count)]


def assert_is_somebody_else(server, **headers):
    assert statuses(server, BURST, **headers) == [200] * BURST, headers


def assert_is_used_up(server, **headers):
    assert statuses(server, BURST, **headers).count(429) >= BURST // 2, headers


@pytest.mark.parametrize("first, second", [
    ("::ffff:198.51.100.1", "::ffff:198.51.100.2"),
    ("198.51.100.1:4711", "198.51.100.2:4711"),
    ("[2001:db8:0:1::1]:443", "[2001:db8:0:2::1]:443"),
    ("[2001:db8:0:1::1]", "[2001:db8:0:2::1]"),
    ('"[2001:db8:0:1::1]:443"', '"[2001:db8:0:2::1]:443"'),
    ("10.0.0.7, ::ffff:198.51.100.1, 10.0.0.9:80", "10.0.0.7, ::ffff:198.51.100.2, ::ffff:10.0.0.9"),
])
def test_two_callers_have_two_limits(server, first, second):
    assert 429 in statuses(server, 3 * BURST, X_Forwarded_For=first)
    assert_is_somebody_else(server, X_Forwarded_For=second)


@pytest.mark.parametrize("first, second", [
    ('for="[2001:db8:0:1::1]:4711"', 'for="[2001:db8:0:2::1]:4711"'),
    ('for="[2001:db8:0:1::1]:4711";proto=https;host=a.example', 'for="[2001:db8:0:2::1]:4711";proto=https;host=a.example'),
    ("For=198.51.100.1", "for=198.51.100.2;by=10.0.0.1"),
    ('proto=http;for="::ffff:198.51.100.1"', 'proto=http;for="198.51.100.2:80"'),
    ("for=unknown, for=198.51.100.1, for=10.0.0.9", "for=_hidden, for=198.51.100.2, for=10.0.0.9"),
])
def test_forwarded_names_the_caller(server, first, second):
    assert 429 in statuses(server, 3 * BURST, Forwarded=first)
    assert_is_somebody_else(server, Forwarded=second)


def test_one_caller_has_one_limit_however_he_is_written(server):
    assert 429 in statuses(server, 3 * BURST, X_Forwarded_For="198.51.100.1")
    for form in ("::ffff:198.51.100.1", "198.51.100.1:4711", "[::ffff:198.51.100.1]:443", '"198.51.100.1:80"'):
        assert_is_used_up(server, X_Forwarded_For=form)
    assert_is_used_up(server, Forwarded='for="198.51.100.1:4711"')
    assert 429 in statuses(server, 3 * BURST, X_Forwarded_For="2001:db8::1")
    assert_is_used_up(server, X_Forwarded_For="[2001:DB8:0:0:ffff::2]:443")


@pytest.mark.parametrize("forged", ["for=198.51.100.{n}, for=203.0.113.1", 'for="198.51.100.{n}, for=203.0.113.1', 'for="\\, for=203.0.113.1',
                                    "for=198.51.100.{n};by=\", for=203.0.113.1", "garbage{n}, for=203.0.113.1"])
def test_nobody_forges_what_the_proxy_appended(server, forged):
    assert 429 in statuses(server, 3 * BURST, Forwarded="for=203.0.113.1")
    got = [statuses(server, 1, Forwarded=forged.format(n=number))[0] for number in range(BURST)]
    assert got.count(429) >= BURST // 2


@pytest.mark.parametrize("hidden", ["for=_a{n}", "for=unknown", "by=10.0.0.1", "for=198.51.100.{n}, for=_hidden"])
def test_a_hidden_caller_counts_as_the_proxy(server, hidden):
    got = [statuses(server, 1, Forwarded=hidden.format(n=number))[0] for number in range(3 * BURST)]
    assert got.count(429) >= BURST


def test_x_forwarded_for_counts_where_both_came(server):
    """A proxy that sets X-Forwarded-For passes the client's own Forwarded header on unchanged."""
    got = [statuses(server, 1, X_Forwarded_For="203.0.113.1", Forwarded=f"for=198.51.100.{number}")[0] for number in range(3 * BURST)]
    assert got.count(429) >= BURST


def test_several_lines_are_one_list(server):
    def statuses_of(count, last):
        connection = RawHttpConnection(server.nodes[0])
        for _ in range(count):
            connection.send(f"GET /api/openapi.yaml HTTP/1.1\r\nHost: {connection.host}\r\nX-Forwarded-For: 198.51.100.9\r\nX-Forwarded-For: {last}\r\n\r\n")
        got = [connection.read_response().status for _ in range(count)]
        connection.close()
        return got

    assert 429 in statuses_of(3 * BURST, "203.0.113.1")
    assert statuses_of(BURST, "203.0.113.2:80") == [200] * BURST


@pytest.mark.parametrize("header, value", [("X-Forwarded-For", "::ffff:198.51.100.{n}"), ("X-Forwarded-For", "[2001:db8:{n}::1]:443"),
                                           ("Forwarded", 'for="[2001:db8:{n}::1]"')])
def test_strangers_are_not_believed(start_server, header, value):
    server = start_server(http__requests_per_second="1", http__request_burst=BURST, server__trusted_proxies="10.0.0.0/8")
    guest = server.nodes[0].guest()
    got = [guest.get("/api/openapi.yaml", headers={header: value.format(n=number)}, want=0).status for number in range(3 * BURST)]
    assert got.count(429) >= BURST


def test_wrong_passwords_of_one_lock_nobody_else_out(start_server):
    server = start_server(server__trusted_proxies="127.0.0.1", auth__login_attempts_per_minute=3)
    anna = server.user("anna")
    stranger, own = {"X-Forwarded-For": "::ffff:198.51.100.1"}, {"X-Forwarded-For": "::ffff:203.0.113.5"}
    for number in range(40):
        server.guest().post("auth/login", {"username": f"anna{number}", "password": "a wrong password"}, headers=stranger, want=0)
    server.guest().post("auth/login", {"username": "anna9", "password": "a wrong password"}, headers=stranger, want="429 RATE_LIMITED")
    server.guest().post("auth/login", {"username": anna.name, "password": anna.password}, headers=own, want=200)


@pytest.mark.parametrize("given", ["::ffff:10.0.0.0/8", "10.0.0.1:80", "::ffff:10.0.0.0/129"])
def test_an_invalid_network_is_refused(tmp_path, given):
    assert "server.trusted_proxies" in startup_error(f"--set=server.trusted_proxies={given}", folder=tmp_path)
