"""SystemNotification is sent to every connection, by administrators only."""
import pytest


@pytest.mark.parametrize("level", ["Info", "Warning", "Error", "Success"])
def test_everyone_hears_it(common_server, anna, ben, level):
    file = anna.upload()
    sockets = [
        anna.connect(), ben.connect(), common_server.admin.connect(), common_server.listen(),
        common_server.listen(share=anna.share(file)), common_server.listen(share=anna.share(file, password="open sesame")),
    ]
    common_server.received(sockets[0])
    message = f'Maintenance at 2:00 AM, says "{anna.name}" — {level}'
    common_server.send_notification(message, level)
    for socket in sockets:
        assert socket.expect("SystemNotification") == {"message": message, "level": level}
    common_server.assert_nothing_else(*sockets)


def test_nobody_else_may_say_it(common_server, anna):
    socket = anna.connect()
    notice = {"message": "I am the administrator", "level": "Info"}
    anna.http.post("notifications", notice, want="403 FORBIDDEN")
    common_server.guest().post("notifications", notice, want="401 AUTHENTICATION_REQUIRED")
    common_server.assert_nothing_else(socket)


@pytest.mark.parametrize("notice", [{}, {"message": "x"}, {"level": "Info"}, {"message": "x", "level": "info"},
                                    {"message": "", "level": "Info"}, {"message": 5, "level": "Info"}, {"message": "x", "level": None}])
def test_only_a_notice_is_one(common_server, anna, notice):
    socket = anna.connect()
    common_server.admin.http.post("notifications", notice, want="400 INVALID_REQUEST")
    common_server.assert_nothing_else(socket)
