"""Variants of tus: trailing slashes, numbers out of range, very many parts, and requests of the IETF successor."""

import pytest

from support import tus
from support.raw_http import assert_invalid_field
from support.timeouts import duration, eventually

TOO_LARGE = ["9223372036854775808", "18446744073709551615", "18446744073709551616", "9" * 40]


def test_a_slash_at_the_end(anna):
    def call(method, target, body=None, **headers):
        return anna.http.call(method, target, body=body, headers=tus.request_headers(headers), want=0, checked=False)
    location = call("POST", "uploads/", upload_length=5)
    assert location.status == 201, location
    upload = tus.Upload(anna.http, location.headers["Location"])
    slashed = upload.target + "/"
    assert call("OPTIONS", "uploads/").status == call("OPTIONS", slashed).status == 204
    assert call("HEAD", slashed).headers["Upload-Offset"] == "0"
    assert call("PATCH", slashed, b"hello", upload_offset=0, content_type=tus.BYTES).status == 204
    upload.assert_content(b"hello")
    other = tus.create(anna.http, 5)
    assert call("DELETE", other.target + "/").status == 204
    other.assert_gone()


def test_parts_with_a_slash_at_the_end(anna):
    part = tus.create(anna.http, 5, upload_concat="partial").send(b"hello")
    answer = tus.request(anna.http, "POST", want=201, upload_concat=f"final;{part.target}/")
    tus.Upload(anna.http, answer.headers["Location"]).assert_content(b"hello")


@pytest.mark.parametrize("offset", [*TOO_LARGE, "-1", "0x0", "0, 0"])
def test_invalid_offset(anna, offset):
    upload = tus.create(anna.http, 5)
    assert_invalid_field(upload.patch(b"hello", offset, want=0), "Upload-Offset")
    assert upload.offset() == 0


def test_wrong_offset(anna):
    tus.create(anna.http, 5).patch(b"hello", 2**63 - 1, want="409 CONFLICT")


@pytest.mark.parametrize("length", TOO_LARGE)
def test_a_body_larger_than_any(anna, length):
    upload = tus.create(anna.http, upload_defer_length=1)
    answer = upload.begin_patch(0, int(length)).finish(want=0)
    assert answer.status in (400, 413), answer
    assert upload.offset() == 0


@pytest.mark.parametrize("method, override", [("PATCH", "DELETE"), ("DELETE", "PATCH"), ("HEAD", "DELETE")])
def test_an_override_belongs_to_post(anna, method, override):
    upload = tus.create(anna.http, 5)
    if method == "PATCH":
        upload.patch(b"hello", 0, x_http_method_override=override)
        upload.assert_content(b"hello")
    elif method == "DELETE":
        tus.request(anna.http, "DELETE", upload.target, want=204, x_http_method_override=override)
        upload.assert_gone()
    else:
        tus.request(anna.http, "HEAD", upload.target, want=200, x_http_method_override=override)
        assert upload.offset() == 0


def test_a_thousand_parts_by_full_addresses(common_server, anna):
    pieces = [b"%03d" % number if number % 100 == 7 else b"" for number in range(1000)]
    parts = [tus.request(anna.http, "POST", body=piece, want=201, upload_length=len(piece), upload_concat="partial", content_type=tus.BYTES)
             for piece in pieces]
    addresses = " ".join(common_server.url.rstrip("/") + part.headers["Location"] for part in parts)
    assert len(addresses) > 65536
    answer = tus.request(anna.http, "POST", want=201, upload_concat="final;" + addresses)
    tus.Upload(anna.http, answer.headers["Location"]).assert_content(b"".join(pieces))


def test_other_fields_stay_short(anna):
    assert anna.http.post("shares", {}, headers={"X-Padding": "x" * 20_000}, want=0, checked=False).status == 431
    assert anna.http.clone().get("files", headers={"Upload-Concat": "x" * 20_000}, want=0, checked=False).status == 431
    assert anna.http.clone().post("shares", {}, headers={"Upload-Concat": "x" * 500_000}, want=0, checked=False).status == 431


def test_the_final_request_outlives_its_token(start_server):
    anna = start_server(auth__access_token_ttl=duration(1), realtime__presence="off").user("anna")
    parts = [tus.create(anna.http, 5, upload_concat="partial").send(data) for data in (b"hello", b"world")]
    eventually(lambda: anna.http.get("users/me", want=0).status == 401, "the access token ends")
    answer = tus.concatenate(anna.http, *parts, want=0)
    assert answer.status == 201, answer
    tus.request(anna.http, "POST", want=401, upload_length=5)
    tus.request(anna.http, "POST", want=401, upload_length=5, upload_concat="partial")


class TestIetfDraft:
    PIECES = [{"Upload-Complete": "?0"}, {"Upload-Incomplete": "?1"}, {"Upload-Complete": "?0;x"},
              {"Upload-Complete": "?0", "Upload-Draft-Interop-Version": "6"}, {"Upload-Incomplete": "?1", "Upload-Draft-Interop-Version": "3"},
              {"Upload-Complete": "0"}, {"Upload-Complete": "?1", "Upload-Incomplete": "?1"}]

    @pytest.mark.parametrize("headers", PIECES)
    @pytest.mark.parametrize("target", ["files?filename=a.bin", "uploads", "uploads/"])
    def test_a_piece_is_no_file(self, common_server, anna, headers, target):
        socket = anna.connect()
        for more in ({}, {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Content-Type": tus.BYTES}):
            answer = anna.http.call("POST", target, body=b"hello", headers={**headers, **more}, want="400 INVALID_REQUEST", checked=False)
            assert "tus" in answer.json()["detail"]
        assert anna.http.get("files").json()["items"] == [] and anna.http.get("users/me").json()["used_bytes"] == 0
        common_server.assert_nothing_else(socket)

    @pytest.mark.parametrize("headers", [{"Upload-Complete": "?1"}, {"Upload-Incomplete": "?0"}])
    def test_a_complete_piece_is_a_file(self, anna, headers):
        file = anna.http.call("POST", "files?filename=a.bin", body=b"hello", headers=headers, want=201).json()
        assert file["size"] == 5
