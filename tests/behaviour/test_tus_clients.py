"""tus-js-client and Uppy from npm upload files, across pauses and a network that breaks two hundred times."""
import json
import pathlib
import random
import shutil

import pytest

from support import tus
from support.data_folder import assert_no_orphans
from support.flaky_proxy import FlakyProxy
from support.node_process import NodeProcess, install_packages
from support.timeouts import TIMEOUT
from support.upload_events import assert_upload_events, uploaded_file_ids

CLIENTS = pathlib.Path(__file__).parent / "tus_clients"
MIB = 1 << 20
DATA = random.Random("clients").randbytes(6 * MIB + 321)
CUTS_OF_EACH = 40  # connections per test, for five tests
NAME = "Übung № 1.bin"


@pytest.fixture
def server(start_server):
    return start_server(realtime__progress_interval="1ms", realtime__presence="off")


@pytest.fixture
def anna(server):
    return server.user("anna")


@pytest.fixture
def path(tmp_path):
    """Returns the path of the file to upload."""
    (tmp_path / NAME).write_bytes(DATA)
    return tmp_path / NAME


@pytest.fixture
def network(server):
    """Creates networks in front of the server."""
    made = []

    def make(**how):
        made.append(FlakyProxy(server, **how))
        return made[-1]
    yield make
    for one in made:
        one.close()


@pytest.fixture
def run():
    programs = []

    def run(script, job):
        programs.append(NodeProcess(install_packages(CLIENTS), script, json.dumps(job), environment={}))
        return programs[-1]
    yield run
    for program in programs:
        program.kill()


@pytest.fixture
def tus_js(run, anna, path):
    """Runs tus-js-client for anna with an endpoint, a source (file, buffer, stream) and further options."""
    def start(url, source="file", storage=None, **options):
        return run("tus.js", {"path": str(path), "source": source, "storage": storage and str(storage), "options": {
            "endpoint": f"{url}/api/v1/uploads", "headers": {"Authorization": f"Bearer {anna.token}"},
            "metadata": {"filename": NAME, "filetype": "application/x-tus"}, **options}})
    return start


@pytest.fixture
def uppy(run, anna):
    """Runs Uppy for anna."""
    def start(url, *paths, **options):
        return run("uppy.js", {"paths": [str(path) for path in paths], "options": {
            "endpoint": f"{url}/api/v1/uploads", "headers": {"Authorization": f"Bearer {anna.token}"}, **options}})
    return start


def finished(program, user):
    """Returns the upload that tus-js-client completed; the program must exit with 0."""
    upload = tus.Upload(user.http, program.expect(r"done (\S+)\n", timeout=6 * TIMEOUT)[1])
    assert program.wait() == 0
    return upload


def assert_the_only_file(server, user, upload, socket):
    """Checks that this is the user's only file, and that its events came in order, without duplicates."""
    messages = server.received(socket)
    file = upload.assert_content(DATA)
    assert [file["id"] for file in user.http.get("files").json()["items"]] == [upload.id]
    assert uploaded_file_ids(messages) == [upload.id]
    assert_upload_events([message for message in messages if message.data["file_id"] == upload.id], file)
    return file


MODES = {
    "in one piece": {},
    "from memory": {"source": "buffer"},
    "in chunks": {"chunkSize": 300_000},
    "with the first bytes at once": {"chunkSize": 300_000, "uploadDataDuringCreation": True},
    "of unknown length": {"source": "stream", "chunkSize": 100_000, "uploadLengthDeferred": True},
    "of unknown length with the first bytes at once": {"source": "stream", "chunkSize": 100_000, "uploadLengthDeferred": True,
                                                       "uploadDataDuringCreation": True},
    "in four parts": {"parallelUploads": 4},
    "with POST alone": {"overridePatchMethod": True, "chunkSize": MIB},
}


