#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace ks::cli {

// Exit codes of the program; documented in docs/cli.md.
enum class ExitCode : int {
    Ok = 0,
    Failed = 1,
    Usage = 2,
    NotAllowed = 3,  // Not signed in, wrong password, or forbidden.
    NotFound = 4,
    Gone = 5,
    Network = 6,
    NoRoom = 7,   // Too large, over quota, or disk full.
    Damaged = 8,  // Checksum mismatch.
};

// Error of a command. The message is for people: the problem, the permitted values, the next step.
struct CommandError {
    ExitCode exit = ExitCode::Failed;
    std::string message;
    std::string code{};      // The server's error code, or NETWORK, CERTIFICATE, CLOSED; empty if none.
    bool transient = false;  // A retry may succeed.
    std::optional<std::chrono::seconds> retry_after{};
};

template <class T = void>
using Outcome = tl::expected<T, CommandError>;

inline tl::unexpected<CommandError> command_error(ExitCode exit, std::string message) {
    return tl::unexpected(CommandError{exit, std::move(message)});
}

}  // namespace ks::cli
