"""An administrator manages accounts; other users cannot."""
import pytest

from support.data_folder import assert_no_orphans
from support.raw_http import assert_invalid_field
from support.users import User


@pytest.fixture
def admin(common_server):
    return common_server.admin.http


def in_the_list(admin, user):
    items, cursor = [], ""
    while cursor is not None:
        page = admin.get(f"users?limit=200{cursor}", want=200).json()
        items += page["items"]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert len({item["id"] for item in items}) == len(items)
    return next((item for item in items if item["id"] == user.id), None)


def test_i_see_everyone(admin, anna):
    file = anna.upload("a.txt", b"x" * 1000)
    account = in_the_list(admin, anna)
    assert (account["username"], account["role"], account["used_bytes"], account["disabled"]) == (anna.name, "user", 1000, False)
    anna.delete(file)
    assert in_the_list(admin, anna)["used_bytes"] == 0


def test_page_by_page(start_server):
    server = start_server()
    names = {"admin", *(server.user(name).name for name in ("anna", "ben", "carla", "dora"))}
    pages, cursor = [], ""
    while cursor is not None:
        page = server.admin.http.get(f"users?limit=2{cursor}", want=200).json()
        pages.append([user["username"] for user in page["items"]])
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {name for page in pages for name in page} == names


def test_nobody_else_can(common_server, anna, ben):
    for method, target, body in (("GET", "users", None), ("PATCH", f"users/{ben.id}", {"role": "admin"}),
                                 ("PATCH", f"users/{anna.id}", {"role": "admin"}), ("DELETE", f"users/{ben.id}", None),
                                 ("DELETE", f"users/{anna.id}", None), ("PATCH", f"users/{anna.id}", {"quota_bytes": 1}),
                                 ("POST", "notifications", {"message": "x", "level": "Info"})):
        anna.http.call(method, target, json=body, want="403 FORBIDDEN")
        common_server.guest().call(method, target, json=body, want="401 AUTHENTICATION_REQUIRED")
    assert anna.http.get("users/me").json()["role"] == ben.http.get("users/me").json()["role"] == "user"


def test_i_make_somebody_an_administrator_and_not(admin, anna):
    assert admin.patch(f"users/{anna.id}", {"role": "admin"}, want=200).json()["role"] == "admin"
    anna.http.get("users", want=200)
    admin.patch(f"users/{anna.id}", {"role": "user"}, want=200)
    anna.http.get("users", want="403 FORBIDDEN")


def test_never_of_oneself(common_server, admin):
    me = common_server.admin
    for change in ({"role": "user"}, {"disabled": True}):
        admin.patch(f"users/{me.id}", change, want="409 CONFLICT")
    admin.delete(f"users/{me.id}", want="409 CONFLICT")
    admin.get("users", want=200)
    assert admin.patch(f"users/{me.id}", {"quota_bytes": 0}, want=200).json()["role"] == "admin"


def test_i_shut_somebody_out_and_let_them_in(common_server, admin, anna):
    file = anna.upload("letter.txt", b"still here")
    share = anna.share(file)
    browser = anna.browser()
    assert admin.patch(f"users/{anna.id}", {"disabled": True}, want=200).json()["disabled"] is True
    anna.http.get("files", want="401 INVALID_TOKEN")
    browser.get("files", want=401)
    common_server.guest().post("auth/refresh", {"refresh_token": anna.refresh_token}, want=401)
    for session in ("", "?session=cookie"):
        common_server.guest().post(f"auth/login{session}", {"username": anna.name, "password": anna.password},
                                   want="401 INVALID_CREDENTIALS")
    assert admin.patch(f"users/{anna.id}", {"disabled": False}, want=200).json()["disabled"] is False
    back = anna.sign_in_again()
    assert back.http.get("files").json()["items"] == [file]
    assert common_server.guest().get(f"public/shares/{share['share_token']}/content", want=200).body == b"still here"


def test_i_delete_somebody_with_all_they_had(start_server):
    server = start_server(realtime__presence="off")
    anna, ben = server.user("anna"), server.user("ben")
    file, other = anna.upload("hers.txt", b"hers"), ben.upload("his.txt", b"his")
    share = anna.share(file, recipients=[ben])
    to_her = ben.share(other, recipients=[anna])
    receiver = ben.connect()
    server.admin.http.delete(f"users/{anna.id}", want=204)
    receiver.expect("FileDeleted", file_id=file["id"])
    server.assert_nothing_else(receiver)
    server.guest().get(f"public/shares/{share['share_token']}", want="404 NOT_FOUND")
    server.guest().get(f"public/shares/{share['share_token']}/content", want="404 NOT_FOUND")
    server.guest().post("auth/login", {"username": "anna", "password": anna.password}, want="401 INVALID_CREDENTIALS")
    server.guest().post("auth/refresh", {"refresh_token": anna.refresh_token}, want="401 INVALID_TOKEN")
    assert ben.http.get("shares/received").json()["items"] == []
    assert ben.http.get(f"shares/{to_her['share_id']}", want=200).json()["recipients"] in ([], ["anna"])
    assert in_the_list(server.admin.http, anna) is None
    server.admin.http.delete(f"users/{anna.id}", want="404 NOT_FOUND")
    assert_no_orphans(server, files=1)
    assert ben.download(other).body == b"his"


def test_one_administrator_deletes_another(common_server, admin, anna):
    admin.patch(f"users/{anna.id}", {"role": "admin"}, want=200)
    admin.delete(f"users/{anna.id}", want=204)
    assert User.login(common_server, "admin", common_server.admin.password).role == "admin"


@pytest.mark.parametrize("change, field", [
    ({"role": "king"}, "role"), ({"role": None}, "role"), ({"role": 1}, "role"), ({"quota_bytes": -1}, "quota_bytes"),
    ({"quota_bytes": 1.5}, "quota_bytes"), ({"quota_bytes": "1GB"}, "quota_bytes"), ({"disabled": "yes"}, "disabled"),
    ({"disabled": 1}, "disabled"),
    ({"role": "admin", "disabled": "no"}, "disabled")])
def test_a_change_must_be_one(admin, anna, change, field):
    before = in_the_list(admin, anna)
    assert_invalid_field(admin.patch(f"users/{anna.id}", change, want=0), field)
    assert in_the_list(admin, anna) == before


def test_a_change_of_nothing_or_of_nobody(admin, anna):
    admin.patch(f"users/{anna.id}", {}, want="400 INVALID_REQUEST")
    for nobody in ("00000000-0000-7000-8000-000000000000", "nobody", anna.name):
        admin.patch(f"users/{nobody}", {"role": "user"}, want="404 NOT_FOUND")
        admin.delete(f"users/{nobody}", want="404 NOT_FOUND")


def test_alone_i_see_nobody(start_server):
    server = start_server()
    assert server.admin.http.get("presence", want=200).json() == {"items": []}
    server.guest().get("presence", want="401 AUTHENTICATION_REQUIRED")
