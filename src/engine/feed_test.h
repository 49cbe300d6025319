#pragma once

#include "engine/feed.h"

namespace ks {

inline const UserId anna = UserId::make();

inline StreamPlace place(std::int64_t position) { return {position, static_cast<std::uint32_t>(position * 10)}; }
inline JournalEntry entry(std::int64_t position) { return {place(position), "{}", {}}; }

inline Delivery passing(const std::string& message, const std::string& key = {}) {
    return {.type = "UserOnline", .message = message, .audience = {.users = {anna}}, .merge_key = key};
}

}  // namespace ks
