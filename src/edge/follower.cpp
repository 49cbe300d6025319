#include "edge/follower.h"

#include "base/log.h"
#include "codec/message.h"
#include "edge/realtime.h"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace ks {

namespace {

constexpr int attempts = 5;
constexpr auto first_pause = std::chrono::milliseconds(100);

// A page takes half the send queue, which leaves room for the messages sent beside the replay.
PageSize page_size(const Realtime& realtime) {
    PageSize size;
    size.bytes = std::min(size.bytes, realtime.settings().socket.max_queued_bytes / 2);
    return size;
}

}  // namespace

Follower::Follower(Realtime& realtime, unsigned core, Outlet& outlet, const UserId& user, std::string_view since)
    : realtime_(realtime),
      core_(core),
      outlet_(outlet),
      stream_(realtime.history().stream_of(user)),
      feed_(*this, stream_.since(since), realtime.settings().socket.max_queued_bytes),
      self_(std::make_shared<Follower*>(this)) {}

Follower::~Follower() { stop(); }

void Follower::start() { feed_.start(); }

void Follower::stop() { *self_ = nullptr; }

void Follower::on_delivery(Handover& handover) {
    const Delivery& delivery = handover.delivery;
    bool kept = !delivery.positions.empty();
    bool is_before_this_user = kept && delivery.audience.everyone;
    if (StreamPlace place = delivery.place_of(stream_.user()); place.position > 0) {
        if (!feed_.on_committed(place)) return;
        const Marked& marked = handover.marked(stream_, place);
        outlet_.send({marked.text, marked.cursor, marked.frame});
    } else if (is_before_this_user || !feed_.on_passing(delivery)) {
        return;
    } else if (kept) {
        send_passing(delivery, feed_.place());
    } else {
        outlet_.send({delivery.message, {}, handover.frame(), delivery.merge_key});
    }
}

void Follower::send(const JournalEntry& entry) {
    std::string cursor = stream_.cursor(entry.place);
    std::string message = with_cursor(entry.message, cursor, entry.at);
    outlet_.send({message, cursor});
}

// An event in the streams of other users only (of a share that this connection watches) carries the cursor of its predecessor in this
// stream.
void Follower::send_passing(const Delivery& delivery, StreamPlace behind) {
    if (delivery.positions.empty()) return outlet_.send({delivery.message, {}, {}, delivery.merge_key});
    std::string cursor = stream_.cursor(behind);
    std::string message = with_cursor(delivery.message, cursor, delivery.at);
    outlet_.send({message, cursor});
}

void Follower::send_resumed(std::uint64_t replayed, bool complete, StreamPlace at) {
    std::string cursor = stream_.cursor(at);
    std::string message = encode(wire::Resumed{replayed, complete, cursor});
    outlet_.send({message, cursor});
}

void Follower::overflow() { outlet_.break_off(CloseCode::TryAgainLater, "The reader is too slow"); }

void Follower::lose() { outlet_.break_off(CloseCode::TryAgainLater, "The journal no longer holds what follows"); }

void Follower::fetch(Wanted wanted) {
    spawn(realtime_.shards().core(core_).get_executor(), fetch_for(realtime_, core_, stream_.user(), wanted, self_), "replay");
}

awaitable<void> Follower::fetch_for(Realtime& realtime, unsigned core, UserId user, Wanted wanted, std::weak_ptr<Follower*> self) {
    asio::steady_timer timer(realtime.shards().core(core));
    const PageSize size = page_size(realtime);
    auto pause = first_pause;
    for (int attempt = 1;; ++attempt, pause *= 2) {
        Result<Opening> opening;
        Result<JournalPage> page;
        co_await realtime.slots(core).take();
        if (self.expired()) {
            // Stopped while waiting for a slot: skip the read.
        } else if (const auto* since = std::get_if<Since>(&wanted)) {
            opening = co_await realtime.history().open(user, *since, size);
        } else {
            page = co_await realtime.history().read(user, std::get<std::int64_t>(wanted), size);
        }
        realtime.slots(core).give_back();
        bool failed = !opening || !page;
        if (failed && attempt < attempts) {
            timer.expires_after(pause);
            co_await timer.async_wait(asio::use_awaitable);
            continue;
        }
        auto follower = self.lock();
        if (!follower || !*follower) co_return;
        if (failed) {
            const Error& error = opening ? page.error() : opening.error();
            log::error("the journal could not be read", {{"reason", error.detail.empty() ? error.message : error.detail}});
            (*follower)->outlet_.refuse({ErrorCode::InternalError, "The journal could not be read; connect again"});
        } else if (std::holds_alternative<Since>(wanted)) {
            (*follower)->feed_.on_opened(std::move(*opening));
        } else {
            (*follower)->feed_.on_page(std::move(*page));
        }
        co_return;
    }
}

}  // namespace ks
