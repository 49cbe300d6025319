"""Sharing a file with someone: FileShared is delivered to the owner and the recipients."""


def handed(share):
    return {name: share[name] for name in ("share_id", "file_id", "share_token")}


def test_both_of_us_are_told(common_server, anna, ben, carla):
    file = anna.upload()
    earlier = anna.share(file)
    told = [anna.connect(), anna.connect(), ben.connect(), ben.connect()]
    others = [carla.connect(), common_server.admin.connect(), common_server.listen(), common_server.listen(share=earlier)]
    share = anna.share(file, recipients=[ben])
    for socket in told:
        assert socket.expect("FileShared") == handed(share)
    common_server.assert_nothing_else(*told, *others)


def test_to_several(common_server, anna, ben, carla):
    sockets = [user.connect() for user in (anna, ben, carla)]
    file = anna.upload()
    sockets[0].expect_uploaded(file)
    share = anna.share(file, recipients=[ben, carla])
    for socket in sockets:
        assert socket.expect("FileShared") == handed(share)
    common_server.assert_nothing_else(*sockets)


def test_to_nobody_in_particular(common_server, anna, ben):
    file = anna.upload()
    owner, other = anna.connect(), ben.connect()
    share = anna.share(file)
    assert owner.expect("FileShared") == handed(share)
    common_server.assert_nothing_else(owner, other)


def test_what_fails_is_not_told(common_server, anna, ben):
    file = anna.upload()
    sockets = [anna.connect(), ben.connect()]
    anna.http.post("shares", {"file_id": file["id"], "recipients": [ben.name, "nobody-at-all"]}, want="400 INVALID_REQUEST")
    ben.http.post("shares", {"file_id": file["id"], "recipients": [ben.name]}, want="404 NOT_FOUND")
    common_server.assert_nothing_else(*sockets)
