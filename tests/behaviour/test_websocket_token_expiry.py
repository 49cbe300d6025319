"""A token expires on an open connection: events are held back until a new one arrives."""
import time

from support.timeouts import SLOWNESS, TIMEOUT

SOON = SLOWNESS


def test_i_am_told_and_my_events_wait_for_me(common_server, anna):
    tired, fresh = anna.connect(token=anna.short_lived_token(SOON)), anna.connect()
    before = anna.upload("before.txt")
    tired.expect_uploaded(before)
    tired.expect_error("INVALID_TOKEN")
    meanwhile = [anna.upload("one.txt"), anna.upload("two.txt")]
    fresh.expect_uploaded(before)
    for file in meanwhile:
        fresh.expect_uploaded(file)
    tired.ping()
    assert not tired.authenticate("nonsense")
    tired.ping()
    assert tired.authenticate(anna.token)
    for file in meanwhile:
        tired.expect_uploaded(file)
    tired.expect_uploaded(anna.upload("afterwards.txt"))


def test_nobody_elses_token_wakes_them(common_server, anna, ben):
    tired = anna.connect(token=anna.short_lived_token(SOON))
    tired.expect_error("INVALID_TOKEN")
    anna.upload()
    assert not tired.authenticate(ben.token)
    tired.ping()


def test_not_before_its_time(common_server, anna):
    token_made = time.time()
    tired = anna.connect(token=anna.short_lived_token(SOON))
    tired.expect_error("INVALID_TOKEN")
    assert tired.last.at >= token_made + SOON


def test_a_new_token_in_time_and_nothing_happens(common_server, anna):
    renewed = anna.connect(token=anna.short_lived_token(SOON))
    assert renewed.authenticate(anna.token)
    later = anna.connect(token=anna.short_lived_token(SOON + 1))
    later.expect_error("INVALID_TOKEN")
    common_server.assert_nothing_else(renewed)
    renewed.expect_uploaded(anna.upload())


def test_a_new_token_that_ends_sooner_counts_too(common_server, anna):
    socket = anna.connect()
    assert socket.authenticate(anna.short_lived_token(SOON))
    socket.expect_error("INVALID_TOKEN")


def test_who_never_comes_back_is_closed_after_thirty_seconds(common_server, anna):
    tired = anna.connect(token=anna.short_lived_token(SOON))
    tired.expect_error("INVALID_TOKEN")
    told = tired.last.at
    tired.expect_close(4401, timeout=30 + TIMEOUT)
    assert time.time() - told >= 29.5
