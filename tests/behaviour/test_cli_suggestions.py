"""A mistyped word gets a suggestion."""
import pytest

from support.command import kingshare


def said(folder, *arguments, environment=None):
    ended = kingshare(*arguments, folder=folder, environment=environment)
    assert ended.returncode == 2 and len(ended.stderr.splitlines()) == 1 and not ended.stdout, ended
    return ended.stderr


@pytest.mark.parametrize("typed, meant", [
    (["sned"], "did you mean send?"), (["Share", "x"], "share?"), (["wathc"], "watch?"), (["upload", "x"], "send?"), (["download"], "get?"),
    (["list"], "ls?"), (["user", "lsit"], "user list?"), (["user", "reste-password"], "user reset-password?"), (["tokn", "list"], "token?"),
    (["help", "sned"], "send?"), (["help", "setings"], "settings?"), (["help", "user", "rol"], "role?"), (["--versoin"], "--version?"),
    (["send", "--exprise", "7d", "x"], "--expires?"), (["send", "x", "--expire=7d"], "--expires?"), (["ls", "--jsno"], "--json?"),
    (["ls", "--sort", "filenam"], "filename?"), (["user", "role", "ben", "amdin"], "admin?"), (["completion", "bahs"], "bash?"),
])
def test_a_mistyped_word(tmp_path, typed, meant):
    answer = said(tmp_path, *typed)
    assert "did you mean " in answer and meant in answer


@pytest.mark.parametrize("typed", [["dance"], ["user", "dance"], ["ls", "--dance-with-me"], ["help", "dance"], ["\033[31msend"], ["ls", "--\u202e"]])
def test_a_word_that_nothing_is_near(tmp_path, typed):
    answer = said(tmp_path, *typed)
    assert "did you mean" not in answer or typed[0].startswith("\033")
    assert "help" in answer and "\033" not in answer and "\u202e" not in answer


@pytest.mark.parametrize("key, meant", [
    ("server.public_uri", "server.public_url"), ("servr.public_url", "server.public_url"), ("public_url", "server.public_url"),
    ("uploads.quota", "uploads.quota_bytes"), ("relatime.presence", "realtime.presence"), ("AUTH.registration", "auth.registration"),
    ("servr.x", "server."),
])
def test_a_mistyped_setting(tmp_path, key, meant):
    assert f"did you mean {meant}" in said(tmp_path, "serve", "--set", f"{key}=x")
    file = tmp_path / "settings.toml"
    section, _, name = key.rpartition(".")
    if section:
        file.write_text(f'[{section}]\n{name} = "x"\n')
        assert f"did you mean {meant}" in said(tmp_path, "serve", "--config", file)


def test_a_mistyped_secret_is_not_shown(tmp_path):
    assert "sesame" not in said(tmp_path, "serve", "--set", "auth.jwt_secrt=sesame" * 8)
    assert "sesame" not in said(tmp_path, "serve", environment={"KINGSHARE_AUTH__ADMIN_PASWORD": "sesame"})
