"""The guide is true: docs/api-by-example.md is executed command by command."""
import json
import re
import subprocess
import tempfile

import pytest

from support.node import PROJECT
from support.timeouts import TIMEOUT

GUIDE = (PROJECT / "docs/api-by-example.md").read_text()
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "--- the end of this block"


def steps():
    """Returns each block of commands with its documented output."""
    found = []
    for kind, text in BLOCK.findall(GUIDE):
        if kind == "sh":
            found.append([text, None])
        else:
            found[-1][1] = json.loads(text) if kind == "json" else text
    return found


class Shell:
    def __init__(self, folder):
        self._bash = subprocess.Popen(["bash", "--norc"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True)

    def run(self, commands):
        self._bash.stdin.write(f"{commands}\necho; echo '{END}'\n")
        self._bash.stdin.flush()
        output = ""
        while not output.endswith(f"\n{END}\n"):
            line = self._bash.stdout.readline()
            assert line, f"the shell ended:\n{output}"
            output += line
        return output.removesuffix(f"\n{END}\n")

    def close(self):
        self._bash.stdin.close()
        self._bash.wait(timeout=TIMEOUT)


def assert_like(answer, shown, where="the answer"):
    """Checks that the answer equals the documented one, except where that has `…`."""
    if shown == "…":
        assert answer is not None, where
    elif isinstance(shown, dict):
        assert set(answer) == set(shown), where
        for name in shown:
            assert_like(answer[name], shown[name], f"{where}.{name}")
    elif isinstance(shown, list):
        assert len(answer) == len(shown), where
        for one, other in zip(answer, shown):
            assert_like(one, other, where)
    else:
        assert answer == shown, where


@pytest.fixture
def shell():
    with tempfile.TemporaryDirectory() as folder:
        made = Shell(folder)
        yield made
        made.close()


def test_every_command(server, shell):
    server.guest().post("auth/register", {"username": "ada", "password": "correct horse"}, want=201)
    for commands, shown in steps():
        output = shell.run(commands.replace("http://localhost:8080", server.url))
        if isinstance(shown, str):
            assert output.strip() == shown.strip(), commands
        elif shown is not None:
            assert_like(json.loads(output), shown, commands)
        else:
            assert output.strip() == "", commands
