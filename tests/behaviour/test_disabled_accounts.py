"""Links of a disabled account are unavailable until it is enabled; an administrator can manage any user's shares."""


def disable(server, user, disabled=True):
    server.admin.http.patch(f"users/{user.id}", {"disabled": disabled}, want=200)


def doors(share):
    token = share["share_token"]
    return [f"public/shares/{token}", f"public/shares/{token}/content", f"/s/{token}"]


def test_the_links_come_and_go_with_the_account(start_server):
    common_server = start_server(realtime__presence="off")
    anna, ben = common_server.user("anna"), common_server.user("ben")
    file = anna.upload("letter.txt", b"still here")
    share, locked = anna.share(file, recipients=[ben]), anna.share(file, password="a password")
    receiver = ben.connect()
    disable(common_server, anna)
    for door in doors(share) + doors(locked):
        assert common_server.guest().get(door, want=0, checked=False).status == 404, door
    assert ben.http.get("shares/received", want=200).json()["items"] == []
    disable(common_server, anna, False)
    for door in doors(share):
        common_server.guest().get(door, want=200)
    assert [one["share_id"] for one in ben.http.get("shares/received").json()["items"]] == [share["share_id"]]
    common_server.assert_nothing_else(receiver)


def test_an_administrator_lists_and_deletes_anybodys_shares(common_server, anna, ben):
    share, other = anna.share(anna.upload()), anna.share(anna.upload())
    admin = common_server.admin.http
    for named in (anna.id, anna.name):
        assert {one["share_id"] for one in admin.get(f"shares?owner={named}", want=200).json()["items"]} == {
            share["share_id"], other["share_id"]}
    disable(common_server, anna)
    admin.delete(f"shares/{share['share_id']}", want=204)
    disable(common_server, anna, False)
    common_server.guest().get(f"public/shares/{share['share_token']}", want="404 NOT_FOUND")
    common_server.guest().get(f"public/shares/{other['share_token']}", want=200)
    ben.http.get(f"shares?owner={anna.id}", want="403 FORBIDDEN")
    assert ben.http.get(f"shares?owner={ben.name}", want=200).json()["items"] == []
    ben.http.delete(f"shares/{other['share_id']}", want="404 NOT_FOUND")
    admin.get("shares?owner=nobody-of-that-name", want="400 INVALID_REQUEST")
