"""`kingshare get LINK` downloads without an account, completely or not at all, and resumes where it was interrupted."""
import hashlib
import random

from support.metering_proxy import MeteringProxy
from support.timeouts import eventually

CONTENT = random.Random(6).randbytes(12 << 20)


def through(proxy, share):
    """Returns the link with its origin replaced by that of the proxy."""
    return share["url"].replace(share["url"].split("/s/")[0], proxy.url)


def link(server, share):
    return f"{server.url}/s/{share['share_token']}"


def parts(shell):
    return [path for path in shell.folder.iterdir() if path.name.endswith(".part")]


def test_i_get_it_under_its_name(anna, shell):
    share = anna.share(anna.upload("letter.txt", b"Dear reader"), max_downloads=1)
    events = anna.connect()
    visitor = shell()
    assert "letter.txt: 11 bytes" in visitor.run("get", link(anna.server, share)).stderr
    assert (visitor.folder / "letter.txt").read_bytes() == b"Dear reader" and not parts(visitor)
    events.expect("ShareAccessed")
    events.expect("DownloadStarted", filename="letter.txt")
    events.expect("ShareExpired")
    assert not visitor.state.exists()


def test_under_another_name_and_to_standard_output(anna, shell):
    share = anna.share(anna.upload("letter.txt", CONTENT))
    visitor = shell()
    (visitor.folder / "folder").mkdir()
    visitor.run("get", link(anna.server, share), "-o", "mine.txt")
    visitor.run("get", link(anna.server, share), "--output", "folder")
    assert (visitor.folder / "mine.txt").read_bytes() == (visitor.folder / "folder/letter.txt").read_bytes() == CONTENT
    assert visitor.run("get", link(anna.server, share), "-o", "-").output == CONTENT
    told = visitor.json("get", link(anna.server, share), "-o", "again.txt")
    assert told == {"path": "again.txt", "filename": "letter.txt", "size": len(CONTENT)}


def test_nothing_is_overwritten(anna, shell):
    share = anna.share(anna.upload("letter.txt", b"new"))
    visitor = shell()
    mine = visitor.folder / "letter.txt"
    mine.write_bytes(b"old")
    assert "--force" in visitor.run("get", link(anna.server, share), status=1).stderr and mine.read_bytes() == b"old"
    visitor.run("get", link(anna.server, share), "--force")
    assert mine.read_bytes() == b"new"


def test_a_name_that_would_do_harm(anna, shell):
    visitor = shell()
    for name in (".bashrc", "-rf"):
        visitor.run("get", link(anna.server, anna.share(anna.upload(name, b"x"))))
    assert sorted(path.name for path in visitor.folder.iterdir()) == ["_-rf", "_.bashrc"]


def test_an_empty_file(anna, shell):
    visitor = shell()
    visitor.run("get", link(anna.server, anna.share(anna.upload("empty", b""))))
    assert (visitor.folder / "empty").read_bytes() == b""


def test_its_password(anna, shell):
    share = anna.share(anna.upload("letter.txt", b"x"), password="öffne dich ")
    visitor = shell()
    assert "password" in visitor.run("get", link(anna.server, share), status=2).stderr
    visitor.run("get", link(anna.server, share), "--password-file", "-", stdin="wrong\n", status=3)
    terminal = visitor.start_on_terminal("get", link(anna.server, share))
    terminal.expect("Password of the link: ")
    terminal.type("wrong\n")
    terminal.expect("Wrong password.*Password of the link: ")
    terminal.type("öffne dich \n")
    assert "öffne dich " not in terminal.wait()
    assert (visitor.folder / "letter.txt").exists()
    assert "öffne dich " not in anna.server.log


def test_links_that_lead_nowhere(anna, shell):
    share = anna.share(anna.upload("letter.txt", b"x"), max_downloads=1)
    visitor = shell()
    visitor.run("get", link(anna.server, share), "-o", "-")
    visitor.run("get", link(anna.server, share), status=5)
    assert "is it complete?" in visitor.run("get", f"{anna.server.url}/s/{'x' * 22}", status=4).stderr
    visitor.run("get", f"{anna.server.url}/elsewhere", status=2)
    visitor.run("get", "http://127.0.0.1:1/s/x", status=6)


