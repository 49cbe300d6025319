"""My files are mine: other users get 404, and deleted files are gone."""
import pytest

from support.data_folder import assert_no_orphans, blobs

NOWHERE = ["00000000-0000-7000-8000-000000000000", "nonsense", "..", "%2e%2e%2f", "x" * 500]


@pytest.fixture
def shared(anna, ben):
    """Returns a file of Anna's and a share of it with Ben as recipient."""
    file = anna.upload()
    return file, anna.share(file, recipients=[ben])


def test_other_users_get_404(common_server, anna, ben, carla, shared):
    file, _ = shared
    socket = anna.connect()
    for other in (ben, carla, common_server.admin):
        for method, target, body in (("GET", "", None), ("PATCH", "", {"filename": "mine.txt"}), ("DELETE", "", None),
                                     ("GET", "/content", None)):
            other.http.call(method, f"files/{file['id']}{target}", json=body, want="404 NOT_FOUND")
        other.http.head(f"files/{file['id']}/content", want=404)
        assert file["id"] not in [found["id"] for found in other.http.get("files").json()["items"]]
    assert anna.http.get(f"files/{file['id']}", want=200).json() == file
    common_server.assert_nothing_else(socket)


def test_anonymous_access_is_refused(common_server, shared):
    file, _ = shared
    guest = common_server.guest()
    for method, target, body in (("GET", "files", None), ("POST", "files?filename=x", None), ("GET", f"files/{file['id']}", None),
                                 ("PATCH", f"files/{file['id']}", {"filename": "x"}), ("DELETE", f"files/{file['id']}", None),
                                 ("GET", f"files/{file['id']}/content", None), ("GET", "shares", None), ("GET", "shares/received", None),
                                 ("POST", "shares", {"file_id": file["id"]}), ("GET", "users/me", None), ("GET", "tokens", None)):
        guest.call(method, target, json=body, want="401 AUTHENTICATION_REQUIRED")
    guest.head(f"files/{file['id']}/content", want=401)


def test_a_share_token_opens_nothing_else(common_server, shared):
    file, share = shared
    for target in (f"files/{file['id']}", f"files/{file['id']}/content", f"shares/{share['share_id']}"):
        common_server.guest().get(target, headers={"X-Share-Token": share["share_token"]}, want="401 AUTHENTICATION_REQUIRED")
        common_server.guest(bearer=share["share_token"]).get(target, want="401 INVALID_TOKEN")


@pytest.mark.parametrize("nowhere", NOWHERE)
def test_what_is_not_there(anna, nowhere):
    for method, target, body in (("GET", "", None), ("PATCH", "", {"filename": "x"}), ("DELETE", "", None), ("GET", "/content", None)):
        anna.http.call(method, f"files/{nowhere}{target}", json=body, want="404 NOT_FOUND", checked=False)


def test_an_id_in_capitals_is_the_same_or_none(anna):
    file = anna.upload()
    answer = anna.http.get(f"files/{file['id'].upper()}", want=0)
    assert answer.status == 404 or answer.json() == file


def test_what_i_delete_is_gone(start_server):
    server = start_server()
    anna = server.user("anna")
    file, other = anna.upload("a.txt", b"x" * 1000), anna.upload("b.txt", b"y" * 100)
    assert anna.http.get("users/me").json()["used_bytes"] == 1100 and len(blobs(server)) == 2
    socket = anna.connect()
    anna.delete(file)
    socket.expect("FileDeleted", file_id=file["id"], filename="a.txt")
    for method, target, body in (("GET", "", None), ("PATCH", "", {"filename": "x"}), ("DELETE", "", None), ("GET", "/content", None)):
        anna.http.call(method, f"files/{file['id']}{target}", json=body, want="404 NOT_FOUND")
    assert anna.http.get("files").json()["items"] == [other]
    assert anna.http.get("users/me").json()["used_bytes"] == 100
    assert_no_orphans(server, files=1)
    server.assert_nothing_else(socket)


def test_deleting_does_not_disturb_who_is_reading(common_server, anna):
    data = bytes(range(256)) * (64 << 10)
    file = anna.upload("film.mp4", data)
    download = anna.http.stream_response("GET", f"files/{file['id']}/content", receive_buffer=4096)
    first = download.read(1000)
    anna.delete(file)
    assert first + download.read() == data
    anna.download(file, want="404 NOT_FOUND")


def test_two_who_delete_the_same(common_server, anna):
    file, socket = anna.upload(), anna.connect()
    calls = [anna.http.begin_request("DELETE", f"files/{file['id']}", 0) for _ in range(6)]
    assert sorted(call.finish(want=0).status for call in calls) == [204] + [404] * 5
    socket.expect("FileDeleted", file_id=file["id"])
    common_server.assert_nothing_else(socket)


def test_the_same_name_for_two_people(anna, ben):
    mine, theirs = anna.upload("same.txt", b"mine"), ben.upload("same.txt", b"theirs")
    assert anna.http.get("files?query=same").json()["items"] == [mine]
    assert anna.download(mine).body == b"mine" and ben.download(theirs).body == b"theirs"
