#pragma once

#include "edge/hub.h"
#include "engine/stream_replay.h"
#include "runtime/weak_handle.h"

#include <string>
#include <string_view>
#include <variant>

namespace ks::edge {

struct LoopServices;

// An outbound message. `frame` is set if it is shared with other connections; otherwise the sink encodes `message`.
struct OutboundMessage {
    std::string_view message;
    std::string_view cursor{};
    net::Frame frame{};
    std::string_view coalescing_key{};
};

// Sink for the messages of a StreamSubscriber.
class EventSink {
public:
    virtual ~EventSink() = default;
    virtual void send(const OutboundMessage& outgoing) = 0;
    virtual void await_sent() = 0;                                         // calls StreamSubscriber::on_sent once the send queue is empty
    virtual void disconnect(CloseCode code, std::string_view reason) = 0;  // disconnects; the client reconnects with its cursor
    virtual void refuse(const Error& error) = 0;                           // sends the error, then closes
};

// Delivers a user's event stream to a client that connected with ?since=: replays missed events from the journal, then forwards live events
// from the hub. StreamReplay holds the logic; this class connects it to hub, journal and sink. Loop thread only.
class StreamSubscriber final : private engine::StreamReplayActions {
public:
    StreamSubscriber(const LoopServices& services, EventSink& sink, const UserId& user, std::string_view since);
    ~StreamSubscriber() override;

    void start();
    void stop();  // sends nothing afterwards
    void on_delivery(DeliveryFrames& frames);
    void on_sent() { replay_.on_sent(); }
    void pause() { replay_.pause(); }
    void resume() { replay_.resume(); }

private:
    using Wanted = std::variant<engine::Since, std::int64_t>;  // Since: open the stream; int64: read the events after that position

    void open(engine::Since since) override { fetch(since); }
    void read(std::int64_t after) override { fetch(after); }
    void send(const JournalEntry& entry) override;
    void send_transient(const EventDelivery& delivery, StreamPosition behind) override;
    void send_resumed(std::uint64_t replayed, bool complete, StreamPosition at) override;
    void await_sent() override { sink_.await_sent(); }
    void overflow() override;
    void on_gap() override;

    void fetch(Wanted wanted);
    static awaitable<void> fetch_for(const LoopServices& services, UserId user, Wanted wanted, WeakHandle<StreamSubscriber> self);

    const LoopServices& services_;
    EventSink& sink_;
    const engine::Stream stream_;
    engine::StreamReplay replay_;
    WeakHandles<StreamSubscriber> handles_;  // expired by stop(), so that pending journal reads are discarded
};

}  // namespace ks::edge
