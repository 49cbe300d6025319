"""Tables fit the terminal; a file or pipe gets full columns."""
import re
import unicodedata

import pytest

LONG = "a very long name of a holiday film that does not fit anywhere.mov"


@pytest.fixture
def mine(anna, shell):
    return shell().sign_in(anna)


def lines(mine, *command, columns=80):
    terminal = mine.start_on_terminal(*command, columns=columns)
    return re.sub("\033\\[\\d*m", "", terminal.wait()).splitlines()


def width(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


@pytest.mark.parametrize("columns", [80, 100])
def test_ls(anna, mine, columns):
    ids = [anna.upload(name)["id"] for name in (LONG, "日本語" * 20 + ".txt", "e\u0301" * 80, "😀" * 30, "short.txt")]
    shown = lines(mine, "ls", columns=columns)
    assert len(shown) == 6 and all(width(line) <= columns for line in shown), shown
    assert all(any(id in line for line in shown) for id in ids) and sum("…" in line for line in shown) >= 3
    assert any(line.startswith("short.txt ") for line in shown) and len({width(line[:line.index(id)]) for line in shown[1:] for id in ids if id in line}) == 1
    assert LONG in mine.run("ls").stdout and "…" not in mine.run("ls").stdout
    assert LONG in "\n".join(lines(mine, "ls", columns=250))


def test_shares_keep_their_links_whole(anna, mine):
    share = anna.share(anna.upload(LONG))
    shown = lines(mine, "shares")
    assert shown[-1].strip() == share["url"] and all(width(line) <= 80 for line in shown), shown
    assert mine.run("shares").stdout.splitlines()[1].endswith("  " + share["url"])


def test_others(common_server, anna, mine, shell):
    anna.http.post("tokens", {"name": "t" * 60, "expires_in": 86400}, want=201)
    boss = shell("boss").sign_in(common_server.admin)
    for who, command in ((mine, ["token", "list"]), (boss, ["user", "list"]), (boss, ["stats"])):
        assert all(width(line) <= 80 for line in lines(who, *command)), command


def test_a_very_narrow_terminal(anna, mine):
    anna.upload(LONG)
    assert len(lines(mine, "ls", columns=20)) == 2
