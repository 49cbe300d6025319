#pragma once

#include "engine/history.h"

#include <vector>

namespace ks::engine {

// Order of the events of one user's stream on a node that hears of them from several others: messages may be lost, late or doubled, and
// each event is handed over once, in stream order. Whatever is not the next event is read from the journal. A pure state machine: no store,
// no bus, no thread. Not thread-safe.
class StreamTail {
public:
    // The journal's head was read: events up to it are past, except those announced before.
    void on_opened(std::int64_t head);
    bool is_open() const { return is_open_; }
    std::int64_t position() const { return last_; }  // of the last event handed over

    // An event of the stream was announced. Returns true if the caller must hand it over now; false if it was handed over already or will
    // be read from the journal.
    bool on_event(std::int64_t position);

    void on_head(std::int64_t head);  // the stream has events up to `head`

    bool is_behind() const { return is_open_ && !is_reading_ && last_ < head_; }  // the journal must be read
    // Returns the position after which it must be read. on_page() or on_read_failed() has to follow.
    std::int64_t begin_read();
    std::vector<JournalEntry> on_page(JournalPage page);  // returns the events to hand over now
    void on_read_failed() { is_reading_ = false; }

private:
    std::int64_t last_ = 0;
    std::int64_t head_ = 0;       // newest known position
    std::int64_t announced_ = 0;  // first position announced before the tail was opened; 0: none
    bool is_open_ = false;
    bool is_reading_ = false;
};

}  // namespace ks::engine
