"""Where `kingshare get` writes, and where it refuses to."""
import hashlib
import os

import pytest

CONTENT = b"Dear reader, " * 1000


def link(share, server):
    return f"{server.url}/s/{share['share_token']}"


def etag_of(anna, share):
    return anna.http.head(f"public/shares/{share['share_token']}/content").headers["ETag"]


def old_part(anna, share, name):
    """Returns the predictable name of a partial file that earlier versions used."""
    return f".{name}.{hashlib.sha256(etag_of(anna, share).encode()).hexdigest()[:12]}.part"


@pytest.mark.parametrize("suffix", ["", "AAAAAAAAAAAA.part"])
@pytest.mark.parametrize("plant", [os.symlink, os.link])
def test_a_planted_link_is_not_written_through(anna, shell, plant, suffix):
    share = anna.share(anna.upload("letter.txt", CONTENT))
    visitor = shell()
    precious = visitor.folder / "precious"
    precious.write_bytes(b"precious")
    plant(precious, visitor.folder / (old_part(anna, share, "letter.txt").removesuffix("part" if suffix else "") + suffix))
    visitor.run("get", link(share, anna.server))
    assert precious.read_bytes() == b"precious" and not precious.is_symlink()
    assert (visitor.folder / "letter.txt").read_bytes() == CONTENT


def test_a_planted_pipe_or_a_file_of_somebody_else(anna, shell):
    share = anna.share(anna.upload("letter.txt", CONTENT))
    visitor = shell()
    os.mkfifo(visitor.folder / old_part(anna, share, "letter.txt"))
    visitor.run("get", link(share, anna.server), "-o", "one")
    visitor.run("get", link(share, anna.server))
    if os.geteuid() == 0:
        planted = visitor.folder / old_part(anna, share, "two")
        planted.write_bytes(b"planted")
        os.chown(planted, 12345, 12345)
        visitor.run("get", link(share, anna.server), "-o", "two")
        assert (visitor.folder / "two").read_bytes() == CONTENT and planted.read_bytes() == b"planted"


def test_a_planted_target(anna, shell):
    share = anna.share(anna.upload("letter.txt", CONTENT))
    visitor = shell()
    (visitor.folder / "letter.txt").symlink_to(visitor.folder / "nowhere")
    assert "--force" in visitor.run("get", link(share, anna.server), status=1).stderr
    assert not (visitor.folder / "nowhere").exists()
    visitor.run("get", link(share, anna.server), "--force")
    assert not (visitor.folder / "letter.txt").is_symlink() and not (visitor.folder / "nowhere").exists()


def test_special_files_are_not_replaced(anna, shell):
    share = anna.share(anna.upload("letter.txt", CONTENT))
    visitor = shell()
    os.mkfifo(visitor.folder / "pipe")
    assert "-o -" in visitor.run("get", link(share, anna.server), "-o", "pipe", "--force", status=2).stderr


@pytest.mark.parametrize("name", ["x" * 235 + ".txt", "x" * 251 + ".txt", "ü" * 120 + ".mov", "日" * 80 + ".jpg", "." + "x" * 254, "x" * 255])
def test_long_names(anna, shell, name):
    share = anna.share(anna.upload(name, CONTENT))
    visitor = shell()
    visitor.run("get", link(share, anna.server))
    made, = visitor.folder.iterdir()
    assert made.read_bytes() == CONTENT
    assert made.name == name or (name[0] == "." and made.name.startswith("_."))


def test_a_long_name_goes_on_where_it_was(anna, shell):
    name = "y" * 251 + ".txt"
    share = anna.share(anna.upload(name, CONTENT))
    visitor = shell()
    visitor.run("get", link(share, anna.server), "-o", "x")  # determines how partial files are named
    prefix = "." + "y" * 120 + "~" + hashlib.sha256(name.encode()).hexdigest()[:8]
    part = visitor.folder / f"{prefix}.{hashlib.sha256(etag_of(anna, share).encode()).hexdigest()[:12]}.xyz.part"
    part.write_bytes(CONTENT[:5000])
    visitor.run("get", link(share, anna.server))
    assert (visitor.folder / name).read_bytes() == CONTENT and not part.exists()


def test_at_a_terminal_content_is_shown_as_text(anna, shell):
    share = anna.share(anna.upload("letter.txt", "Grüße\n\033]0;owned\007\u202e".encode() + b"\xff\n"))
    visitor = shell()
    shown = visitor.start_on_terminal("get", link(share, anna.server), "-o", "-").wait()
    assert "Grüße\r\n\\u001b]0;owned\\u0007\\u202e\ufffd" in shown and "\033]0" not in shown
    assert visitor.run("get", link(share, anna.server), "-o", "-").output.startswith("Grüße\n\033]0".encode())
