"""Nothing is missed: with ?since= a WebSocket first replays missed events in order, then continues live, without gaps or duplicates."""
import shutil

import pytest

from support.event_stream import fetch_history, journal_messages, read_replay, stored_form
from support.timeouts import duration, eventually
from support.users import parse_timestamp


def upload(user, *names):
    return [user.upload(name) for name in names]


def names(messages):
    return [message.data["filename"] for message in messages]


def leave_off(user, *filenames):
    """Returns the cursor of a connection that received these uploads and was cut."""
    socket = user.connect(since="now")
    socket.expect("Resumed")
    for file in upload(user, *filenames):
        socket.expect_uploaded(file)
    cursor = socket.last.id
    socket.abort()
    return cursor


def test_from_now_on_events_have_a_cursor_and_a_time(common_server, anna):
    socket, plain = anna.connect(since="now"), anna.connect()
    assert socket.expect("Resumed", replayed=0, complete=True)["cursor"]
    file = anna.upload()
    while (message := socket.next()).type == "UploadProgress":
        assert message.id is None
    assert message.data["file_id"] == file["id"] and message.id
    assert abs(message.at - parse_timestamp(message.time)) < 5
    plain.expect_uploaded(file)
    assert plain.last.id is None and stored_form(plain.last) == stored_form(message)
    common_server.assert_nothing_else(socket, plain)


def test_now_is_from_the_greeting_on(common_server, anna):
    """A client that was authenticated receives every later event of its own actions."""
    for _ in range(20):
        socket = anna.connect(since="now")
        file = anna.upload()
        socket.expect("FileUploaded", skipping=("Resumed", "UploadProgress"), file_id=file["id"])
        socket.abort()


def test_i_come_back_and_hear_what_i_missed(common_server, anna):
    cursor = leave_off(anna, "a", "b")
    upload(anna, "c", "d")
    anna.delete(anna.upload("e"))
    back = anna.connect(since=cursor)
    missed, resumed = read_replay(back)
    assert [message.type for message in missed] == 3 * ["FileUploaded"] + ["FileDeleted"] and names(missed) == ["c", "d", "e", "e"]
    assert resumed == {"replayed": 4, "complete": True, "cursor": missed[-1].id}
    back.expect_uploaded(anna.upload("f"))
    common_server.assert_nothing_else(back)


def test_every_event_and_resumed_is_a_place_to_go_on_from(common_server, anna):
    upload(anna, *"abcd")
    all_of_it, resumed = read_replay(anna.connect(since="start"))
    for index, message in enumerate(all_of_it):
        missed, _ = read_replay(anna.connect(since=message.id))
        assert [one.text for one in missed] == [one.text for one in all_of_it[index + 1:]]
    assert read_replay(anna.connect(since=resumed["cursor"]))[0] == []
    assert len({message.id for message in all_of_it}) == 4


def test_nothing_missed(common_server, anna):
    cursor = leave_off(anna, "a")
    back = anna.connect(since=cursor)
    back.expect("Resumed", replayed=0, complete=True, cursor=cursor)
    common_server.assert_nothing_else(back)


def test_from_the_start_is_all_that_the_journal_keeps(common_server, anna, ben):
    file, = upload(anna, "a")
    anna.revoke(anna.share(file, recipients=[ben]))
    common_server.send_notification("to everyone")
    missed, resumed = read_replay(anna.connect(since="start"))
    assert [stored_form(message) for message in missed if not message.is_barrier] == [
        row for row in journal_messages(common_server, anna) if not row["data"].get("message", "").startswith("so far")]
    assert [message.type for message in missed][:3] == ["FileUploaded", "FileShared", "ShareExpired"]
    assert resumed["complete"]
    told = [message.type for message in read_replay(ben.connect(since="start"))[0] if not message.is_barrier]
    assert told == ["FileShared", "ShareExpired", "SystemNotification"]


def test_a_notice_stands_in_the_history_of_who_was_there(common_server, anna):
    cursor = leave_off(anna, "a")
    common_server.send_notification("once upon a time")
    carla = common_server.user("carla")
    assert "once upon a time" in [message.data.get("message") for message in read_replay(anna.connect(since=cursor))[0]]
    assert read_replay(carla.connect(since="start"))[0] == []
    socket = carla.connect(since="now")
    socket.expect("Resumed")
    common_server.send_notification("and now")
    socket.expect("SystemNotification", message="and now")
    assert socket.last.id


@pytest.mark.parametrize("since", ["", "nonsense", "Now", "MTg0", "x" * 300])
def test_an_invalid_cursor_is_reported(common_server, anna, since):
    upload(anna, "a")
    socket = anna.connect(since=since)
    socket.expect("Resumed", replayed=0, complete=False)
    socket.expect_uploaded(anna.upload("b"))


def test_another_users_cursor_replays_nothing(common_server, anna, ben):
    cursor = leave_off(ben, "a")
    upload(anna, "b", "c")
    socket = anna.connect(since=cursor)
    socket.expect("Resumed", replayed=0, complete=False)
    common_server.assert_nothing_else(socket)


