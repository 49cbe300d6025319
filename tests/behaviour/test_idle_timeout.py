"""A silent client is disconnected: with nothing received for `realtime.idle_timeout` despite pings, it gets close code 1001."""
import pytest

from support.timeouts import duration


@pytest.fixture
def impatient(start_server):
    return start_server(realtime__ping_interval=duration(0.25), realtime__idle_timeout=duration(1), realtime__presence="off",
                        realtime__messages_per_second="1000000", realtime__message_burst="1000000")


def test_who_answers_no_ping_is_closed_and_the_others_stay(impatient):
    anna = impatient.user("anna")
    living, silent, nobody = anna.connect(), anna.connect(), impatient.listen()
    nobody.stop_responding()
    silent.stop_responding()
    for gone in (silent, nobody):
        gone.expect_close(1001)
        assert gone.pings_received >= 2
    impatient.assert_nothing_else(living)


def test_any_word_is_a_sign_of_life(impatient):
    talking, silent = impatient.listen(), impatient.listen()
    talking.stop_responding()
    silent.stop_responding()
    while silent.open:
        talking.ping()
    silent.expect_close(1001)
    talking.ping()
