"""Unfinished uploads and empty files count against the quota."""
import concurrent.futures

from support import tus


def begin(user, **options):
    """Creates an unfinished upload. Returns the status."""
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", **options}
    return user.http.post("uploads", headers=headers, want=0).status


def test_unfinished_uploads_count_against_the_quota(start_server):
    server = start_server(uploads__quota_bytes="10KiB", realtime__presence="off")
    anna = server.user("anna")
    got = [begin(anna) for _ in range(20)]
    assert 9 <= got.count(201) <= 10 and set(got) == {201, 507}
    anna.http.post("files?filename=x", body=b"x" * 2048, want="507 QUOTA_EXCEEDED")


def test_empty_files_count_against_the_quota(start_server):
    server = start_server(uploads__quota_bytes="10KiB", realtime__presence="off")
    anna = server.user("anna")
    got = [anna.http.post(f"files?filename=n{number}", body=b"", want=0).status for number in range(20)]
    assert got == [201] * 10 + [507] * 10
    one = anna.http.get("files").json()["items"][0]
    anna.http.delete(f"files/{one['id']}")
    anna.http.post("files?filename=again", body=b"", want=201)


def test_a_user_has_at_most_a_thousand_unfinished_uploads(start_server):
    server = start_server(realtime__presence="off")
    anna = server.user("anna")
    assert [begin(anna) for _ in range(1000)] == [201] * 1000
    anna.http.post("uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "10"}, want="507 QUOTA_EXCEEDED")
    assert begin(server.user("ben")) == 201
    anna.http.post("files?filename=x", body=b"x", want=201)


def test_final_requests_at_once_make_one_file(start_server):
    server = start_server(realtime__presence="off")
    anna = server.user("anna")
    parts = []
    for _ in range(2):
        part = tus.create(anna.http, 3 << 20, upload_concat="partial")
        part.patch(bytes(3 << 20), 0)
        parts.append(part)
    concat = "final;" + " ".join(f"/api/v1/uploads/{part.id}" for part in parts)

    def final(_):
        return anna.http.clone().post("uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Concat": concat}, want=0)
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(final, range(20)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(anna.http.get("files").json()["items"]) == 1