def test_without_a_user_the_replay_waits_for_one(common_server, anna):
    cursor = leave_off(anna, "a")
    upload(anna, "b")
    socket = common_server.connect(since=cursor)
    socket.expect_error("AUTHENTICATION_REQUIRED")
    socket.ping()
    assert not socket.authenticate("nonsense")
    assert socket.authenticate(anna.token)
    missed, _ = read_replay(socket)
    assert names(missed) == ["b"]
    assert socket.authenticate(anna.token)
    socket.expect_uploaded(anna.upload("c"))
    common_server.assert_nothing_else(socket)


def test_events_wait_for_a_new_token_in_their_order(common_server, anna):
    tired = anna.connect(token=anna.short_lived_token(1), since="now")
    tired.expect("Resumed")
    tired.expect_error("INVALID_TOKEN")
    files = upload(anna, *"abc")
    common_server.assert_nothing_else()
    assert tired.authenticate(anna.token)
    for file in files:
        tired.expect_uploaded(file)
    tired.expect_uploaded(anna.upload("d"))
    assert [item["id"] for item in fetch_history(anna)][-1] == tired.last.id


def test_a_watcher_who_is_signed_in_goes_on_from_there(common_server, anna, ben):
    share = anna.share(anna.upload())
    watcher = ben.connect(since="now", share=share["share_token"])
    cursor = watcher.expect("Resumed")["cursor"]
    anna.revoke(share)
    watcher.expect("ShareExpired", share_id=share["share_id"])
    assert watcher.last.id == cursor, "it stands in the stream of others; ben's goes on where it was"
    ben.upload("b")
    assert names(read_replay(ben.connect(since=cursor))[0]) == ["b"]


def test_compressed_or_not_it_is_the_same(common_server, anna):
    upload(anna, "a" * 200)
    plain, deflating = (anna.connect(since="start", deflate=how) for how in (None, "permessage-deflate"))
    for socket in plain, deflating:
        read_replay(socket)
    upload(anna, "b" * 200)
    for socket in plain, deflating:
        socket.expect("FileUploaded", skipping=("UploadProgress",))
    assert plain.last.text == deflating.last.text and deflating.compressed


def test_a_long_replay_is_paced_and_never_cut(start_server):
    server = start_server(realtime__max_queued_bytes="16KiB", realtime__presence="off")
    anna = server.user("anna")
    for number in range(300):
        server.send_notification(f"{number} " + "x" * 4000)
    socket = server.connect(token=anna.token, since="start", reading=False, receive_buffer=2048)
    server.send_notification("after")
    socket.start_reading()
    socket.expect_authenticated()
    missed, resumed = read_replay(socket)
    missed += [] if missed[-1].data["message"] == "after" else [socket.next()]
    assert [message.data["message"].split()[0] for message in missed] == [str(number) for number in range(300)] + ["after"]
    assert resumed["complete"]


def test_what_is_too_old_is_said_to_be_gone(start_server):
    server = start_server(realtime__journal_events_per_user=3, realtime__presence="off")
    anna = server.user("anna")
    cursor = leave_off(anna, "a")
    upload(anna, "b", "c", "d")
    assert names(read_replay(anna.connect(since=cursor))[0]) == ["b", "c", "d"]
    upload(anna, "e")
    socket = anna.connect(since=cursor)
    socket.expect("Resumed", replayed=0, complete=False)
    socket.expect_uploaded(anna.upload("f"))
    missed, resumed = read_replay(anna.connect(since="start"))
    assert names(missed) == ["d", "e", "f"] and resumed["complete"]


def test_what_has_outlived_its_time_is_gone(start_server):
    server = start_server(realtime__journal_retention=duration(1), realtime__presence="off")
    anna = server.user("anna")
    cursor = leave_off(anna, "a")
    upload(anna, "b")
    eventually(lambda: journal_messages(server, anna) == [], "old events go")
    anna.connect(since=cursor).expect("Resumed", replayed=0, complete=False)
    anna.connect(since="start").expect("Resumed", replayed=0, complete=True)


@pytest.mark.parametrize("since_then", [0, 2, 5])
def test_a_restored_backup_is_not_taken_for_the_same(start_server, since_then):
    server = start_server(realtime__presence="off")
    assert server.database_file
    anna = server.user("anna")
    leave_off(anna, "a")
    server.stop()
    shutil.copytree(server.data, server.folder / "backup")
    server.start()
    older = read_replay(anna.connect(since="start"))[0][-1].id
    lost = leave_off(anna, "b", "c")
    server.stop()
    shutil.rmtree(server.data)
    shutil.copytree(server.folder / "backup", server.data)
    server.start()
    upload(anna, *"xyzuv"[:since_then])
    anna.connect(since=lost).expect("Resumed", replayed=0, complete=False)
    missed, resumed = read_replay(anna.connect(since=older))
    assert names(missed) == list("xyzuv"[:since_then]) and resumed["complete"]


def test_another_server_knows_no_cursor_of_this_one(start_server):
    cursor = leave_off(start_server().user("anna"), "a")
    anna = start_server().user("anna")
    anna.upload("a")
    anna.connect(since=cursor).expect("Resumed", replayed=0, complete=False)


def test_presence_comes_too_and_has_no_cursor(start_server):
    server = start_server(realtime__offline_grace="0s")
    anna, ben = server.user("anna"), server.user("ben")
    socket = anna.connect(since="start")
    assert socket.expect("Resumed")["complete"]
    ben.connect(since="now").abort()
    for kind in "UserOnline", "UserOffline":
        socket.expect(kind, user_id=ben.id)
        assert socket.last.id is None
