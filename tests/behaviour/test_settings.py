"""Settings come from four places: built-in default < file < environment < command line; durations and sizes have units."""
import re

import pytest

from support import jwt
from support.server import ADMIN_PASSWORD


def public_url(server):
    share = server.admin.share(server.admin.upload())
    return share["url"].partition("/s/")[0]


@pytest.fixture
def serve(start_server, tmp_path):
    """Starts a server with settings from a file, the environment and the command line, each as section__key."""
    def start(file=None, environment=None, **settings):
        arguments = []
        if file is not None:
            path = tmp_path / "settings.toml"
            path.write_text(file)
            arguments = ["--config", str(path)]
        names = {f"KINGSHARE_{name.upper()}": value for name, value in (environment or {}).items()}
        return start_server(environment=names, arguments=arguments, **settings)
    return start


FILE = '[server]\npublic_url = "https://file.example"\n'
ENVIRONMENT = {"server__public_url": "https://environment.example"}


def test_the_default_is_where_it_listens(serve):
    server = serve()
    assert public_url(server) in (server.url, f"http://localhost:{server.port}")


def test_the_file_is_above_the_default(serve):
    assert public_url(serve(FILE)) == "https://file.example"


def test_the_environment_is_above_the_file(serve):
    assert public_url(serve(FILE, ENVIRONMENT)) == "https://environment.example"


def test_the_command_line_is_above_all(serve):
    assert public_url(serve(FILE, ENVIRONMENT, server__public_url="https://line.example")) == "https://line.example"


def test_the_last_word_on_the_command_line_counts(start_server):
    server = start_server(arguments=["--set", "server.public_url=https://first.example", "--set",
                                     "server.public_url=https://second.example"])
    assert public_url(server) == "https://second.example"


def test_each_from_its_own_place(serve):
    server = serve('# ours\n[server]\npublic_url = "https://file.example"\nthreads = 2\n[auth]\naccess_token_ttl = "7m"\n'
                   '[realtime]\nanonymous = true\n'
                   '[uploads]\nquota_bytes = 1000\n', {"uploads__max_file_bytes": "2KiB"}, server__threads=None)
    assert public_url(server) == "https://file.example"
    answer = server.guest().post("auth/login", {"username": "admin", "password": ADMIN_PASSWORD}).json()
    assert answer["expires_in"] == 7 * 60
    server.admin.http.call("POST", "files?filename=x", body=bytes(2049), want="413 TOO_LARGE")
    server.admin.http.call("POST", "files?filename=x", body=bytes(1500), want="507 QUOTA_EXCEEDED")


@pytest.mark.parametrize("written, seconds", [("90s", 90), ("5m", 300), ("2h", 7200), ("7d", 604800), ("2000ms", 2)])
def test_a_duration(start_server, written, seconds):
    server = start_server(auth__access_token_ttl=written)
    assert server.guest().post("auth/login", {"username": "admin", "password": ADMIN_PASSWORD}).json()["expires_in"] == seconds


@pytest.mark.parametrize("written, size", [("1000", 1000), ("1KiB", 1 << 10), ("1MiB", 1 << 20)])
def test_a_size(start_server, written, size):
    me = start_server(uploads__max_file_bytes=written).admin.http
    me.call("POST", "files?filename=x", body=bytes(size), want=201)
    me.call("POST", "files?filename=x", body=bytes(size + 1), want="413 TOO_LARGE")


def test_other_words_in_the_environment_are_none_of_ours(start_server):
    start_server(environment={"KINGSHARE": "x", "KINGSHARE_TEST_SLOWNESS": "1", "KING": "x"})


def test_a_secret_from_a_file(start_server, tmp_path):
    secret = "the secret of a file, which is long enough"
    (tmp_path / "secret").write_text(secret)
    server = start_server(auth__jwt_secret=None, auth__jwt_secret_file=tmp_path / "secret")
    token = jwt.sign({"sub": server.admin.id, "exp": 4102444800}, secret=secret)
    server.guest(bearer=token).get("users/me", want=200)


def test_without_a_secret_it_makes_one_and_keeps_it_to_itself(start_server):
    server = start_server(auth__jwt_secret=None)
    token = server.admin.token
    server.guest(bearer=jwt.token(server.admin.id)).get("users/me", want="401 INVALID_TOKEN")
    server.restart()
    server.guest(bearer=token).get("users/me", want=200)
    for path in server.data.rglob("*"):
        if path.is_file():
            assert not path.stat().st_mode & 0o077, f"{path} is open to others"


def test_it_says_where_it_listens(start_server):
    server = start_server()
    assert len(re.findall(r"listening on http://127\.0\.0\.1:\d+", server.log)) == 1
