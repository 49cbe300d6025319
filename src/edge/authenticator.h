#pragma once

#include "edge/connection_registry.h"
#include "engine/sessions.h"
#include "engine/shares.h"

#include <optional>
#include <string>

namespace ks::edge {

// Authenticates connections that stay open, and counts them in the ConnectionRegistry. Thread: any.
class Authenticator {
public:
    Authenticator(engine::Sessions& sessions, engine::Shares& shares, ConnectionRegistry& registry, asio::io_context& registry_loop)
        : sessions_(sessions), shares_(shares), registry_(registry), registry_loop_(registry_loop) {}

    awaitable<Admission> admit(std::string address, std::optional<Actor> user);  // see ConnectionRegistry

    struct Verdict {
        Result<Actor> actor;
        CountedUser place{};
    };
    // Authenticates a token and, unless the connection is already counted with its user, counts it. Errors: INVALID_TOKEN,
    // CONNECTION_LIMIT.
    awaitable<Verdict> verify(std::string token, bool is_counted);

    // INVALID_TOKEN if the session of the actor has ended.
    awaitable<Result<void>> is_still_valid(Actor actor) { return sessions_.is_still_valid(std::move(actor)); }

    awaitable<Result<bool>> is_active(ShareId share) { return shares_.is_active(share); }

private:
    engine::Sessions& sessions_;
    engine::Shares& shares_;
    ConnectionRegistry& registry_;
    asio::io_context& registry_loop_;
};

}  // namespace ks::edge
