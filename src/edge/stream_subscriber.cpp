#include "edge/stream_subscriber.h"

#include "base/log.h"
#include "codec/message.h"
#include "edge/loop_services.h"
#include "runtime/event_loops.h"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace ks::edge {

namespace {

constexpr int attempts = 5;
constexpr auto first_pause = std::chrono::milliseconds(100);

// A page takes half the send queue, which leaves room for the messages sent beside the replay.
engine::PageSize page_size(const RealtimeSettings& settings) {
    engine::PageSize size;
    size.bytes = std::min(size.bytes, settings.socket.max_queued_bytes / 2);
    return size;
}

}  // namespace

StreamSubscriber::StreamSubscriber(const LoopServices& services, EventSink& sink, const UserId& user, std::string_view since)
    : services_(services),
      sink_(sink),
      stream_(services.streams.stream_of(user)),
      replay_(*this, stream_.since(since), services.settings.socket.max_queued_bytes) {}

StreamSubscriber::~StreamSubscriber() { stop(); }

void StreamSubscriber::start() { replay_.start(); }

void StreamSubscriber::stop() { handles_.expire(); }

void StreamSubscriber::on_delivery(DeliveryFrames& frames) {
    const EventDelivery& delivery = frames.delivery;
    bool kept = !delivery.positions.empty();
    bool is_before_this_user = kept && delivery.recipients.everyone;
    if (StreamPosition position = delivery.position_of(stream_.user()); position.index > 0) {
        if (!replay_.on_committed(position)) return;
        const FrameWithCursor& with_cursor = frames.frame_with_cursor(stream_, position);
        sink_.send({with_cursor.text, with_cursor.cursor, with_cursor.frame});
    } else if (is_before_this_user || !replay_.on_transient(delivery)) {
        return;
    } else if (kept) {
        send_transient(delivery, replay_.position());
    } else {
        sink_.send({delivery.message, {}, frames.frame(), delivery.coalescing_key});
    }
}

void StreamSubscriber::send(const JournalEntry& entry) {
    std::string cursor = stream_.cursor(entry.position);
    std::string message = engine::with_cursor(entry.message, cursor, entry.at);
    sink_.send({message, cursor});
}

// An event in the streams of other users only (of a share that this connection watches) carries the cursor of its predecessor in this
// stream.
void StreamSubscriber::send_transient(const EventDelivery& delivery, StreamPosition behind) {
    if (delivery.positions.empty()) return sink_.send({delivery.message, {}, {}, delivery.coalescing_key});
    std::string cursor = stream_.cursor(behind);
    std::string message = engine::with_cursor(delivery.message, cursor, delivery.at);
    sink_.send({message, cursor});
}

void StreamSubscriber::send_resumed(std::uint64_t replayed, bool complete, StreamPosition at) {
    std::string cursor = stream_.cursor(at);
    std::string message = codec::encode(wire::Resumed{replayed, complete, cursor});
    sink_.send({message, cursor});
}

void StreamSubscriber::overflow() { sink_.disconnect(CloseCode::TryAgainLater, "Slow consumer"); }

void StreamSubscriber::on_gap() { sink_.disconnect(CloseCode::TryAgainLater, "Events after your cursor have expired"); }

void StreamSubscriber::fetch(Wanted wanted) {
    spawn(services_.loop.get_executor(), fetch_for(services_, stream_.user(), wanted, handles_.handle(*this)), "replay");
}

awaitable<void> StreamSubscriber::fetch_for(const LoopServices& services, UserId user, Wanted wanted, WeakHandle<StreamSubscriber> self) {
    asio::steady_timer timer(services.loop);
    const engine::PageSize size = page_size(services.settings);
    auto pause = first_pause;
    for (int attempt = 1;; ++attempt, pause *= 2) {
        Result<engine::Opening> opening;
        Result<engine::JournalPage> page;
        {
            const auto permit = co_await services.streams.acquire();
            if (!self.get()) co_return;
            if (const auto* since = std::get_if<engine::Since>(&wanted)) {
                opening = co_await services.streams.open(user, *since, size);
            } else {
                page = co_await services.streams.read(user, std::get<std::int64_t>(wanted), size);
            }
        }
        bool failed = !opening || !page;
        if (failed && attempt < attempts) {
            timer.expires_after(pause);
            co_await timer.async_wait(asio::use_awaitable);
            continue;
        }
        StreamSubscriber* subscriber = self.get();
        if (!subscriber) co_return;
        if (failed) {
            const Error& error = opening ? page.error() : opening.error();
            log::error("reading the journal failed", {{"reason", error.detail.empty() ? error.message : error.detail}});
            subscriber->sink_.refuse({ErrorCode::InternalError, "The events could not be read; reconnect to try again"});
        } else if (std::holds_alternative<engine::Since>(wanted)) {
            subscriber->replay_.on_opened(std::move(*opening));
        } else {
            subscriber->replay_.on_page(std::move(*page));
        }
        co_return;
    }
}

}  // namespace ks::edge
