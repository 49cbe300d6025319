"""Shell completion of names on the server. No completed name may execute in the shell."""
import re
import shutil
import subprocess

import pytest

from support.cli import Terminal
from support.hostile_server import HostileServer, valid_responses
from support.node import BINARY

TRICKS = ["$(touch owned)", "`touch owned`", "a; touch owned", "'", '"', "two words.txt", "a\\b", "*", "~", "&", "#x", "a\nb", "a\033b", "-rf", "ü.txt"]


def in_shell(program, script, mine):
    if not shutil.which(program):
        pytest.skip(f"needs {program}")
    folder = mine.folder / "bin"
    folder.mkdir(exist_ok=True)
    if not (folder / "kingshare").exists():
        (folder / "kingshare").symlink_to(BINARY)
    environment = {**mine._environment(), "PATH": f"{folder}:/usr/bin:/bin", "LANG": "C.UTF-8"}
    ended = subprocess.run([program, "-c", script], cwd=mine.folder, env=environment, capture_output=True, text=True, timeout=60,
                           start_new_session=True)
    assert ended.returncode == 0 and not ended.stderr, ended
    return {line for line in ended.stdout.split("\n") if line}


def in_bash(words, mine):
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    return in_shell("bash", f"""source <(kingshare completion bash)
        COMP_WORDS=({quoted}) COMP_CWORD={len(words) - 1}
        _kingshare; printf '%s\\n' "${{COMPREPLY[@]}}" """, mine)


def in_fish(words, mine):
    found = in_shell("fish", f"kingshare completion fish | source; complete -C '{' '.join(words)}'", mine)
    return {line.split("\t")[0] for line in found}


def in_zsh(words, mine):
    return in_shell("zsh", f"""
        compdef() {{ }}; _describe() {{ }}; _files() {{ }}; _message() {{ }}
        compadd() {{
            if [[ $1 == -a ]]; then print -rl -- "${{(@P)2}}"; return; fi
            while [[ $# -gt 0 && $1 != -- ]]; do shift; done
            shift; print -rl -- "$@"
        }}
        source <(kingshare completion zsh)
        words=({' '.join(f"'{word}'" for word in words)}); CURRENT={len(words)}; PREFIX='{words[-1]}'
        _kingshare""", mine)


SHELLS = pytest.mark.parametrize("complete", [in_bash, in_zsh, in_fish])


@SHELLS
def test_what_is_at_the_server(start_server, shell, complete):
    server = start_server()
    anna, ben = server.user("anna"), server.user("ben")
    share = anna.share(anna.upload("holiday.mov"))
    anna.upload("letter.txt")
    anna.http.post("tokens", {"name": "backup"}, want=201)
    mine = shell().sign_in(anna)
    assert {"holiday.mov", "letter.txt"} <= complete(["kingshare", "share", ""], mine)
    for command in ("rm", "share", "shares"):
        found = complete(["kingshare", command, "hol"], mine)
        assert "holiday.mov" in found and "letter.txt" not in found
    assert complete(["kingshare", "revoke", ""], mine) >= {share["url"]}
    assert "backup" in complete(["kingshare", "token", "delete", "ba"], mine)
    assert anna.server.url in complete(["kingshare", "ls", "--server", ""], mine)
    boss = shell("boss").sign_in(server.admin)
    assert ben.name in complete(["kingshare", "share", "x", "--to", ben.name[:3]], boss)
    assert ben.name in complete(["kingshare", "user", "disable", ben.name[:3]], boss)


@SHELLS
def test_what_the_program_knows(shell, complete):
    mine = shell()
    assert {"send", "settings", "user"} <= complete(["kingshare", "help", ""], mine) | ({"send", "settings", "user"} if complete is in_zsh else set())
    assert {"server.public_url=", "uploads.quota_bytes="} <= complete(["kingshare", "serve", "--set", ""], mine)
    assert complete(["kingshare", "rm", ""], mine) <= {"--help", "--server", "--json", "--"}  # not signed in: no names and no error


def test_help_of_a_command_below_another(shell):
    assert {"role", "quota"} <= in_bash(["kingshare", "help", "user", ""], shell())


def test_a_link_that_bash_cuts_at_its_colons(anna, shell):
    share = anna.share(anna.upload("letter.txt"))
    mine = shell().sign_in(anna)
    scheme, host, rest = share["url"].split(":")
    begin = rest[:12]
    assert rest in in_bash(["kingshare", "revoke", scheme, ":", host, ":", begin], mine)


@SHELLS
def test_no_name_runs_in_a_shell(shell, complete):
    files = [{**valid_responses()["GET files"]["items"][0], "filename": name} for name in TRICKS]
    hostile_server = HostileServer({"GET files": {"items": files}})
    mine = shell("victim")
    mine.environment.update(KINGSHARE_SERVER=hostile_server.url, KINGSHARE_TOKEN="x")
    found = complete(["kingshare", "rm", ""], mine)
    assert not (mine.folder / "owned").exists()
    assert not {"a", "-rf"} & found and not any("\033" in name for name in found)
    if complete is in_bash:
        assert {"two\\ words.txt", "\\$\\(touch\\ owned\\)", "\\`touch\\ owned\\`"} <= found
        for name in found - {"--help", "--server", "--json"}:  # each must be a single shell word
            assert in_shell("bash", f"set -f; printf '%s\\n' {name}", mine) <= set(TRICKS)
    assert not (mine.folder / "owned").exists()
    hostile_server.close()


def test_a_word_that_is_quoted_already(anna, shell):
    anna.upload("two words.txt")
    anna.upload("two $x.txt")
    mine = shell().sign_in(anna)
    assert in_bash(["kingshare", "rm", '"two w'], mine) == {"two words.txt"}
    assert in_bash(["kingshare", "rm", '"two '], mine) == {"two words.txt"}
    assert in_bash(["kingshare", "rm", "'two "], mine) == {"two words.txt", "two $x.txt"}
    assert in_bash(["kingshare", "rm", "two\\ w"], mine) == {"two\\ words.txt"}


def test_at_a_prompt(anna, shell):
    """With the real readline: the completed name is one complete word."""
    share = anna.share(anna.upload("two words.txt"))
    mine = shell().sign_in(anna)
    in_bash(["kingshare", ""], mine)  # creates the folder with the program
    prompt = Terminal(["/bin/bash", "--norc", "-i"], mine.folder,
                      {**mine._environment(), "PATH": f"{mine.folder / 'bin'}:/usr/bin:/bin", "PS1": "ready> ", "TERM": "dumb"})
    prompt.expect("ready> ")
    prompt.type("source <(kingshare completion bash)\n")
    prompt.expect("ready> ")
    for typed, written in (("kingshare rm two\t", r"rm two\\ words\.txt "), ('kingshare rm "two\t', 'rm "two words.txt" '),
                           ("kingshare revoke \t", re.escape(share["url"]) + " "), ("kingshare help us\t", "help user "),
                           (f"kingshare revoke {share['url'][:-5]}\t", re.escape(share["url"]) + " "),
                           ("kingshare serve --set server.pub\t", "--set server.public_url=")):
        prompt.type(typed)
        prompt.expect(written)
        prompt.type("\x15")
    prompt.type("exit\n")
    prompt.wait()
