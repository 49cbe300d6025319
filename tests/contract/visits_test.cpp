#include "engine/downloads.h"
#include "engine/shares.h"

#include "tests/contract/store_test.h"

namespace ks::contract {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Recording and summarizing of visits over time, against every store.
class VisitsTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        owner_ = add_user("owner");
        file_ = add_file(owner_, "letter.txt");
        share_ = add_share(file_);
        shares_.emplace(store(), hashing_, clock_);
        downloads_.emplace(store(), clock_, NodeId::make());
    }

    static engine::Guest with_cookie(const std::string& cookie) { return {.cookie = cookie, .address_and_agent = "192.0.2.1\nBrowser"}; }
    static engine::Guest from(const std::string& address) { return {.address_and_agent = address + "\nBrowser"}; }

    void look_at(const Share& share, const engine::Guest& guest) { ASSERT_TRUE(run(shares_->open_share(share.token, {}, guest))); }
    void look(const engine::Guest& guest) { look_at(share_, guest); }
    void download(const engine::Guest& guest) {
        auto view = run(shares_->authorize_download(share_.token, {}, guest));
        ASSERT_TRUE(view);
        auto ticket = run(downloads_->begin(*view, guest, {.from_start = true}));
        ASSERT_TRUE(ticket);
        ASSERT_TRUE(run(downloads_->end(*ticket, {0, file_.size})));
    }

    void to(Duration since_noon) { clock_.advance(noon + since_noon - clock_.now()); }

    // Times of the owner's ShareAccessed events, since noon.
    std::vector<Duration> told() {
        auto events = read([&](Tx& tx) { return tx.journal().read(owner_.id, 0, 100, 1'000'000); });
        std::vector<Duration> times;
        for (const JournalEntry& event : events) {
            if (event.message.starts_with(R"({"type":"ShareAccessed")")) times.push_back(event.at - noon);
        }
        return times;
    }

    ManualClock clock_{noon};
    Offload hashing_{1, 16};
    User owner_;
    File file_;
    Share share_;
    std::optional<engine::Shares> shares_;
    std::optional<engine::Downloads> downloads_;
};

using Times = std::vector<Duration>;

constexpr Duration almost = minutes(30) - Duration(1);

}  // namespace

TEST_P(VisitsTest, AVisitIsThirtyMinutesFromItsBeginning) {
    engine::Guest guest = with_cookie("a");
    for (Duration time : {Duration(0), Duration(minutes(20)), Duration(minutes(29) + seconds(59)), almost}) {
        to(time);
        look(guest);
    }
    EXPECT_EQ(told(), (Times{Duration(0)}));
    for (Duration time : {Duration(minutes(30)), minutes(30) + almost, Duration(minutes(60))}) {
        to(time);
        look(guest);
    }
    EXPECT_EQ(told(), (Times{Duration(0), minutes(30), minutes(60)}));
}

TEST_P(VisitsTest, WhoComesBackMuchLaterBeginsAVisitThen) {
    look(with_cookie("a"));
    to(minutes(45));
    look(with_cookie("a"));
    to(minutes(45) + almost);
    look(with_cookie("a"));
    EXPECT_EQ(told(), (Times{Duration(0), minutes(45)}));
}

TEST_P(VisitsTest, EachVisitorHasVisitsOfHisOwn) {
    look(with_cookie("a"));
    to(minutes(10));
    look(with_cookie("b"));
    to(minutes(30));
    look(with_cookie("a"));
    look(with_cookie("b"));
    to(minutes(40));
    look(with_cookie("a"));
    look(with_cookie("b"));
    EXPECT_EQ(told(), (Times{Duration(0), minutes(10), minutes(30), minutes(40)}));
}

TEST_P(VisitsTest, WithoutACookieAnAddressIsAVisitor) {
    for (Duration time : {Duration(0), almost}) {
        to(time);
        look(from("192.0.2.1"));
        look(from("192.0.2.2"));
    }
    EXPECT_EQ(told(), (Times{Duration(0), Duration(0)}));
    to(minutes(30));
    look(from("192.0.2.1"));
    EXPECT_EQ(told().size(), 3U);
}

TEST_P(VisitsTest, ACookieGivenInAVisitBelongsToItAndDoesNotProlongIt) {
    engine::Guest first = from("192.0.2.1");
    first.new_cookie = "a";
    look(first);
    to(minutes(20));
    first.new_cookie = "b";
    look(first);
    to(almost);
    look(with_cookie("a"));
    look(with_cookie("b"));
    EXPECT_EQ(told(), (Times{Duration(0)}));
    to(minutes(30));
    look(with_cookie("b"));
    EXPECT_EQ(told(), (Times{Duration(0), minutes(30)}));
}

TEST_P(VisitsTest, ADownloadIsPartOfAVisitAndDoesNotProlongIt) {
    download(with_cookie("a"));
    to(minutes(20));
    download(with_cookie("a"));
    to(almost);
    look(with_cookie("a"));
    EXPECT_EQ(told(), (Times{Duration(0)}));
    to(minutes(30));
    download(with_cookie("a"));
    EXPECT_EQ(told(), (Times{Duration(0), minutes(30)}));
}

TEST_P(VisitsTest, EachShareIsVisitedForItself) {
    Share other = add_share(file_);
    look(with_cookie("a"));
    to(minutes(10));
    look_at(other, with_cookie("a"));
    to(minutes(30));
    look_at(other, with_cookie("a"));
    EXPECT_EQ(told(), (Times{Duration(0), minutes(10)}));
}

TEST_P(VisitsTest, TheOwnerAndARobotAreNoVisitors) {
    engine::Guest owner = with_cookie("a"), robot = with_cookie("b");
    owner.user = owner_.id;
    robot.robot = true;
    for (Duration time : {Duration(0), Duration(minutes(30))}) {
        to(time);
        look(owner);
        look(robot);
        download(owner);
    }
    EXPECT_EQ(told(), Times{});
}

TEST_P(VisitsTest, VisitsAboveSixtyAnHourAreSummedUpOnceAMinute) {
    auto tell_sums = [&] { return write([&](Tx& tx) { return engine::tell_visit_sums(tx, clock_.now(), 10); }); };
    for (int i = 0; i < 100; ++i) look(with_cookie(std::to_string(i)));
    EXPECT_EQ(told().size(), 60U);
    EXPECT_EQ(tell_sums(), 0);
    to(minutes(1));
    EXPECT_EQ(tell_sums(), 1);
    EXPECT_EQ(tell_sums(), 0);
    auto events = read([&](Tx& tx) { return tx.journal().read(owner_.id, 0, 100, 1'000'000); });
    EXPECT_NE(events.back().message.find(R"("count":40)"), std::string::npos);
    EXPECT_EQ(events.front().message.find("count"), std::string::npos);
    look(with_cookie("late"));
    EXPECT_EQ(told().size(), 61U);
    to(minutes(61));
    EXPECT_EQ(tell_sums(), 1);
    look(with_cookie("in the next hour"));
    EXPECT_EQ(told().size(), 63U);
}

TEST_P(VisitsTest, OldVisitsGoAndThoseUnderWayStay) {
    look(with_cookie("a"));
    to(minutes(10));
    look(with_cookie("b"));
    to(minutes(30));
    EXPECT_EQ(write([&](Tx& tx) { return tx.shares().remove_old_visitors(clock_.now(), 10); }), 1);
    look(with_cookie("b"));
    EXPECT_EQ(told(), (Times{Duration(0), minutes(10)}));
}

KS_FOR_EVERY_STORE(VisitsTest);

}  // namespace ks::contract
