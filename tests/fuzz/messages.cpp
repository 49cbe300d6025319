// Fuzzes a WebSocket session from first message to close. Input: a script with one step per line; the first byte of a line selects the
// step.
#include "codec/json.h"
#include "edge/ws_session.h"

#include <cstdlib>

namespace {

using namespace ks;

class Watched final : public edge::SessionActions {
public:
    explicit Watched(edge::SessionSettings settings) : settings_(settings) {}

    const edge::SessionSettings& settings() const override { return settings_; }
    void reply(std::string_view message) override {
        auto parsed = codec::JsonObject::parse(message);
        if (closed || !parsed || !parsed->string("type")) std::abort();
        if (!breaks) return;
        closed = true;
        breaks->on_closing();
    }
    void verify(std::string) override { check(!std::exchange(verifying, true)); }
    void sign_in(const Actor&) override { check(!closed && !std::exchange(signed_in, true)); }
    void release_events() override { check(!closed && signed_in); }
    void close(CloseCode, std::string_view) override { check(!std::exchange(closed, true) || breaks); }
    void check(bool good) const {
        if (!good) std::abort();
    }

    bool verifying = false, signed_in = false, closed = false;
    edge::WsSession* breaks = nullptr;  // if set, the connection breaks at the first message sent

private:
    const edge::SessionSettings settings_;
};

Actor user(char name, Time expires_at) {
    std::string id = "00000000-0000-7000-8000-00000000000" + std::to_string(name & 1);
    return {.user_id = *UserId::parse(id), .username = "user", .expires_at = expires_at};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view left(reinterpret_cast<const char*>(data), size);
    if (left.empty()) return 0;
    Time now = from_millis(1'800'000'000'000);
    Watched actions({.messages = {10, 20}, .anonymous = (left[0] & 1) != 0, .auth_timeout = std::chrono::seconds(10)});
    edge::WsSession session(actions);
    if (left[0] & 4) actions.breaks = &session;
    if (left[0] & 2)
        session.start(now, Result<Actor>(user(0, now + std::chrono::minutes(1))));
    else
        session.start(now, std::nullopt);
    left.remove_prefix(1);
    while (!left.empty() && !actions.closed) {
        auto line = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(line.size() + 1, left.size()));
        char step = line.empty() ? 'w' : line[0];
        char how = line.size() > 1 ? line[1] : '\0';
        if (step == 'b') {
            session.on_binary(now);
        } else if (step == 'w') {
            now += std::chrono::milliseconds(100 * (how & 0x7f));
            session.on_deadline(now);
        } else if (step == 'r') {
            session.on_revoked();
        } else if (step == 'v') {
            if (!std::exchange(actions.verifying, false)) continue;
            Result<Actor> verdict = user(how, now + std::chrono::seconds(how & 0x3f));
            if (how & 0x40) verdict = fail(ErrorCode::InvalidToken);
            session.on_verdict(std::move(verdict), now);
        } else {
            session.on_text(line, now);
        }
        if (session.closed() != actions.closed) std::abort();
    }
    return 0;
}
