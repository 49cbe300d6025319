#pragma once

#include "base/size.h"
#include "engine/cursor.h"
#include "ports/meta_store.h"

#include <string>
#include <vector>

namespace ks {

// How much of the journal is read at a time.
struct PageSize {
    int events = 100;
    std::size_t bytes = 64_KiB;
};

// The beginning of a replay, as of one moment.
struct Opening {
    bool complete = true;                 // false: what followed the cursor is not, or not all, in the journal
    StreamPlace from{};                   // entries follow this
    StreamPlace head{};                   // the stream's newest event
    std::vector<JournalEntry> entries{};  // the first page of those up to the head
};

struct JournalPage {
    std::int64_t head = 0;
    std::vector<JournalEntry> entries{};  // up to the first hole
};

// What a transaction does to open a stream.
Opening open_stream(JournalTable& journal, const UserId& user, Since since, PageSize size);

// The journal, for those who ask what they missed.
class History {
public:
    explicit History(MetaStore& store) : store_(store) {}

    awaitable<Result<void>> start();  // before anything else: makes the journal's epoch where there is none

    Stream stream_of(const UserId& user) const { return {epoch_, user}; }
    awaitable<Result<Opening>> open(UserId user, Since since, PageSize size);
    awaitable<Result<JournalPage>> read(UserId user, std::int64_t after, PageSize size);

private:
    MetaStore& store_;
    std::string epoch_;
};

}  // namespace ks
