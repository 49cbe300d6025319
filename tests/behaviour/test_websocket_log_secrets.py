"""A socket keeps its secrets: credentials of a WebSocket never appear in the log."""
from urllib.parse import quote_plus

from support import jwt


def test_no_credential_is_logged(start_server):
    server = start_server(server__log_level="debug", realtime__presence="off")
    anna = server.user("anna")
    browser, visitor = anna.browser(), server.browser()
    share, locked = anna.share(anna.upload()), anna.share(anna.upload(), password="open sesame, please")
    visitor.get(f"public/shares/{share['share_token']}", want=200)
    other, broken = jwt.token(anna.id), jwt.sign({"sub": anna.id, "exp": 1})

    anna.connect()
    server.connect(protocols=["kingshare.v1", f"bearer.{other}"]).expect_authenticated()
    server.connect(cookie=browser.cookie(), origin=server.url).expect_authenticated()
    server.connect(token=broken).read_until_closed()
    server.connect(protocols=["kingshare.v1", f"bearer.{broken}"]).read_until_closed()
    server.listen().authenticate(broken)
    server.listen().authenticate(other)
    server.listen(share=share, cookie=visitor.cookie())
    server.listen(share=locked, headers={"X-Share-Password": "open sesame, please"})
    server.connect(share=share["share_token"] + "x").read_until_closed()
    server.guest().get(f"/ws?token={anna.token}&share={share['share_token']}", want=426)
    server.disconnect_all()
    server.stop()

    assert len(server.log) > 100, "there is a log"
    for secret in (anna.token, other, broken, share["share_token"], locked["share_token"], "open sesame, please",
                   browser.cookies["ks_session"], visitor.cookies["ks_visit"], jwt.SECRET):
        for written in (secret, quote_plus(secret), secret.split(".")[-1]):
            assert written not in server.log
