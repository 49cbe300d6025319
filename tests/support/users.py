"""Users with an account, and their everyday operations."""
import calendar
import time

from . import jwt
from .http import Client, quoted


class User:
    def __init__(self, server, answer, password):
        self.server, self.password = server, password
        self.id, self.name, self.role = (answer["user"][key] for key in ("id", "username", "role"))
        self.token, self.refresh_token = answer["access_token"], answer["refresh_token"]
        self.token_renewal_due = time.monotonic() + answer["expires_in"] / 2
        self.http = Client(server.address, bearer=self.token)

    @classmethod
    def register(cls, server, name, password):
        answer = server.guest().post("auth/register", {"username": name, "password": password}, want=201)
        return cls(server, answer.json(), password)

    @classmethod
    def login(cls, server, name, password):
        answer = server.guest().post("auth/login", {"username": name, "password": password}, want=200)
        return cls(server, answer.json(), password)

    def sign_in_again(self):
        """Returns the same user in a new session."""
        return User.login(self.server, self.name, self.password)

    def at(self, server):
        """Returns the same user, in the same session, as a client of another node."""
        answer = {"user": {"id": self.id, "username": self.name, "role": self.role}, "access_token": self.token,
                  "refresh_token": self.refresh_token, "expires_in": 2 * (self.token_renewal_due - time.monotonic())}
        return User(server, answer, self.password)

    def browser(self):
        """Returns a browser with this user's cookie session."""
        browser = self.server.browser()
        browser.post("auth/login?session=cookie", {"username": self.name, "password": self.password}, want=200)
        return browser

    def short_lived_token(self, seconds):
        """Returns a valid token that lives between `seconds` and `seconds` + 1."""
        return jwt.token(self.id, seconds)

    def connect(self, token=None, **options):
        """Returns an authenticated WebSocket of this user."""
        made = self.server.connect(token=token or self.token, **options)
        made.expect_authenticated()
        return made

    def upload(self, filename="letter.txt", content=b"Dear reader, this is all.\n"):
        """Uploads a raw body. Returns the File."""
        return self.http.call("POST", f"files?filename={quoted(filename)}", body=content, want=201,
                              headers={"Content-Type": "application/octet-stream"}).json()

    def share(self, file, **limits):
        """Creates a share and returns it. Limits are expires_in, max_downloads, password, recipients (users)."""
        if "recipients" in limits:
            limits["recipients"] = [user.name for user in limits["recipients"]]
        return self.http.post("shares", {"file_id": file["id"], **limits}, want=201).json()

    def change_share(self, share, **limits):
        return self.http.patch(f"shares/{share['share_id']}", limits, want=200).json()

    def revoke(self, share):
        self.http.delete(f"shares/{share['share_id']}", want=204)

    def delete(self, file):
        self.http.delete(f"files/{file['id']}", want=204)

    def download(self, file, **options):
        return self.http.get(f"files/{file['id']}/content", **options)


def timestamp_in(seconds):
    """Returns the time that many seconds from now in the API's format."""
    at = time.time() + seconds
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1000):03d}Z"


def parse_timestamp(text):
    """Converts a time in the API's format to seconds since 1970."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float(f"0.{fraction or 0}")
