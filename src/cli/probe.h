#pragma once

#include "cli/http.h"
#include "net/ws_frame.h"

namespace ks::cli {

// Raw HTTP and WebSocket requests, for diagnosing proxies between client and server.

using Moment = std::chrono::steady_clock::time_point;

struct RawAnswer : HttpHead {
    std::string rest;  // Bytes received after the head.
};

// Sends a request and returns the head of the response, without 100 responses. Returns nullopt on timeout: `until`, plus 5 s once the
// response has begun. Fails with code CLOSED if the peer closes first.
Outcome<std::optional<RawAnswer>> exchange(RawConnection& line, const std::string& request, Moment until);

// The parts of https://files.example.org:8443/share.
std::string host_of(const std::string& server);    // files.example.org:8443
std::string path_of(const std::string& server);    // /share; may be empty
std::string origin_of(const std::string& server);  // https://files.example.org:8443

// Minimal WebSocket client.
class WsProbe {
public:
    // Connects and sends the handshake. A refused handshake is no error: see status() and is_open(), which requires status 101 and a
    // correct Sec-WebSocket-Accept.
    static Outcome<WsProbe> open(const std::string& server, Moment until);

    int status() const { return answer_.status; }
    bool is_open() const { return open_; }

    Outcome<> send(net::Opcode opcode, std::string_view payload);

    struct Heard {
        enum class What : std::uint8_t { Nothing, Ping, Pong, Text, End } what = What::Nothing;
        std::string payload{};
    };
    Outcome<Heard> hear(Moment until);  // Next message; Nothing on timeout. Pings are already answered.

private:
    explicit WsProbe(RawConnection line) : line_(std::move(line)) {}

    RawConnection line_;
    RawAnswer answer_;
    bool open_ = false;
    std::unique_ptr<net::FrameReader> frames_ = std::make_unique<net::FrameReader>();
    std::string unread_;
};

}  // namespace ks::cli
