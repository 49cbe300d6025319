#include "edge/ws_session_fixture.h"

namespace ks::edge {
namespace {

using namespace std::chrono_literals;

const Log pong{R"({"type":"Pong"})"};
const SessionSettings members_only{.messages = {10, 20}, .anonymous = false, .auth_timeout = 10s};

TEST(MembersOnly, AnswersAuthenticatePingAndPongAlone) {
    Peer peer(members_only);
    EXPECT_EQ(peer.arrives(), Log{});
    EXPECT_EQ(peer.says_type("FileUploaded"), Log{"Error AUTHENTICATION_REQUIRED"});
    EXPECT_EQ(peer.says_type("Dance"), Log{"Error AUTHENTICATION_REQUIRED"});
    EXPECT_EQ(peer.says_type("Ping"), pong);
    EXPECT_EQ(peer.says_type("Pong"), Log{});
    EXPECT_EQ(peer.says("no JSON"), Log{"Error INVALID_MESSAGE"});
    EXPECT_FALSE(peer.session.is_welcome());
    EXPECT_EQ(peer.authenticates(peer.user("alice")), (Log{"AuthenticationResult true", "sign_in alice"}));
    EXPECT_EQ(peer.says_type("Dance"), Log{"Error INVALID_MESSAGE"});
    EXPECT_TRUE(peer.session.is_welcome());
}

TEST(MembersOnly, ClosesWhoIsNotAuthenticatedInTime) {
    Peer peer(members_only);
    peer.arrives();
    EXPECT_EQ(peer.session.deadline(), peer.now + 10s);
    EXPECT_EQ(peer.authenticates(fail(ErrorCode::InvalidToken)), Log{"AuthenticationResult false"});
    EXPECT_EQ(peer.wait(10s - 1ms), Log{});
    EXPECT_EQ(peer.wait(1ms), (Log{"Error AUTHENTICATION_REQUIRED", "close 4401"}));
}

TEST(MembersOnly, KeepsWhoAuthenticatesInTime) {
    Peer peer(members_only);
    peer.arrives();
    peer.wait(9s);
    peer.authenticates(peer.user("alice"));
    EXPECT_FALSE(peer.session.deadline());
    EXPECT_EQ(peer.wait(60s), Log{});
    Peer with_token(members_only);
    with_token.arrives(with_token.user("alice"));
    EXPECT_FALSE(with_token.session.deadline());
}

TEST(OurFault, IsToldWithoutInternalsAndTheConnectionStays) {
    Peer peer;
    peer.arrives();
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(peer.authenticates(internal_error("database at 10.0.0.7 is locked")), Log{"Error INTERNAL_ERROR"});
    EXPECT_EQ(peer.did.messages.back().find("10.0.0.7"), std::string::npos);
    EXPECT_EQ(peer.says_type("Ping"), pong);
    EXPECT_EQ(peer.authenticates(peer.user("alice")), (Log{"AuthenticationResult true", "sign_in alice"}));
}

TEST(OurFault, AtConnectionClosesRatherThanLeaveItAnonymous) {
    Peer peer;
    EXPECT_EQ(peer.arrives(internal_error("database at 10.0.0.7 is locked")), (Log{"Error INTERNAL_ERROR", "close 1011"}));
    EXPECT_EQ(peer.did.messages.back().find("10.0.0.7"), std::string::npos);
}

TEST(ConnectionLimit, IsToldAndCloses) {
    Peer peer;
    EXPECT_EQ(peer.arrives(fail(ErrorCode::ConnectionLimit)), (Log{"Error CONNECTION_LIMIT", "close 1013"}));
    Peer later;
    later.arrives();
    EXPECT_EQ(later.authenticates(fail(ErrorCode::ConnectionLimit)), (Log{"Error CONNECTION_LIMIT", "close 1013"}));
    EXPECT_FALSE(later.session.signed_in());
}

TEST(UnknownShare, IsToldAndCloses) {
    Peer peer;
    peer.arrives();
    peer.session.refuse({ErrorCode::InvalidMessage, "There is no such share, or it has ended"});
    EXPECT_EQ(peer.did.take(), (Log{"Error INVALID_MESSAGE", "close 4404"}));
}

TEST(MessageRate, DropsWhatIsAboveTheBurst) {
    Peer peer;
    peer.arrives();
    for (int i = 0; i < 20; ++i) EXPECT_EQ(peer.says_type("Ping"), pong) << i;
    EXPECT_EQ(peer.says_type("Ping"), Log{"Error RATE_LIMITED"});
    EXPECT_EQ(peer.says_type("Ping"), Log{});
    peer.now += 100ms;
    EXPECT_EQ(peer.says_type("Ping"), pong);
    EXPECT_EQ(peer.says_type("Ping"), Log{});
}

TEST(MessageRate, CountsEveryKindOfMessage) {
    Peer peer;
    peer.arrives();
    for (int i = 0; i < 10; ++i) {
        peer.says("no JSON");
        peer.session.on_binary(peer.now);
    }
    peer.did.take();
    EXPECT_EQ(peer.says_type("Pong"), Log{"Error RATE_LIMITED"});
    peer.session.on_binary(peer.now);
    EXPECT_EQ(peer.did.take(), Log{});
}

TEST(MessageRate, WarnsAtMostOnceASecond) {
    Peer peer;
    peer.arrives();
    std::vector<Time> warnings;
    for (; peer.now < from_millis(1'800'000'005'000); peer.now += 10ms) {
        for (const auto& line : peer.says_type("Ping")) {
            if (line == "Error RATE_LIMITED") warnings.push_back(peer.now);
        }
    }
    ASSERT_GE(warnings.size(), 4U);
    for (std::size_t i = 1; i < warnings.size(); ++i) EXPECT_GE(warnings[i] - warnings[i - 1], 1s);
}

// Sends 100 messages a second; exceeds the rate from the first message on.
Log flood(Peer& peer, Duration time) {
    Log all;
    for (Time end = peer.now + time; peer.now < end; peer.now += 10ms) {
        for (auto& line : peer.says_type("Pong")) all.push_back(line);
    }
    return all;
}

TEST(MessageRate, ClosesAfterTenSecondsAboveItWithoutAPause) {
    Peer peer;
    peer.arrives();
    for (int i = 0; i < 21; ++i) peer.says_type("Pong");
    flood(peer, 10s);
    EXPECT_FALSE(peer.session.closed());
    auto last = flood(peer, 50ms);
    EXPECT_EQ(last, (Log{"Error RATE_LIMITED", "close 1008"}));
}

TEST(MessageRate, ForgivesAfterAPause) {
    Peer peer;
    peer.arrives();
    for (int i = 0; i < 21; ++i) peer.says_type("Pong");
    flood(peer, 8s);
    peer.now += 2s;
    flood(peer, 8s);
    EXPECT_FALSE(peer.session.closed());
    flood(peer, 4s);
    EXPECT_TRUE(peer.session.closed());
}

TEST(MessageRate, NeverTroublesWhoKeepsToIt) {
    Peer peer;
    peer.arrives();
    for (int i = 0; i < 600; ++i, peer.now += 101ms) EXPECT_EQ(peer.says_type("Ping"), pong);
}

}  // namespace
}  // namespace ks::edge