def test_its_owner_counts_as_no_download(anna, shell):
    share = anna.share(anna.upload("letter.txt", b"x"), max_downloads=1)
    shell().sign_in(anna).run("get", link(anna.server, share), "-o", "-")
    assert anna.http.get(f"shares/{share['share_id']}").json()["download_count"] == 0


def test_my_token_goes_to_no_other_server(anna, start_server, shell):
    other = start_server()
    ben = other.user("ben")
    share = ben.share(ben.upload("letter.txt", b"x"))
    mine = shell()
    mine.environment.update(KINGSHARE_SERVER=anna.server.url, KINGSHARE_TOKEN=anna.token)
    mine.run("get", link(other, share))


def test_what_is_there_is_not_sent_again(anna, shell):
    file = anna.upload("film.mp4", CONTENT)
    share = anna.share(file)
    visitor = shell()
    etag = anna.http.head(f"public/shares/{share['share_token']}/content").headers["ETag"]
    part = visitor.folder / f".film.mp4.{hashlib.sha256(etag.encode()).hexdigest()[:12]}.part"
    part.write_bytes(CONTENT[:-1000])
    events = anna.connect()
    visitor.run("get", link(anna.server, share))
    assert (visitor.folder / "film.mp4").read_bytes() == CONTENT and not parts(visitor)
    events.expect("ShareAccessed")
    anna.server.assert_nothing_else(events)  # a resumed download does not count again


def test_a_part_that_is_damaged(anna, shell):
    share = anna.share(anna.upload("film.mp4", CONTENT))
    visitor = shell()
    etag = anna.http.head(f"public/shares/{share['share_token']}/content").headers["ETag"]
    part = visitor.folder / f".film.mp4.{hashlib.sha256(etag.encode()).hexdigest()[:12]}.part"
    part.write_bytes(b"x" * 1000)
    assert "SHA-256" in visitor.run("get", link(anna.server, share), status=8).stderr
    assert not parts(visitor) and not (visitor.folder / "film.mp4").exists()
    visitor.run("get", link(anna.server, share))


def test_the_connection_breaks_again_and_again(anna, shell):
    share = anna.share(anna.upload("film.mp4", CONTENT), max_downloads=1)
    proxy = MeteringProxy(anna.server, hold_responses_at=4 << 20)
    visitor = shell()
    command = visitor.start("get", through(proxy, share))
    for _ in range(2):
        proxy.wait_until_holding()
        proxy.reset_connections(hold_responses_at=3 << 20)
    proxy.wait_until_holding()
    proxy.release()
    command.wait()
    assert (visitor.folder / "film.mp4").read_bytes() == CONTENT and not parts(visitor)
    assert proxy.received < 1.7 * len(CONTENT)  # only in-flight bytes are lost in a cut
    assert anna.http.get(f"shares/{share['share_id']}").json()["download_count"] == 1
    proxy.close()


def test_killed_and_run_again_it_goes_on(anna, shell):
    share = anna.share(anna.upload("film.mp4", CONTENT), max_downloads=1)
    proxy = MeteringProxy(anna.server, hold_responses_at=8 << 20)
    visitor = shell()
    command = visitor.start("get", through(proxy, share))
    proxy.wait_until_holding()
    eventually(lambda: any(part.stat().st_size for part in parts(visitor)), "something has arrived")
    command.kill()
    before = parts(visitor)[0].stat().st_size
    proxy.reset_connections()
    # The link stays used up until the server notices the cut.
    eventually(lambda: anna.http.get(f"shares/{share['share_id']}").json()["download_count"] == 0, "the download was given back")
    received = proxy.received
    visitor.run("get", through(proxy, share))
    assert (visitor.folder / "film.mp4").read_bytes() == CONTENT
    assert proxy.received - received < len(CONTENT) - before + 10_000
    proxy.close()


def test_the_server_is_killed_meanwhile(start_server, shell):
    server = start_server()
    anna = server.user("anna")
    share = anna.share(anna.upload("film.mp4", CONTENT))
    proxy = MeteringProxy(server, hold_responses_at=4 << 20)
    command = shell().start("get", through(proxy, share))
    proxy.wait_until_holding()
    server.kill()
    proxy.reset_connections()
    server.start()
    command.expect("film.mp4: 12.0 MiB received")
    command.wait()
    proxy.close()
    assert (shell().folder / "film.mp4").read_bytes() == CONTENT
