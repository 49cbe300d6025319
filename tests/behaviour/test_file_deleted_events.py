"""FileDeleted is delivered to the owner, and to the recipients and watchers of the file's active shares."""


def gone(file):
    return {"file_id": file["id"], "filename": file["filename"]}


def test_for_me_and_for_those_who_had_it(common_server, anna, ben, carla):
    file = anna.upload()
    share = anna.share(file, recipients=[ben])
    told = [anna.connect(), anna.connect(), ben.connect(), common_server.listen(share=share)]
    elsewhere = carla.share(carla.upload())
    others = [carla.connect(), common_server.admin.connect(), common_server.listen(), common_server.listen(share=elsewhere)]
    anna.delete(file)
    for socket in told:
        assert socket.expect("FileDeleted") == gone(file)
    common_server.assert_nothing_else(*told, *others)


def test_under_its_last_name(common_server, anna):
    file = anna.upload("draft.txt")
    renamed = anna.http.patch(f"files/{file['id']}", {"filename": "final.txt"}, want=200).json()
    socket = anna.connect()
    anna.delete(file)
    assert socket.expect("FileDeleted") == gone(renamed)


def test_not_for_those_whose_share_had_ended(common_server, anna, ben):
    file = anna.upload()
    share = anna.share(file, recipients=[ben])
    watcher, recipient, owner = common_server.listen(share=share), ben.connect(), anna.connect()
    anna.revoke(share)
    for socket in (watcher, recipient, owner):
        socket.expect("ShareExpired")
    anna.delete(file)
    owner.expect("FileDeleted")
    common_server.assert_nothing_else(watcher, recipient, owner)


def test_once_however_many_shares_it_had(common_server, anna, ben):
    file = anna.upload()
    shares = [anna.share(file, recipients=[ben]) for _ in range(3)]
    sockets = [anna.connect(), ben.connect(), ben.connect(share=shares[0]["share_token"]), anna.connect(share=shares[1]["share_token"])]
    anna.delete(file)
    for socket in sockets:
        assert socket.expect("FileDeleted") == gone(file)
    common_server.assert_nothing_else(*sockets)


def test_nobody_elses_file_can_go(common_server, anna, ben):
    file = anna.upload()
    anna.share(file, recipients=[ben])
    sockets = [anna.connect(), ben.connect()]
    ben.http.delete(f"files/{file['id']}", want="404 NOT_FOUND")
    common_server.assert_nothing_else(*sockets)


def test_when_its_owner_is_deleted(common_server, anna, ben):
    file = anna.upload()
    share = anna.share(file, recipients=[ben])
    told = [ben.connect(), common_server.listen(share=share)]
    common_server.admin.http.delete(f"users/{anna.id}", want=204)
    for socket in told:
        assert socket.expect("FileDeleted") == gone(file)
    common_server.assert_nothing_else(*told)
