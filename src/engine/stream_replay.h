#pragma once

#include "base/coalescing_queue.h"
#include "engine/history.h"

#include <memory>

namespace ks::engine {

// Effects of a StreamReplay. Each call must take effect, or be started, before it returns, in call order.
class StreamReplayActions {
public:
    virtual ~StreamReplayActions() = default;
    virtual void open(Since since) = 0;                // asynchronous; completes with on_opened
    virtual void read(std::int64_t after) = 0;         // asynchronous; completes with on_page
    virtual void send(const JournalEntry& entry) = 0;  // a journaled event
    virtual void send_transient(const EventDelivery& delivery, StreamPosition behind) = 0;
    virtual void send_resumed(std::uint64_t replayed, bool complete, StreamPosition at) = 0;
    virtual void await_sent() = 0;  // asynchronous; completes with on_sent
    virtual void overflow() = 0;    // the held events exceed max_held_bytes
    virtual void on_gap() = 0;      // gap: the next events have expired from the journal; resuming by cursor reports the loss
};

// Replay of a user's stream to one subscriber: the missed events from the journal, page by page with back-pressure; then Resumed; then live
// events. Exactly once, in stream order: a live event that is not the next one is not sent; the journal is read up to it instead. Transient
// events (progress, presence) are not journaled and are sent in their position between the others. A pure state machine: no store, no
// socket, no thread. Not thread-safe.
class StreamReplay {
public:
    StreamReplay(StreamReplayActions& actions, Since since, std::size_t max_held_bytes)
        : actions_(actions), since_(since), max_held_bytes_(max_held_bytes) {}

    void start();  // from now on the caller must report live events
    void on_opened(Opening opening);
    void on_page(JournalPage page);

    // An event of this stream was committed. Returns true if the caller must send it now; false if it was sent already or will be read from
    // the journal.
    bool on_committed(StreamPosition position);
    // A transient event arrived. Returns true if the caller must send it now, after position(); false if it is held or obsolete.
    bool on_transient(const EventDelivery& delivery);

    void on_sent();  // the subscriber's queue is empty
    void pause();    // sends nothing until resume()
    void resume();

    StreamPosition position() const { return position_; }  // position of the last event sent

private:
    enum class Phase : std::uint8_t { Opening, Replaying, Live };
    struct Held {
        std::int64_t after;  // known head of the stream at its arrival
        EventDelivery delivery;
    };

    bool up_to_date() const { return phase_ == Phase::Live && !paused_ && position_.index == head_; }
    void hold(const EventDelivery& delivery);
    void release_held(std::int64_t before);
    void send(const std::vector<JournalEntry>& entries);
    void resume_if_due();
    void skip_hole(std::int64_t first);
    void note_arrival(const JournalEntry& entry);
    void advance();

    StreamReplayActions& actions_;
    const Since since_;
    const std::size_t max_held_bytes_;
    StreamPosition position_{};
    StreamPosition target_{};      // end of the replay
    std::int64_t head_ = 0;        // newest known position
    std::int64_t first_live_ = 0;  // first position committed since start(); 0: none
    std::uint64_t replayed_ = 0;
    std::vector<SubjectId> arrived_{};               // files with FileUploaded read from the journal, perhaps before its message
    std::unique_ptr<CoalescingQueue<Held>> held_{};  // null when empty
    std::size_t held_bytes_ = 0;
    Phase phase_ = Phase::Opening;
    bool complete_ = true;
    bool reading_ = false;
    bool paused_ = false;
    bool full_ = false;  // a page is queued for the subscriber
};

}  // namespace ks::engine
