"""A bad setting is reported in one line with the key, the value and the allowed values; the exit status is 2."""
import json
import re

import pytest

from support import jwt
from support.command import kingshare, startup_error

WRONG = [
    ("server.threads", "-1"), ("server.threads", "many"), ("server.threads", "2.5"), ("server.threads", ""),
    ("server.shutdown_grace", "10 parsecs"), ("server.shutdown_grace", "-1s"), ("server.shutdown_grace", "soon"),
    ("server.trusted_proxies", "not-an-address"), ("server.public_url", "share.example"), ("server.public_url", "ftp://share.example"),
    ("server.public_url", "https://share .example"), ("server.public_url", "https://share.example?to=me"),
    ("server.public_url", "https://share.example#top"), ("server.public_url", "https:///share"), ("server.public_url", "https://bücher.example"),
    ("auth.registration", "sometimes"), ("auth.registration", "OPEN!"), ("auth.access_token_ttl", "fortnight"),
    ("auth.refresh_token_ttl", "1 moon"),
    ("auth.login_attempts_per_minute", "-3"), ("auth.login_attempts_per_minute", "ten"),
    ("realtime.max_connections", "lots"), ("realtime.max_connections_per_user", "-1"), ("realtime.messages_per_second", "fast"),
    ("realtime.max_message_bytes", "64 elephants"), ("realtime.max_message_bytes", "-64KiB"), ("realtime.anonymous", "perhaps"),
    ("realtime.presence", "nobody"), ("realtime.auth_timeout", "x"), ("realtime.ping_interval", "25 s e c"),
    ("realtime.idle_timeout", "99999999999999999999s"),
    ("realtime.max_queued_bytes", "99999999999GiB"), ("realtime.io_uring", "perhaps"), ("realtime.offline_grace", "3x"),
    ("uploads.max_file_bytes", "big"), ("uploads.quota_bytes", "-1"), ("uploads.expire_unfinished", "never"),
    ("shares.password_attempts_per_minute", "few"),
    ("http.requests_per_second", "-50"), ("http.request_burst", "0x10"), ("database.url", "mysql://localhost/kingshare"),
    ("database.url", "sqlite:"), ("blobs.url", "ftp://host/blobs"), ("blobs.url", "file:"), ("blobs.url", "memory:x"),
    ("blobs.url", "s3:"), ("blobs.url", "s3://bucket?parts=many"), ("blobs.url", "s3://bucket?endpoint=http://me:pass@host"),
    ("bus.url", "amqp://localhost")]
CHOICES = {"auth.registration": ["closed", "open", "invite"], "realtime.presence": ["everyone", "contacts", "off"],
           "realtime.io_uring": ["auto", "on", "off"], "realtime.anonymous": ["true", "false"]}


def variable(key):
    return "KINGSHARE_" + key.replace(".", "__").upper()


def assert_says(line, key, value):
    assert key in line and value in line, line
    allowed = line.replace(key, "", 1).replace(value, "", 1)
    assert len(re.findall(r"\w{2,}", allowed)) >= 3, f"{line!r} says what is allowed"
    for choice in CHOICES.get(key, []):
        assert choice in allowed, line


@pytest.mark.parametrize("key, value", WRONG)
def test_on_the_command_line(tmp_path, key, value):
    assert_says(startup_error("--set", f"{key}={value}", folder=tmp_path), key, value)


@pytest.mark.parametrize("key, value", WRONG[::5])
def test_in_the_environment(tmp_path, key, value):
    line = startup_error(folder=tmp_path, environment={variable(key): value})
    assert_says(line.replace(variable(key), key), key, value)


@pytest.mark.parametrize("key, value", WRONG[2::5])
def test_in_the_file(tmp_path, key, value):
    section, name = key.split(".")
    (tmp_path / "settings.toml").write_text(f'[{section}]\n{name} = "{value}"\n')
    assert_says(startup_error("--config", "settings.toml", folder=tmp_path), key, value)


@pytest.mark.parametrize("value", ["op\nen", "op\r\nen", "op\x1b[2Jen", "op\x7fen"])
@pytest.mark.parametrize("way", ["option", "environment", "file"])
def test_one_line_whatever_is_in_it(tmp_path, value, way):
    arguments, environment = [], {}
    if way == "option":
        arguments = ["--set", f"auth.registration={value}"]
    elif way == "environment":
        environment = {variable("auth.registration"): value}
    else:
        (tmp_path / "settings.toml").write_text(f"[auth]\nregistration = {json.dumps(value)}\n")
        arguments = ["--config", "settings.toml"]
    line = startup_error(*arguments, folder=tmp_path, environment=environment)
    assert "auth.registration" in line and "invite" in line and line.isprintable(), line


@pytest.mark.parametrize("arguments", [["--listen", "no\nwhere"], ["--config", "no\nwhere"], ["--data-dir", "file/no\nwhere"],
                                       ["--set", "auth.jwt_secret_file=no\nwhere"]])
