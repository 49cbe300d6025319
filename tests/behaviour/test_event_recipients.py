"""Strangers learn nothing: the complete life of a file, and the events each party receives."""
from support.users import timestamp_in


def story(server, socket):
    """Returns the types of all messages on a connection, with repeated UploadProgress collapsed."""
    kinds = [message.type for message in server.received(socket)]
    return [kind for kind, before in zip(kinds, [None, *kinds]) if not kind == before == "UploadProgress"]


def test_two_users_a_visitor_and_the_rest_of_the_world(start_server):
    server = start_server(realtime__presence="off")
    anna, ben, carla = (server.user(name) for name in ("anna", "ben", "carla"))
    owner, phone, recipient, stranger, nobody = anna.connect(), anna.connect(), ben.connect(), carla.connect(), server.listen()

    file = anna.upload("holiday.jpg", bytes(300_000))
    share = anna.share(file, recipients=[ben], max_downloads=1)
    visitor = server.listen(share=share)
    browser = server.browser()
    browser.get(f"/s/{share['share_token']}", want=200)
    browser.get(f"public/shares/{share['share_token']}/content", want=200)
    for socket in (owner, phone):
        socket.expect("UploadProgress")
        for kind in ("FileUploaded", "FileShared", "ShareAccessed", "DownloadStarted", "ShareExpired"):
            socket.expect(kind, skipping=("UploadProgress",))
    anna.share(file, recipients=[ben], expires_at=timestamp_in(1))
    for socket in (owner, phone):
        for kind in ("FileShared", "ShareExpired"):
            socket.expect(kind)
    taken_back = anna.share(file)
    late_visitor = server.listen(share=taken_back)
    anna.revoke(taken_back)
    anna.share(file, recipients=[ben])
    anna.delete(file)
    server.send_notification("That was all.")

    for socket in (owner, phone):
        assert story(server, socket) == ["FileShared", "ShareExpired", "FileShared", "FileDeleted", "SystemNotification"]
    assert story(server, recipient) == [
        "FileShared", "ShareExpired", "FileShared", "ShareExpired", "FileShared", "FileDeleted", "SystemNotification"]
    assert story(server, visitor) == story(server, late_visitor) == ["ShareExpired", "SystemNotification"]
    assert story(server, stranger) == story(server, nobody) == ["SystemNotification"]


def test_two_users_do_the_same_at_the_same_time(common_server, anna, ben):
    hers, his = anna.connect(), ben.connect()
    files = [(anna.upload(f"{number}.txt"), ben.upload(f"{number}.txt")) for number in range(10)]
    for her_file, his_file in files:
        hers.expect_uploaded(her_file)
        his.expect_uploaded(his_file)
    common_server.assert_nothing_else(hers, his)
