#include "engine/history.h"

#include "base/crypto.h"

#include <algorithm>

namespace ks::engine {

namespace {

// Reads up to the first gap left by retention; the next read starts after the gap.
std::vector<JournalEntry> read_unbroken(JournalTable& journal, const UserId& user, std::int64_t after, PageSize size) {
    auto entries = journal.read(user, after, size.events, size.bytes);
    auto breaks = [](const JournalEntry& a, const JournalEntry& b) { return b.position.index != a.position.index + 1; };
    auto hole = std::adjacent_find(entries.begin(), entries.end(), breaks);
    if (hole != entries.end()) entries.erase(hole + 1, entries.end());
    return entries;
}

std::optional<JournalEntry> entry_at(JournalTable& journal, const UserId& user, std::int64_t position) {
    auto found = journal.read(user, position - 1, 1, 1);
    if (found.empty() || found.front().position.index != position) return std::nullopt;
    return std::move(found.front());
}

// Returns whether `position` belongs to the history of the stream, by position and fingerprint. For an event expired from the journal only
// the position can be compared.
bool is_past(JournalTable& journal, const UserId& user, StreamPosition position, std::int64_t head) {
    if (position.index > head) return false;
    if (position.fingerprint == 0) return true;
    auto entry = entry_at(journal, user, position.index);
    return !entry || entry->position.fingerprint == position.fingerprint;
}

}  // namespace

Opening open_stream(JournalTable& journal, const UserId& user, Since since, PageSize size) {
    Opening opening;
    opening.head.index = journal.head(user);
    if (auto newest = entry_at(journal, user, opening.head.index)) opening.head.fingerprint = newest->position.fingerprint;
    opening.from = opening.head;
    if (since.kind == Since::Kind::Now) return opening;
    bool whole = since.kind == Since::Kind::Start;
    opening.complete = whole || (since.kind == Since::Kind::Position && is_past(journal, user, since.position, opening.head.index));
    if (!opening.complete) return opening;
    opening.entries = read_unbroken(journal, user, since.position.index, size);
    std::int64_t first = opening.entries.empty() ? opening.head.index + 1 : opening.entries.front().position.index;
    if (first == since.position.index + 1) {
        opening.from = since.position;
    } else if (whole) {
        opening.from = {first - 1, first > opening.head.index ? opening.head.fingerprint : 0};
    } else {
        opening.complete = false;
        opening.entries.clear();
    }
    return opening;
}

JournalPage read_page(JournalTable& journal, const UserId& user, std::int64_t after, PageSize size) {
    return {journal.head(user), read_unbroken(journal, user, after, size)};
}

awaitable<Result<void>> History::start() {
    std::string made_now(16, '\0');
    random_bytes(std::as_writable_bytes(std::span(made_now)));
    auto note = [made_now](Tx& tx) -> Result<std::string> { return tx.journal().epoch(made_now); };
    KS_CO_TRY(epoch_, co_await write(store_, std::move(note)));
    co_return Result<void>{};
}

awaitable<Result<Opening>> History::open(UserId user, Since since, PageSize size) {
    auto look = [user, since, size](Tx& tx) -> Result<Opening> { return open_stream(tx.journal(), user, since, size); };
    // With read(), the head could include an event whose message is still to come, and which would then be dropped as a past one.
    if (since.kind == Since::Kind::Now) return read_in_order(store_, std::move(look));
    return ks::read(store_, std::move(look));
}

awaitable<Result<JournalPage>> History::read(UserId user, std::int64_t after, PageSize size) {
    auto look = [user, after, size](Tx& tx) -> Result<JournalPage> { return read_page(tx.journal(), user, after, size); };
    return ks::read(store_, std::move(look));
}

}  // namespace ks::engine