def test_one_line_of_an_argument_too(tmp_path, arguments):
    (tmp_path / "file").write_text("not a folder")
    ended = kingshare("serve", *arguments, folder=tmp_path)
    assert ended.returncode == 2 and len(ended.stderr.splitlines()) == 1, ended


@pytest.mark.parametrize("text, word", [("[server]\nthreads = 1.5\n", "threads"), ("[realtime]\nanonymous = \"perhaps\"\n", "anonymous"),
                                        ("[auth]\nregistration = 7\n", "registration"),
                                        ("[auth]\nregistration = [\"open\"]\n", "registration"),
                                        ("[server\nthreads = 1\n", "settings.toml"), ("threads 1\n", "settings.toml"),
                                        ("[server]\nthreads = 1\nthreads = 2\n", "threads"), ("server = 1\n", "server")])
def test_invalid_file(tmp_path, text, word):
    (tmp_path / "settings.toml").write_text(text)
    assert word in startup_error("--config", "settings.toml", folder=tmp_path)


def test_missing_file(tmp_path):
    assert "missing.toml" in startup_error("--config", "missing.toml", folder=tmp_path)


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "settings").mkdir()
    line = startup_error("--config", "settings", folder=tmp_path)
    assert "--config" in line and '"settings"' in line and "TOML file" in line


@pytest.mark.parametrize("key", ["server.colour", "colour.server", "server", "auth.jwt_secret_"])
def test_unknown_setting(tmp_path, key):
    assert key in startup_error("--set", f"{key}=red", folder=tmp_path)


def test_unknown_setting_in_the_file(tmp_path):
    (tmp_path / "settings.toml").write_text("[server]\ncolour = \"red\"\n")
    assert "server.colour" in startup_error("--config", "settings.toml", folder=tmp_path)


@pytest.mark.parametrize("arguments, word", [(["--set"], "--set"), (["--set", "server.threads"], "server.threads"), (["--set", "=1"], "1"),
                                             (["--listen", "nonsense"], "nonsense"), (["--listen", "127.0.0.1:99999"], "99999"),
                                             (["--listen", "127.0.0.1:-1"], "-1"), (["--listen", "999.1.1.1:80"], "999.1.1.1"),
                                             (["--listen", "no.such.host.invalid:80"], "no.such.host.invalid"), (["--listen"], "--listen"),
                                             (["--colour", "red"], "--colour"),
                                             (["--config"], "--config"), (["surplus"], "surplus")])
def test_invalid_argument(tmp_path, arguments, word):
    ended = kingshare("serve", "--data-dir", tmp_path / "data", *arguments, folder=tmp_path)
    assert ended.returncode == 2 and word in ended.stderr.splitlines()[0], ended


@pytest.mark.parametrize("secret", ["short", "x" * 31])
@pytest.mark.parametrize("way", ["option", "environment", "file"])
def test_a_secret_that_is_too_short(tmp_path, secret, way):
    arguments, environment = [], {}
    if way == "option":
        arguments = ["--set", f"auth.jwt_secret={secret}"]
    elif way == "environment":
        environment = {"KINGSHARE_AUTH__JWT_SECRET": secret}
    else:
        (tmp_path / "secret").write_text(secret)
        arguments = ["--set", f"auth.jwt_secret_file={tmp_path / 'secret'}"]
    line = startup_error(*arguments, folder=tmp_path, environment=environment)
    assert "jwt_secret" in line.lower() and "32" in line


def test_a_secret_file_that_is_not_there(tmp_path):
    line = startup_error("--set", f"auth.jwt_secret_file={tmp_path / 'nowhere'}", folder=tmp_path)
    assert "auth.jwt_secret_file" in line and "nowhere" in line


def test_nothing_is_created(tmp_path):
    startup_error("--set", f"auth.jwt_secret={jwt.SECRET}", "--set", "server.threads=many", folder=tmp_path)
    assert not (tmp_path / "data").exists()


def test_data_folder_is_a_file(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    ended = kingshare("serve", "--listen", "127.0.0.1:0", "--data-dir", tmp_path / "file", folder=tmp_path)
    assert ended.returncode > 0 and str(tmp_path / "file") in ended.stderr


def test_version(tmp_path):
    ended = kingshare("--version", folder=tmp_path)
    assert ended.returncode == 0 and re.fullmatch(r"kingshare \d+\.\d+.*", ended.stdout.strip().lower()), ended


@pytest.mark.parametrize("how", [["help"], ["--help"]])
def test_help(tmp_path, how):
    ended = kingshare(*how, folder=tmp_path)
    assert ended.returncode == 0 and not ended.stderr
    assert "serve" in ended.stdout


def test_help_names_every_option(tmp_path):
    text = kingshare("help", folder=tmp_path).stdout
    for option in ("--config", "--data-dir", "--listen", "--set"):
        assert option in text


@pytest.mark.parametrize("how", [["dance"], ["--dance"]])
def test_unknown_command(tmp_path, how):
    ended = kingshare(*how, folder=tmp_path)
    assert ended.returncode == 2 and how[0] in ended.stderr and not ended.stdout
