#pragma once

#include "ports/bus_message.h"

#include <optional>
#include <string>
#include <string_view>

namespace ks::engine {

// Start of a subscription: live events only, everything in the journal, or the events after a position of the stream.
struct Since {
    enum class Kind : std::uint8_t { Now, Start, Position, Foreign };  // Foreign: malformed, or of another user or journal
    Kind kind = Kind::Now;
    StreamPosition position{};
};

// Encodes the positions of a user's stream as cursors and decodes them. A cursor is opaque to clients: a position, and a tag that binds it
// to this journal (its epoch) and this user, so that cursors of other users or other databases are rejected.
class Stream {
public:
    Stream(std::string_view epoch, const UserId& user);

    const UserId& user() const { return user_; }
    std::string cursor(StreamPosition position) const;
    Since since(std::string_view text) const;  // "now", "start" or a cursor

private:
    UserId user_;
    std::string tag_;
};

// Returns the event's message with cursor and time added.
std::string with_cursor(std::string_view message, std::string_view cursor, Time at);

}  // namespace ks::engine
