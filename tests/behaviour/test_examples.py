"""The programs of examples/ work against a real server, its proxy configurations are valid, and docker-compose.yml names existing things."""
import http.server
import json
import os
import queue
import re
import subprocess
import threading

import pytest
import yaml

from support.timeouts import TIMEOUT, eventually
from support.node_process import install_packages
from support.reverse_proxy import free_port
from support.node import PROJECT
from support.cli import RunningCommand

EXAMPLES = PROJECT / "examples"


def token_of(user):
    return user.http.post("tokens", {"name": "examples"}, want=201).json()["token"]


@pytest.fixture
def begin(tmp_path):
    """Returns a function that starts an example in an empty folder, signed in as a user: begin(user, "watch.py", "--since", "start")."""
    started = []

    def start(user, name, *arguments, token=None, **environment):
        clean = {key: value for key, value in os.environ.items() if not key.startswith("KINGSHARE_")}
        process = subprocess.Popen([str(EXAMPLES / name), *arguments], cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True,
                                   env={**clean, "KINGSHARE_SERVER": user.server.url, "KINGSHARE_TOKEN": token or token_of(user), **environment})
        started.append(process)
        return RunningCommand(process)

    yield start
    for process in started:
        process.kill()
        process.wait()


class Chat:
    """A chat server with an incoming webhook. It is unavailable for the first request."""

    def __init__(self):
        self.texts = queue.Queue()
        statuses = iter([503])
        texts = self.texts

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = next(statuses, 200)
                if status == 200:
                    texts.put(body["text"])
                self.send_response(status)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks/secret"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def chat():
    one = Chat()
    yield one
    one.close()


def download(server, share):
    """Downloads a link as a stranger."""
    return server.guest().get(f"public/shares/{share['share_token']}/content", want=200).body


def last_event(user):
    return user.http.get("events/history?limit=200").json()["items"][-1]


# download-bot.js

@pytest.fixture(scope="session")
def sdk():
    install_packages(PROJECT)
    built = subprocess.run(["npm", "run", "--silent", "build"], cwd=PROJECT / "clients/js", capture_output=True, text=True, timeout=12 * TIMEOUT)
    assert built.returncode == 0, built.stdout + built.stderr


def test_the_bot_prints_downloads(sdk, common_server, anna, begin):
    bot = begin(anna, "download-bot.js")
    bot.expect("^live$")
    limited, unlimited = anna.share(anna.upload("letter.txt"), max_downloads=3), anna.share(anna.upload("song.ogg"))
    download(common_server, limited)
    bot.expect(r"^letter\.txt was downloaded \(1 of 3\)$")
    download(common_server, unlimited)
    bot.expect(r"^song\.ogg was downloaded \(1\)$")
    download(common_server, limited)
    bot.expect(r"^letter\.txt was downloaded \(2 of 3\)$")


def test_the_bot_posts_each_download_once_across_restarts(sdk, common_server, anna, begin, chat, tmp_path):
    cursor = tmp_path / "bot.cursor"
    options = {"WEBHOOK_URL": chat.url, "CURSOR_FILE": str(cursor)}
    share = anna.share(anna.upload("letter.txt"), max_downloads=9)

    bot = begin(anna, "download-bot.js", **options)
    bot.expect("^live$")
    download(common_server, share)
    bot.expect(r"the webhook responded with 503; next attempt in 2 s")
    assert chat.texts.get(timeout=TIMEOUT) == "letter.txt was downloaded (1 of 9)"
    eventually(lambda: last_event(anna)["type"] == "DownloadEnded" and cursor.read_text() == last_event(anna)["id"], "the bot saves its position")
    bot.process.kill()

    download(common_server, share)
    eventually(lambda: last_event(anna)["type"] == "DownloadEnded", "the download ends")
    begin(anna, "download-bot.js", **options).expect("^live$")
    assert chat.texts.get(timeout=TIMEOUT) == "letter.txt was downloaded (2 of 9)"
    download(common_server, share)
    assert chat.texts.get(timeout=TIMEOUT) == "letter.txt was downloaded (3 of 9)"
    assert chat.texts.empty()


def test_the_bot_ends_without_a_valid_token(sdk, anna, begin):
    bot = begin(anna, "download-bot.js", token="ksp_unknown")
    bot.expect("^closed: ")
    assert bot.process.wait(timeout=TIMEOUT) == 1


# watch.py

def uploads_in(lines):
    """Returns the names of the uploaded files among printed events."""
    events = [json.loads(line) for line in lines if line.startswith("{")]
    return [event["data"]["filename"] for event in events if event["type"] == "FileUploaded"]


