"""Presence: UserOnline, UserOffline and GET /presence, as configured by `realtime.presence`."""
import pytest

from support.timeouts import duration, eventually


@pytest.fixture
def start(start_server):
    """Starts servers with a short offline grace period."""
    def start(**settings):
        return start_server(**{"realtime__offline_grace": duration(0.1), **settings})
    return start


@pytest.fixture
def open_house(start):
    return start()


def person(user):
    return {"user_id": user.id, "username": user.name}


def here(user):
    """Returns the result of GET /presence for this user, as {username: online}."""
    return {item["username"]: item["online"] for item in user.http.get("presence", want=200).json()["items"]}


def test_coming_and_going(open_house):
    anna, ben = open_house.user("anna"), open_house.user("ben")
    mine = [anna.connect(), anna.connect()]
    nobody = open_house.listen()
    his = ben.connect()
    for socket in mine:
        assert socket.expect("UserOnline") == person(ben)
    his.close()
    for socket in mine:
        assert socket.expect("UserOffline") == person(ben)
    open_house.assert_nothing_else(*mine, nobody)


def test_nobody_is_told_of_himself(open_house):
    anna = open_house.user("anna")
    first = anna.connect()
    second = anna.connect()
    second.close()
    open_house.assert_nothing_else(first)


def test_who_came_later_is_not_told_of_who_was_here(open_house):
    anna, ben = open_house.user("anna"), open_house.user("ben")
    first, second = anna.connect(), ben.connect()
    first.expect("UserOnline", username="ben")
    open_house.assert_nothing_else(first, second)
    assert here(ben) == {"admin": False, "anna": True}


def test_only_the_first_and_the_last_connection_count(open_house):
    anna, ben, carla = (open_house.user(name) for name in ("anna", "ben", "carla"))
    watching = anna.connect()
    his = [ben.connect(), ben.connect()]
    watching.expect("UserOnline", username="ben")
    his[0].close()
    carla.connect().close()
    for kind in ("UserOnline", "UserOffline"):
        watching.expect(kind, username="carla")
    his[1].close()
    watching.expect("UserOffline", username="ben")
    open_house.assert_nothing_else(watching)


def test_an_anonymous_connection_comes_online_when_it_says_who_it_is(open_house):
    anna, ben = open_house.user("anna"), open_house.user("ben")
    watching, later = anna.connect(), open_house.listen()
    open_house.assert_nothing_else(watching)
    assert later.authenticate(ben.token)
    watching.expect("UserOnline", username="ben")
    open_house.assert_nothing_else(watching, later)


def test_whoever_is_back_in_time_was_never_away(start):
    server = start(realtime__offline_grace=duration(1))
    anna, ben, carla = (server.user(name) for name in ("anna", "ben", "carla"))
    watching, his, hers = anna.connect(), ben.connect(), carla.connect()
    for name in ("ben", "carla"):
        watching.expect("UserOnline", username=name)
    his.close()
    ben.connect()
    hers.close()
    watching.expect("UserOffline", username="carla")
    server.assert_nothing_else(watching)


def test_whoever_breaks_off_is_gone_too(open_house):
    anna, ben = open_house.user("anna"), open_house.user("ben")
    watching, his = anna.connect(), ben.connect()
    watching.expect("UserOnline", username="ben")
    his.abort()
    watching.expect("UserOffline", username="ben")


def test_whoever_vanishes_without_a_word_is_missed_too(start):
    server = start(realtime__ping_interval=duration(0.25), realtime__idle_timeout=duration(1))
    anna, ben, carla = (server.user(name) for name in ("anna", "ben", "carla"))
    watching, his = anna.connect(), ben.connect()
    carla.connect()
    for name in ("ben", "carla"):
        watching.expect("UserOnline", username=name)
    his.stop_responding()
    watching.expect("UserOffline", username="ben")
    assert here(anna) == {"admin": False, "ben": False, "carla": True}
    server.assert_nothing_else(watching)


def test_whoever_signs_out_is_gone(open_house):
    anna, ben = open_house.user("anna"), open_house.user("ben")
    watching = anna.connect()
    ben.connect()
    watching.expect("UserOnline", username="ben")
    ben.http.post("auth/logout-all", want=204)
    watching.expect("UserOffline", username="ben")


def test_the_list_is_of_everybody_else(open_house):
    anna, ben = open_house.user("anna"), open_house.user("ben")
    assert here(anna) == {"admin": False, "ben": False}
    his, watching = ben.connect(), anna.connect()
    assert here(anna) == {"admin": False, "ben": True}
    his.close()
    watching.expect("UserOffline", skipping=("UserOnline",), username="ben")
    assert here(anna) == {"admin": False, "ben": False}
    items = {item["username"]: item for item in anna.http.get("presence").json()["items"]}
    assert items["ben"]["user_id"] == ben.id and items["ben"]["last_seen"]
    open_house.guest().get("presence", want="401 AUTHENTICATION_REQUIRED")


def test_among_contacts(start):
    server = start(realtime__presence="contacts")
    anna, ben, carla, dora = (server.user(name) for name in ("anna", "ben", "carla", "dora"))
    anna.share(anna.upload(), recipients=[ben, carla])
    hers = anna.connect()
    his = ben.connect()
    assert hers.expect("UserOnline") == person(ben)
    third, stranger = carla.connect(), dora.connect()
    assert hers.expect("UserOnline") == person(carla)
    server.assert_nothing_else(hers, his, third, stranger)
    assert here(anna) == {"ben": True, "carla": True}
    assert here(ben) == here(carla) == {"anna": True}
    assert here(dora) == {}
    hers.close()
    for socket in (his, third):
        assert socket.expect("UserOffline") == person(anna)
    server.assert_nothing_else(his, third, stranger)


def test_contacts_end_with_their_last_share(start):
    server = start(realtime__presence="contacts")
    anna, ben = server.user("anna"), server.user("ben")
    file = anna.upload()
    shares = [anna.share(file, recipients=[ben]) for _ in range(2)]
    his = ben.connect()
    anna.revoke(shares[0])
    his.expect("ShareExpired")
    assert here(ben) == {"anna": False}
    anna.revoke(shares[1])
    his.expect("ShareExpired")
    anna.connect().close()
    server.assert_nothing_else(his)
    assert here(ben) == here(anna) == {}


def test_switched_off(start):
    server = start(realtime__presence="off")
    anna, ben = server.user("anna"), server.user("ben")
    anna.share(anna.upload(), recipients=[ben])
    hers = anna.connect()
    ben.connect().close()
    server.assert_nothing_else(hers)
    assert here(anna) == here(ben) == {}


def test_a_short_absence_is_none(start_server):
    server = start_server(realtime__offline_grace="60s")
    anna, ben = server.user("anna"), server.user("ben")
    mine, his = anna.connect(), ben.connect()
    mine.expect("UserOnline", username="ben")
    his.close()
    eventually(lambda: ben.id not in server.admin.http.get("ws/stats", want=200).json()["connections_by_user"], "ben's connection is gone")
    assert here(anna)["ben"]
    server.assert_nothing_else(mine)
    ben.connect()
    server.assert_nothing_else(mine)
