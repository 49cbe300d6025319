"""Clients that go on whatever fails: uploads, downloads of limited links, and followers of the event stream. Each keeps account."""
import hashlib
import http.client
import itertools
import json
import random
import threading
import time
import uuid

from support.event_stream import fetch_history
from support.tus import BYTES, metadata, request_headers
from support.users import User

ANSWER_TIMEOUT = 8
PATIENCE = 60  # seconds in which something must succeed
PAUSE = 0.1  # before another attempt
LIMIT = 4  # downloads of a link
SHARED_BYTES = 1 << 20
ERRORS = (OSError, http.client.HTTPException)


class Account:
    """Records of one load. `problems` are broken promises, not failed requests, which a fault may cause."""

    def __init__(self):
        self.lock = threading.Lock()
        self.files, self.problems, self.failures = {}, [], 0
        self.last_success, self.longest_pause = time.monotonic(), 0.0

    def acknowledge(self, file_id, data):
        with self.lock:
            self.files[file_id] = hashlib.sha256(data).hexdigest()
            now = time.monotonic()
            self.longest_pause = max(self.longest_pause, now - self.last_success)
            self.last_success = now

    def problem(self, text):
        with self.lock:
            self.problems.append(text)


def attempts(account):
    """Yields until the caller is done. Raises TimeoutError if that takes too long."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        yield
        with account.lock:
            account.failures += 1
        time.sleep(PAUSE)
    raise TimeoutError(f"no success within {PATIENCE} s")


class Worker(threading.Thread):
    """A client with a connection for each request."""

    def __init__(self, address, user, account):
        super().__init__(daemon=True)
        self.address, self.user, self.account = address, user, account
        self.ended = threading.Event()

    def finish(self):
        self.ended.set()
        self.join(PATIENCE + 2 * ANSWER_TIMEOUT)

    def run(self):
        while not self.ended.is_set():
            try:
                self.work()
            except Exception as error:  # reported in the table
                self.account.problem(f"{type(self).__name__}: {type(error).__name__}: {error}")
                return

    def call(self, method, target, body=None, headers=None, agent="faults", with_token=True):
        """Returns (status, headers, body); status 0 if there was no complete response."""
        connection = http.client.HTTPConnection(*self.address, timeout=ANSWER_TIMEOUT)
        own = {"User-Agent": agent, **({"Authorization": f"Bearer {self.user.token}"} if with_token else {})}
        try:
            connection.request(method, target if target.startswith("/") else f"/api/v1/{target}", body, {**own, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except ERRORS:
            return 0, {}, b""
        finally:
            connection.close()


class Uploader(Worker):
    """Uploads by single requests, repeated with their Idempotency-Key, and by tus, resumed at the offset of the server."""

    def work(self):
        data = random.randbytes(random.choice([1000, 40_000, 300_000]))
        file_id = self._in_one_request(data) if random.random() < 0.5 else self._by_tus(data)
        self.account.acknowledge(file_id, data)

    def _in_one_request(self, data):
        headers = {"Content-Type": "application/octet-stream", "Idempotency-Key": str(uuid.uuid4())}
        for _ in attempts(self.account):
            status, _, body = self.call("POST", "files?filename=x", data, headers)
            if status == 201:
                return json.loads(body)["id"]
            self._expect(status, body, 409)

    def _by_tus(self, data):
        for _ in attempts(self.account):
            status, headers, body = self.call("POST", "uploads", headers=request_headers(
                {"upload_length": len(data), "upload_metadata": metadata(filename="x")}))
            if status == 201:
                break
            self._expect(status, body)
        target = "/api/v1/uploads/" + headers["Location"].rpartition("/")[2]
        acknowledged = 0
        while acknowledged < len(data):
            acknowledged = self._append(target, data, acknowledged)
        return target.rpartition("/")[2]

    def _append(self, target, data, acknowledged):
        """Sends a piece. Returns the offset that the server acknowledges, which never falls."""
        piece = data[acknowledged:acknowledged + 70_000]
        status, headers, body = self.call("PATCH", target, piece, request_headers({"upload_offset": acknowledged, "content_type": BYTES}))
        if status == 204:
            return int(headers["Upload-Offset"])
        self._expect(status, body, 409, 423)
        for _ in attempts(self.account):
            status, headers, body = self.call("HEAD", target, headers=request_headers({}))
            if status == 200:
                break
            self._expect(status, body)
        offset = int(headers["Upload-Offset"])
        if offset < acknowledged:
            self.account.problem(f"upload {target}: offset {offset} after {acknowledged} was acknowledged")
        return offset

    @staticmethod
    def _expect(status, body, *more):
        if status not in (0, 502, 503, 504, *more):
            raise AssertionError(f"{status} {body[:200]}")


class Downloader(Worker):
    """Downloads links with a limit, each time as another visitor, until the link is used up. Then a new link takes its place."""

    def __init__(self, links, *arguments):
        super().__init__(*arguments)
        self.links = links

    def work(self):
        self.download(self.links.current())

    def download(self, link):
        status, _, body = self.call("GET", f"public/shares/{link.token}/content", agent=str(uuid.uuid4()), with_token=False)
        if status == 200 and len(body) == SHARED_BYTES:
            with self.account.lock:
                link.complete += 1
        elif status in (404, 410):
            link.is_used_up = True
        else:
            with self.account.lock:
                self.account.failures += status != 503
            time.sleep(PAUSE)


class Link:
    def __init__(self, token):
        self.token, self.complete, self.is_used_up = token, 0, False


class Links:
    """Links to one file, of which the last is not used up."""

    def __init__(self, worker):
        self._worker, self._lock, self.all = worker, threading.Lock(), []
        self._file = self._create("files?filename=shared", bytes(SHARED_BYTES), "application/octet-stream")["id"]

    def current(self):
        with self._lock:
            if not self.all or self.all[-1].is_used_up:
                share = self._create("shares", json.dumps({"file_id": self._file, "max_downloads": LIMIT}), "application/json")
                self.all.append(Link(share["share_token"]))
            return self.all[-1]

    def _create(self, target, body, kind):
        headers = {"Content-Type": kind, "Idempotency-Key": str(uuid.uuid4())}
        for _ in attempts(self._worker.account):
            status, _, answer = self._worker.call("POST", target, body, headers)
            if status == 201:
                return json.loads(answer)


class Follower(Worker):
    """Follows the user's events from the start, and resumes after the last one that it received."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.ids, self.connections = [], 0

    def work(self):
        connection = http.client.HTTPConnection(*self.address, timeout=ANSWER_TIMEOUT)
        resumption = {"Last-Event-ID": self.ids[-1]} if self.ids else {}
        try:
            connection.request("GET", "/api/v1/events" + ("" if self.ids else "?since=start"),
                               headers={"Authorization": f"Bearer {self.user.token}", **resumption})
            answer = connection.getresponse()
            self.connections += answer.status == 200
            event_id = None
            while answer.status == 200 and (line := answer.readline()) and not self.ended.is_set():
                name, _, value = line.decode().rstrip("\n").partition(": ")
                event_id = value if name == "id" else event_id if name else None
                if name == "data":
                    self._receive(event_id, json.loads(value))
        except ERRORS:
            pass
        finally:
            connection.close()
        self.ended.wait(PAUSE)

    def _receive(self, event_id, message):
        if message["type"] == "Resumed" and not message["data"]["complete"]:
            self.account.problem("Resumed says that events are missing")
        if event_id and message["type"] != "Resumed":
            self.ids.append(event_id)


