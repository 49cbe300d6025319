#pragma once

#include "ports/announcement.h"

#include <optional>
#include <string>
#include <string_view>

namespace ks {

// Where a subscriber wants to begin: with what is live, with all that the journal keeps, or behind a place of its stream.
struct Since {
    enum class Kind : std::uint8_t { Now, Start, Place, Foreign };  // Foreign: a cursor that is not ours
    Kind kind = Kind::Now;
    StreamPlace place{};
};

// A user's stream as the world sees it: turns its places into cursors, and these back. A cursor is opaque outside: the place, and a tag of
// this journal (its epoch) and this user, so that a cursor of another user or of another database is told from ours.
class Stream {
public:
    Stream(std::string_view epoch, const UserId& user);

    const UserId& user() const { return user_; }
    std::string cursor(StreamPlace place) const;
    Since since(std::string_view text) const;  // "now", "start" or a cursor

private:
    UserId user_;
    std::string tag_;
};

// An event's message with its cursor and its time.
std::string with_cursor(std::string_view message, std::string_view cursor, Time at);

}  // namespace ks
