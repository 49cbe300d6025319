"""The file list: sorted, paginated and searchable."""
import itertools

import pytest

from support.http import quoted
from support.raw_http import assert_invalid_field

FILES = [("b.txt", 5), ("a.txt", 5), ("d.txt", 0), ("c.txt", 5), ("e.txt", 1_000_000), ("a.txt", 70), ("g.txt", 5), ("f.txt", 9)]
SORTS = ["created_at", "filename", "size"]


@pytest.fixture(scope="module")
def owner(common_server_process):
    user = common_server_process.user("owner-of-many")
    for name, size in FILES:
        user.upload(name, bytes(size))
    common_server_process.user("owner-of-others").upload("not-hers.txt")
    return user


def items(user, query=""):
    return user.http.get(f"files?{query}", want=200).json()["items"]


def pages(user, limit, query=""):
    cursor = ""
    while cursor is not None:
        page = user.http.get(f"files?limit={limit}&{query}{cursor}", want=200).json()
        yield page["items"]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"


def ids(files):
    return [file["id"] for file in files]


@pytest.mark.parametrize("sort", SORTS)
def test_in_order_and_turned_round(owner, sort):
    up, down = items(owner, f"sort={sort}"), items(owner, f"sort=-{sort}")
    assert len(up) == len(FILES) and sorted(ids(up)) == sorted(ids(down))
    keys = [file[sort] for file in up]
    assert keys == sorted(keys)
    assert [file[sort] for file in down] == keys[::-1]


def test_the_newest_first_unless_i_say_otherwise(owner):
    assert items(owner) == items(owner, "sort=-created_at")
    assert [(file["filename"], file["size"]) for file in items(owner)] == FILES[::-1]


@pytest.mark.parametrize("sort, limit", itertools.product([sign + sort for sort in SORTS for sign in ("", "-")], [1, 2, 3, 7, 8, 9, 200]))
def test_page_by_page(owner, sort, limit):
    got = list(pages(owner, limit, f"sort={sort}"))
    assert ids(itertools.chain(*got)) == ids(items(owner, f"sort={sort}"))
    assert all(len(page) == limit for page in got[:-1]) and 1 <= len(got[-1]) <= limit


def test_fifty_at_a_time_unless_i_say_otherwise(anna):
    for number in range(51):
        anna.upload(f"{number}.txt", b"")
    page = anna.http.get("files", want=200).json()
    assert len(page["items"]) == 50 and page["next_cursor"]
    assert len(items(anna, f"cursor={page['next_cursor']}")) == 1
    assert len(items(anna, "limit=200")) == 51


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "filename", "-size"])
def test_what_comes_and_goes_between_pages_disturbs_nobody(anna, sort):
    there = [anna.upload(f"m-{number}.txt", bytes(number)) for number in range(6)]
    seen = []
    for number, page in enumerate(pages(anna, 2, f"sort={sort}")):
        seen += ids(page)
        anna.upload(f"{'az'[number % 2]}.txt", bytes(3))
        if page:
            anna.delete(page[0])
        assert number < 20
    assert len(set(seen)) == len(seen)
    assert set(ids(there)) <= set(seen)


def test_by_a_part_of_the_name(owner):
    assert [file["size"] for file in items(owner, "query=a.t&sort=size")] == [5, 70]
    assert len(items(owner, "query=.txt")) == len(FILES)
    assert items(owner, "query=nowhere") == []
    assert len(items(owner, "query=")) == len(FILES)
    assert ids(itertools.chain(*pages(owner, 3, "query=txt&sort=filename"))) == ids(items(owner, "query=txt&sort=filename"))


SIGNS = ["100%.txt", "snake_case", "star*", "it's", 'say "hi"', "Übung", "ファイル", "[list]", ";--", "a+b", "plain"]


@pytest.mark.parametrize("sign, found", [("%", "100%.txt"), ("_", "snake_case"), ("*", "star*"), ("'", "it's"), ('"', 'say "hi"'),
                                         (" ", 'say "hi"'),
                                         ("Übung", "Übung"), ("ァ", "ファイル"), ("[", "[list]"), (";--", ";--"), ("+", "a+b"),
                                         ("\\", None), ("?", None)])
def test_wildcards_are_literal(signs, sign, found):
    assert [file["filename"] for file in items(signs, f"query={quoted(sign)}")] == [name for name in SIGNS if name == found]


@pytest.fixture(scope="module")
def signs(common_server_process):
    user = common_server_process.user("owner-of-signs")
    for name in SIGNS:
        user.upload(name, b"")
    return user


@pytest.mark.parametrize("limit", ["0", "-1", "201", "99999999999999999999", "1.5", "ten", "0x10", "+5"])
def test_a_limit_has_limits(anna, limit):
    for target in ("files", "shares", "shares/received", "tokens"):
        assert_invalid_field(anna.http.get(f"{target}?limit={limit}", want=0), "limit")


@pytest.mark.parametrize("sort", ["colour", "-", "--size", "size,filename", "SIZE", "id"])
def test_invalid_sort(anna, sort):
    assert_invalid_field(anna.http.get(f"files?sort={sort}", want=0), "sort")


@pytest.mark.parametrize("cursor", ["nonsense", "AAAA", "eyJhIjoxfQ", "-1"])
def test_invalid_cursor(anna, cursor):
    for target in ("files", "shares", "shares/received", "tokens"):
        assert_invalid_field(anna.http.get(f"{target}?cursor={cursor}", want=0), "cursor")


def test_a_cursor_of_somebody_else_shows_only_mine(owner, anna):
    theirs = owner.http.get("files?limit=1").json()["next_cursor"]
    mine = anna.upload()
    answer = anna.http.get(f"files?cursor={theirs}", want=0)
    assert answer.status == 400 or set(ids(answer.json()["items"])) <= {mine["id"]}
