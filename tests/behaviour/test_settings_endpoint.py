"""GET /settings returns the effective settings to administrators, without secrets."""
from support import jwt
from support.command import kingshare
from support.server import ADMIN_PASSWORD


def settings(server):
    answer = server.admin.http.get("settings", want=200)
    return {item["key"]: item for item in answer.json()["items"]}, answer.body.decode()


def test_values_and_defaults(start_server):
    shown, _ = settings(start_server(uploads__quota_bytes="5GiB", environment={"KINGSHARE_REALTIME__PRESENCE": "contacts"}))
    assert shown["uploads.quota_bytes"] == {"key": "uploads.quota_bytes", "value": "5GiB", "default": "0 (none), per user", "is_default": False}
    assert (shown["realtime.presence"]["value"], shown["realtime.presence"]["is_default"]) == ("contacts", False)
    untouched = shown["realtime.ping_interval"]
    assert untouched["is_default"] and untouched["value"] == untouched["default"] == "25s"


def test_each_setting_is_there_once(common_server, tmp_path):
    keys = [item["key"] for item in common_server.admin.http.get("settings").json()["items"]]
    assert keys == [line.split(" ")[0] for line in kingshare("help", "settings", folder=tmp_path).stdout.splitlines()]


def test_no_secret_is_shown(common_server):
    shown, body = settings(common_server)
    for key, secret in (("auth.jwt_secret", jwt.SECRET), ("auth.admin_password", ADMIN_PASSWORD)):
        assert (shown[key]["value"], shown[key]["is_default"]) == (None, False)
        assert secret not in body


def test_nobody_else_may(common_server, anna):
    common_server.guest().get("settings", want="401 AUTHENTICATION_REQUIRED")
    anna.http.get("settings", want="403 FORBIDDEN")
