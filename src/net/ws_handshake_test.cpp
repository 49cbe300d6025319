#include "net/ws_handshake.h"

#include <gtest/gtest.h>

namespace ks::net {
namespace {

WsRequest good() {
    return {.method = "GET",
            .upgrade = "websocket",
            .connection = "keep-alive, Upgrade",
            .key = "dGhlIHNhbXBsZSBub25jZQ==",
            .version = "13",
            .extensions = {},
            .protocols = {}};
}

std::string extensions(std::string_view offer) {
    auto request = good();
    request.extensions = offer;
    auto answer = answer_handshake(request);
    if (!answer) return "refused";
    EXPECT_EQ(answer->deflate, !answer->extensions.empty());
    return answer->extensions;
}

template <class Change>
ErrorCode refused(Change change) {
    auto request = good();
    change(request);
    auto answer = answer_handshake(request);
    EXPECT_FALSE(answer);
    return answer ? ErrorCode{} : answer.error().code;
}

TEST(WsHandshake, TheExampleOfTheRfc) {
    auto answer = answer_handshake(good());
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_FALSE(answer->deflate);
    EXPECT_EQ(answer->extensions, "");
}

TEST(WsHandshake, WantsAWebsocketWhenUpgradeSaysSo) {
    auto request = good();
    for (auto yes : {"websocket", "WebSocket", "h2c, websocket", " websocket "}) {
        request.upgrade = yes;
        EXPECT_TRUE(wants_websocket(request)) << yes;
    }
    for (auto no : {"", "h2c", "websockets", "web socket", "websocket/13"}) {
        request.upgrade = no;
        EXPECT_FALSE(wants_websocket(request)) << no;
        EXPECT_EQ(refused([&](auto& r) { r.upgrade = no; }), ErrorCode::UpgradeRequired);
    }
}

TEST(WsHandshake, WhatIsMalformedIsRefused) {
    for (auto version : {"", "8", "12", "013", "13, 8"})
        EXPECT_EQ(refused([&](auto& r) { r.version = version; }), ErrorCode::UpgradeRequired) << version;
    EXPECT_EQ(refused([](auto& r) { r.method = "POST"; }), ErrorCode::InvalidRequest);
    for (auto connection : {"", "keep-alive", "upgraded"})
        EXPECT_EQ(refused([&](auto& r) { r.connection = connection; }), ErrorCode::InvalidRequest) << connection;
    for (auto key : {"", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25j*Q==",
                     "dGhlIHNhbXBsZSBub25jZQAA", "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="})
        EXPECT_EQ(refused([&](auto& r) { r.key = key; }), ErrorCode::InvalidRequest) << key;
    for (auto bad : {"permessage-deflate;", "; x", "permessage-deflate; =3", "permessage-deflate; a=", "permessage-deflate; a=\"1", "a b",
                     "permessage-deflate; a=\"1 2\"", "a; b=\"\"", "\"a\""})
        EXPECT_EQ(extensions(bad), "refused") << bad;
}

TEST(WsHandshake, PermessageDeflateIsTakenInTheFirstFormThatWeCan) {
    std::string ours = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    for (auto offer :
         {"permessage-deflate", "permessage-deflate; client_max_window_bits", "permessage-deflate; client_max_window_bits=8",
          "permessage-deflate; server_no_context_takeover; client_no_context_takeover", "permessage-deflate;client_max_window_bits=\"15\"",
          ", x-webkit-deflate-frame ,, permessage-deflate ,", "permessage-deflate; unheard_of, permessage-deflate",
          "permessage-deflate; server_max_window_bits=8, permessage-deflate"})
        EXPECT_EQ(extensions(offer), ours) << offer;
    EXPECT_EQ(extensions("permessage-deflate; server_max_window_bits=15"), ours + "; server_max_window_bits=15");
    EXPECT_EQ(extensions("permessage-deflate; server_max_window_bits=\"12\"; client_max_window_bits"),
              ours + "; server_max_window_bits=12");
}

TEST(WsHandshake, OffersThatWeCannotTakeAreDeclined) {
    for (auto offer :
         {"", "x-webkit-deflate-frame", "permessage-bzip2", "permessage-deflate; unheard_of", "permessage-deflate; unheard_of=3",
          "permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=7",
          "permessage-deflate; server_max_window_bits=8", "permessage-deflate; server_max_window_bits=11",
          "permessage-deflate; server_max_window_bits=16", "permessage-deflate; server_max_window_bits=012",
          "permessage-deflate; client_max_window_bits=16", "permessage-deflate; client_max_window_bits=x",
          "permessage-deflate; client_no_context_takeover=1", "permessage-deflate; server_no_context_takeover=true",
          "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
          "permessage-deflate; server_max_window_bits=12; server_max_window_bits=12"})
        EXPECT_EQ(extensions(offer), "") << offer;
}

TEST(WsHandshake, ProtocolsInTheirOrder) {
    EXPECT_TRUE(offered_protocols("").empty());
    EXPECT_EQ(offered_protocols(" kingshare.v1 ,, bearer.a.b-c_d "), (std::vector<std::string_view>{"kingshare.v1", "bearer.a.b-c_d"}));
}

}  // namespace
}  // namespace ks::net
