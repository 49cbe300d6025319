#include "net/ws_engine_fixture.h"

#include "net/ws_deflate.h"

namespace ks::net::testing_engine {
namespace {

INSTANTIATE_TEST_SUITE_P(Both, WsEngineTest, both_ways, name_of);

TEST_P(WsEngineTest, MessagesGoBothWays) {
    auto one = connect();
    one->log.on_text = [](WsSocket& socket, std::string_view message) { socket.send(frame("echo " + std::string(message))); };
    one->peer->text("a");
    one->peer->text("b");
    one->peer->frame({.opcode = Opcode::Binary}, "xyz");
    run_until([&] { return one->peer->read(), one->peer->received.size() == 2; });
    EXPECT_EQ(one->log.texts, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(one->log.binaries, 1);
    EXPECT_EQ(one->peer->received[1].payload, "echo b");
    EXPECT_EQ(one->socket->queued_bytes(), 0u);
}

TEST_P(WsEngineTest, TellsOnceWhenAllHasLeftToWhoAwaitsIt) {
    auto one = connect();
    int told = 0;
    one->log.on_sent = [&](WsSocket& socket) {
        EXPECT_EQ(socket.queued_bytes(), 0U);
        if (++told == 1) {
            socket.send(frame("more"));
            socket.await_sent();
        }
    };
    one->socket->send(frame("nobody awaits this"));
    run_out();
    EXPECT_EQ(told, 0);
    // More than the kernel buffers while the peer does not read.
    std::string large(options.max_queued_bytes - 100, 'x');
    for (bool fits = true; fits; fits = one->socket->queued_bytes() == 0) {
        one->socket->send(make_frame(large, false));
        run_out();
    }
    one->socket->await_sent();
    run_out();
    EXPECT_EQ(told, 0);
    run_until([&] { return one->peer->read(), told == 2; });
    run_until([&] { return one->peer->read(), one->peer->received.back().payload == "more"; });
    one->socket->send(frame("nor this"));
    run_out();
    EXPECT_EQ(told, 2);
}

TEST_P(WsEngineTest, AHandlerIsCalledAtItsDeadlineAlsoWhenItMoves) {
    auto* connection = connect();
    Log& log = connection->log;
    std::vector<Steady::time_point> calls;
    log.on_deadline = [&](WsSocket&) {
        calls.push_back(Steady::now());
        log.deadline.reset();
    };
    auto start = Steady::now();
    log.deadline = start + 5s;
    connection->socket->deadline_moved();
    log.deadline = start + 20ms;
    connection->socket->deadline_moved();
    run_until([&] { return !calls.empty(); });
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_GE(calls[0], start + 20ms);
    EXPECT_LT(calls[0], start + 5s);

    log.on_deadline = [&](WsSocket& socket) { socket.close(CloseCode::Unauthenticated, "Too late"); };
    log.deadline = Steady::now();
    connection->socket->deadline_moved();
    run_until([&] {
        connection->peer->read();
        return connection->peer->close_code() == 4401;
    });
    EXPECT_EQ(connection->peer->count(Incoming::Kind::Ping), 0U);
}

TEST_P(WsEngineTest, AMessageInSinglePiecesOfBytesArrives) {
    auto one = connect();
    auto bytes = encode_frame({.opcode = Opcode::Text, .final = false, .mask = Mask{1, 2, 3, 4}}, "zwei T") +
                 encode_frame({.opcode = Opcode::Ping, .mask = Mask{1, 2, 3, 4}}, "?") +
                 encode_frame({.opcode = Opcode::Continuation, .mask = Mask{1, 2, 3, 4}}, "eile ü");
    for (char byte : bytes) {
        one->peer->raw({&byte, 1});
        run_out();
    }
    run_until([&] { return one->peer->read(), !one->log.texts.empty() && one->peer->count(Incoming::Kind::Pong) == 1; });
    EXPECT_EQ(one->log.texts[0], "zwei Teile ü");
}

TEST_P(WsEngineTest, WhatCameWithTheHandshakeIsHeardFirstAndNotFromWithinAdopt) {
    auto one = connect(false, encode_frame({.mask = Mask{9, 9, 9, 9}}, "early"));
    EXPECT_TRUE(one->log.texts.empty());
    one->peer->text("later");
    run_until([&] { return one->log.texts.size() == 2; });
    EXPECT_EQ(one->log.texts[0], "early");
}

TEST_P(WsEngineTest, TheAnswerToTheHandshakeLeavesFirstAlsoAheadOfAHastyClose) {
    auto one = connect(false, {}, encode_frame({}, "the 101"));
    one->socket->send(frame("hello"));
    auto other = connect(false, {}, encode_frame({}, "the 101"));
    other->socket->close(CloseCode::GoingAway, {}, true);
    auto silent = connect(false, {}, encode_frame({}, "the 101"));
    run_until([&] { return one->peer->read(), one->peer->received.size() == 2; });
    run_until([&] { return other->peer->read(), other->peer->received.size() == 2; });
    run_until([&] { return silent->peer->read(), silent->peer->received.size() == 1; });
    EXPECT_EQ(one->peer->received[0].payload, "the 101");
    EXPECT_EQ(other->peer->received[0].payload, "the 101");
}

TEST_P(WsEngineTest, DeflatedBothWays) {
    auto one = connect(true);
    std::string text(900, 'k');
    Deflater deflater;
    one->peer->frame({.opcode = Opcode::Text, .compressed = true}, deflater.deflate(text));
    one->socket->send(frame(text));
    run_until([&] { return one->peer->read(), one->log.texts.size() == 1 && one->peer->received.size() == 1; });
    EXPECT_EQ(one->log.texts[0], text);
    EXPECT_TRUE(one->peer->received[0].compressed);
    Inflater inflater;
    std::string_view back;
    EXPECT_EQ(inflater.inflate(one->peer->received[0].payload, 1000, back), Inflater::Outcome::Ok);
    EXPECT_EQ(back, text);
}

TEST_P(WsEngineTest, AFastReaderMayBeSentMoreThanTheLimitInOneTurn) {
    auto one = connect();
    std::string text(1000, 't');
    for (int i = 0; i < 130; ++i) one->socket->send(frame(text));
    EXPECT_FALSE(one->socket->closing());
    run_until([&] { return one->peer->read(), one->peer->received.size() == 130; });
    one->socket->send(frame(std::string(options.max_queued_bytes * 2, 'L')));  // a single frame may exceed the limit
    run_until([&] { return one->peer->read(), one->peer->received.size() == 131; });
}

TEST_P(WsEngineTest, TheCoreIsLeftAloneOnceAllHasLeft) {
    auto one = connect();
    one->socket->send(frame(std::string(options.max_queued_bytes * 8, 'L')));
    run_out();
    ASSERT_GT(one->socket->queued_bytes(), 0u);
    run_until([&] { return one->peer->read(), one->peer->received.size() == 1; });
    int locks = 0;
    while (loop.poll_one() > 0) ASSERT_LT(++locks, 100);
}

TEST_P(WsEngineTest, QueuedFramesOfAKeyMergeInTheirPlace) {
    auto one = connect();
    one->socket->send(frame("progress 1"), "upload");
    one->socket->send(frame("done?"));
    one->socket->send(frame("progress 2"), "upload");
    run_until([&] { return one->peer->read(), one->peer->received.size() == 2; });
    EXPECT_EQ(one->peer->received[0].payload, "progress 2");
    one->socket->send(frame("progress 3"), "upload");
    run_until([&] { return one->peer->read(), one->peer->received.size() == 3; });
    EXPECT_EQ(one->peer->received[2].payload, "progress 3");
}

TEST_P(WsEngineTest, PingsOfAPeerThatDoesNotReadDoNotPileUp) {
    auto one = connect();
    one->socket->send(frame(std::string(options.max_queued_bytes * 8, 'L')));
    run_out();
    auto before = one->socket->queued_bytes();
    ASSERT_GT(before, 0u);
    for (int i = 0; i < 200; ++i) one->peer->frame({.opcode = Opcode::Ping}, "p" + std::to_string(i));
    run_out();
    EXPECT_LE(one->socket->queued_bytes(), before + 20);
    run_until([&] { return one->peer->read(), one->peer->count(Incoming::Kind::Pong) == 1; });
    EXPECT_EQ(one->peer->received.back().payload, "p199");
}

TEST_P(WsEngineTest, ThousandsAreSentTheSameBytesInOneFlush) {
    std::vector<Connection*> all;
    for (int i = 0; i < 300; ++i) all.push_back(connect());
    auto shared = frame("to everyone");
    for (auto* one : all) one->socket->send(shared);
    EXPECT_EQ(shared.plain.owners(), 301u);
    run_out();
    EXPECT_EQ(shared.plain.owners(), 1u);
    for (auto* one : all) {
        one->peer->read();
        ASSERT_EQ(one->peer->received.size(), 1u);
    }
}

TEST_P(WsEngineTest, GoesWithSocketsOpenAndWorkPosted) {
    auto one = connect(), two = connect(false, "x");
    one->socket->send(frame("never leaves"));
    engine.reset();
    EXPECT_TRUE(one->log.ends.empty());
    EXPECT_TRUE(one->log.destroyed && two->log.destroyed);
    run_out();
    one->peer->read();
    EXPECT_TRUE(one->peer->at_end);
}

}  // namespace
}  // namespace ks::net::testing_engine
