#include "engine/revocation_watch.h"

#include "base/log.h"
#include "runtime/event_loops.h"

#include <boost/asio/redirect_error.hpp>

namespace ks::engine {

namespace {

constexpr auto look_interval = std::chrono::milliseconds(500);
constexpr Duration longest_commit{5000};  // after the revocation was recorded

}  // namespace

RevocationWatch::RevocationWatch(asio::io_context& loop, MetaStore& store, const Clock& clock, std::function<void(const UserId&)> found)
    : loop_(loop), store_(store), clock_(clock), found_(std::move(found)), timer_(loop) {}

void RevocationWatch::start() { spawn(loop_.get_executor(), watch(), "revocations"); }

awaitable<void> RevocationWatch::watch() {
    boost::system::error_code ignored;
    Time since = clock_.now() - longest_commit;
    while (true) {
        Time now = clock_.now();
        auto look = [since](Tx& tx) -> Result<std::vector<RecordedRevocation>> { return tx.revocations().list_since(since); };
        auto list = co_await read(store_, std::move(look));
        if (list) {
            since = now - longest_commit;
            for (const RecordedRevocation& each : *list) {
                if (seen_.try_emplace(each.id, each.at).second) found_(each.revocation.user_id);
            }
            std::erase_if(seen_, [since](const auto& entry) { return entry.second < since; });
        } else {
            log::warning("reading revocations failed; trying again", {{"reason", list.error().detail}});
        }
        timer_.expires_after(look_interval);
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

}  // namespace ks::engine
