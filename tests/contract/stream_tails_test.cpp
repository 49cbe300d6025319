// Events over a bus that loses messages, against the journal of every store.
#include "engine/stream_tails.h"
#include "tests/contract/store_test.h"

#include <condition_variable>

namespace ks::contract {

namespace {

// A bus whose messages the test delivers or loses.
class ManualBus final : public Bus {
public:
    void publish(BusMessages) override {}
    void subscribe(std::function<void(BusMessages)>) override {}
    void watch(const BusTopic& topic, std::function<void()> ready) override {
        watched.push_back(topic);
        ready();
    }
    void unwatch(const BusTopic& topic) override { std::erase(watched, topic); }
    BusState state() const override { return BusState::Connected; }

    std::vector<BusTopic> watched;
};

class StreamTailsTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        anna_ = add_user("anna").id;
        ben_ = add_user("ben").id;
        tails_.emplace(wheel_, store(), bus_, [this](BusMessages messages) {
            std::lock_guard lock(mutex_);
            heard_.insert(heard_.end(), messages.begin(), messages.end());
            changed_.notify_all();
        });
    }
    void TearDown() override {
        store().stop();
        tails_->stop();
    }

    // Commits an event, without a word on the bus.
    EventDelivery commit(Recipients recipients, std::string message = "{}") {
        return write([&](Tx& tx) {
            EventDelivery delivery{.type = "X", .message = message, .at = noon, .recipients = recipients};
            tx.journal().append(delivery);
            return delivery;
        });
    }
    void announce(EventDelivery delivery) {
        BusMessagePtr message = std::make_shared<const BusMessage>(std::move(delivery));
        tails_->publish({&message, 1});
    }
    std::optional<std::int64_t> connect(const UserId& user) {
        tails_->connected(user, "name");
        return run(tails_->open(user));
    }

    // Waits for that many deliveries. Returns the positions of those that reach the user.
    std::vector<std::int64_t> hear(std::size_t count, const UserId& user) {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return heard_.size() >= count; }));
        EXPECT_EQ(heard_.size(), count);
        std::vector<std::int64_t> positions;
        for (const auto& message : heard_) {
            const auto& delivery = std::get<EventDelivery>(*message);
            const auto& except = delivery.recipients.except;
            bool is_excepted = std::find(except.begin(), except.end(), user) != except.end();
            if (auto position = delivery.position_of(user); position.index > 0 && !is_excepted) positions.push_back(position.index);
        }
        return positions;
    }

    using Positions = std::vector<std::int64_t>;
    asio::io_context loop_;
    TimerWheel wheel_{loop_};
    ManualBus bus_;
    std::optional<engine::StreamTails> tails_;
    UserId anna_, ben_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<BusMessagePtr> heard_;
};

}  // namespace

TEST_P(StreamTailsTest, WatchesAUserWhileConnected) {
    commit({.users = {anna_}});
    EXPECT_EQ(connect(anna_), 1);
    EXPECT_EQ(connect(anna_), 1);
    EXPECT_EQ(bus_.watched, std::vector<BusTopic>{anna_});
    tails_->disconnected(anna_);
    EXPECT_EQ(bus_.watched.size(), 1U);
    tails_->disconnected(anna_);
    EXPECT_TRUE(bus_.watched.empty());
    EXPECT_EQ(run(tails_->open(anna_)), std::nullopt);
}

TEST_P(StreamTailsTest, PassesTheNextEventOnAsItIs) {
    connect(anna_);
    auto event = commit({.users = {anna_, ben_}, .shares = {ShareId::make()}});
    announce(event);
    EXPECT_EQ(hear(1, anna_), Positions{1});
    EXPECT_TRUE(std::get<EventDelivery>(*heard_[0]).recipients.except.empty());
    EXPECT_EQ(std::get<EventDelivery>(*heard_[0]).recipients.shares, event.recipients.shares);
}

TEST_P(StreamTailsTest, ReadsALostEventBeforeALaterOne) {
    connect(anna_);
    commit({.users = {anna_}});
    announce(commit({.users = {anna_}, .shares = {ShareId::make()}}));
    EXPECT_EQ(hear(3, anna_), (Positions{1, 2}));
    EXPECT_EQ(std::get<EventDelivery>(*heard_[0]).recipients.except, std::vector<UserId>{anna_});
    announce(commit({.users = {anna_}}));
    EXPECT_EQ(hear(4, anna_), (Positions{1, 2, 3}));
}

TEST_P(StreamTailsTest, HoldsANoticeBackForThoseAlone) {
    connect(anna_);
    connect(ben_);
    commit({.users = {anna_}});
    announce(commit({.everyone = true}));
    EXPECT_EQ(hear(3, anna_), (Positions{1, 2}));
    EXPECT_EQ(hear(3, ben_), (Positions{1}));
}

TEST_P(StreamTailsTest, PassesAnEventOnOnce) {
    connect(anna_);
    auto event = commit({.users = {anna_}});
    announce(event);
    announce(event);
    EXPECT_EQ(hear(2, anna_), Positions{1});
}

TEST_P(StreamTailsTest, ReadsTheEventOfABell) {
    connect(anna_);
    auto event = commit({.users = {anna_}}, R"({"large":1})");
    event.message.clear();
    announce(event);
    EXPECT_EQ(hear(1, anna_), Positions{1});
    EXPECT_EQ(std::get<EventDelivery>(*heard_[0]).message, R"({"large":1})");
}

TEST_P(StreamTailsTest, FindsWhatNobodyAnnounced) {
    connect(anna_);
    connect(ben_);
    for (int i = 0; i < 250; ++i) commit({.users = {anna_}});
    commit({.users = {ben_}});
    tails_->look_for_lost();
    auto heard = hear(251, anna_);
    EXPECT_EQ(heard.size(), 250U);
    EXPECT_TRUE(std::is_sorted(heard.begin(), heard.end()));
    EXPECT_EQ(hear(251, ben_), Positions{1});
}

TEST_P(StreamTailsTest, ReadsTheTextsOfEachKindOfConnection) {
    connect(anna_);
    write([&](Tx& tx) {
        for (const char* type : {"ShareChanged", "FileUploaded"}) {
            EventDelivery delivery{.type = type, .message = "{}", .at = noon, .recipients = {.users = {anna_}}};
            tx.journal().append(delivery);
        }
    });
    tails_->look_for_lost();
    hear(2, anna_);
    EXPECT_EQ(std::get<EventDelivery>(*heard_[0]).message_without_since, "");
    EXPECT_EQ(std::get<EventDelivery>(*heard_[1]).message_without_since, std::nullopt);
}

TEST_P(StreamTailsTest, PassesTransientEventsOn) {
    connect(anna_);
    announce({.type = "UploadProgress", .message = "{}", .recipients = {.users = {anna_}}});
    hear(1, anna_);
}

TEST_P(StreamTailsTest, OpensLaterIfTheStoreFails) {
    store().stop();
    EXPECT_EQ(connect(anna_), std::nullopt);
}

KS_FOR_EVERY_STORE(StreamTailsTest);

}  // namespace ks::contract
