#include "engine/stream_replay_test.h"

#include <gtest/gtest.h>

#include <deque>
#include <functional>

namespace ks::engine {
namespace {

// Model of a feed's environment. Commits occur at any time and are announced to the loop later, in order. A read executes at any time, and
// its result enters the same queue. The client consumes sent events at any time.
class World final : public StreamReplayActions {
public:
    explicit World(Since since) : replay_(*this, since, 1 << 20), since_(since) {}

    void open(Since) override { wants_ = -1; }
    void read(std::int64_t after) override { wants_ = after; }
    void send(const JournalEntry& entry) override { hear(entry.position.index); }
    void send_transient(const EventDelivery& delivery, StreamPosition) override { hear(delivery); }
    void send_resumed(std::uint64_t replayed, bool complete, StreamPosition at) override {
        EXPECT_NE(paused_, 1);
        EXPECT_EQ(resumed_at, none);
        EXPECT_TRUE(complete);
        EXPECT_EQ(replayed, heard.size());
        resumed_at = at.index;
    }
    void await_sent() override { full_ = true; }
    void overflow() override { ADD_FAILURE(); }
    void on_gap() override { ADD_FAILURE(); }

    // Possible next steps. Each returns false if it is not enabled.
    bool commit() {
        if (head_ == 4) return false;
        // Progress precedes its event, as in an upload.
        queue_.push_back([this, at = head_ + 1] { pass(at); });
        ++head_;
        return true;
    }
    bool announce() {
        if (announced_ == head_) return false;
        queue_.push_back([this, at = ++announced_] { told(at); });
        return true;
    }
    bool begin() {
        if (started_) return false;
        started_ = true;
        head_at_start = head_;
        replay_.start();
        return true;
    }
    bool carry_out_read() {
        // Since::Now is read on the writer, after all messages (see History::open).
        bool is_now = since_.kind == Since::Kind::Now && wants_ == -1;
        if (!wants_ || (is_now && announced_ < head_)) return false;
        std::int64_t wanted = *std::exchange(wants_, std::nullopt);
        queue_.push_back(wanted < 0 ? opening() : page(wanted));
        return true;
    }
    bool tell_core() {
        if (queue_.empty()) return false;
        auto next = std::move(queue_.front());
        queue_.pop_front();
        next();
        return true;
    }
    bool take() {
        if (!std::exchange(full_, false)) return false;
        replay_.on_sent();
        return true;
    }
    bool pause() {
        if (!started_ || paused_ != 0) return false;
        paused_ = 1;
        replay_.pause();
        return true;
    }
    bool resume() {
        if (paused_ != 1) return false;
        paused_ = 2;
        replay_.resume();
        return true;
    }

    void check() const {
        bool is_now = since_.kind == Since::Kind::Now;
        std::int64_t from = is_now ? resumed_at : since_.position.index;
        if (is_now) {
            EXPECT_LE(from, head_at_start);
        }
        std::vector<std::int64_t> all;
        for (std::int64_t position = from + 1; position <= head_; ++position) all.push_back(position);
        EXPECT_EQ(heard, all);
        // The progress of each live event precedes it.
        for (auto [of, behind] : passed) {
            if (of > resumed_at) {
                EXPECT_LT(behind, of);
            }
        }
        EXPECT_GE(passed.size(), static_cast<std::size_t>(head_ - head_at_start));
    }

    static constexpr std::int64_t none = -1;
    std::vector<std::int64_t> heard;
    std::vector<std::pair<std::int64_t, std::int64_t>> passed;  // (event of the progress, position it was sent after)
    std::int64_t resumed_at = none, head_at_start = 0;

private:
    void hear(std::int64_t position) {
        EXPECT_NE(paused_, 1);
        heard.push_back(position);
    }
    void hear(const EventDelivery& delivery) {
        EXPECT_NE(paused_, 1);
        EXPECT_NE(resumed_at, none);
        passed.emplace_back(std::stoll(delivery.message), heard.empty() ? resumed_at : heard.back());
    }
    void pass(std::int64_t of) {
        if (!started_) return;
        EventDelivery delivery = passing(std::to_string(of), std::to_string(of));
        if (replay_.on_transient(delivery)) hear(delivery);
    }
    void told(std::int64_t position) {
        if (started_ && replay_.on_committed(at(position))) hear(position);
    }
    std::vector<JournalEntry> entries_after(std::int64_t after) const {
        std::vector<JournalEntry> entries;
        for (std::int64_t position = after + 1; position <= head_ && entries.size() < 2; ++position) entries.push_back(entry(position));
        return entries;
    }
    std::function<void()> opening() {
        Opening opening{.from = at(head_), .head = at(head_)};
        if (since_.kind == Since::Kind::Position) {
            opening.from = since_.position;
            opening.entries = entries_after(since_.position.index);
        }
        return [this, opening] { replay_.on_opened(opening); };
    }
    std::function<void()> page(std::int64_t after) {
        return [this, page = JournalPage{head_, entries_after(after)}] { replay_.on_page(page); };
    }

    StreamReplay replay_;
    const Since since_;
    std::int64_t head_ = 2, announced_ = 2;
    bool started_ = false, full_ = false;
    int paused_ = 0;
    std::optional<std::int64_t> wants_;  // -1: open
    std::deque<std::function<void()>> queue_;
};

// Explores every interleaving of the steps, depth first: each run takes the next untried choice. Returns the number of runs.
int try_all_orders(Since since, bool with_pause) {
    using Step = bool (World::*)();
    std::vector<Step> steps{&World::commit, &World::announce, &World::begin, &World::carry_out_read, &World::tell_core, &World::take};
    if (with_pause) steps.insert(steps.end(), {&World::pause, &World::resume});
    std::vector<std::pair<std::size_t, std::size_t>> choices;  // (choice taken, number of choices)
    int runs = 0;
    do {
        World world(since);
        for (std::size_t depth = 0;; ++depth) {
            std::size_t wanted = depth < choices.size() ? choices[depth].first : 0;
            std::size_t first = wanted;
            while (first < steps.size() && !(world.*steps[first])()) ++first;
            if (depth == choices.size()) choices.emplace_back();
            choices[depth].first = first;
            if (first < steps.size()) continue;
            choices.resize(depth);
            break;
        }
        // No step is enabled, or no further choice at this depth: run the remaining steps to completion.
        for (bool moved = true; moved;) {
            moved = world.begin() || world.resume() || world.carry_out_read() || world.tell_core() || world.take() || world.commit() ||
                    world.announce();
        }
        world.check();
        ++runs;
        if (testing::Test::HasFailure()) return runs;
        while (!choices.empty() && choices.back().first + 1 >= steps.size()) choices.pop_back();
        if (!choices.empty()) ++choices.back().first;
    } while (!choices.empty());
    return runs;
}

TEST(StreamReplayInterleavings, NothingLostNothingTwiceFromNow) { EXPECT_GT(try_all_orders({Since::Kind::Now}, false), 1000); }

TEST(StreamReplayInterleavings, NothingLostNothingTwiceFromACursor) {
    EXPECT_GT(try_all_orders({Since::Kind::Position, at(1)}, false), 1000);
    EXPECT_GT(try_all_orders({Since::Kind::Position, at(0)}, false), 1000);
}

TEST(StreamReplayInterleavings, NorWithAPauseAnywhere) { EXPECT_GT(try_all_orders({Since::Kind::Position, at(1)}, true), 1000); }

}  // namespace
}  // namespace ks::engine
