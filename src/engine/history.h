#pragma once

#include "base/size.h"
#include "engine/cursor.h"
#include "ports/meta_store.h"

#include <string>
#include <vector>

namespace ks::engine {

// Upper bound of one read of the journal.
struct PageSize {
    int events = 100;
    std::size_t bytes = 64_KiB;
};

// Start of a replay, from one snapshot of the journal.
struct Opening {
    bool complete = true;                 // false: some events after the cursor have expired or the cursor is foreign
    StreamPosition from{};                // position before the first entry
    StreamPosition head{};                // position of the stream's newest event
    std::vector<JournalEntry> entries{};  // first page up to the head
};

struct JournalPage {
    std::int64_t head = 0;
    std::vector<JournalEntry> entries{};  // up to the first gap
};

// Opens a user's stream within the caller's transaction.
Opening open_stream(JournalTable& journal, const UserId& user, Since since, PageSize size);

// Reads the events after that position, up to the first gap left by retention, within the caller's transaction.
JournalPage read_page(JournalTable& journal, const UserId& user, std::int64_t after, PageSize size);

// Read access to the journal for replays. Thread: any, after start().
class History {
public:
    explicit History(MetaStore& store) : store_(store) {}

    awaitable<Result<void>> start();  // must complete first: loads the journal's epoch, creates it if absent

    Stream stream_of(const UserId& user) const { return {epoch_, user}; }
    awaitable<Result<Opening>> open(UserId user, Since since, PageSize size);
    awaitable<Result<JournalPage>> read(UserId user, std::int64_t after, PageSize size);

private:
    MetaStore& store_;
    std::string epoch_;
};

}  // namespace ks::engine
