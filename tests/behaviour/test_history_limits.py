"""History limits: other people's actions never evict a user's own events, however many they cause."""
from support.timeouts import eventually

OWN = 20


def history(user):
    """Returns all events that the server holds for the user."""
    events, since = [], "start"
    while since:
        page = user.http.get(f"events/history?limit=200&since={since}").json()
        events += page["items"]
        since = page["next_cursor"]
    return events


def test_visits_above_sixty_an_hour_are_summed_up(start_server):
    server = start_server(realtime__presence="off")
    anna = server.user("anna")
    share = anna.share(anna.upload("a.txt", b"abc"))
    mine = anna.connect()
    for number in range(150):
        server.guest().get(f"/s/{share['share_token']}", headers={"User-Agent": f"Browser {number}"}, want=200)
    told = [message for message in server.received(mine) if message.type == "ShareAccessed"]
    assert len(told) == 60 and not any("count" in message.data for message in told)
    other = anna.share(anna.upload("b.txt", b"abc"))
    server.guest().get(f"/s/{other['share_token']}", want=200)
    assert "ShareAccessed" in [message.type for message in server.received(mine)], "another share is told of"


def test_a_flood_of_foreign_events_leaves_ones_own(start_server):
    server = start_server(realtime__presence="off", realtime__journal_events_per_user=2 * OWN)
    anna, ben = server.user("anna"), server.user("ben")
    mine = [anna.upload(f"{number}.txt", b"abc")["id"] for number in range(OWN)]
    link = anna.share(anna.upload("a.txt", b"abc"))
    file = ben.upload("b.txt", b"abc")
    for _ in range(10 * OWN):
        server.guest().get(f"public/shares/{link['share_token']}/content", want=200)
        ben.share(file, recipients=[anna])
    kept = [event["data"]["file_id"] for event in history(anna) if event["type"] == "FileUploaded"]
    assert kept[:OWN] == mine


def test_the_owner_is_told_of_guesses(start_server):
    server = start_server(shares__password_attempts_per_hour=5, realtime__presence="off")
    anna, ben = server.user("anna"), server.user("ben")
    share = anna.share(anna.upload("a.txt", b"abc"), password="7351", recipients=[])
    hers, his, nobody = anna.connect(), ben.connect(), server.listen()
    for number in range(12):
        guest = server.guest(source=f"127.0.2.{number + 1}")
        guest.get(f"public/shares/{share['share_token']}", headers={"X-Share-Password": f"{number:04}"}, want=0)
    notice = hers.expect("SystemNotification", level="Warning")
    assert "a.txt" in notice["message"]
    server.assert_nothing_else(hers, his, nobody)
    eventually(lambda: "too many wrong share passwords" in server.log, "the log tells it too")
