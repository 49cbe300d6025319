"""Help, completion and the manual page are generated from one description of the commands."""
import re
import shutil
import subprocess

import pytest

from support.node import BINARY, PROJECT

COMMANDS = ["serve", "check", "login", "logout", "passwd", "send", "get", "ls", "rm", "share", "shares", "revoke", "watch", "doctor", "token", "user",
            "notify", "stats", "completion", "manual", "help"]


def options(shell, command):
    return set(re.findall(r"^  (?:-\w )?(--[\w-]+)", shell.run(*command.split(), "--help").stdout, re.MULTILINE))


def sub_shell(program, script, shell):
    if not shutil.which(program):
        pytest.skip(f"needs {program}")
    folder = shell.folder / "bin"
    folder.mkdir(exist_ok=True)
    if not (folder / "kingshare").exists():
        (folder / "kingshare").symlink_to(BINARY)
    ended = subprocess.run([program, "-c", script], cwd=shell.folder, env={"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(shell.folder),
                                                                           "LANG": "C.UTF-8"},
                           capture_output=True, text=True, timeout=60, start_new_session=True)
    assert ended.returncode == 0 and not ended.stderr, ended
    return ended.stdout.split("\n")


def in_bash(line, shell):
    words = line.split(" ")
    script = f"""source <(kingshare completion bash)
        COMP_WORDS=({' '.join(f"'{word}'" for word in words)}) COMP_CWORD={len(words) - 1}
        _kingshare; printf '%s\\n' "${{COMPREPLY[@]}}" """
    return {word for word in sub_shell("bash", script, shell) if word}


def in_fish(line, shell):
    return {word.split("\t")[0] for word in sub_shell("fish", f"kingshare completion fish | source; complete -C '{line}'", shell) if word}


def test_help_names_every_command(shell):
    text = shell().run("help").stdout
    assert re.findall(r"^  ([a-z]+) ", text, re.MULTILINE) == COMMANDS
    for command in COMMANDS:
        assert "Usage: kingshare " + command in shell().run("help", command).stdout
    assert "--quota" not in text and "user role" in shell().run("help", "user", "role").stdout


def test_the_manual_page_is_what_the_program_says(shell):
    page = shell().run("manual").stdout
    assert (PROJECT / "docs/kingshare.1").read_text() == page, "run: build/release/kingshare manual > docs/kingshare.1"
    for command in COMMANDS:
        if command in ("user", "token"):
            continue
        for option in options(shell(), command) - {"--help"}:
            assert option.replace("-", r"\-") in page, (command, option)


def test_the_settings_in_the_readme_are_what_the_program_says(shell):
    readme = (PROJECT / "README.md").read_text()
    table = re.search(r"<!-- begin of the settings: kingshare __settings -->\n(.*)<!-- end of the settings -->", readme, re.DOTALL)[1]
    assert table == shell().run("__settings").stdout, "replace the marked table by what build/release/kingshare __settings prints"


def test_the_settings_stand_in_help_and_manual(shell):
    described = [line.partition("]: ")[0] + "]" for line in shell().run("help", "settings").stdout.splitlines()]
    assert len(described) > 30 and "realtime.idle_timeout [60s]" in described
    page = shell().run("manual").stdout
    for term in described:
        assert f".B {term}\n".replace("-", r"\-") in page


@pytest.mark.skipif(not shutil.which("man"), reason="needs man")
def test_the_manual_page_is_readable():
    ended = subprocess.run(["man", "--warnings", "-l", str(PROJECT / "docs/kingshare.1")], capture_output=True, text=True,
                           env={"PATH": "/usr/bin:/bin", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
    assert ended.returncode == 0 and not ended.stderr and "kingshare send" in ended.stdout


@pytest.mark.parametrize("complete", [in_bash, in_fish])
def test_completion(shell, complete):
    mine = shell()
    (mine.folder / "holiday.mov").touch()
    assert set(COMMANDS) <= complete("kingshare ", mine)
    assert complete("kingshare se", mine) == {"send", "serve"}
    assert complete("kingshare user ro", mine) == {"role"}
    assert complete("kingshare send --ex", mine) == {"--expires"}
    assert "holiday.mov" in complete("kingshare send hol", mine)
    assert complete("kingshare notify --level W", mine) == {"Warning"}
    assert complete("kingshare completion f", mine) == {"fish"}
    assert options(mine, "send") <= complete("kingshare send --", mine) | {"--help"}


def test_completion_in_zsh(shell):
    mine = shell()
    found = sub_shell("zsh", "autoload -Uz compinit; compinit -u -D; source <(kingshare completion zsh); print -r -- $_comps[kingshare]; "
                             "whence -w _kingshare", mine)
    assert found[:2] == ["_kingshare", "_kingshare: function"]


def test_what_is_not_understood(shell):
    for arguments, word in ((["user", "dance"], "user dance"), (["send"], "FILE"), (["ls", "--colour"], "--colour"), (["help", "dance"], "dance"),
                            (["completion", "tcsh"], "tcsh")):
        ended = shell().run(*arguments, status=2)
        assert word in ended.stderr and len(ended.stderr.splitlines()) == 1 and not ended.stdout
