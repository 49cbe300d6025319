#include "engine/janitor.h"

#include "base/log.h"
#include "engine/idempotent_responses.h"
#include "runtime/event_loops.h"

#include <boost/asio/redirect_error.hpp>

#include <algorithm>

namespace ks::engine {

namespace {

constexpr int batch = 100;
constexpr int journal_batch = 1000;  // rows; a system notification has one row per user
constexpr Duration revocation_retention = std::chrono::minutes(1);

// Upper bound of a sleep until an expiry: the wall clock may be adjusted, and other nodes change shares without a word.
Duration longest_sleep(const MetaStore& store) { return store.is_shared() ? Duration(500) : Duration(std::chrono::seconds(30)); }

}  // namespace

Janitor::Janitor(asio::io_context& loop, MetaStore& store, Shares& shares, Uploads& uploads, ResumableUploads& resumable,
                 BlobReaper& reaper, const Clock& clock, JanitorSettings settings)
    : loop_(loop),
      store_(store),
      shares_(shares),
      uploads_(uploads),
      resumable_(resumable),
      reaper_(reaper),
      clock_(clock),
      settings_(settings),
      expiry_(loop),
      sweeping_(loop) {}

void Janitor::start() {
    shares_.on_new_expiry([this] { expiry_changed(); });
    spawn(loop_.get_executor(), expire_shares(), "expiry");
    spawn(loop_.get_executor(), sweep(), "sweep");
}

void Janitor::expiry_changed() {
    auto wake = [this] {
        look_again_ = true;
        expiry_.cancel();
    };
    asio::post(loop_, std::move(wake));
}

awaitable<void> Janitor::expire_shares() {
    boost::system::error_code ignored;
    while (true) {
        look_again_ = false;
        auto expired = co_await shares_.expire_due(batch);
        Duration pause = longest_sleep(store_);
        if (!expired) {
            log::error("expiring shares failed", {{"reason", expired.error().detail}});
            pause = std::chrono::seconds(1);
        } else if (*expired) {
            pause = std::clamp<Duration>(**expired - clock_.now(), Duration(0), pause);
        }
        if (look_again_ || pause == Duration(0)) continue;
        expiry_.expires_after(pause);
        co_await expiry_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

awaitable<void> Janitor::sweep() {
    boost::system::error_code ignored;
    while (true) {
        auto tidy = [this](Tx& tx) -> Result<bool> {
            Time now = clock_.now();
            bool visits = tell_visit_sums(tx, now, batch) == batch;  // first: it locks shares
            bool visitors = tx.shares().remove_old_visitors(now, batch) == batch;
            bool sessions = tx.sessions().remove_expired(now, batch) == batch;
            bool events = tx.journal().remove_before(now - settings_.journal_retention, journal_batch) == journal_batch;
            bool answers = tx.idempotency().remove_before(now - IdempotentResponses::lifetime, batch) == batch;
            bool revocations = tx.revocations().remove_before(now - revocation_retention, batch) == batch;
            return visitors || sessions || events || answers || visits || revocations;
        };
        auto more = co_await write(store_, std::move(tidy));
        if (!more) log::error("cleanup failed", {{"reason", more.error().detail}});
        co_await uploads_.drop_again();
        if (auto swept = co_await reaper_.sweep(); !swept) {
            log::error("listing orphaned blobs failed", {{"reason", swept.error().detail}});
        }
        auto more_uploads = co_await resumable_.expire(batch);
        if (!more_uploads) log::error("expiring uploads failed", {{"reason", more_uploads.error().detail}});
        bool soon = more.value_or(false) || more_uploads.value_or(false);
        sweeping_.expires_after(soon ? Duration(50) : settings_.sweep_interval);
        co_await sweeping_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

}  // namespace ks::engine
