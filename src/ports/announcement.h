#pragma once

#include "base/clock.h"
#include "model/event.h"

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ks {

// An event on its way to those who receive it: encoded once, shared by all.
struct Delivery {
    std::string type;
    std::string message;  // {"type":…,"data":…}
    Time at{};
    Audience audience;
    // Of an event in the journal: where it stands in the stream of each of audience.users, in their order. Else empty.
    std::vector<std::int64_t> positions{};
    // A later delivery with the same key makes this one worthless (progress of one upload); empty: never.
    std::string merge_key{};
};

// The user's sockets end: all of them, or those of one session.
struct Revocation {
    UserId user_id;
    std::optional<SessionId> only{};
};

using Announcement = std::variant<Delivery, Revocation>;
using AnnouncementPtr = std::shared_ptr<const Announcement>;

}  // namespace ks