class Load:
    """Three uploaders, three downloaders and two followers of one new user."""

    names = itertools.count(1)

    def __init__(self, cluster):
        self.account = Account()
        self.user = User.register(cluster, f"load-{next(self.names)}", "the password of the load")
        arguments = cluster.address, self.user, self.account
        self.links = Links(Worker(*arguments))
        self.uploaders = [Uploader(*arguments) for _ in range(3)]
        self.downloaders = [Downloader(self.links, *arguments) for _ in range(3)]
        self.followers = [Follower(*arguments) for _ in range(2)]
        for worker in [*self.uploaders, *self.downloaders, *self.followers]:
            worker.start()

    def finish(self):
        """Ends the load and checks everything that it was promised."""
        for worker in [*self.uploaders, *self.downloaders]:
            worker.finish()
        self._check_files()
        self._check_links()
        self._check_events()
        for follower in self.followers:
            follower.finish()

    @property
    def downloads(self):
        return sum(link.complete for link in self.links.all)

    @property
    def lost_downloads(self):
        """The downloads that counted although nobody has received all of them."""
        return LIMIT * len(self.links.all) - self.downloads

    def _check_files(self):
        for file_id, digest in self.account.files.items():
            answer = self.user.http.get(f"files/{file_id}/content", want=0)
            if answer.status != 200 or hashlib.sha256(answer.body).hexdigest() != digest:
                self.account.problem(f"file {file_id} is lost or damaged: {answer.status}")

    def _check_links(self):
        for link in self.links.all:
            deadline = time.monotonic() + PATIENCE
            while not link.is_used_up and time.monotonic() < deadline:
                self.downloaders[0].download(link)
            if not link.is_used_up or link.complete > LIMIT:
                self.account.problem(f"{link.complete} complete downloads of a link with {LIMIT}, used up: {link.is_used_up}")

    def _check_events(self):
        deadline = time.monotonic() + PATIENCE
        stored = [item["id"] for item in fetch_history(self.user)]
        while any(len(one.ids) < len(stored) for one in self.followers) and time.monotonic() < deadline:
            time.sleep(PAUSE)
        stored = [item["id"] for item in fetch_history(self.user)]
        for follower in self.followers:
            if follower.ids != stored:
                missing, doubled = len(set(stored) - set(follower.ids)), len(follower.ids) - len(set(follower.ids))
                self.account.problem(f"events differ from the journal: {len(stored)} there, {len(follower.ids)} received, {missing} missing, "
                                     f"{doubled} twice")
