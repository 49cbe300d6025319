"""Each operation of the API demands the caller that its description names, before it looks at anything else."""
import re

import pytest

from support.protocol import openapi

DOCUMENT = openapi().tree
ID = "00000000-0000-7000-8000-000000000000"
METHODS = ("get", "head", "post", "patch", "delete")
ADMINISTRATION = {("GET", "/api/v1/users"), ("PATCH", "/api/v1/users/{user_id}"), ("DELETE", "/api/v1/users/{user_id}"),
                  ("POST", "/api/v1/users/{id}/password-reset"), ("POST", "/api/v1/invitations"), ("GET", "/api/v1/invitations"),
                  ("DELETE", "/api/v1/invitations/{id}"), ("POST", "/api/v1/notifications"), ("GET", "/api/v1/ws/stats"),
                  ("POST", "/api/v1/ws/cleanup"), ("GET", "/api/v1/settings")}


def demands_a_user(operation):
    requirements = operation.get("security", DOCUMENT["security"])
    return bool(requirements) and all(requirements)


OPERATIONS = [(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in METHODS
              if method in item and demands_a_user(item[method])]


def call(client, method, path, want):
    target = re.sub(r"\{[^}]*\}", ID, path)
    headers = {"Tus-Resumable": "1.0.0"}
    if (method, path) == ("POST", "/api/v1/uploads/{upload_id}"):
        headers["X-HTTP-Method-Override"] = "PATCH"
    answer = client.call(method, target, headers=headers, want=0, checked=False)
    assert answer.status == want, answer
    return answer


def test_administration_is_described():
    assert ADMINISTRATION <= set(OPERATIONS)


@pytest.mark.parametrize("method, path", OPERATIONS)
def test_guests_are_refused(common_server, method, path):
    answer = call(common_server.guest(), method, path, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    call(common_server.guest(bearer="nonsense"), method, path, 401)


@pytest.mark.parametrize("method, path", sorted(ADMINISTRATION))
def test_users_do_not_administer(anna, method, path):
    call(anna.http, method, path, 403)


def test_the_version_of_tus_comes_first(common_server):
    for method, target in (("POST", "/api/v1/uploads"), ("HEAD", f"/api/v1/uploads/{ID}"), ("PATCH", f"/api/v1/uploads/{ID}"),
                           ("DELETE", f"/api/v1/uploads/{ID}")):
        answer = common_server.guest().call(method, target, want=412, checked=False)
        assert answer.headers["Tus-Version"] == "1.0.0"
        if method in ("PATCH", "DELETE"):
            override = {"X-HTTP-Method-Override": method}
            assert common_server.guest().call("POST", target, headers=override, want=412, checked=False).headers["Tus-Version"] == "1.0.0"
            override["Tus-Resumable"] = "1.0.0"
            common_server.guest().call("POST", target, headers=override, want=401, checked=False)
    common_server.guest().call("POST", f"/api/v1/uploads/{ID}", headers={"X-HTTP-Method-Override": "PUT"}, want=405, checked=False)
