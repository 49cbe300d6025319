#include "edge/ws_session_fixture.h"

namespace ks::edge {
namespace {

using namespace std::chrono_literals;

const Log pong{R"({"type":"Pong"})"};
tl::unexpected<Error> bad_token() { return fail(ErrorCode::InvalidToken); }

TEST(WsSession, GreetsAGoodTokenFirst) {
    Peer peer;
    EXPECT_EQ(peer.arrives(peer.user("alice")), (Log{"AuthenticationResult true", "sign_in alice"}));
    EXPECT_TRUE(peer.session.signed_in());
}

TEST(WsSession, ClosesOnABadTokenAtConnection) {
    Peer peer;
    EXPECT_EQ(peer.arrives(bad_token()), (Log{"AuthenticationResult false", "Error INVALID_TOKEN", "close 4401"}));
    EXPECT_TRUE(peer.session.closed());
    EXPECT_FALSE(peer.session.signed_in());
}

TEST(WsSession, SaysNothingToAnAnonymousArrival) {
    Peer peer;
    EXPECT_EQ(peer.arrives(), Log{});
    EXPECT_FALSE(peer.session.deadline());
    EXPECT_TRUE(peer.session.is_welcome());
}

TEST(WsSession, TakesAGoodAuthenticate) {
    Peer peer;
    peer.arrives();
    EXPECT_EQ(peer.authenticates(peer.user("alice", 60s)), (Log{"AuthenticationResult true", "sign_in alice"}));
    EXPECT_EQ(peer.session.deadline(), peer.now + 60s);
}

TEST(WsSession, StaysAsItWasAfterABadAuthenticate) {
    Peer peer;
    peer.arrives();
    EXPECT_EQ(peer.authenticates(bad_token()), Log{"AuthenticationResult false"});
    EXPECT_FALSE(peer.session.signed_in());
    peer.authenticates(peer.user("alice", 60s));
    EXPECT_EQ(peer.authenticates(bad_token()), Log{"AuthenticationResult false"});
    EXPECT_EQ(peer.session.user(), peer.alice);
    EXPECT_EQ(peer.session.deadline(), peer.now + 60s);
}

TEST(WsSession, ClosesOnTheFifthBadAuthenticate) {
    Peer peer;
    peer.arrives(peer.user("alice"));
    for (int i = 0; i < 4; ++i) EXPECT_EQ(peer.authenticates(bad_token()), Log{"AuthenticationResult false"});
    EXPECT_FALSE(peer.session.closed());
    EXPECT_EQ(peer.authenticates(bad_token()), (Log{"AuthenticationResult false", "close 4401"}));
}

TEST(WsSession, RefusesATokenThatExpiredWhileItWasVerified) {
    Peer peer;
    peer.arrives();
    EXPECT_EQ(peer.authenticates(peer.user("alice", 0s)), Log{"AuthenticationResult false"});
    EXPECT_FALSE(peer.session.signed_in());
}

TEST(WsSession, TakesTheNewExpiryOfTheSameUser) {
    Peer peer;
    peer.arrives(peer.user("alice", 60s));
    EXPECT_EQ(peer.authenticates(peer.user("alice", 900s)), Log{"AuthenticationResult true"});
    EXPECT_EQ(peer.session.deadline(), peer.now + 900s);
    EXPECT_EQ(peer.wait(60s), Log{});
    EXPECT_FALSE(peer.session.holds_events());
}

TEST(WsSession, RefusesAnotherUser) {
    Peer peer;
    peer.arrives(peer.user("alice", 60s));
    EXPECT_EQ(peer.authenticates(peer.user("bob", 900s)), Log{"AuthenticationResult false"});
    EXPECT_EQ(peer.session.user(), peer.alice);
    EXPECT_EQ(peer.session.deadline(), peer.now + 60s);
}

TEST(WsSession, HoldsEventsFromTheExpiryToANewToken) {
    Peer peer;
    peer.arrives(peer.user("alice", 60s));
    EXPECT_EQ(peer.wait(60s - 1ms), Log{});
    EXPECT_FALSE(peer.session.holds_events());
    EXPECT_EQ(peer.wait(1ms), Log{"Error INVALID_TOKEN"});
    EXPECT_TRUE(peer.session.holds_events());
    EXPECT_EQ(peer.session.deadline(), peer.now + 30s);
    EXPECT_EQ(peer.wait(29s), Log{});
    EXPECT_EQ(peer.authenticates(peer.user("alice", 60s)), (Log{"AuthenticationResult true", "release_events"}));
    EXPECT_FALSE(peer.session.holds_events());
    EXPECT_EQ(peer.session.deadline(), peer.now + 60s);
}

TEST(WsSession, ClosesThirtySecondsAfterTheExpiry) {
    Peer peer;
    peer.arrives(peer.user("alice", 60s));
    peer.wait(60s);
    EXPECT_EQ(peer.authenticates(bad_token()), Log{"AuthenticationResult false"});
    EXPECT_EQ(peer.authenticates(peer.user("bob")), Log{"AuthenticationResult false"});
    EXPECT_TRUE(peer.session.holds_events());
    EXPECT_EQ(peer.wait(30s - 1ms), Log{});
    EXPECT_EQ(peer.wait(1ms), Log{"close 4401"});
}

TEST(WsSession, EndsAtOnceWhenRevoked) {
    Peer peer;
    peer.arrives(peer.user("alice"));
    peer.session.on_revoked();
    EXPECT_EQ(peer.did.take(), (Log{"Error INVALID_TOKEN", "close 4401"}));
}

TEST(WsSession, AnswersPingToTheByteAndPongNotAtAll) {
    Peer peer;
    peer.arrives();
    EXPECT_EQ(peer.says(R"({"type":"Ping"})"), pong);
    EXPECT_EQ(peer.says(R"({ "extra": 1, "data": {"x": []}, "type": "Ping" })"), pong);
    EXPECT_EQ(peer.says(R"({"type":"Pong"})"), Log{});
}

TEST(WsSession, AnswersInvalidMessagesAndStaysUp) {
    std::string deep = R"({"type":"Ping","x":)" + std::string(33, '[') + std::string(33, ']') + "}";
    for (bool signed_in : {false, true}) {
        for (const std::string& text : {std::string("no JSON"), std::string("[]"), std::string("{}"), std::string(R"({"type":5})"), deep,
                                        std::string(R"({"type":"Dance"})"), std::string(R"({"type":"Authenticate","data":{"token":5}})"),
                                        std::string(R"({"type":"Authenticate"})"), std::string(R"({"type":"Ping","data":5})")}) {
            Peer peer;
            peer.arrives(signed_in ? std::optional<Result<Actor>>(peer.user("alice")) : std::nullopt);
            EXPECT_EQ(peer.says(text), Log{"Error INVALID_MESSAGE"}) << text;
            EXPECT_EQ(peer.says_type("Ping"), pong) << text;
        }
    }
}

TEST(WsSession, TakesNoTypeThatOnlyTheServerSends) {
    for (auto* type : {"FileUploaded", "FileDeleted", "FileShared", "ShareAccessed", "ShareExpired", "DownloadStarted",
                       "SystemNotification", "UploadProgress", "UserOnline", "UserOffline", "AuthenticationResult", "Error", "Resumed"}) {
        Peer peer;
        peer.arrives(peer.user("alice"));
        EXPECT_EQ(peer.says_type(type), Log{"Error INVALID_MESSAGE"}) << type;
    }
}

TEST(WsSession, TakesNoBinaryFrame) {
    Peer peer;
    peer.arrives();
    peer.session.on_binary(peer.now);
    EXPECT_EQ(peer.did.take(), Log{"Error INVALID_MESSAGE"});
    EXPECT_EQ(peer.says_type("Ping"), pong);
}

TEST(WsSession, HandlesWhatCameBehindAnAuthenticateInOrder) {
    Peer peer;
    peer.arrives();
    EXPECT_EQ(peer.says(R"({"type":"Authenticate","data":{"token":"a"}})"), Log{"verify a"});
    EXPECT_EQ(peer.says_type("Ping"), Log{});
    EXPECT_EQ(peer.says(R"({"type":"Authenticate","data":{"token":"b"}})"), Log{});
    EXPECT_EQ(peer.says("no JSON"), Log{});
    EXPECT_EQ(peer.verdict(bad_token()), (Log{"AuthenticationResult false", pong[0], "verify b"}));
    EXPECT_EQ(peer.verdict(peer.user("alice")), (Log{"AuthenticationResult true", "sign_in alice", "Error INVALID_MESSAGE"}));
}

TEST(WsSession, IsNotSignedInOnAConnectionThatClosesWhileItIsTold) {
    Peer with_token, later;
    for (Peer* peer : {&with_token, &later}) {
        peer->did.on_reply = [peer] { peer->session.on_closing(); };
    }
    EXPECT_EQ(with_token.arrives(with_token.user("alice")), Log{"AuthenticationResult true"});
    later.arrives();
    EXPECT_EQ(later.authenticates(later.user("alice")), Log{"AuthenticationResult true"});
    EXPECT_TRUE(with_token.session.closed() && later.session.closed());
}

TEST(WsSession, ReleasesNothingToAConnectionThatClosesWhileItIsTold) {
    Peer peer;
    auto alice = peer.user("alice", 1s);
    peer.arrives(alice);
    EXPECT_EQ(peer.wait(1s), Log{"Error INVALID_TOKEN"});
    peer.did.on_reply = [&] { peer.session.on_closing(); };
    EXPECT_EQ(peer.authenticates(peer.user("alice", 60s)), Log{"AuthenticationResult true"});
}

TEST(WsSession, DoesNothingOnceClosed) {
    Peer peer;
    peer.arrives(peer.user("alice", 60s));
    peer.says(R"({"type":"Authenticate","data":{"token":"a"}})");
    peer.session.on_revoked();
    peer.did.take();
    EXPECT_EQ(peer.verdict(peer.user("alice", 90s)), Log{});
    EXPECT_EQ(peer.says_type("Ping"), Log{});
    peer.session.on_binary(peer.now);
    peer.session.on_revoked();
    EXPECT_EQ(peer.wait(100s), Log{});
    EXPECT_FALSE(peer.session.deadline());
}

}  // namespace
}  // namespace ks::edge
