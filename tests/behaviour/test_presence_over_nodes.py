"""Presence, connection limits and statistics hold for all nodes of an installation together."""
import pytest

from support.timeouts import duration, eventually


@pytest.fixture
def nodes(start_nodes):
    return start_nodes(2, realtime__offline_grace=duration(0.1), realtime__max_connections_per_user=3)


def online(user):
    return {item["username"]: item["online"] for item in user.http.get("presence", want=200).json()["items"]}


def statistics(node):
    return node.admin.http.get("ws/stats", want=200).json()


def test_a_user_comes_and_goes_on_each_node(nodes):
    one, two = nodes
    anna, ben = one.user("anna"), two.user("ben")
    watching = [anna.connect(), anna.at(two).connect()]
    his = ben.connect()
    for connection in watching:
        connection.expect("UserOnline", username="ben")
    assert online(anna)["ben"] and online(anna.at(two))["ben"]
    his.close()
    for connection in watching:
        connection.expect("UserOffline", username="ben")
    for node in nodes:
        node.assert_nothing_else(*watching)
    assert not online(anna)["ben"] and not online(anna.at(two))["ben"]


def test_who_is_elsewhere_is_not_offline(nodes):
    one, two = nodes
    anna, ben, carla = one.user("anna"), one.user("ben"), one.user("carla")
    watching = anna.connect()
    his = [ben.connect(), ben.at(two).connect()]
    watching.expect("UserOnline", username="ben")
    his[0].close()
    carla.connect().close()
    for kind in ("UserOnline", "UserOffline"):
        watching.expect(kind, username="carla")
    assert online(anna)["ben"]
    his[1].close()
    watching.expect("UserOffline", username="ben")
    one.assert_nothing_else(watching)


def test_changes_are_told_without_the_bus(nodes, nats):
    one, two = nodes
    anna, ben = one.user("anna"), one.user("ben")
    watching = anna.connect()
    nats.stop()
    eventually(lambda: all("disconnected from the bus" in node.log for node in nodes), "the nodes notice that NATS is away")
    his = ben.at(two).connect()
    watching.expect("UserOnline", username="ben")
    his.close()
    watching.expect("UserOffline", username="ben")
    one.assert_nothing_else(watching)


def test_users_of_a_killed_node_go_offline_once(nodes):
    one, two = nodes
    anna, ben, carla = one.user("anna"), one.user("ben"), one.user("carla")
    watching, staying = anna.connect(), carla.connect()
    watching.expect("UserOnline", username="carla")
    ben.at(two).connect()
    carla.at(two).connect()
    for connection in (watching, staying):
        connection.expect("UserOnline", username="ben")
    two.kill()
    for connection in (watching, staying):
        connection.expect("UserOffline", username="ben")
    assert online(anna) == {"admin": False, "ben": False, "carla": True}
    assert statistics(one)["connections_by_user"] == {anna.id: 1, carla.id: 1}
    one.assert_nothing_else(watching, staying)


def test_a_user_has_one_limit_on_all_nodes(nodes):
    one, two = nodes
    anna = one.user("anna")
    kept = [anna.connect(), anna.at(two).connect(), anna.connect()]
    for node in nodes:
        later = node.listen()
        later.send("Authenticate", token=anna.token)
        for refused in (node.connect(token=anna.token), later):
            refused.expect_error("CONNECTION_LIMIT")
            refused.expect_close(1013)
    kept[0].close()
    eventually(lambda: statistics(two)["connections_by_user"] == {anna.id: 2}, "a place is free")
    anna.at(two).connect()


def test_an_address_has_one_limit_on_all_nodes(start_nodes):
    one, two = start_nodes(2, realtime__max_connections_per_ip=3)
    kept = [one.listen(), two.listen(), two.listen()]
    for node in (one, two):
        refused = node.connect()
        refused.expect_error("CONNECTION_LIMIT")
        refused.expect_close(1013)
    kept[2].close()
    eventually(lambda: statistics(one)["total_connections"] == 2, "a place is free")
    one.listen()


def test_statistics_count_the_connections_to_all_nodes(nodes):
    one, two = nodes
    anna = one.user("anna")
    anna.connect()
    anna.at(two).connect()
    one.listen()
    two.listen()
    for node in nodes:
        assert statistics(node) == {"total_connections": 4, "unique_users": 1, "connections_by_user": {anna.id: 2}}