class TestTusJsClient:
    @pytest.mark.parametrize("mode", MODES)
    def test_it_uploads(self, server, anna, tus_js, mode):
        socket = anna.connect()
        upload = finished(tus_js(server.url, **MODES[mode]), anna)
        file = assert_the_only_file(server, anna, upload, socket)
        assert (file["filename"], file["content_type"]) == (NAME, "application/x-tus")
        assert anna.http.get("users/me").json()["used_bytes"] == len(DATA)
        assert_no_orphans(server, files=1)

    def test_all_at_once_with_the_first_bytes(self, server, anna, tus_js):
        socket = anna.connect()
        assert_the_only_file(server, anna, finished(tus_js(server.url, uploadDataDuringCreation=True), anna), socket)
        assert_no_orphans(server, files=1)

    @pytest.mark.parametrize("mode", ["in one piece", "in chunks", "of unknown length", "in four parts"])
    def test_pause_and_resume(self, server, anna, tus_js, network, mode):
        socket, between = anna.connect(), network(stall_after=MIB // 2 if mode == "in one piece" else 60_000)
        program = tus_js(between.url, **MODES[mode])
        assert between.stalled.wait(TIMEOUT)
        program.write_line("pause")
        program.expect("paused")
        program.write_line("resume")
        assert_the_only_file(server, anna, finished(program, anna), socket)
        assert_no_orphans(server, files=1)

    def test_another_process_goes_on(self, server, anna, tus_js, network, tmp_path):
        socket, between, storage = anna.connect(), network(stall_after=2 * MIB), tmp_path / "urls"
        first = tus_js(between.url, storage=storage)
        url = first.expect(r"there (\S+)\n")[1]
        assert between.stalled.wait(TIMEOUT)
        first.kill()
        second = tus_js(between.url, storage=storage)
        assert second.expect(r"again (\S+)\n")[1] == url
        assert_the_only_file(server, anna, finished(second, anna), socket)
        assert_no_orphans(server, files=1)

    @pytest.mark.parametrize("mode", ["in one piece", "with the first bytes at once", "of unknown length", "in four parts"])
    def test_through_a_network_that_breaks(self, server, anna, tus_js, network, mode):
        socket, between = anna.connect(), network(seed=mode, cuts=CUTS_OF_EACH)
        upload = finished(tus_js(between.url, **MODES[mode]), anna)
        assert between.cuts_made == CUTS_OF_EACH
        assert_the_only_file(server, anna, upload, socket)

    def test_a_refusal_is_told(self, start_server, run, path):
        server = start_server(uploads__quota_bytes="1MiB")
        anna = server.user("anna")
        program = run("tus.js", {"path": str(path), "source": "file", "options": {
            "endpoint": f"{server.url}/api/v1/uploads", "headers": {"Authorization": f"Bearer {anna.token}"}, "retryDelays": [0]}})
        program.expect("failed .*507.*QUOTA_EXCEEDED")
        assert program.wait() == 1


class TestUppy:
    def test_it_uploads(self, server, anna, uppy, path):
        socket = anna.connect()
        program = uppy(server.url, path)
        upload = tus.Upload(anna.http, program.expect(r"there [^\n]* (\S+)\n")[1])
        program.expect("done 1\n")
        assert program.wait() == 0
        file = assert_the_only_file(server, anna, upload, socket)
        assert (file["filename"], file["content_type"]) == (NAME, "application/x-uppy")
        assert_no_orphans(server, files=1)

    def test_several_at_once(self, server, anna, uppy, path, tmp_path):
        paths = [shutil.copy(path, tmp_path / f"{number}.bin") for number in range(4)]
        program = uppy(server.url, *paths, chunkSize=MIB)
        program.expect("done 4\n")
        files = anna.http.get("files").json()["items"]
        assert sorted(file["filename"] for file in files) == [f"{number}.bin" for number in range(4)]
        assert all(anna.download(file).body == DATA for file in files)
        assert_no_orphans(server, files=4)

    def test_pause_and_resume(self, server, anna, uppy, path, network):
        socket, between = anna.connect(), network(stall_after=MIB)
        program = uppy(between.url, path)
        assert between.stalled.wait(TIMEOUT)
        program.write_line("pause")
        program.expect("paused")
        program.write_line("resume")
        upload = tus.Upload(anna.http, program.expect(r"there [^\n]* (\S+)\n")[1])
        program.expect("done 1\n")
        assert_the_only_file(server, anna, upload, socket)
        assert_no_orphans(server, files=1)

    def test_through_a_network_that_breaks(self, server, anna, uppy, path, network):
        socket, between = anna.connect(), network(seed="uppy", cuts=CUTS_OF_EACH)
        program = uppy(between.url, path)
        upload = tus.Upload(anna.http, program.expect(r"there [^\n]* (\S+)\n", timeout=6 * TIMEOUT)[1])
        program.expect("done 1\n")
        assert between.cuts_made == CUTS_OF_EACH
        assert_the_only_file(server, anna, upload, socket)
