"""`kingshare watch` prints a line per event as it happens, and misses none."""
import json

import pytest


@pytest.fixture
def watching(shell):
    """Starts `kingshare watch` for a user and waits until it is subscribed."""
    started = []

    def watch(user, *options, url=None):
        mine = shell(f"{user.name} {len(started)}").sign_in(user, url)
        started.append(mine.start("watch", *options))
        return started[-1]
    yield watch
    for one in started:
        one.kill()


def in_place(server, command):
    """Waits until the stream is subscribed, that is, until a notification arrives."""
    for number in range(200):
        server.send_notification(f"are you there {number}")
        try:
            return command.expect("are you there", timeout=0.2)
        except AssertionError:
            assert command.process.poll() is None, command.remaining_lines()
    raise AssertionError(command.seen)


def test_i_see_the_others_download_as_it_starts(common_server, anna, ben, shell, watching):
    file = anna.upload("holiday.mov", bytes(8 << 20))
    share = anna.share(file)
    mine = watching(anna)
    mine.expect("Watching http://.*Ctrl-C")
    in_place(common_server, mine)
    receiving = common_server.guest().stream_response("GET", f"/api/v1/public/shares/{share['share_token']}/content", receive_buffer=4096)
    mine.expect("somebody opened the link to holiday.mov")
    mine.expect(r"\d\d:\d\d:\d\d  holiday.mov is being downloaded")  # while most of the body is still unsent
    receiving.close()


def test_every_event_is_a_sentence(start_server, shell, watching):
    server = start_server()
    anna, ben = server.user("anna"), server.user("ben")
    mine, his = watching(anna), watching(ben)
    in_place(server, mine)
    in_place(server, his)
    file = anna.upload("letter.txt", b"Dear reader")
    mine.expect("letter.txt was uploaded, 11 bytes")
    share = anna.share(file, recipients=[ben])
    mine.expect("letter.txt was shared")
    his.expect(f"anna shared letter.txt with you: .*{share['share_token']}")
    anna.revoke(share)
    mine.expect("a link to letter.txt has ended")
    his.expect("a link to letter.txt has ended")
    anna.delete(file)
    mine.expect("letter.txt was deleted")
    server.send_notification("Back at noon", "Warning")
    mine.expect(r"notice \(Warning\): Back at noon")
    socket = server.user("carla").connect()
    mine.expect("carla is online")
    socket.close()
    mine.expect("carla went offline")


def test_as_json_each_line_is_a_message(common_server, anna, watching):
    mine = watching(anna, "--json")
    in_place(common_server, mine)
    file = anna.upload("letter.txt", b"Dear reader")
    message = json.loads(mine.expect("FileUploaded"))
    assert message["data"] == {"file_id": file["id"], "filename": "letter.txt", "size": 11} and message["id"] and message["time"]
    later = watching(anna, "--json", "--since", message["id"])
    share = anna.share(file)
    assert json.loads(later.expect('"type"'))["data"]["share_id"] == share["share_id"]


def test_from_the_beginning(common_server, anna, watching):
    anna.upload("letter.txt", b"Dear reader")
    watching(anna, "--since", "start").expect("letter.txt was uploaded")


def test_invalid_cursor(anna, watching):
    watching(anna, "--since", "nonsense").expect("have expired")


def test_nothing_is_lost_over_interruptions(start_server, watching):
    server = start_server()
    anna = server.user("anna")
    mine = watching(anna, "--json")
    in_place(server, mine)
    names = []
    for round_ in range(3):
        for number in range(3):
            names.append(f"{round_}-{number}.txt")
            anna.upload(names[-1], b"x")
        server.kill() if round_ % 2 else server.stop()
        server.start()
        anna = anna.sign_in_again()
    anna.upload("last.txt", b"x")
    mine.expect('"FileUploaded".*last.txt|last.txt.*"FileUploaded"', timeout=60)
    seen = [json.loads(line) for line in mine.seen if line.startswith("{")]
    assert [one["data"]["filename"] for one in seen if one["type"] == "FileUploaded"] == names + ["last.txt"]


def test_my_access_token_runs_out_meanwhile(start_server, watching):
    server = start_server(auth__access_token_ttl="2s")
    anna = server.user("anna")
    for user in (server.admin, anna):
        user.http = server.guest(bearer=user.short_lived_token(3600))
    mine = watching(anna)
    in_place(server, mine)
    for number in range(3):
        brief = server.connect(token=anna.short_lived_token(3))
        brief.expect_authenticated()
        brief.expect_error("INVALID_TOKEN")  # by now the stream's token has expired too
        anna.upload(f"{number}.txt")
        mine.expect(f"{number}.txt was uploaded")
    assert not [line for line in mine.seen if "retrying" in line]


def test_signed_out_it_ends(anna, common_server, watching):
    mine = watching(anna)
    in_place(common_server, mine)
    anna.http.post("auth/logout-all", want=204)
    mine.expect("sign in again")
    mine.wait(3)
