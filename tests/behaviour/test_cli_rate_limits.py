"""Commands slow down when rate limited: many operations at once succeed, a little later."""
import time

from support.hostile_server import HostileServer, problem_response


def test_many_files(start_server, shell):
    server = start_server(http__requests_per_second=10, http__request_burst=10)
    anna = server.user("anna")
    mine = shell().sign_in(anna)
    names = [f"{number}.txt" for number in range(15)]
    for name in names:
        (mine.folder / name).write_text(name)
    mine.run("send", *names)
    assert len(mine.json("shares")["items"]) == 15
    mine.run("rm", *names)
    assert mine.json("ls")["items"] == []


def test_it_does_not_wait_for_ever(shell):
    hostile_server = HostileServer(answer=lambda method, path: problem_response(429, "Too many requests", "RATE_LIMITED", **{"Retry-After": "3600"}))
    mine = shell()
    mine.environment.update(KINGSHARE_SERVER=hostile_server.url, KINGSHARE_TOKEN="x")
    begun = time.monotonic()
    assert "3600 s" in mine.run("ls", status=1).stderr and time.monotonic() - begun < 30
    hostile_server.close()
