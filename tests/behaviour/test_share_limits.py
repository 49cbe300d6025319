"""Limits on anonymous visits and password attempts per share, and how a recipient leaves a share."""
import concurrent.futures

from support.raw_http import assert_problem
from support.timeouts import eventually


def test_the_page_is_under_the_limit_of_the_address(start_server):
    server = start_server(http__requests_per_second="1", http__request_burst="10", realtime__presence="off")
    anna = server.user("anna")
    share = anna.share(anna.upload("a.txt", b"abc"))
    other = server.nodes[0].guest(source="127.0.0.2")
    got = [other.get(f"/s/{share['share_token']}", want=0) for _ in range(30)]
    assert [answer.status for answer in got[:5]] == [200] * 5
    refused = [answer for answer in got if answer.status == 429]
    assert len(refused) >= 10
    assert int(refused[0].headers["Retry-After"]) >= 1 and "text/html" in refused[0].headers["Content-Type"]


def test_guesses_at_a_password_are_counted_whatever_the_address(start_server):
    server = start_server(shares__password_attempts_per_hour=12, realtime__presence="off")
    anna = server.user("anna")
    share = anna.share(anna.upload("a.txt", b"abc"), password="7351")
    target = f"public/shares/{share['share_token']}"
    got = []
    for number in range(20):
        guest = server.guest(source=f"127.0.2.{number + 1}")
        got.append(guest.get(target, headers={"X-Share-Password": f"{number:04}"}, want=0))
    assert [answer.status for answer in got] == [401] * 12 + [429] * 8
    assert_problem(got[-1], 429, "RATE_LIMITED")
    assert anna.http.get(target, want=200), "the owner needs no password"
    other = anna.share(anna.upload("b.txt", b"abc"), password="7351")
    server.guest().get(f"public/shares/{other['share_token']}", headers={"X-Share-Password": "7351"}, want=200)


def test_the_right_password_does_not_count(start_server):
    server = start_server(shares__password_attempts_per_hour=3, realtime__presence="off")
    anna = server.user("anna")
    share = anna.share(anna.upload("a.txt", b"abc"), password="7351")
    for number in range(8):
        guest = server.guest(source=f"127.0.2.{number + 1}")
        guest.get(f"public/shares/{share['share_token']}", headers={"X-Share-Password": "7351"}, want=200)


def test_a_recipient_leaves(common_server, anna, ben, carla):
    file = anna.upload("a.txt", b"abc")
    share = anna.share(file, recipients=[ben, carla])
    his, hers = ben.connect(), carla.connect()
    ben.http.delete(f"shares/received/{share['share_id']}", want=204)
    assert ben.http.get("shares/received").json()["items"] == []
    assert anna.http.get(f"shares/{share['share_id']}").json()["recipients"] == [carla.name]
    ben.http.delete(f"shares/received/{share['share_id']}", want="404 NOT_FOUND")
    anna.http.delete(f"shares/received/{share['share_id']}", want="404 NOT_FOUND")
    common_server.guest().delete(f"shares/received/{share['share_id']}", want=401)
    anna.revoke(share)
    hers.expect("ShareExpired", share_id=share["share_id"])
    common_server.assert_nothing_else(his, hers)


def test_registrations_do_not_delay_a_sign_in(start_server):
    server = start_server(realtime__presence="off")
    anna = server.user("anna")

    def register(number):
        return server.guest().post("auth/register", {"username": f"user{number}", "password": "a long password"}, want=0).status
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        made = [pool.submit(register, number) for number in range(20)]
        eventually(lambda: sum(one.done() for one in made) >= 2, "they are being made")
        anna.sign_in_again()
        left = sum(not one.done() for one in made)
        assert {one.result() for one in made} <= {201, 503}
    # In a shared queue, the sign-in would wait for all earlier registrations.
    assert left > 5, "the sign-in waited for the registrations before it"
