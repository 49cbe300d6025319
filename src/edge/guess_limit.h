#pragma once

#include "edge/limits.h"
#include "ports/meta_store.h"

namespace ks::edge {

// Two limits on guesses at one kind of secret: by a narrow key (an account and a network) and by a wide one (the network). In memory, or
// for all nodes together in the database. Thread-safe.
class GuessLimit {
public:
    // Place of the limits of all nodes: rows under a keyed hash of the kind of secret and the guess's key.
    struct Shared {
        MetaStore& store;
        std::string hash_key;
        std::string kind;
    };

    GuessLimit(Rate narrow, Rate wide, std::optional<Shared> shared) : narrow_(narrow), wide_(wide), shared_(std::move(shared)) {}

    enum class Exceeded : std::uint8_t { None, Narrow, Wide };

    // Takes one guess from both limits, or from neither. Returns the limit that was exceeded. Errors: of the store.
    awaitable<Result<Exceeded>> take(std::string narrow_key, std::string wide_key, Time now);
    void refund(const std::string& narrow_key, const std::string& wide_key);  // of the database: later, and best-effort

    Error refusal(Exceeded exceeded, const std::string& what) const;  // RATE_LIMITED; `exceeded` must not be None

private:
    Exceeded take_in_memory(const std::string& narrow_key, const std::string& wide_key, Time now);
    std::string row_of(std::string_view limit, const std::string& key) const;

    RateLimit narrow_;
    RateLimit wide_;
    const std::optional<Shared> shared_;
};

}  // namespace ks::edge
