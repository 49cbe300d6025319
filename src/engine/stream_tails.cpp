#include "engine/stream_tails.h"

#include "base/log.h"
#include "codec/message.h"

namespace ks::engine {

namespace {

constexpr auto tick = std::chrono::seconds(1);
constexpr unsigned ticks_between_looks = 5;
constexpr unsigned reads_at_a_time = 16;

BusMessagePtr delivery_of(const UserId& user, JournalEntry entry) {
    auto without = codec::without_since(entry.type, entry.message);
    return std::make_shared<const BusMessage>(EventDelivery{.type = std::move(entry.type),
                                                            .subject = entry.subject,
                                                            .message = std::move(entry.message),
                                                            .message_without_since = std::move(without),
                                                            .at = entry.at,
                                                            .recipients = {.users = {user}},
                                                            .positions = {{user, entry.position.index}},
                                                            .fingerprint = entry.position.fingerprint});
}

}  // namespace

void StreamTails::start() { wheel_.arm(*this, Steady::now() + tick); }

void StreamTails::on_deadline(Steady::time_point now) {
    wheel_.arm(*this, now + tick);
    {
        std::lock_guard lock(mutex_);
        seen_versions_.expire(now);
    }
    if (++ticks_ >= ticks_between_looks || bus_.state() == BusState::Disconnected) look_for_lost();
}

void StreamTails::stop() {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    for (auto& [user, entry] : entries_) resume_waiting(*entry);
}

void StreamTails::connected(const UserId& user, const std::string&) {
    EntryPtr entry;
    {
        std::lock_guard lock(mutex_);
        EntryPtr& known = entries_[user];
        if (known) {
            ++known->connections;
            return;
        }
        known = std::make_shared<Entry>(Entry{.user = user, .connections = 1, .is_opening = true});
        entry = known;
    }
    bus_.watch(user, [this, entry] { read_head(entry); });
}

void StreamTails::disconnected(const UserId& user) {
    {
        std::lock_guard lock(mutex_);
        auto found = entries_.find(user);
        KS_ASSERT(found != entries_.end() && found->second->connections > 0);
        if (--found->second->connections > 0) return;
        entries_.erase(found);
    }
    bus_.unwatch(user);
}

awaitable<std::optional<std::int64_t>> StreamTails::open(UserId user) {
    auto start = [this, user](Resume<Position> resume) {
        std::lock_guard lock(mutex_);
        auto found = entries_.find(user);
        bool waits = found != entries_.end() && found->second->is_opening && !stopped_;
        if (waits) {
            found->second->waiting.push_back(std::move(resume));
        } else {
            resume(found != entries_.end() ? position_of(*found->second) : std::nullopt);
        }
    };
    return suspend<Position>(std::move(start));
}

StreamTails::Position StreamTails::position_of(const Entry& entry) {
    return entry.tail.is_open() ? Position(entry.tail.position()) : std::nullopt;
}

void StreamTails::read_head(EntryPtr entry) {
    auto head = std::make_shared<std::int64_t>(0);
    auto read = [user = entry->user, head](Tx& tx) -> Result<void> {
        *head = tx.journal().head(user);
        return {};
    };
    auto done = [this, entry, head](Result<void> outcome) {
        {
            std::lock_guard lock(mutex_);
            entry->is_opening = false;
            if (outcome) entry->tail.on_opened(*head);
            resume_waiting(*entry);
            catch_up(entry);
        }
        note_failure(outcome);
        begin_reads();
    };
    store_.read(std::move(read), std::move(done));
}

void StreamTails::resume_waiting(Entry& entry) {
    for (const auto& resume : std::exchange(entry.waiting, {})) resume(position_of(entry));
}

void StreamTails::note_failure(const Result<void>& outcome) {
    if (outcome) return;
    const Error& error = outcome.error();
    log::warning("reading the journal failed; trying again", {{"reason", error.detail.empty() ? error.message : error.detail}});
}

void StreamTails::publish(BusMessages messages) {
    {
        std::lock_guard lock(mutex_);
        std::vector<BusMessagePtr> now;
        for (const auto& message : messages) {
            if (auto next = in_order(message)) now.push_back(std::move(next));
        }
        if (!now.empty()) deliver_(now);
    }
    begin_reads();
}

// Returns the message without the users for whom it is not the next event; null for a bell, a message to a node, or an old version.
BusMessagePtr StreamTails::in_order(BusMessagePtr message) {
    if (std::holds_alternative<NodeMessage>(*message)) return nullptr;
    const auto* delivery = std::get_if<EventDelivery>(message.get());
    if (!delivery) return message;
    if (delivery->version > 0 && !seen_versions_.is_newer(delivery->coalescing_key, delivery->version)) return nullptr;
    if (delivery->positions.empty()) return message;
    std::vector<UserId> except;
    for (const auto& [user, position] : delivery->positions) {
        auto found = entries_.find(user);
        if (found == entries_.end()) continue;
        if (delivery->is_bell()) {
            found->second->tail.on_head(position);
        } else if (!found->second->tail.on_event(position)) {
            except.push_back(user);
        }
        catch_up(found->second);
    }
    if (delivery->is_bell()) return nullptr;
    if (except.empty()) return message;
    EventDelivery others = *delivery;
    others.recipients.except = std::move(except);
    return std::make_shared<const BusMessage>(std::move(others));
}

void StreamTails::catch_up(const EntryPtr& entry) {
    if (entry->is_queued || !entry->tail.is_behind()) return;
    entry->is_queued = true;
    behind_.push_back(entry);
}

// Must be called without the mutex: a store that cannot read calls back at once.
void StreamTails::begin_reads() {
    while (true) {
        EntryPtr entry;
        std::int64_t after = 0;
        {
            std::lock_guard lock(mutex_);
            if (stopped_ || behind_.empty() || reads_ == reads_at_a_time) return;
            entry = std::move(behind_.front());
            behind_.pop_front();
            entry->is_queued = false;
            after = entry->tail.begin_read();
            ++reads_;
        }
        auto page = std::make_shared<JournalPage>();
        auto read = [user = entry->user, after, page](Tx& tx) -> Result<void> {
            *page = read_page(tx.journal(), user, after, PageSize{});
            return {};
        };
        auto done = [this, entry, page](Result<void> outcome) {
            on_page(entry, outcome ? std::move(*page) : Result<JournalPage>(tl::unexpected(outcome.error())));
            note_failure(outcome);
        };
        store_.read(std::move(read), std::move(done));
    }
}

void StreamTails::on_page(const EntryPtr& entry, Result<JournalPage> page) {
    {
        std::lock_guard lock(mutex_);
        --reads_;
        if (!page) return entry->tail.on_read_failed();  // look_for_lost() tries again
        std::vector<BusMessagePtr> messages;
        for (JournalEntry& event : entry->tail.on_page(std::move(*page))) messages.push_back(delivery_of(entry->user, std::move(event)));
        bool is_connected = entry->connections > 0;
        if (!is_connected) return;
        if (!messages.empty()) deliver_(messages);
        catch_up(entry);
    }
    begin_reads();
}

bool StreamTails::has_passed(const std::string& coalescing_key, std::uint64_t version) {
    std::lock_guard lock(mutex_);
    return seen_versions_.has(coalescing_key, version);
}

void StreamTails::look_for_lost() {
    std::vector<EntryPtr> open, closed;
    {
        std::lock_guard lock(mutex_);
        look_again_ = is_looking_;
        if (is_looking_ || stopped_) return;
        is_looking_ = true;
        ticks_ = 0;
        for (const auto& [user, entry] : entries_) {
            if (entry->tail.is_open()) open.push_back(entry);
            if (!entry->tail.is_open() && !std::exchange(entry->is_opening, true)) closed.push_back(entry);
        }
    }
    for (const EntryPtr& entry : closed) read_head(entry);
    read_heads(std::move(open), 0);
}

void StreamTails::read_heads(std::vector<EntryPtr> entries, std::size_t first) {
    if (first >= entries.size()) return end_look();
    std::size_t count = std::min(entries.size() - first, JournalTable::max_heads);
    std::vector<UserId> users;
    for (std::size_t i = first; i < first + count; ++i) users.push_back(entries[i]->user);
    auto heads = std::make_shared<std::vector<std::int64_t>>();
    auto read = [users = std::move(users), heads](Tx& tx) -> Result<void> {
        *heads = tx.journal().heads(users);
        return {};
    };
    auto done = [this, entries = std::move(entries), first, heads](Result<void> outcome) {
        note_failure(outcome);
        if (!outcome) return end_look();
        {
            std::lock_guard lock(mutex_);
            for (std::size_t i = 0; i < heads->size(); ++i) {
                entries[first + i]->tail.on_head((*heads)[i]);
                catch_up(entries[first + i]);
            }
        }
        begin_reads();
        read_heads(entries, first + heads->size());
    };
    store_.read(std::move(read), std::move(done));
}

void StreamTails::end_look() {
    bool again = false;
    {
        std::lock_guard lock(mutex_);
        is_looking_ = false;
        again = std::exchange(look_again_, false);
    }
    if (again) look_for_lost();
}

}  // namespace ks::engine
