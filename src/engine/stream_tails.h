#pragma once

#include "engine/presence.h"
#include "engine/stream_tail.h"
#include "engine/seen_versions.h"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace ks::engine {

// Order and completeness of the events that arrive over a bus between nodes. Sits between the bus and the hubs, with a StreamTail for each
// user who is connected to this node, and watches their topics on the bus. Lost messages are found by reading the heads of all these
// streams: every 5 s, every second while the bus is disconnected, and when it tells a loss. Transient events are passed on as they come,
// except those that are not newer than one that was passed on.
// Thread-safe, except connected() and disconnected(): loop 0.
class StreamTails final : public ConnectionObserver, private WheelTimer {
public:
    // `deliver` passes messages to the hubs; it is called in order and must not block. `wheel`: of loop 0.
    StreamTails(TimerWheel& wheel, MetaStore& store, Bus& bus, std::function<void(BusMessages)> deliver)
        : wheel_(wheel), store_(store), bus_(bus), deliver_(std::move(deliver)) {}

    void start();  // loop 0
    void stop();   // resumes those that wait in open(); call after the store and the bus have stopped

    void connected(const UserId& user, const std::string& username) override;
    void disconnected(const UserId& user) override;

    // Waits until the events of a connected user arrive. Returns the position in their stream from which on every event is delivered; or
    // nullopt if the journal cannot be read now: then they are delivered as soon as it can.
    awaitable<std::optional<std::int64_t>> open(UserId user);

    void publish(BusMessages messages);  // from the bus
    void look_for_lost();                // reads the heads of all streams

    // Returns whether a delivery with this coalescing key, of this version or a newer one, was passed on in the last half minute.
    bool has_passed(const std::string& coalescing_key, std::uint64_t version);

private:
    using Position = std::optional<std::int64_t>;
    struct Entry {
        UserId user;
        std::size_t connections = 0;
        bool is_opening = false;
        bool is_queued = false;  // in behind_
        StreamTail tail{};
        std::vector<Resume<Position>> waiting{};  // in open()
    };
    using EntryPtr = std::shared_ptr<Entry>;

    static Position position_of(const Entry& entry);
    static void note_failure(const Result<void>& outcome);
    void on_deadline(Steady::time_point now) override;
    void read_head(EntryPtr entry);
    void begin_reads();
    void on_page(const EntryPtr& entry, Result<JournalPage> page);
    void read_heads(std::vector<EntryPtr> entries, std::size_t first);
    void end_look();
    // With the mutex:
    void resume_waiting(Entry& entry);
    BusMessagePtr in_order(BusMessagePtr message);
    void catch_up(const EntryPtr& entry);

    TimerWheel& wheel_;
    MetaStore& store_;
    Bus& bus_;
    const std::function<void(BusMessages)> deliver_;
    std::mutex mutex_;
    std::unordered_map<UserId, EntryPtr> entries_;
    SeenVersions seen_versions_;
    std::deque<EntryPtr> behind_;     // waiting for a read of the journal
    unsigned reads_ = 0;              // under way
    std::atomic<unsigned> ticks_{0};  // since the heads were last read
    bool is_looking_ = false;
    bool look_again_ = false;
    bool stopped_ = false;
};

}  // namespace ks::engine
