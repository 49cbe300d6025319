"""GET /ws/stats and POST /ws/cleanup, with the bodies of the seed, for administrators only."""
import pytest

from support.timeouts import duration, eventually


def stats(server):
    return server.admin.http.get("ws/stats", want=200).json()


def cleanup(server):
    return server.admin.http.post("ws/cleanup", want=200).json()


def test_who_is_connected(server):
    assert stats(server) == {"total_connections": 0, "unique_users": 0, "connections_by_user": {}}
    anna, ben = server.user("anna"), server.user("ben")
    sockets = [anna.connect(), anna.connect(), ben.connect(), server.listen(), server.listen()]
    assert stats(server) == {"total_connections": 5, "unique_users": 2, "connections_by_user": {anna.id: 2, ben.id: 1}}
    assert sockets[4].authenticate(ben.token)
    assert stats(server) == {"total_connections": 5, "unique_users": 2, "connections_by_user": {anna.id: 2, ben.id: 2}}
    sockets[0].close()
    sockets[1].abort()
    sockets[3].close()
    eventually(lambda: stats(server) == {"total_connections": 2, "unique_users": 1, "connections_by_user": {ben.id: 2}}, "they have left")


def test_cleaning_up_takes_the_silent_ones(start_server):
    server = start_server(realtime__ping_interval=duration(0.5), realtime__idle_timeout="1h", realtime__offline_grace=duration(0.1))
    anna, ben = server.user("anna"), server.user("ben")
    assert cleanup(server) == {"removed_connections": 0}
    silent, nobody = anna.connect(), server.listen()
    silent.stop_responding()
    nobody.stop_responding()
    living = ben.connect()
    eventually(lambda: silent.pings_received >= 3 and nobody.pings_received >= 3, "they have left three pings unanswered")
    assert cleanup(server) == {"removed_connections": 2}
    for gone in (silent, nobody):
        assert gone.read_until_closed()[1].code == 1001
    assert cleanup(server) == {"removed_connections": 0}
    assert stats(server) == {"total_connections": 1, "unique_users": 1, "connections_by_user": {ben.id: 1}}
    living.expect("UserOffline", username="anna")
    server.assert_nothing_else(living)


@pytest.mark.parametrize("method, call", [("GET", "ws/stats"), ("POST", "ws/cleanup")])
def test_nobody_else_may(common_server, anna, method, call):
    common_server.guest().call(method, call, want="401 AUTHENTICATION_REQUIRED")
    common_server.guest(bearer="nonsense").call(method, call, want="401 INVALID_TOKEN")
    anna.http.call(method, call, want="403 FORBIDDEN")
