#pragma once

#include "base/clock.h"
#include "model/event.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ks {

// A place in a user's stream of the journal. `mark` is of the event that stands there, 0 where that is not known: after a restored backup
// another one may stand at the same position.
struct StreamPlace {
    std::int64_t position = 0;  // 1, 2, … without a gap; 0 is before the first
    std::uint32_t mark = 0;

    friend bool operator==(const StreamPlace&, const StreamPlace&) = default;
};

// An event on its way to those who receive it: encoded once, shared by all.
struct Delivery {
    std::string type;
    std::string message;  // {"type":…,"data":…}
    // For connections that did not ask with ?since=, where that is another: empty, they don't receive it.
    std::optional<std::string> message_without_since{};
    Time at{};
    Audience audience;
    std::vector<UserId> caused_by{};  // in whose stream it counts as their own
    // Of an event in the journal: where it stands in the stream of each user who has it, sorted by user. Else empty.
    std::vector<std::pair<UserId, std::int64_t>> positions{};
    std::uint32_t mark = 0;  // likewise
    // A later delivery with the same key makes this one worthless (progress of one upload); empty: never.
    std::string merge_key{};

    // Where it stands in that user's stream; position 0: not in it.
    StreamPlace place_of(const UserId& user) const {
        auto found = std::lower_bound(positions.begin(), positions.end(), std::pair(user, std::int64_t{0}));
        return found != positions.end() && found->first == user ? StreamPlace{found->second, mark} : StreamPlace{};
    }
};

// The user's sockets end: all of them, those of one session, or those of all sessions but one.
struct Revocation {
    UserId user_id;
    std::optional<SessionId> only{};
    std::optional<SessionId> except{};

    bool ends(const std::optional<SessionId>& session) const {
        if (only) return session == only;
        return !except || session != except;
    }
};

// What a core may have kept of users or files has changed; Revocation says so too.
struct RowChange {};

using Announcement = std::variant<Delivery, Revocation, RowChange>;
using AnnouncementPtr = std::shared_ptr<const Announcement>;
using Announcements = std::span<const AnnouncementPtr>;  // that became true together, in their order

}  // namespace ks
