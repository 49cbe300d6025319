"""Shares: creation, reading, changes and revocation, and the fields that a recipient sees."""
import time

import pytest

from support.raw_http import assert_invalid_field
from support.users import parse_timestamp, timestamp_in

NOWHERE = "00000000-0000-7000-8000-000000000000"


def create(user, file, want=201, **limits):
    return user.http.post("shares", {"file_id": file["id"], **limits}, want=want)


def shares(user, query=""):
    return user.http.get(f"shares?{query}", want=200).json()["items"]


def received(user):
    return user.http.get("shares/received", want=200).json()["items"]


def public(server, share, **options):
    return server.guest().get(f"public/shares/{share['share_token']}", **options)


def test_without_limits(common_server, anna):
    file = anna.upload("letter.txt", b"hello")
    share = create(anna, file).json()
    assert {name: share[name] for name in ("file_id", "filename", "state", "expires_at", "max_downloads", "download_count", "has_password",
                                           "recipients")} == {
        "file_id": file["id"], "filename": "letter.txt", "state": "active", "expires_at": None, "max_downloads": None, "download_count": 0,
        "has_password": False, "recipients": []}
    assert share["url"] in [f"http://{host}:{common_server.port}/s/{share['share_token']}" for host in ("127.0.0.1", "localhost")]
    assert anna.http.get(f"shares/{share['share_id']}", want=200).json() == share
    assert public(common_server, share, want=200).json() == {
        "share_id": share["share_id"], "file_id": file["id"], "filename": "letter.txt", "size": 5,
        "content_type": "application/octet-stream",
        "expires_at": None, "has_password": False}


def test_with_every_limit(anna, ben, carla):
    file = anna.upload()
    before = time.time()
    share = create(anna, file, expires_in=3600, max_downloads=3, password="sesame", recipients=[ben.name.upper(), carla.name]).json()
    assert before + 3599 < parse_timestamp(share["expires_at"]) < time.time() + 3601
    assert (share["max_downloads"], share["has_password"], sorted(share["recipients"])) == (3, True, sorted([ben.name, carla.name]))
    at = timestamp_in(7200)
    assert parse_timestamp(create(anna, file, expires_at=at).json()["expires_at"]) == pytest.approx(parse_timestamp(at), abs=0.001)


def test_null_is_no_limit(anna):
    share = create(anna, anna.upload(), expires_at=None, max_downloads=None, password=None).json()
    assert (share["expires_at"], share["max_downloads"], share["has_password"]) == (None, None, False)


def test_each_has_a_secret_of_its_own(anna):
    file = anna.upload()
    tokens = {create(anna, file).json()["share_token"] for _ in range(50)}
    assert len(tokens) == 50 and len({token[:8] for token in tokens}) == 50


@pytest.mark.parametrize("limits, field", [
    ({"max_downloads": 0}, "max_downloads"), ({"max_downloads": -1}, "max_downloads"), ({"max_downloads": 1.5}, "max_downloads"),
    ({"max_downloads": "3"}, "max_downloads"), ({"max_downloads": True}, "max_downloads"), ({"expires_in": 0}, "expires_in"),
    ({"expires_in": -1}, "expires_in"), ({"expires_in": "1d"}, "expires_in"), ({"expires_at": "tomorrow"}, "expires_at"),
    ({"expires_at": "2200-02-30T00:00:00Z"}, "expires_at"), ({"expires_at": "2200-01-01"}, "expires_at"),
    ({"expires_at": 4102444800}, "expires_at"), ({"expires_at": "9999-12-31T23:59:59-01:00"}, "expires_at"),
    ({"expires_at": "2001-01-01T00:00:00Z"}, "expires_at"), ({"password": ""}, "password"), ({"password": 1234}, "password"),
    ({"recipients": "ben"}, "recipients"), ({"recipients": [7]}, "recipients"), ({"recipients": ["nobody-at-all"]}, "recipients"),
    ({"recipients": [None]}, "recipients"), ({"recipients": {"name": "ben"}}, "recipients")])
