#include "tests/contract/store_test.h"

#include <algorithm>
#include <atomic>

namespace ks::contract {

namespace {

class SharesTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        owner_ = add_user("owner");
        file_ = add_file(owner_, "a");
    }
    Share share(const ShareId& id) {
        return *read([&](Tx& tx) { return tx.shares().find(id); });
    }
    bool begin(const Share& share, Time now = noon) {
        return write([&](Tx& tx) { return tx.downloads().reserve(share.id, now); });
    }
    void finish(const Share& share, bool counts) {
        write([&](Tx& tx) { tx.downloads().commit_reservation(share.id, counts); });
    }
    // Returns the ids from all pages of `list`: (Tx&, Page) → shares.
    template <class List>
    std::vector<ShareId> all_pages(List list) {
        std::vector<ShareId> ids;
        for (Page page{.limit = 2};;) {
            auto shares = read([&](Tx& tx) { return list(tx, page); });
            if (shares.empty()) return ids;
            EXPECT_LE(shares.size(), 2U);
            for (const ShareId& id : ids_of(shares)) ids.push_back(id);
            page.after_key = std::to_string(to_millis(shares.back().created_at));
            page.after_id = shares.back().id.raw();
        }
    }

    User owner_;
    File file_;
};

std::vector<ShareId> newest_first(std::vector<Share> shares) {
    std::sort(shares.begin(), shares.end(),
              [](const Share& a, const Share& b) { return std::pair(a.created_at, a.id) > std::pair(b.created_at, b.id); });
    return ids_of(shares);
}

}  // namespace

TEST_P(SharesTest, AShareComesBackAsItWasGivenAndChanged) {
    User anna = add_user("anna"), bert = add_user("bert");
    Share given = add_share(file_, {bert.id, anna.id, bert.id}, noon + Duration(10), 3);
    Share found = share(given.id);
    EXPECT_EQ(found.file_id, file_.id);
    EXPECT_EQ(found.owner_id, owner_.id);
    EXPECT_EQ(found.token, given.token);
    EXPECT_EQ(found.expires_at, given.expires_at);
    EXPECT_EQ(found.max_downloads, given.max_downloads);
    EXPECT_EQ(found.created_at, noon);
    EXPECT_FALSE(found.ended_at);
    EXPECT_EQ(read([&](Tx& tx) { return tx.shares().find(given.token)->id; }), given.id);
    EXPECT_FALSE(read([&](Tx& tx) { return tx.shares().find(std::string("no such token")).has_value(); }));
    EXPECT_EQ(read([&](Tx& tx) { return tx.shares().recipients(given.id); }).size(), 2U);

    found.expires_at.reset();
    found.max_downloads.reset();
    found.password_hash = "secret";
    found.ended_at = noon;
    write([&](Tx& tx) { tx.shares().update(found); });
    Share changed = share(given.id);
    EXPECT_FALSE(changed.expires_at);
    EXPECT_FALSE(changed.max_downloads);
    EXPECT_EQ(changed.password_hash, "secret");
    EXPECT_EQ(changed.ended_at, noon);

    EXPECT_TRUE(write([&](Tx& tx) { return tx.shares().remove(given.id); }));
    EXPECT_FALSE(write([&](Tx& tx) { return tx.shares().remove(given.id); }));
}

TEST_P(SharesTest, ATokenStandsForOneShare) {
    Share first = add_share(file_);
    Share second{.id = ShareId::make(), .file_id = file_.id, .owner_id = owner_.id, .token = first.token, .created_at = noon};
    auto outcome = try_write([&](Tx& tx) -> Result<void> {
        tx.shares().insert(second, {});
        return {};
    });
    EXPECT_FALSE(outcome);
    EXPECT_EQ(read([&](Tx& tx) { return tx.shares().find(first.token)->id; }), first.id);
}

TEST_P(SharesTest, PagesCoverTheOwnersSharesNewestFirst) {
    File other = add_file(owner_, "b");
    std::vector<Share> all, of_file;
    for (int i = 0; i < 7; ++i) {
        Share made = add_share(i % 2 ? other : file_, {}, {}, {}, noon + Duration(i / 3));
        all.push_back(made);
        if (i % 2) of_file.push_back(made);
    }
    add_share(add_file(add_user("anna"), "c"));
    write([&](Tx& tx) { tx.shares().end(all[2].id, noon); });
    auto list_all = [&](Tx& tx, const Page& page) { return tx.shares().list(owner_.id, {}, page); };
    auto list_file = [&](Tx& tx, const Page& page) { return tx.shares().list(owner_.id, other.id, page); };
    EXPECT_EQ(all_pages(list_all), newest_first(all));
    EXPECT_EQ(all_pages(list_file), newest_first(of_file));
}

