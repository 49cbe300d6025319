#pragma once

#include "cli/http.h"
#include "net/ws_frame.h"

namespace ks::cli {

// Requests that no polite client would send, to see what stands between here and the server.

using Moment = std::chrono::steady_clock::time_point;

struct RawAnswer : HttpHead {
    std::string rest;  // what came behind the head
};

// Sends it, and waits for the head of the answer; nothing where none comes before `until`.
Outcome<std::optional<RawAnswer>> exchange(Line& line, const std::string& request, Moment until);

// The parts of https://files.example.org:8443/share.
std::string host_of(const std::string& server);    // files.example.org:8443
std::string path_of(const std::string& server);    // /share; may be empty
std::string origin_of(const std::string& server);  // https://files.example.org:8443

// A WebSocket's client side: just enough to see that it lives.
class WsProbe {
public:
    // The handshake on a new connection. `answer` is what was said to it; good where that is 101 with the right Sec-WebSocket-Accept.
    static Outcome<WsProbe> open(const std::string& server, Moment until);

    int status() const { return answer_.status; }
    bool is_open() const { return open_; }

    Outcome<> send(net::Opcode opcode, std::string_view payload);

    struct Heard {
        enum class What : std::uint8_t { Nothing, Ping, Pong, Text, End } what = What::Nothing;
        std::string payload{};
    };
    Outcome<Heard> hear(Moment until);  // a Ping is answered already

private:
    explicit WsProbe(Line line) : line_(std::move(line)) {}

    Line line_;
    RawAnswer answer_;
    bool open_ = false;
    std::unique_ptr<net::FrameReader> frames_ = std::make_unique<net::FrameReader>();
    std::string unread_;
};

}  // namespace ks::cli
