"""Another site cannot use my cookie: foreign origins may call with a token or anonymously, but never with the cookie session."""
import pytest

from support.handshake import HandshakeRejected

FOREIGN = ["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1.evil.example:{port}", "http://127.0.0.1:1",
           "http://localhost"]


def foreign(origin, server):
    return origin.format(port=server.port)


@pytest.mark.parametrize("origin", FOREIGN)
def test_not_with_my_cookie(common_server, anna, origin):
    with pytest.raises(HandshakeRejected) as refusal:
        common_server.connect(cookie=anna.browser().cookie(), origin=foreign(origin, common_server))
    assert refusal.value.status == 403
    assert b'"FORBIDDEN"' in refusal.value.body


def test_with_my_cookie_from_our_own_pages(common_server, anna):
    socket = common_server.connect(cookie=anna.browser().cookie(), origin=common_server.url)
    socket.expect_authenticated()


def test_our_own_pages_behind_a_proxy(start_server):
    server = start_server(server__public_url="https://share.example", realtime__presence="off")
    cookie = server.user("anna").browser().cookie()
    socket = server.connect(cookie=cookie, origin="https://share.example")
    socket.expect_authenticated()
    with pytest.raises(HandshakeRejected):
        server.connect(cookie=cookie, origin="https://evil.example")


@pytest.mark.parametrize("origin", FOREIGN)
def test_with_a_token(common_server, anna, origin):
    anna.connect(origin=foreign(origin, common_server))
    socket = common_server.connect(protocols=["kingshare.v1", f"bearer.{anna.token}"], origin=foreign(origin, common_server))
    socket.expect_authenticated()
    socket.expect_uploaded(anna.upload())


@pytest.mark.parametrize("origin", FOREIGN)
def test_as_nobody(common_server, anna, origin):
    socket = common_server.listen(origin=foreign(origin, common_server))
    anna.upload()
    common_server.assert_nothing_else(socket)
    assert socket.authenticate(anna.token)


def test_with_cookies_that_are_not_ours(common_server):
    common_server.listen(cookie="theme=dark; session=abc", origin="https://evil.example")
