"""The default rate limits with transfers: authenticated users are queued, anonymous ones are refused."""
import concurrent.futures
import json
import pathlib

import pytest

from support import tus
from support.node_process import NodeProcess, install_packages
from support.raw_http import assert_problem
from support.timeouts import TIMEOUT

CLIENTS = pathlib.Path(__file__).parent / "tus_clients"
BURST = 10


@pytest.fixture
def default_server(start_server):
    """A server with default rate limits."""
    return start_server(http__requests_per_second=None, http__request_burst=None, realtime__presence="off")


@pytest.fixture
def server(start_server):
    return start_server(http__requests_per_second="10", http__request_burst=BURST, realtime__presence="off")


def test_tus_js_client_uploads_in_small_chunks(default_server, tmp_path):
    anna = default_server.user("anna")
    data = bytes(range(256)) * 4 * 64 * 300
    (tmp_path / "film.mkv").write_bytes(data)
    job = {"path": str(tmp_path / "film.mkv"), "source": "file", "options": {
        "endpoint": f"{default_server.url}/api/v1/uploads", "headers": {"Authorization": f"Bearer {anna.token}"},
        "metadata": {"filename": "film.mkv"}, "chunkSize": 64 * 1024, "retryDelays": []}}
    program = NodeProcess(install_packages(CLIENTS), "tus.js", json.dumps(job), environment={})
    try:
        upload = tus.Upload(anna.http, program.expect(r"done (\S+)\n", timeout=12 * TIMEOUT)[1])
        assert program.wait() == 0
    finally:
        program.kill()
    assert anna.http.get(f"files/{upload.id}").json()["size"] == len(data)


def test_many_small_files_at_once_all_arrive(default_server):
    anna = default_server.user("anna")

    def upload(number):
        return anna.http.clone().post(f"files?filename=n{number}", body=b"x" * 100, want=0).status
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        assert list(pool.map(upload, range(300))) == [201] * 300


def test_uploads_do_not_use_up_what_the_address_may_ask_for(server):
    anna = server.user("anna")
    for number in range(2 * BURST):
        anna.http.post(f"files?filename=n{number}", body=b"x", want=201)
    assert anna.http.get("files", want=200)


def test_content_waits_too(server):
    anna = server.user("anna")
    file = anna.http.post("files?filename=a", body=b"abc", want=201).json()
    assert [anna.http.get(f"files/{file['id']}/content", want=0).status for _ in range(3 * BURST)] == [200] * 3 * BURST


@pytest.mark.parametrize("bearer", [None, "ks_nonsense", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA"])
def test_who_is_not_signed_in_is_refused(server, bearer):
    guest = server.guest(bearer=bearer)
    got = [guest.post("files?filename=x", body=b"x", want=0) for _ in range(3 * BURST)]
    assert {answer.status for answer in got} == {401, 429}
    assert_problem(next(answer for answer in got if answer.status == 429), 429, "RATE_LIMITED")


def test_a_flood_of_bad_tokens_delays_nobody_who_is_signed_in(server):
    anna, guest = server.user("anna"), server.guest(bearer="ks_nonsense")
    assert 429 in [guest.post("files?filename=x", body=b"x", want=0).status for _ in range(3 * BURST)]
    anna.http.post("files?filename=mine", body=b"x", want=201)
