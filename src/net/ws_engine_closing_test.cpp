#include "net/ws_engine_fixture.h"

#include "net/ws_deflate.h"

namespace ks::net::testing_engine {
namespace {

using WsEngineClosingTest = WsEngineTest;

INSTANTIATE_TEST_SUITE_P(Both, WsEngineClosingTest, both_ways, name_of);

TEST_P(WsEngineClosingTest, ThePeerClosesWithACode) {
    auto one = connect();
    one->log.on_text = [](WsSocket& socket, std::string_view) { socket.send(frame("reply")); };
    one->peer->text("request");
    one->peer->close(4000, "bye");
    run_until([&] { return one->peer->read(), one->peer->at_end; });
    EXPECT_EQ(one->log.ends, std::vector<std::uint16_t>{4000});
    EXPECT_TRUE(one->log.destroyed);
    ASSERT_EQ(one->peer->received.size(), 2u);
    EXPECT_EQ(one->peer->received[0].payload, "reply");
    EXPECT_EQ(one->peer->close_code(), 4000);
    EXPECT_EQ(engine->count(), 0u);
}

TEST_P(WsEngineClosingTest, ThePeerClosesWithoutACode) {
    auto one = connect();
    one->peer->frame({.opcode = Opcode::Close}, {});
    run_until([&] { return one->peer->read(), one->peer->at_end; });
    EXPECT_EQ(one->log.ends, std::vector<std::uint16_t>{1005});
    EXPECT_EQ(one->peer->received[0].payload, "");
}

TEST_P(WsEngineClosingTest, ThePeerVanishes) {
    auto one = connect();
    one->peer->vanish();
    run_until([&] { return one->log.destroyed; });
    EXPECT_EQ(one->log.ends, std::vector<std::uint16_t>{1006});
}

TEST_P(WsEngineClosingTest, WhatAPeerSaidBeforeItWentIsHeardAlsoWhenASendFailsFirst) {
    auto one = connect();
    one->peer->close(4000);
    one->peer->vanish();
    one->socket->send(frame("nobody reads this"));
    run_until([&] { return one->log.destroyed; });
    EXPECT_EQ(one->log.ends, std::vector<std::uint16_t>{4000});
}

TEST_P(WsEngineClosingTest, WeCloseAfterWhatIsQueuedAndWaitForTheAnswer) {
    auto one = connect();
    one->socket->send(frame("last words"));
    one->socket->close(CloseCode::ServiceRestart, "back soon");
    one->socket->close(CloseCode::Normal, "twice");
    one->socket->send(frame("too late"));
    EXPECT_TRUE(one->socket->closing());
    EXPECT_TRUE(one->log.ends.empty());
    run_until([&] { return one->peer->read(), one->peer->received.size() == 2; });
    EXPECT_EQ(one->peer->received[0].payload, "last words");
    EXPECT_EQ(one->peer->close_code(), 1012);
    one->peer->text("not heard any more");
    run_out();
    EXPECT_TRUE(one->log.ends.empty());
    one->peer->close(1000);
    run_until([&] { return one->peer->read(), one->peer->at_end; });
    EXPECT_TRUE(one->log.texts.empty());
    EXPECT_EQ(one->log.ends, std::vector<std::uint16_t>{1012});
}

TEST_P(WsEngineClosingTest, APeerThatDoesNotAnswerOurCloseIsCut) {
    options.close_timeout = 20ms;
    auto one = connect();
    one->socket->close(CloseCode::Unauthenticated, "", true);
    run_until([&] { return one->peer->read(), one->peer->at_end; });
    EXPECT_EQ(one->log.ends, std::vector<std::uint16_t>{4401});
    EXPECT_EQ(one->peer->close_code(), 4401);
}

struct Violation {
    const char* name;
    std::string bytes;
    std::uint16_t code;
};

TEST_P(WsEngineClosingTest, ViolationsAreAnsweredWithTheirCodeAfterWhatWasRight) {
    Mask mask{1, 2, 3, 4};
    Deflater deflater;
    for (const auto& [name, bytes, code] : std::vector<Violation>{
             {"unmasked", encode_frame({}, "hello"), 1002},
             {"not UTF-8", encode_frame({.mask = mask}, "\xff"), 1007},
             {"too long", encode_frame({.mask = mask}, std::string(1001, 'x')), 1009},
             {"a bomb", encode_frame({.compressed = true, .mask = mask}, deflater.deflate(std::string(100'000, 'x'))), 1009},
             {"not UTF-8, deflated", encode_frame({.compressed = true, .mask = mask}, deflater.deflate(std::string(200, '\xff'))), 1007},
             {"does not inflate", encode_frame({.compressed = true, .mask = mask}, "\x07\x07\x07"), 1007},
             {"half a close code", encode_frame({.opcode = Opcode::Close, .mask = mask}, "x"), 1002},
             {"a close code of nobody's", encode_frame({.opcode = Opcode::Close, .mask = mask}, "\x03\xed"), 1002},
         }) {
        SCOPED_TRACE(name);
        auto one = connect(true);
        one->log.on_text = [](WsSocket& socket, std::string_view) { socket.send(frame("reply")); };
        one->peer->text("right");
        one->peer->raw(bytes);
        one->peer->text("after it");
        run_until([&] { return one->peer->read(), one->peer->at_end; });
        EXPECT_EQ(one->log.texts, std::vector<std::string>{"right"});
        EXPECT_EQ(one->peer->received.front().payload, "reply");
        EXPECT_EQ(one->peer->close_code(), code);
        EXPECT_TRUE(one->log.ends.empty());
        one->peer->vanish();
        run_until([&] { return one->log.destroyed; });
        EXPECT_EQ(one->log.ends, std::vector<std::uint16_t>{code});
    }
}

TEST_P(WsEngineClosingTest, SilenceIsAnsweredWithPingsThenWithAClose) {
    options.ping_interval = 20ms;
    options.idle_timeout = 100ms;
    options.close_timeout = 20ms;
    auto one = connect();
    run_until([&] { return one->peer->read(), one->peer->at_end; });
    EXPECT_GE(one->peer->count(Incoming::Kind::Ping), 1u);
    EXPECT_EQ(one->peer->close_code(), 1001);
    EXPECT_EQ(one->log.ends, std::vector<std::uint16_t>{1001});
}

TEST_P(WsEngineClosingTest, APeerThatAnswersPingsStays) {
    options.ping_interval = 20ms;
    options.idle_timeout = 1s;
    auto one = connect();
    auto until = Steady::now() + 1300ms;
    std::size_t answered = 0;
    run_until([&] {
        one->peer->read();
        for (; answered < one->peer->count(Incoming::Kind::Ping); ++answered) one->peer->frame({.opcode = Opcode::Pong}, {});
        return Steady::now() > until;
    });
    EXPECT_FALSE(one->socket->closing());
    EXPECT_TRUE(one->log.ends.empty());
}

TEST_P(WsEngineClosingTest, ASlowReaderGetsWholeFramesAndThenClose1013) {
    auto one = connect();
    std::string text(5000, 't');
    int sent = 0;
    while (!one->socket->closing()) {
        one->socket->send(frame(text + std::to_string(sent++)));
        run_out();
        ASSERT_LT(sent, 10'000);
        ASSERT_LE(one->socket->queued_bytes(), options.max_queued_bytes);
    }
    EXPECT_LT(one->socket->queued_bytes(), 6000u);
    run_until([&] { return one->peer->read(), one->peer->count(Incoming::Kind::Close) == 1; });
    EXPECT_EQ(one->peer->close_code(), 1013);
    auto whole = one->peer->count(Incoming::Kind::Text);
    for (std::size_t i = 0; i < whole; ++i) EXPECT_EQ(one->peer->received[i].payload, text + std::to_string(i));
    one->peer->close(1013);
    run_until([&] { return one->log.destroyed; });
    EXPECT_EQ(one->log.ends, std::vector<std::uint16_t>{1013});
}

TEST_P(WsEngineClosingTest, ASlowReaderThatNeverReadsIsCut) {
    options.close_timeout = 20ms;
    auto one = connect();
    while (!one->socket->closing()) {
        one->socket->send(frame(std::string(9000, 't')));
        run_out();
    }
    run_until([&] { return one->log.destroyed; });
    EXPECT_EQ(one->log.ends, std::vector<std::uint16_t>{1013});
}

TEST_P(WsEngineClosingTest, AHandlerMayCloseAllOthersOfTheSameTurn) {
    std::vector<Connection*> all;
    for (int i = 0; i < 50; ++i) all.push_back(connect());
    for (auto* one : all)
        one->log.on_text = [&](WsSocket&, std::string_view) {
            for (auto* other : all)
                if (!other->log.destroyed) other->socket->close(CloseCode::Normal, "", true);
        };
    for (auto* one : all) {
        one->peer->text("boom");
        one->peer->vanish();
    }
    run_until([&] { return engine->count() == 0; });
    std::size_t heard = 0;
    for (auto* one : all) {
        heard += one->log.texts.size();
        EXPECT_EQ(one->log.ends, std::vector<std::uint16_t>{1000});
    }
    EXPECT_EQ(heard, 1u);
}

TEST_P(WsEngineClosingTest, OnEndMaySendToOthersAndAdopt) {
    auto first = connect(), second = connect();
    Connection* third = nullptr;
    first->log.on_end = [&](WsSocket& self) {
        self.send(frame("nobody hears this"));
        self.close(CloseCode::Normal, "");
        second->socket->send(frame("the other has gone"));
        third = connect(false, encode_frame({.mask = Mask{1, 1, 1, 1}}, "early"));
    };
    first->peer->vanish();
    run_until([&] { return second->peer->read(), !second->peer->received.empty() && third && !third->log.texts.empty(); });
    EXPECT_EQ(second->peer->received[0].payload, "the other has gone");
    EXPECT_EQ(first->log.ends.size(), 1u);
    EXPECT_EQ(engine->count(), 2u);
}

}  // namespace
}  // namespace ks::net::testing_engine
