"""Health, readiness and metrics."""
import re

from support.timeouts import eventually

LABELS = r'\{([a-z_][a-z0-9_]*="(?:[^"\\\n]|\\.)*",?)*\}'
SAMPLE = re.compile(rf"[a-z_:][a-z0-9_:]*({LABELS})? (-?[0-9.]+(e[+-]?[0-9]+)?|[+-]?Inf|NaN)( [0-9]+)?", re.IGNORECASE)


def test_alive_and_ready(common_server):
    for target in ("/healthz", "/readyz"):
        assert common_server.guest().get(target, want=200).json() == {"status": "ok"}
        assert common_server.guest(bearer="nonsense").get(target, want=200)
        assert common_server.guest().head(target, want=200).body == b""


def test_not_ready_while_the_content_has_no_home(start_server):
    server = start_server()
    blobs, aside = server.data / "blobs", server.data / "aside"
    blobs.rename(aside)
    blobs.write_text("in the way")
    eventually(lambda: server.guest().get("/readyz", want=0).status == 503, "it is not ready")
    refused = server.guest().get("/readyz", want="503 UNAVAILABLE")
    assert refused.json()["detail"] and int(refused.headers["Retry-After"]) >= 0
    server.guest().get("/healthz", want=200)
    blobs.unlink()
    aside.rename(blobs)
    eventually(lambda: server.guest().get("/readyz", want=0).status == 200, "it is ready again")


def test_figures_that_prometheus_reads(common_server, anna):
    anna.upload()
    text = common_server.guest().get("/metrics", want=200).body.decode()
    samples = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert samples and text.endswith("\n")
    for line in samples:
        assert SAMPLE.fullmatch(line), line
    named = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert all(any(line.startswith(name) for name in named) for line in samples)
    assert len(set(line.rpartition(" ")[0] for line in samples)) == len(samples)


def test_figures_name_nobody(common_server, anna):
    share = anna.share(anna.upload("a-name-of-a-file.txt"))
    common_server.guest().get(f"public/shares/{share['share_token']}", want=200)
    common_server.guest().get("users/me", headers={"Authorization": f"Bearer {anna.token}"})
    text = common_server.guest().get("/metrics").body.decode()
    for secret in (share["share_token"], anna.token, anna.id, anna.name, "a-name-of-a-file"):
        assert secret not in text
