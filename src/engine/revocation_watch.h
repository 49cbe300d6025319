#pragma once

#include "ports/meta_store.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <unordered_map>

namespace ks::engine {

// Finds the revocations of other nodes in the database, in case the bus has lost them: looks twice a second at those of the last seconds,
// because a transaction commits some time after it has recorded one. Thread: loop 0 only.
class RevocationWatch {
public:
    // `found` is called once for each revocation, with its user. The session may have ended, and the user may have signed in again since.
    RevocationWatch(asio::io_context& loop, MetaStore& store, const Clock& clock, std::function<void(const UserId&)> found);

    void start();

private:
    awaitable<void> watch();

    asio::io_context& loop_;
    MetaStore& store_;
    const Clock& clock_;
    const std::function<void(const UserId&)> found_;
    asio::steady_timer timer_;
    std::unordered_map<RevocationId, Time> seen_;  // those that the next look finds again
};

}  // namespace ks::engine