def test_the_watcher_resumes(server, begin, tmp_path):
    anna = server.user("anna")
    anna.upload("before.txt")
    options = ["watch.py", "--cursor", str(tmp_path / "cursor"), "--since", "start"]
    watcher = begin(anna, *options)
    watcher.expect('"FileUploaded".*before.txt')
    watcher.expect('"FileUploaded"') if not uploads_in(watcher.seen) else None
    anna.upload("während.txt")
    watcher.expect('"FileUploaded".*während.txt')
    server.restart()
    anna.upload("after the restart.txt")
    watcher.expect('"FileUploaded".*after the restart.txt')
    assert uploads_in(watcher.seen) == ["before.txt", "während.txt", "after the restart.txt"]

    eventually(lambda: (tmp_path / "cursor").read_text() == last_event(anna)["id"], "the watcher saves its position")
    watcher.process.kill()
    anna.upload("while it is not running.txt")
    again = begin(anna, *options)
    again.expect('"FileUploaded".*while it is not running.txt')
    assert uploads_in(again.seen) == ["while it is not running.txt"]


def test_the_watcher_ends_without_a_valid_token(anna, begin):
    watcher = begin(anna, "watch.py", token="ksp_unknown")
    watcher.expect("does not accept KINGSHARE_TOKEN")
    assert watcher.process.wait(timeout=TIMEOUT) == 1


def test_the_watcher_ends_with_its_token(anna, begin):
    token = anna.http.post("tokens", {"name": "brief"}, want=201).json()
    watcher = begin(anna, "watch.py", "--since", "start", token=token["token"])
    anna.upload("letter.txt")
    watcher.expect('"FileUploaded".*letter.txt')
    anna.http.delete(f"tokens/{token['token_id']}", want=204)
    watcher.expect("^watch.py: ")
    assert watcher.process.wait(timeout=TIMEOUT) == 1


# share.sh

def share_sh(server, folder, *arguments, stdin="", status=0, **environment):
    clean = {key: value for key, value in os.environ.items() if not key.startswith("KINGSHARE_")}
    ended = subprocess.run([str(EXAMPLES / "share.sh"), *arguments], cwd=folder, input=stdin, capture_output=True, text=True, timeout=6 * TIMEOUT,
                           env={**clean, "KINGSHARE_SERVER": server.url, **environment})
    assert ended.returncode == status, ended
    return ended


def shown_events(ended):
    return [json.loads(line)["type"] for line in ended.stderr.splitlines() if line.startswith("{")]


def assert_shared(server, ended, content):
    """Asserts that the printed link leads to the file after one counted download, and that the events of all steps are shown."""
    link = re.fullmatch(re.escape(server.url) + r"/s/(\S+)\n", ended.stdout)
    assert link, ended
    shared = server.guest().get(f"public/shares/{link[1]}", want=200).json()
    assert shared["size"] == len(content) and download(server, {"share_token": link[1]}) == content
    types = shown_events(ended)
    steps = ["FileUploaded", "FileShared", "ShareAccessed", "DownloadStarted", "DownloadEnded"]
    assert [kind for kind in types if kind in steps] == steps, types
    return shared


def test_the_script_with_a_token(common_server, anna, tmp_path):
    content = os.urandom(300_000)
    name = 'a "letter"; and more.bin'
    (tmp_path / name).write_bytes(content)
    ended = share_sh(common_server, tmp_path, name, "3600", "2", KINGSHARE_TOKEN=token_of(anna))
    assert assert_shared(common_server, ended, content)["filename"] == name
    [share] = anna.http.get("shares").json()["items"]
    assert share["max_downloads"] == 2 and share["expires_at"]


def test_the_script_registers_and_signs_in(common_server, tmp_path):
    (tmp_path / "letter.txt").write_bytes(b"Dear reader")
    who = {"KINGSHARE_USER": "sheila", "stdin": 'a "quoted" \\ password\n'}
    for more in ({"KINGSHARE_REGISTER": "1"}, {}):
        ended = share_sh(common_server, tmp_path, "letter.txt", **who, **more)
        assert_shared(common_server, ended, b"Dear reader")


def test_the_script_shows_refusals(common_server, tmp_path):
    (tmp_path / "letter.txt").write_bytes(b"Dear reader")
    ended = share_sh(common_server, tmp_path, "letter.txt", stdin="not the password\n", status=1, KINGSHARE_USER="nobody")
    assert '"code":"INVALID_CREDENTIALS"' in ended.stderr and not ended.stdout


# Proxies and containers

def lines_of(text):
    """Returns the directives without comments and indentation."""
    lines = (re.sub(r"(^|\s)#.*", "", line).strip() for line in text.splitlines())
    return {re.sub(r"\s+", " ", line) for line in lines if line}


