#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace ks::cli {

// How a command ends; docs/cli.md lists them.
enum class Exit : int {
    Fine = 0,
    Failed = 1,
    Usage = 2,
    NotAllowed = 3,  // not signed in, a wrong password, or not for this user
    NotFound = 4,
    Gone = 5,
    Network = 6,
    NoRoom = 7,   // too large, over quota, or the disk is full
    Damaged = 8,  // what arrived is not what was sent
};

// Why a command fails: what was wrong, what is allowed, and what to do next.
struct Trouble {
    Exit exit = Exit::Failed;
    std::string message;
    std::string code{};      // the server's, where it said one
    bool transient = false;  // the same may work a little later
    std::optional<std::chrono::seconds> retry_after{};
};

template <class T = void>
using Outcome = tl::expected<T, Trouble>;

inline tl::unexpected<Trouble> trouble(Exit exit, std::string message) { return tl::unexpected(Trouble{exit, std::move(message)}); }

}  // namespace ks::cli
