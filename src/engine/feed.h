#pragma once

#include "base/merge_queue.h"
#include "engine/history.h"

#include <memory>

namespace ks {

// What a feed wants done; done before the call returns, in this order.
class FeedActions {
public:
    virtual ~FeedActions() = default;
    virtual void open(Since since) = 0;                // answered by on_opened, later
    virtual void read(std::int64_t after) = 0;         // answered by on_page, later
    virtual void send(const JournalEntry& entry) = 0;  // of the journal
    virtual void send_passing(const Delivery& delivery, StreamPlace behind) = 0;
    virtual void send_resumed(std::uint64_t replayed, bool complete, StreamPlace at) = 0;
    virtual void await_sent() = 0;  // on_sent is wanted, later
    virtual void overflow() = 0;    // more has to be held than may be
    virtual void lose() = 0;        // what follows is gone from the journal: whoever comes again with the cursor is told so
};

// A user's stream for one subscriber: first what it missed, from the journal, page by page as it is taken; then Resumed; then what is
// live. Nothing twice and nothing left out, in the order of the stream: a live event that is not the next one isn't sent, the journal is
// read up to it instead. What the journal doesn't keep (progress, presence) is sent where it belongs in between. A state machine, without
// a store, a socket or a thread.
class Feed {
public:
    Feed(FeedActions& actions, Since since, std::size_t max_held_bytes)
        : actions_(actions), since_(since), max_held_bytes_(max_held_bytes) {}

    void start();  // live events are told to it from now on
    void on_opened(Opening opening);
    void on_page(JournalPage page);

    // An event of this stream was committed. True: the caller sends it now. False: it was sent, or will be from the journal.
    bool on_committed(StreamPlace place);
    // One that doesn't stand in this stream. True: the caller sends it now, behind place().
    bool on_passing(const Delivery& delivery);

    void on_sent();  // nothing is queued for the subscriber any more
    void pause();    // nothing may be sent until go_on()
    void go_on();

    StreamPlace place() const { return place_; }  // of what was sent last

private:
    enum class Phase : std::uint8_t { Opening, Replaying, Live };
    struct Held {
        std::int64_t after;  // what was known as the stream's head when it came
        Delivery delivery;
    };

    bool up_to_date() const { return phase_ == Phase::Live && !paused_ && place_.position == head_; }
    void hold(const Delivery& delivery);
    void release_held(std::int64_t before);
    void send(const std::vector<JournalEntry>& entries);
    void resume_if_due();
    void skip_hole(std::int64_t first);
    void note_arrival(const JournalEntry& entry);
    void advance();

    FeedActions& actions_;
    const Since since_;
    const std::size_t max_held_bytes_;
    StreamPlace place_{};
    StreamPlace target_{};         // where the replay ends
    std::int64_t head_ = 0;        // the newest position that is known
    std::int64_t first_live_ = 0;  // the first that was committed since start()
    std::uint64_t replayed_ = 0;
    std::vector<FileId> arrived_{};             // files whose arrival was read from the journal, perhaps before it was announced
    std::unique_ptr<MergeQueue<Held>> held_{};  // null when empty
    std::size_t held_bytes_ = 0;
    Phase phase_ = Phase::Opening;
    bool complete_ = true;
    bool reading_ = false;
    bool paused_ = false;
    bool full_ = false;  // a page is on its way to the subscriber
};

}  // namespace ks
