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

// A position in a user's event stream of the journal. `fingerprint` identifies the event at that position, 0 if unknown: after a
// backup is restored, the same position may hold another event.
struct StreamPosition {
    std::int64_t index = 0;  // 1, 2, … without a gap; 0 is before the first
    std::uint32_t fingerprint = 0;

    friend bool operator==(const StreamPosition&, const StreamPosition&) = default;
};

// An event on its way to its recipients, encoded once and shared by all.
struct EventDelivery {
    std::string type;
    std::optional<SubjectId> subject{};
    std::string message;  // {"type":…,"data":…}; empty in a bell
    // Variant for connections without ?since=, if it differs. Empty: they do not receive the event.
    std::optional<std::string> message_without_since{};
    Time at{};
    Recipients recipients;
    std::vector<UserId> caused_by{};  // users with the event counted as their own in their streams
    // For an event of the journal: its position in the stream of each user who receives it, sorted by user. Otherwise empty.
    std::vector<std::pair<UserId, std::int64_t>> positions{};
    std::uint32_t fingerprint = 0;  // of the event; 0 outside the journal
    // Coalescing key: a later delivery with the same key supersedes this one (progress of one upload). Empty: never.
    std::string coalescing_key{};
    std::uint64_t version = 0;  // of the state that coalescing_key names, if several nodes may change it: greater is newer. 0: none

    // A bell tells only the positions of an event that was too large for the bus: receivers read it from the journal.
    bool is_bell() const { return message.empty() && !positions.empty(); }

    // Returns the event's position in that user's stream; index 0 if it is not in it.
    StreamPosition position_of(const UserId& user) const {
        auto found = std::lower_bound(positions.begin(), positions.end(), std::pair(user, std::int64_t{0}));
        return found != positions.end() && found->first == user ? StreamPosition{found->second, fingerprint} : StreamPosition{};
    }
};

// Closes a user's connections: all of them, those of one session, or those of all sessions except one.
struct Revocation {
    UserId user_id;
    std::optional<SessionId> only{};
    std::optional<SessionId> except{};

    bool ends(const std::optional<SessionId>& session) const {
        if (only) return session == only;
        return !except || session != except;
    }
};

using RevocationId = Id<struct RevocationTag>;

struct RecordedRevocation {
    RevocationId id;
    Revocation revocation;
    Time at{};
};

// Invalidates cached users and files on every loop. A Revocation does so too.
struct RowChange {};

// A request of one node to another, or the response to it.
struct NodeMessage {
    NodeId to;
    NodeId from;
    std::uint64_t call = 0;  // number of the request among those of its sender
    std::string subject{};   // of a request; empty in a response
    std::string body{};

    bool is_response() const { return subject.empty(); }
};

using BusMessage = std::variant<EventDelivery, Revocation, RowChange, NodeMessage>;
using BusMessagePtr = std::shared_ptr<const BusMessage>;
using BusMessages = std::span<const BusMessagePtr>;  // of one commit, in order

}  // namespace ks
