#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

// One connection of the load: a WebSocket that counts what it is told, or HTTP kept alive that publishes. No system calls but connect.
namespace load {

[[noreturn]] void fail(std::string_view what, std::string_view detail = {});

// A message's mark, of which each has one: its place in the stream shows that one has come, the digits behind it when it was sent.
inline constexpr char mark = '^';
inline constexpr std::size_t stamp_digits = 19;

std::int64_t now();  // nanoseconds
std::string stamp();
void fill_in(std::string& text, std::string_view name, std::string_view value);  // {name}

int connect_from(std::uint32_t source, std::uint16_t port);  // of 127.0.0.0/8; the connection may still be under way

class Client {
public:
    enum class State : std::uint8_t { Head, Greeting, Ready };

    Client(int descriptor, std::string ready) : descriptor(descriptor), ready_(std::move(ready)) {}

    struct Seen {
        std::size_t messages = 0;  // of text or binary
        std::size_t marks = 0;
    };
    // `stamped` is told when each message with a mark was sent.
    Seen received(std::string_view bytes, const std::function<void(std::int64_t)>& stamped);

    const int descriptor;
    State state = State::Head;
    std::string to_send;

private:
    void greeted(std::string_view payload);
    void take_head(std::string_view& bytes);

    std::string ready_;  // what the greeting ends with; empty: the 101 is all
    std::string begun_;  // of a head, a frame's header or the greeting
    std::uint64_t left_ = 0;
    bool counts_ = false;
};

// The answers to requests that are sent one after the other.
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
