"""Downloads can be verified by digests (RFC 9530, and RFC 3230 for older clients)."""
import base64
import hashlib

import pytest

DATA = bytes(range(250)) * 4
SHA256 = base64.b64encode(hashlib.sha256(DATA).digest()).decode()


@pytest.fixture(scope="module")
def doors(common_server_process):
    owner = common_server_process.user("owner-of-digests")
    file = owner.upload("data.bin", DATA)
    share = owner.share(file)
    return {"my own": (owner.http, f"files/{file['id']}/content"),
            "a link": (common_server_process.guest(), f"public/shares/{share['share_token']}/content")}


@pytest.fixture(params=["my own", "a link"])
def door(request, doors):
    client, target = doors[request.param]

    def ask(method="GET", want=200, **headers):
        return client.call(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()}, want=want)
    return ask


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_whole_files_digest_is_always_there(door, method):
    for headers, status in (({}, 200), ({"Range": "bytes=5-9"}, 206), ({"Want_Repr_Digest": "sha-256=5"}, 200),
                            ({"Want_Repr_Digest": "sha-512=1", "Range": "bytes=0-"}, 206)):
        answer = door(method, status, **headers)
        assert answer.headers["Repr-Digest"] == f"sha-256=:{SHA256}:"
        assert "Content-Digest" not in answer.headers and "Digest" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_digest_of_what_is_sent_where_i_ask(door, method):
    assert door(method, Want_Content_Digest="sha-512=3, sha-256=10").headers["Content-Digest"] == f"sha-256=:{SHA256}:"
    for other in ("sha-512=10", "sha-256=0", "nonsense", ",;=,,", "sha-256" * 1000):
        assert "Content-Digest" not in door(method, Want_Content_Digest=other).headers
    assert "Content-Digest" not in door(method, 206, Want_Content_Digest="sha-256=10", Range="bytes=5-9").headers


def test_the_older_form(door):
    for wanted in ("sha-256", "SHA-256;q=1", "md5;q=0.3, sha-256;q=0.1"):
        assert door(Want_Digest=wanted).headers["Digest"] == f"sha-256={SHA256}"
        assert door(want=206, Want_Digest=wanted, Range="bytes=5-9").headers["Digest"] == f"sha-256={SHA256}"
    for other in ("md5", "sha-256;q=0", "sha-512"):
        assert "Digest" not in door(Want_Digest=other).headers


def test_what_is_not_the_content_has_none(door):
    for status, headers in ((304, {"If_None_Match": "*"}), (412, {"If_Match": '"another"'}), (416, {"Range": "bytes=5000-"})):
        assert "Repr-Digest" not in door(want=status, **headers).headers


def test_an_empty_file(anna):
    empty = base64.b64encode(hashlib.sha256(b"").digest()).decode()
    assert anna.download(anna.upload("empty", b""), want=200).headers["Repr-Digest"] == f"sha-256=:{empty}:"