@pytest.fixture
def certificate(tmp_path):
    """Returns the paths of a self-signed certificate, its key, and a file with both."""
    chain, key, both = tmp_path / "fullchain.pem", tmp_path / "privkey.pem", tmp_path / "both.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                    "-subj", "/CN=files.example.org", "-out", chain, "-keyout", key], check=True, capture_output=True)
    both.write_text(chain.read_text() + key.read_text())
    return chain, key, both


def assert_accepts(tmp_path, name, substitutions, *command):
    """Asserts that the command accepts the example after these substitutions in it, each of which must apply."""
    text = (EXAMPLES / name).read_text()
    for pattern, value in substitutions.items():
        text, count = re.subn(pattern, str(value), text)
        assert count, f"{name} has no {pattern}"
    path = tmp_path / name
    path.write_text(text)
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    checked = subprocess.run([*command, path], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=6 * TIMEOUT)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_nginx_accepts_its_file(tmp_path, certificate):
    chain, key, _ = certificate
    temporary = "".join(f"\n{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    log = tmp_path / "nginx.log"
    ports = {r"\[::\]:80;": f"127.0.0.1:{free_port()};", r"\[::\]:443 ": f"127.0.0.1:{free_port()} ",
             r"listen 80;": f"listen 127.0.0.1:{free_port()};", r"listen 443 ": f"listen 127.0.0.1:{free_port()} "}
    assert_accepts(tmp_path, "nginx.conf", {r"/etc/\S+/fullchain\.pem": chain, r"/etc/\S+/privkey\.pem": key, **ports,
                                            r"http \{": f"http {{{temporary} access_log off; error_log {log};"},
                   "/usr/sbin/nginx", "-t", "-e", log, "-g", f"pid {tmp_path}/nginx.pid;", "-c")


def test_haproxy_accepts_its_file(tmp_path, certificate):
    assert_accepts(tmp_path, "haproxy.cfg", {r"/etc/\S+\.pem": certificate[2]}, "/usr/sbin/haproxy", "-c", "-f")


def test_caddy_accepts_its_file(tmp_path):
    assert_accepts(tmp_path, "Caddyfile", {}, "caddy", "validate", "--adapter", "caddyfile", "--config")


@pytest.mark.parametrize("name, heading", [("nginx.conf", "nginx"), ("haproxy.cfg", "haproxy"), ("Caddyfile", "Caddy")])
def test_the_installation_guide_has_the_same_lines(name, heading):
    section = re.search(rf"^## {heading}\n(.*?)^## ", (PROJECT / "docs/install.md").read_text(), re.MULTILINE | re.DOTALL)[1]
    documented = lines_of("\n".join(line for line in section.splitlines() if line.startswith("    ")))
    assert documented - lines_of((EXAMPLES / name).read_text()) == set()


def test_docker_compose():
    compose = yaml.safe_load((EXAMPLES / "docker-compose.yml").read_text())
    assert set(compose) == {"services", "networks", "volumes"}
    kingshare, caddy = compose["services"]["kingshare"], compose["services"]["caddy"]
    context = (EXAMPLES / kingshare["build"]["context"]).resolve()
    image = (context / kingshare["build"]["dockerfile"]).read_text()
    command = kingshare["entrypoint"] + kingshare["command"]
    options = dict(zip(command[2::2], command[3::2]))
    assert command[:2] == ["kingshare", "serve"] and set(options) == {"--data-dir", "--listen"}
    # The published port is the one that the server listens on, and only this machine reaches it without TLS.
    [published] = kingshare["ports"]
    assert published == "127.0.0.1:8080:" + options["--listen"].removeprefix("0.0.0.0:")
    assert f"\nVOLUME {options['--data-dir']}\n" in image and "\nEXPOSE 8080\n" in image
    assert f"data:{options['--data-dir']}" in kingshare["volumes"] and set(compose["volumes"]) == {"data", "certificates"}
    assert caddy["profiles"] == ["tls"] and caddy["ports"] == ["80:80", "443:443"] and caddy["depends_on"] == ["kingshare"]
    assert caddy["command"][-1] == "kingshare:" + options["--listen"].split(":")[1]
    [network] = compose["networks"]
    assert kingshare["networks"] == caddy["networks"] == [network]
    [subnet] = compose["networks"][network]["ipam"]["config"]
    assert kingshare["environment"] == {"KINGSHARE_SERVER__TRUSTED_PROXIES": subnet["subnet"]}


def test_the_readme_names_each_file():
    text = (EXAMPLES / "README.md").read_text()
    for path in EXAMPLES.iterdir():
        assert path.name == "README.md" or f"({path.name})" in text, path.name