TEST_P(SharesTest, PagesCoverWhatAUserReceivedWhileItLives) {
    User anna = add_user("anna"), bert = add_user("bert");
    std::vector<Share> received;
    for (int i = 0; i < 5; ++i) received.push_back(add_share(file_, {bert.id, anna.id}, {}, {}, noon + Duration(i / 2)));
    Share past = add_share(file_, {anna.id}, noon), ended = add_share(file_, {anna.id}), used_up = add_share(file_, {anna.id}, {}, 1);
    add_share(file_, {bert.id});
    write([&](Tx& tx) { tx.shares().end(ended.id, noon); });
    auto list = [&](Tx& tx, const Page& page) { return tx.shares().list_received(anna.id, noon, page); };
    EXPECT_EQ(all_pages(list).size(), 6U);
    // A share with its last download in progress is not listed; an abort releases the download.
    ASSERT_TRUE(begin(used_up));
    EXPECT_EQ(all_pages(list), newest_first(received));
    finish(used_up, false);
    EXPECT_EQ(all_pages(list).size(), 6U);
    ASSERT_TRUE(begin(used_up));
    finish(used_up, true);
    EXPECT_EQ(all_pages(list), newest_first(received));
}

TEST_P(SharesTest, LivingSharesOfAFile) {
    Share living = add_share(file_, {}, noon + Duration(1));
    Share past = add_share(file_, {}, noon), ended = add_share(file_);
    add_share(add_file(owner_, "b"));
    write([&](Tx& tx) { tx.shares().end(ended.id, noon); });
    EXPECT_EQ(ids_of(read([&](Tx& tx) { return tx.shares().active_shares_of(file_.id, noon); })), std::vector{living.id});
}

TEST_P(SharesTest, EndsExactlyOnce) {
    Share ended = add_share(file_);
    std::atomic<int> times = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 10; ++n) times += write([&](Tx& tx) { return tx.shares().end(ended.id, noon); });
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(times, 1);
    EXPECT_EQ(share(ended.id).ended_at, noon);
}

TEST_P(SharesTest, DueAreThoseWhoseTimeHasComeEarliestFirst) {
    EXPECT_FALSE(read([](Tx& tx) { return tx.shares().next_expiry(); }));
    add_share(file_);
    Share third = add_share(file_, {}, noon + Duration(3)), first = add_share(file_, {}, noon + Duration(1)),
          second = add_share(file_, {}, noon + Duration(2));
    auto due = [&](int after, int limit) {
        return ids_of(write([&](Tx& tx) { return tx.shares().lock_due(noon + Duration(after), limit); }));
    };
    EXPECT_TRUE(due(0, 10).empty());
    EXPECT_EQ(due(2, 10), (std::vector{first.id, second.id}));
    EXPECT_EQ(due(9, 1), std::vector{first.id});
    EXPECT_EQ(read([](Tx& tx) { return tx.shares().next_expiry(); }), first.expires_at);
    write([&](Tx& tx) {
        tx.shares().end(first.id, noon);
        tx.shares().end(second.id, noon);
    });
    EXPECT_EQ(due(9, 10), std::vector{third.id});
    EXPECT_EQ(read([](Tx& tx) { return tx.shares().next_expiry(); }), third.expires_at);
}

TEST_P(SharesTest, TwoHundredAtOnceGetExactlyTheDownloadsThatAreLeft) {
    Share limited = add_share(file_, {}, {}, 3);
    std::atomic<int> begun = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 20; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 10; ++n) begun += begin(limited);
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(begun, 3);
    EXPECT_EQ(share(limited.id).downloads_under_way, 3U);
}

TEST_P(SharesTest, ADownloadThatBreaksOffGivesItsPlaceBack) {
    Share limited = add_share(file_, {}, {}, 2);
    EXPECT_TRUE(begin(limited));
    EXPECT_TRUE(begin(limited));
    EXPECT_FALSE(begin(limited));
    finish(limited, false);
    EXPECT_TRUE(begin(limited));
    finish(limited, true);
    EXPECT_FALSE(begin(limited));
    finish(limited, true);
    finish(limited, true);  // no download is in progress
    EXPECT_FALSE(begin(limited));
    EXPECT_EQ(share(limited.id).download_count, 2U);
    EXPECT_EQ(share(limited.id).downloads_under_way, 0U);
}

TEST_P(SharesTest, NothingBeginsAtAShareThatHasEnded) {
    Share endless = add_share(file_), timed = add_share(file_, {}, noon + Duration(1)), ended = add_share(file_);
    write([&](Tx& tx) { tx.shares().end(ended.id, noon); });
    EXPECT_TRUE(begin(endless));
    EXPECT_TRUE(begin(timed));
    EXPECT_FALSE(begin(timed, noon + Duration(1)));
    EXPECT_FALSE(begin(ended));
    EXPECT_FALSE(begin(Share{.id = ShareId::make()}));
}

