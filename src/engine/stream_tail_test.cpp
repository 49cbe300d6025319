#include "engine/stream_tail.h"
#include "engine/stream_replay_test.h"

#include <gtest/gtest.h>

#include <deque>
#include <functional>

namespace ks::engine {
namespace {

using Positions = std::vector<std::int64_t>;

Positions positions_of(const std::vector<JournalEntry>& entries) {
    Positions all;
    for (const JournalEntry& entry : entries) all.push_back(entry.position.index);
    return all;
}

StreamTail opened_at(std::int64_t head) {
    StreamTail tail;
    tail.on_opened(head);
    return tail;
}

TEST(StreamTail, HandsOverTheNextEventAtOnce) {
    StreamTail tail = opened_at(6);
    EXPECT_TRUE(tail.on_event(7));
    EXPECT_TRUE(tail.on_event(8));
    EXPECT_FALSE(tail.is_behind());
    EXPECT_EQ(tail.position(), 8);
}

TEST(StreamTail, IgnoresPastEvents) {
    StreamTail tail = opened_at(6);
    EXPECT_FALSE(tail.on_event(6));
    EXPECT_FALSE(tail.on_event(1));
    EXPECT_FALSE(tail.is_behind());
}

TEST(StreamTail, ReadsUpToAnEventThatIsNotTheNext) {
    StreamTail tail = opened_at(6);
    EXPECT_FALSE(tail.on_event(8));
    ASSERT_TRUE(tail.is_behind());
    EXPECT_EQ(tail.begin_read(), 6);
    EXPECT_FALSE(tail.is_behind());
    EXPECT_EQ(positions_of(tail.on_page({9, {entry(7), entry(8)}})), (Positions{7, 8}));
    EXPECT_TRUE(tail.is_behind());
    EXPECT_EQ(tail.begin_read(), 8);
    EXPECT_EQ(positions_of(tail.on_page({9, {entry(9)}})), Positions{9});
    EXPECT_FALSE(tail.is_behind());
}

TEST(StreamTail, HandsOverALateEventOnce) {
    StreamTail tail = opened_at(6);
    EXPECT_FALSE(tail.on_event(8));
    tail.begin_read();
    EXPECT_TRUE(tail.on_event(7));
    EXPECT_EQ(positions_of(tail.on_page({8, {entry(7), entry(8)}})), Positions{8});
    EXPECT_FALSE(tail.is_behind());
}

TEST(StreamTail, KeepsWhatIsAnnouncedBeforeItIsOpen) {
    StreamTail tail;
    EXPECT_FALSE(tail.on_event(5));
    EXPECT_FALSE(tail.on_event(7));
    EXPECT_FALSE(tail.is_behind());
    tail.on_opened(6);
    EXPECT_EQ(tail.begin_read(), 4);
    EXPECT_EQ(positions_of(tail.on_page({7, {entry(5), entry(6), entry(7)}})), (Positions{5, 6, 7}));
}

TEST(StreamTail, ReadsAgainAfterAFailure) {
    StreamTail tail = opened_at(6);
    tail.on_head(7);
    tail.begin_read();
    tail.on_read_failed();
    EXPECT_TRUE(tail.is_behind());
    EXPECT_EQ(tail.begin_read(), 6);
}

TEST(StreamTail, SkipsExpiredEvents) {
    StreamTail tail = opened_at(6);
    tail.on_head(10);
    tail.begin_read();
    EXPECT_EQ(positions_of(tail.on_page({10, {entry(9)}})), Positions{9});
    EXPECT_EQ(tail.begin_read(), 9);
    EXPECT_TRUE(tail.on_page({10, {}}).empty());
    EXPECT_FALSE(tail.is_behind());
    EXPECT_TRUE(tail.on_event(11));
}

TEST(StreamTail, BelievesTheJournalRatherThanAnAnnouncement) {
    StreamTail tail = opened_at(6);
    EXPECT_FALSE(tail.on_event(1'000'000));
    tail.begin_read();
    EXPECT_TRUE(tail.on_page({6, {}}).empty());
    EXPECT_FALSE(tail.is_behind());
    EXPECT_TRUE(tail.on_event(7));
}

// Model of a user's stream in an installation. Events are committed by other nodes; each announcement is delivered at any time, twice, or
// never. A read executes at any time, and its result arrives later.
class World {
public:
    static constexpr std::int64_t last = 3;