def test_a_limit_must_be_one(common_server, anna, limits, field):
    file, socket = anna.upload(), anna.connect()
    assert_invalid_field(create(anna, file, want=0, **limits), field)
    assert shares(anna) == []
    common_server.assert_nothing_else(socket)


@pytest.mark.parametrize("number", [2**31, 2**53, 2**63 - 1, 2**63, 2**64, 10**30])
def test_a_huge_limit_is_kept_or_refused(anna, number):
    file = anna.upload()
    for name in ("max_downloads", "expires_in"):
        answer = create(anna, file, want=0, **{name: number})
        assert answer.status == 201 and answer.json()["state"] == "active" or answer.status == 400, answer


def test_of_what_is_mine_alone(common_server, anna, ben):
    file, socket = anna.upload(), anna.connect()
    create(ben, file, want="404 NOT_FOUND")
    create(anna, {"id": NOWHERE}, want="404 NOT_FOUND")
    assert create(anna, {"id": "nonsense"}, want=0).status in (400, 404)
    assert_invalid_field(anna.http.post("shares", {}, want=0), "file_id")
    assert_invalid_field(anna.http.post("shares", {"file_id": 7}, want=0), "file_id")
    common_server.assert_nothing_else(socket)


def test_the_list_holds_mine_also_the_ended(common_server, anna, ben):
    file, other = anna.upload("a"), anna.upload("b")
    active, used, ended, gone = (anna.share(file), anna.share(file, max_downloads=1), anna.share(other, expires_in=3600), anna.share(other))
    ben.share(ben.upload())
    common_server.guest().get(f"public/shares/{used['share_token']}/content", want=200)
    anna.change_share(ended, expires_at=timestamp_in(-1))
    anna.revoke(gone)
    states = {share["share_id"]: share["state"] for share in shares(anna)}
    assert states == {active["share_id"]: "active", used["share_id"]: "used_up", ended["share_id"]: "expired"}
    assert {share["share_id"] for share in shares(anna, f"file_id={file['id']}")} == {active["share_id"], used["share_id"]}
    assert shares(ben, f"file_id={file['id']}") == []
    assert_invalid_field(anna.http.get("shares?file_id=nonsense", want=0), "file_id")
    first = anna.http.get("shares?limit=2").json()
    rest = anna.http.get(f"shares?limit=2&cursor={first['next_cursor']}").json()
    assert first["items"] + rest["items"] == shares(anna) and rest["next_cursor"] is None


def test_nobody_else_can(common_server, anna, ben):
    share = anna.share(anna.upload(), recipients=[ben])
    sockets = [anna.connect(), ben.connect()]
    for method, body in (("GET", None), ("PATCH", {"max_downloads": 1}), ("DELETE", None)):
        ben.http.call(method, f"shares/{share['share_id']}", json=body, want="404 NOT_FOUND")
    for method, body in (("GET", None), ("PATCH", {"max_downloads": 1})):
        common_server.admin.http.call(method, f"shares/{share['share_id']}", json=body, want="404 NOT_FOUND")
    for nowhere in (NOWHERE, "nonsense"):
        for method, body in (("GET", None), ("PATCH", {"max_downloads": 1}), ("DELETE", None)):
            anna.http.call(method, f"shares/{nowhere}", json=body, want="404 NOT_FOUND")
    assert anna.http.get(f"shares/{share['share_id']}").json() == share
    common_server.assert_nothing_else(*sockets)


def test_i_change_its_limits(common_server, anna):
    share, socket = anna.share(anna.upload()), anna.connect()
    changed = anna.change_share(share, max_downloads=5, password="sesame", expires_at=timestamp_in(60))
    assert (changed["max_downloads"], changed["has_password"], changed["state"]) == (5, True, "active")
    assert {**changed, "max_downloads": None, "has_password": False, "expires_at": None} == share
    assert anna.change_share(share, max_downloads=7) == {**changed, "max_downloads": 7}, "what is left out stays"
    assert anna.change_share(share, max_downloads=None, password=None, expires_at=None) == share
    common_server.assert_nothing_else(socket)


