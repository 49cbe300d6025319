#pragma once

#include "engine/stream_replay.h"

namespace ks::engine {

inline const UserId anna = UserId::make();

inline StreamPosition at(std::int64_t position) { return {position, static_cast<std::uint32_t>(position * 10)}; }
inline JournalEntry entry(std::int64_t position) { return {.position = at(position), .message = "{}"}; }

inline EventDelivery passing(const std::string& message, const std::string& key = {}) {
    return {.type = "UserOnline", .message = message, .recipients = {.users = {anna}}, .coalescing_key = key};
}

}  // namespace ks::engine
