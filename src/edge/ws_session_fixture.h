#pragma once

#include "codec/json.h"
#include "edge/ws_session.h"

#include <gtest/gtest.h>

#include <functional>

namespace ks::edge {

using Log = std::vector<std::string>;

// Records the actions of a session, one line each: "Error CODE", "AuthenticationResult true", "close 4401"; other replies verbatim.
class Recording final : public SessionActions {
public:
    explicit Recording(const SessionSettings& settings) : settings_(settings) {}

    const SessionSettings& settings() const override { return settings_; }
    void reply(std::string_view message) override {
        messages.emplace_back(message);
        log_.push_back(line_of(message));
        if (on_reply) on_reply();
    }
    void verify(std::string token) override { log_.push_back("verify " + token); }
    void sign_in(const Actor& actor) override { log_.push_back("sign_in " + actor.username); }
    void release_events() override { log_.push_back("release_events"); }
    void close(CloseCode code, std::string_view) override { log_.push_back("close " + std::to_string(static_cast<int>(code))); }

    Log take() { return std::exchange(log_, {}); }

    Log messages;
    std::function<void()> on_reply;

private:
    static std::string line_of(std::string_view message) {
        auto object = codec::JsonObject::parse(message);
        auto data = object->optional_object("data");
        if (!data || !*data) return std::string(message);
        auto code = (*data)->optional_string("code");
        auto success = (*data)->optional_bool("success");
        std::string what = *code ? **code : *success ? (**success ? "true" : "false") : "";
        return object->string("type").value() + " " + what;
    }

    const SessionSettings& settings_;
    Log log_;
};

// A session and its client, on a clock that advances only by wait().
class Peer {
public:
    explicit Peer(SessionSettings settings = {.messages = {10, 20}, .auth_timeout = std::chrono::seconds(10)}) : settings(settings) {}

    Log arrives(std::optional<Result<Actor>> credential = {}) {
        session.start(now, std::move(credential));
        return did.take();
    }
    Log says(std::string_view text) {
        session.on_text(text, now);
        return did.take();
    }
    Log says_type(const std::string& type) { return says("{\"type\":\"" + type + "\"}"); }
    Log verdict(Result<Actor> verdict) {
        session.on_verdict(std::move(verdict), now);
        return did.take();
    }
    Log authenticates(Result<Actor> outcome) {
        EXPECT_EQ(says(R"({"type":"Authenticate","data":{"token":"t"}})"), Log{"verify t"});
        return verdict(std::move(outcome));
    }
    Log wait(Duration time) {
        now += time;
        session.on_deadline(now);
        return did.take();
    }
    Actor user(std::string name, std::optional<Duration> expires_in = {}) {
        UserId id = name == "alice" ? alice : UserId::make();
        return {.user_id = id, .username = name, .expires_at = expires_in ? std::optional(now + *expires_in) : std::nullopt};
    }

    const UserId alice = UserId::make();
    const SessionSettings settings;
    Time now = from_millis(1'800'000'000'000);
    Recording did{settings};
    WsSession session{did};
};

}  // namespace ks::edge
