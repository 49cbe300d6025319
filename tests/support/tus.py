"""A plain tus 1.0.0 client, one request at a time."""
import base64
import email.utils
import hashlib
import urllib.parse

from .timeouts import TIMEOUT, eventually

VERSION = "1.0.0"
BYTES = "application/offset+octet-stream"


def request_headers(headers):
    """Returns the request headers; names are given like upload_length, and None omits a header."""
    headers = {"tus_resumable": VERSION, **headers}
    return {name.replace("_", "-"): str(value) for name, value in headers.items() if value is not None}


def request(client, method, target="uploads", body=None, want=None, **headers):
    """Sends one request; every response must carry Tus-Resumable."""
    answer = client.call(method, target, body=body, headers=request_headers(headers), want=want)
    assert answer.headers.get("Tus-Resumable") == VERSION, f"{answer} names the version of tus"
    return answer


def metadata(**values):
    """Returns an Upload-Metadata value; None is a key without a value."""
    return ",".join(key if value is None else f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


def checksum(data, algorithm="sha1"):
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


def create(client, length=None, **headers):
    """Creates an Upload by POST; headers as for `request`."""
    return Upload(client, request(client, "POST", want=201, upload_length=length, **headers).headers["Location"])


def concatenate(client, *parts, want=201, **headers):
    """Requests the concatenation of the parts. Returns the response."""
    return request(client, "POST", want=want, upload_concat="final;" + " ".join(part.target for part in parts), **headers)


class Upload:
    """The upload at a Location, accessed with the credentials of `client`."""

    def __init__(self, client, location):
        self.client = client
        self.target = urllib.parse.urljoin("/api/v1/uploads", urllib.parse.urlsplit(location).path)
        self.id = self.target.rsplit("/", 1)[1]

    def as_client(self, client):
        return Upload(client, self.target)

    def head(self, want=200):
        return request(self.client, "HEAD", self.target, want=want)

    def offset(self):
        return int(self.head().headers["Upload-Offset"])

    def patch(self, data, at, want=204, content_type=BYTES, **headers):
        answer = request(self.client, "PATCH", self.target, data, want, upload_offset=at, content_type=content_type, **headers)
        if answer.status == 204:
            assert answer.headers["Upload-Offset"] == str(at + len(data)), answer.headers.items()
        return answer

    def send(self, data, at=0, piece=1 << 20):
        """Sends the rest of the data from `at` in PATCH requests of `piece` bytes."""
        for start in range(at, len(data), piece):
            self.patch(data[start:start + piece], start)
        return self

    def resume(self, data, timeout=TIMEOUT):
        """Resumes from the offset that HEAD returns. Retries, because in-flight bytes of an earlier PATCH may still move it."""
        def resumed():
            at = self.offset()
            return self.patch(data[at:], at, want=0).status == 204
        eventually(resumed, "the upload goes on from where HEAD says", timeout=timeout)

    def begin_patch(self, at, length, **headers):
        """Begins a PATCH and lets the test write the body in pieces. A `length` of None means chunked."""
        more = request_headers({"upload_offset": at, "content_type": BYTES, **headers})
        return self.client.clone().begin_request("PATCH", self.target, length, more)

    def delete(self, want=204):
        return request(self.client, "DELETE", self.target, want=want)

    def expires(self):
        """Returns the expiry in seconds since 1970."""
        return email.utils.parsedate_to_datetime(self.head().headers["Upload-Expires"]).timestamp()

    def is_gone(self):
        return self.head(want=0).status in (404, 410)

    def assert_gone(self):
        for answer in (self.head(want=0), self.patch(b"x", 0, want=0), self.delete(want=0)):
            assert answer.status in (404, 410), answer

    def file(self, data, client=None):
        """Returns the resulting File; its size and digest must match the data."""
        file = (client or self.client).get(f"files/{self.id}", want=200).json()
        assert (file["size"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        return file

    def assert_content(self, data, client=None):
        """Returns the resulting File after downloading and comparing it. The download causes events for the owner."""
        file = self.file(data, client)
        assert (client or self.client).get(f"files/{self.id}/content", want=200).body == data
        return file

    def assert_no_file(self):
        self.client.get(f"files/{self.id}", want="404 NOT_FOUND")
        assert self.id not in [file["id"] for file in self.client.get("files", want=200).json()["items"]]