TEST_P(SharesTest, ADownloadIsKeptAsItIs) {
    Share shared = add_share(file_);
    std::string key("\x00\x01\xff", 3);
    Download first{DownloadId::make(), shared.id, key, 7}, second{DownloadId::make(), shared.id, key, 7, true};
    write([&](Tx& tx) { tx.downloads().insert(first), tx.downloads().insert(second); });
    auto newest = [&] { return read([&](Tx& tx) { return tx.downloads().find_newest(shared.id, key); }); };
    ASSERT_TRUE(newest());
    EXPECT_EQ(newest()->id, second.id);
    second.sent.add(5, 10);
    second.complete = true;
    write([&](Tx& tx) { tx.downloads().update(second); });
    auto found = read([&](Tx& tx) { return tx.downloads().find(second.id); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->sent, second.sent);
    EXPECT_EQ(std::tuple(found->visitor, found->announced, found->complete), std::tuple(7U, true, true));
    write([&](Tx& tx) { tx.downloads().remove(second.id); });
    EXPECT_EQ(newest()->id, first.id);
    write([&](Tx& tx) { tx.shares().remove(shared.id); });
    EXPECT_FALSE(newest()) << "they go with their share";
}

TEST_P(SharesTest, RequestsOfADownloadNameTheirNode) {
    Share shared = add_share(file_);
    Download download{DownloadId::make(), shared.id, "key"};
    NodeId node = NodeId::make();
    DownloadRequest first{DownloadRequestId::make(), download.id, node}, second{DownloadRequestId::make(), download.id, NodeId::make()};
    auto has_requests = [&] { return read([&](Tx& tx) { return tx.downloads().has_requests(download.id); }); };
    auto remove = [&](const DownloadRequest& request) { return write([&](Tx& tx) { return tx.downloads().remove(request.id); }); };
    write([&](Tx& tx) { tx.downloads().insert(download); });
    EXPECT_FALSE(has_requests());
    write([&](Tx& tx) { tx.downloads().insert(first), tx.downloads().insert(second); });
    auto of_node = read([&](Tx& tx) { return tx.downloads().requests_of(node, 10); });
    ASSERT_EQ(of_node.size(), 1U);
    EXPECT_EQ(std::tuple(of_node[0].id, of_node[0].download_id, of_node[0].node), std::tuple(first.id, download.id, node));
    EXPECT_TRUE(remove(first));
    EXPECT_FALSE(remove(first));
    EXPECT_TRUE(has_requests());
    write([&](Tx& tx) { tx.downloads().remove(download.id); });
    EXPECT_FALSE(remove(second)) << "they go with their download";
}

TEST_P(SharesTest, AVisitLastsItsTime) {
    Share visited = add_share(file_);
    std::string key("\x00\x01\xff", 3);
    auto find = [&](Time now) { return read([&](Tx& tx) { return tx.shares().find_visitor(visited.id, key, now); }); };
    EXPECT_FALSE(find(noon));
    write([&](Tx& tx) { tx.shares().put_visitor({visited.id, key, noon, false, false}); });
    write([&](Tx& tx) { tx.shares().put_visitor({visited.id, key, noon, true, true}); });
    auto found = find(noon + visit_length - Duration(1));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->visit_started, noon);
    EXPECT_TRUE(found->unlocked);
    EXPECT_TRUE(found->downloaded);
    EXPECT_FALSE(find(noon + visit_length));
    write([&](Tx& tx) { tx.shares().lock_visitors(visited.id); });
    EXPECT_FALSE(find(noon)->unlocked);
    EXPECT_TRUE(find(noon)->downloaded);
}

TEST_P(SharesTest, OldVisitorsAreRemovedInBatches) {
    Share visited = add_share(file_);
    write([&](Tx& tx) {
        for (const char* key : {"a", "b", "c"}) tx.shares().put_visitor({visited.id, key, noon});
        tx.shares().put_visitor({visited.id, "d", noon + Duration(1)});
    });
    auto remove = [&](Time now) { return write([&](Tx& tx) { return tx.shares().remove_old_visitors(now, 2); }); };
    EXPECT_EQ(remove(noon + visit_length - Duration(1)), 0);
    EXPECT_EQ(remove(noon + visit_length), 2);
    EXPECT_EQ(remove(noon + visit_length), 1);
    EXPECT_EQ(remove(noon + visit_length), 0);
    EXPECT_TRUE(read([&](Tx& tx) { return tx.shares().find_visitor(visited.id, "d", noon + visit_length).has_value(); }));
}

KS_FOR_EVERY_STORE(SharesTest);

}  // namespace ks::contract