@pytest.mark.parametrize("change, field", [({"max_downloads": 0}, "max_downloads"), ({"max_downloads": "2"}, "max_downloads"),
                                           ({"expires_at": "soon"}, "expires_at"),
                                           ({"expires_at": 7}, "expires_at"), ({"password": ""}, "password"), ({"password": 7}, "password"),
                                           ({}, None)])
def test_a_change_must_be_one(anna, change, field):
    share = anna.share(anna.upload(), max_downloads=9)
    answer = anna.http.patch(f"shares/{share['share_id']}", change, want="400 INVALID_REQUEST")
    assert answer.json().get("field") == field or field is None
    assert anna.http.get(f"shares/{share['share_id']}").json() == share


def test_what_i_take_back_is_gone(common_server, anna, ben):
    share = anna.share(anna.upload(), recipients=[ben])
    anna.revoke(share)
    for target in (f"public/shares/{share['share_token']}", f"public/shares/{share['share_token']}/content"):
        common_server.guest().get(target, want="404 NOT_FOUND")
    common_server.guest().get(f"/s/{share['share_token']}", want=404)
    anna.http.delete(f"shares/{share['share_id']}", want="404 NOT_FOUND")
    anna.http.get(f"shares/{share['share_id']}", want="404 NOT_FOUND")
    assert shares(anna) == received(ben) == []


def test_it_goes_with_its_file(common_server, anna):
    file = anna.upload()
    share = anna.share(file)
    anna.delete(file)
    for target in (f"public/shares/{share['share_token']}", f"public/shares/{share['share_token']}/content"):
        common_server.guest().get(target, want="404 NOT_FOUND")
    common_server.guest().get(f"/s/{share['share_token']}", want=404)
    create(anna, file, want="404 NOT_FOUND")


def test_who_receives_it_finds_it(common_server, anna, ben, carla):
    file = anna.upload("letter.txt", b"for you")
    share = anna.share(file, recipients=[ben, carla], max_downloads=9)
    (found,) = received(ben)
    assert "recipients" not in found and carla.name not in str(found)
    assert {name: found[name] for name in ("share_id", "share_token", "filename", "size", "owner", "state", "max_downloads")} == {
        "share_id": share["share_id"], "share_token": share["share_token"], "filename": "letter.txt", "size": 7, "owner": anna.name,
        "state": "active",
        "max_downloads": 9}
    assert received(carla) == [found] and received(anna) == []
    assert ben.http.get(f"public/shares/{found['share_token']}/content", want=200).body == b"for you"
    ben.http.get(f"files/{file['id']}", want="404 NOT_FOUND")
    assert shares(ben) == []
    pages = [ben.share(ben.upload(), recipients=[carla])["share_id"] for _ in range(2)]
    first = carla.http.get("shares/received?limit=2").json()
    rest = carla.http.get(f"shares/received?limit=2&cursor={first['next_cursor']}").json()["items"]
    assert sorted(item["share_id"] for item in first["items"] + rest) == sorted([*pages, share["share_id"]])


@pytest.mark.parametrize("end", ["used up", "expired", "taken back", "file deleted"])
def test_as_long_as_it_lives(common_server, anna, ben, end):
    file = anna.upload()
    share = anna.share(file, recipients=[ben], max_downloads=1)
    if end == "used up":
        common_server.guest().get(f"public/shares/{share['share_token']}/content", want=200)
    elif end == "expired":
        anna.change_share(share, expires_at=timestamp_in(-1))
    elif end == "taken back":
        anna.revoke(share)
    else:
        anna.delete(file)
    assert received(ben) == []


def test_somebody_named_twice_is_told_once(common_server, anna, ben):
    file, socket = anna.upload(), ben.connect()
    share = create(anna, file, recipients=[ben.name, ben.name, ben.name.upper()]).json()
    assert share["recipients"] == [ben.name]
    socket.expect("FileShared")
    common_server.assert_nothing_else(socket)


def test_where_the_server_is_known_by_another_address(start_server):
    server = start_server(server__public_url="https://share.example")
    anna = server.user("anna")
    share = anna.share(anna.upload())
    assert share["url"] == f"https://share.example/s/{share['share_token']}"