    // Possible next steps. Each returns false if it is not enabled.
    bool open() {
        if (std::exchange(is_opening_, true)) return false;
        results_.push_back([this, head = head_] {
            first_ = std::min(first_, head + 1);
            tail_.on_opened(head);
        });
        return true;
    }
    bool commit() {
        if (head_ == last) return false;
        announced_.push_back(++head_);
        return true;
    }
    bool deliver_first() { return deliver(0, true); }
    bool deliver_second() { return deliver(1, true); }
    bool deliver_copy() { return !std::exchange(copied_, true) && deliver(0, false); }
    bool lose() {
        if (announced_.empty()) return false;
        announced_.pop_front();
        return true;
    }
    bool read() {
        if (!tail_.is_behind()) return false;
        std::int64_t after = tail_.begin_read();
        JournalPage page{.head = head_};
        for (std::int64_t position = after + 1; position <= head_ && page.entries.size() < 2; ++position)
            page.entries.push_back(entry(position));
        results_.push_back([this, page] {
            for (const JournalEntry& event : tail_.on_page(page)) heard_.push_back(event.position.index);
        });
        return true;
    }
    bool tell_result() {
        if (results_.empty()) return false;
        auto result = std::move(results_.front());
        results_.pop_front();
        result();
        return true;
    }

    void finish() {
        while (open() || commit() || tell_result() || lose()) continue;
        tail_.on_head(head_);
        while (read() || tell_result()) continue;
    }
    void check() const {
        Positions all;
        for (std::int64_t position = heard_.empty() ? last + 1 : heard_.front(); position <= last; ++position) all.push_back(position);
        EXPECT_EQ(heard_, all);
        EXPECT_LE(all.empty() ? last + 1 : all.front(), first_);
    }

private:
    bool deliver(std::size_t index, bool once) {
        if (announced_.size() <= index) return false;
        std::int64_t position = announced_[index];
        if (once) announced_.erase(announced_.begin() + static_cast<std::ptrdiff_t>(index));
        if (!tail_.is_open()) first_ = std::min(first_, position);
        if (tail_.on_event(position)) heard_.push_back(position);
        return true;
    }

    StreamTail tail_;
    std::int64_t head_ = 0;
    std::int64_t first_ = last + 1;  // first event that must be handed over
    bool is_opening_ = false, copied_ = false;
    std::deque<std::int64_t> announced_;
    std::deque<std::function<void()>> results_;
    Positions heard_;
};

// Explores every interleaving of the steps, depth first: each run takes the next untried choice. Returns the number of runs.
int try_all_orders() {
    using Step = bool (World::*)();
    const std::vector<Step> steps{&World::open,         &World::commit, &World::deliver_first, &World::deliver_second,
                                  &World::deliver_copy, &World::lose,   &World::read,          &World::tell_result};
    std::vector<std::size_t> choices;
    int runs = 0;
    do {
        World world;
        for (std::size_t depth = 0;; ++depth) {
            std::size_t choice = depth < choices.size() ? choices[depth] : 0;
            while (choice < steps.size() && !(world.*steps[choice])()) ++choice;
            if (depth == choices.size()) choices.push_back(0);
            choices[depth] = choice;
            if (choice < steps.size()) continue;
            choices.resize(depth);
            break;
        }
        world.finish();
        world.check();
        ++runs;
        while (!choices.empty() && choices.back() + 1 >= steps.size()) choices.pop_back();
        if (!choices.empty()) ++choices.back();
    } while (!choices.empty() && !testing::Test::HasFailure());
    return runs;
}

TEST(StreamTailInterleavings, HandOverEachEventOnceAndInOrder) { EXPECT_GT(try_all_orders(), 10'000); }

}  // namespace
}  // namespace ks::engine
