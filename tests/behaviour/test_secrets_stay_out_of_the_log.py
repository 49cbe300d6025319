"""No token, no password and no share token ever stands in the log."""
from urllib.parse import quote

from support import jwt
from support.http import quoted
from support.server import ADMIN_PASSWORD


def test_whatever_people_do(start_server):
    server = start_server(realtime__presence="off")
    anna = server.user("anna")
    browser = anna.browser()
    share, locked = anna.share(anna.upload()), anna.share(anna.upload(), password="open sesame, please")
    other = jwt.token(anna.id)
    broken = jwt.sign({"sub": anna.id, "exp": 1})
    secrets = [anna.token, anna.refresh_token, anna.password, ADMIN_PASSWORD, jwt.SECRET, other, broken, share["share_token"],
               locked["share_token"], "open sesame, please", browser.cookies["ks_session"], "a wrong password"]

    anna.connect()
    server.connect(protocols=["kingshare.v1", f"bearer.{other}"]).expect_authenticated()
    server.connect(cookie=browser.cookie(), origin=server.url)
    server.connect(token=broken).until_closed()
    server.listen().authenticate(broken)
    server.listen(share=share)
    server.listen(share=locked, headers={"X-Share-Password": "open sesame, please"})
    server.connect(share=share["share_token"] + "x").until_closed()
    guest = server.browser()
    for path in (f"/s/{share['share_token']}", f"public/shares/{share['share_token']}", f"public/shares/{share['share_token']}/content"):
        guest.get(path, want=200)
    guest.get(f"public/shares/{locked['share_token']}", headers={"X-Share-Password": "open sesame, please"}, want=200)
    guest.get(f"public/shares/{locked['share_token']}", headers={"X-Share-Password": "a wrong password"}, want=401)
    guest.post("auth/login", {"username": "anna", "password": "a wrong password"}, want=401)
    guest.get(f"files?token={anna.token}", want=401)
    pair = guest.post("auth/refresh", {"refresh_token": anna.refresh_token}, want=200).json()
    secrets += [pair["access_token"], pair["refresh_token"], guest.cookies["ks_visit"]]
    anna.revoke(share)
    server.disconnect_all()
    server.stop()

    assert "listening on" in server.log
    for secret in secrets:
        for written in (secret, quoted(secret), quote(secret), secret.split(".")[-1]):
            assert written not in server.log
