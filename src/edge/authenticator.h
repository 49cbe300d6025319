#pragma once

#include "edge/connection_registry.h"
#include "engine/sessions.h"
#include "engine/shares.h"
#include "engine/stream_tails.h"

#include <optional>
#include <string>

namespace ks::edge {

// Authenticates connections that stay open, and counts them in the ConnectionRegistry. Thread: any.
class Authenticator {
public:
    // `tails`: null in an installation of one node.
    Authenticator(engine::Sessions& sessions, engine::Shares& shares, ConnectionRegistry& registry, asio::io_context& registry_loop,
                  engine::Presence& presence, engine::StreamTails* tails)
        : sessions_(sessions), shares_(shares), registry_(registry), registry_loop_(registry_loop), presence_(presence), tails_(tails) {}

    // See ConnectionRegistry. When it returns, the user's events arrive from every node: all after position `events_after`, if it is known.
    awaitable<Admission> admit(std::string address, std::optional<Actor> user);

    struct Verdict {
        Result<Actor> actor;
        CountedUser place{};
        std::optional<std::int64_t> events_after{};
    };
    // Authenticates a token and, unless the connection is already counted with its user, counts it and waits as admit() does. Errors:
    // INVALID_TOKEN, CONNECTION_LIMIT.
    awaitable<Verdict> verify(std::string token, bool is_counted);

    // INVALID_TOKEN if the session of the actor has ended.
    awaitable<Result<void>> is_still_valid(Actor actor) { return sessions_.is_still_valid(std::move(actor)); }

    awaitable<Result<bool>> is_active(ShareId share) { return shares_.is_active(share); }

private:
    engine::Sessions& sessions_;
    engine::Shares& shares_;
    ConnectionRegistry& registry_;
    asio::io_context& registry_loop_;
    engine::Presence& presence_;
    engine::StreamTails* tails_;
};

}  // namespace ks::edge
