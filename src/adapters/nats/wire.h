#pragma once

#include "ports/bus_message.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ks::nats {

// Consecutive messages of one node, as the payload of a NATS message. Every node numbers its messages from 1 on. A batch without messages
// says that messages were lost.
struct Batch {
    NodeId sender;
    std::uint64_t first = 0;  // number of the first message
    std::vector<BusMessagePtr> messages{};
};

// Texts of journaled events: with them, or without, which makes these events bells (EventDelivery::is_bell).
enum class Texts : std::uint8_t { Included, Omitted };

// Format: version, sender, first number, count, messages. Integers are unsigned LEB128 or one byte, ids 16 bytes, strings and lists are
// preceded by their length, optional values by 0 or 1.
std::string encode(const NodeId& sender, std::uint64_t first, BusMessages messages, Texts texts);

// Returns nullopt if the payload is malformed or of another version.
std::optional<Batch> decode(std::string_view payload);

}  // namespace ks::nats
