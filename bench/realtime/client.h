#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

// Client side of a load connection: a WebSocket that counts received messages, or an HTTP keep-alive connection that publishes. Except for
// connect_from(), makes no system calls.
namespace load {

[[noreturn]] void fail(std::string_view what, std::string_view detail = {});

// Marks a message; each contains exactly one, followed by the time it was sent. Counting marks in the byte stream counts messages.
inline constexpr char mark = '^';
inline constexpr std::size_t stamp_digits = 19;

std::int64_t now();  // nanoseconds
std::string stamp();
void fill_in(std::string& text, std::string_view name, std::string_view value);  // {name}

int connect_from(std::uint32_t source, std::uint16_t port);  // binds to 127.0.0.1 + source; the connection may still be in progress

class Client {
public:
    enum class State : std::uint8_t { Head, Greeting, Ready };

    Client(int descriptor, std::string ready) : descriptor(descriptor), ready_(std::move(ready)) {}

    struct Seen {
        std::size_t messages = 0;  // of text or binary
        std::size_t marks = 0;
    };
    // Parses received bytes. Calls `stamped` with the send time of each marked message.
    Seen received(std::string_view bytes, const std::function<void(std::int64_t)>& stamped);

    const int descriptor;
    State state = State::Head;
    std::string to_send;

private:
    void greeted(std::string_view payload);
    void take_head(std::string_view& bytes);

    std::string ready_;  // text that completes the greeting; empty: ready after the 101
    std::string begun_;  // buffered part of a head, frame header or greeting
    std::uint64_t left_ = 0;
    bool counts_ = false;
};

// Parses the responses to sequential requests on one connection.
class Publisher {
public:
    explicit Publisher(int descriptor) : descriptor(descriptor) {}
    void received(std::string_view bytes);

    const int descriptor;
    bool waiting = false;

private:
    std::string answer_;
};

}  // namespace load
