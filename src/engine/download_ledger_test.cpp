#include "engine/download_ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace ks::engine {

namespace {

// In-memory DownloadTable for one share.
class FakeDownloads final : public DownloadTable {
public:
    explicit FakeDownloads(Share& share) : share_(share) {}

    bool reserve(const ShareId&, Time) override {
        if (share_.limit_reached()) return false;
        ++share_.downloads_under_way;
        return true;
    }
    void commit_reservation(const ShareId&, bool counts) override {
        ASSERT_GT(share_.downloads_under_way, 0U);
        --share_.downloads_under_way;
        share_.download_count += counts;
    }
    void insert(const Download& download) override { rows.push_back(download); }
    std::optional<Download> find(const DownloadId& id) override {
        for (const Download& row : rows) {
            if (row.id == id) return row;
        }
        return std::nullopt;
    }
    std::optional<Download> find_newest(const ShareId&, const std::string& key) override {
        std::optional<Download> newest;
        for (const Download& row : rows) {
            if (row.visitor_key == key) newest = row;
        }
        return newest;
    }
    void update(const Download& download) override {
        for (Download& row : rows) {
            if (row.id == download.id) row = download;
        }
    }
    void remove(const DownloadId& id) override {
        std::erase_if(rows, [&](const Download& row) { return row.id == id; });
    }
    void insert(const DownloadRequest& request) override { requests.push_back(request); }
    bool set_ending(const DownloadRequestId&, const SentRange&) override { return true; }
    bool remove(const DownloadRequestId& id) override {
        return std::erase_if(requests, [&](const DownloadRequest& request) { return request.id == id; }) > 0;
    }
    bool has_requests(const DownloadId& id) override {
        return std::any_of(requests.begin(), requests.end(), [&](const DownloadRequest& request) { return request.download_id == id; });
    }
    std::vector<DownloadRequest> requests_of(const NodeId&, int) override { return requests; }

    std::vector<Download> rows;
    std::vector<DownloadRequest> requests;

private:
    Share& share_;
};

using Verdict = DownloadLedger::Verdict;

// Simulates visitors of a share of a file with `size` bytes.
class Link {
public:
    Link(std::uint64_t size, std::optional<std::uint64_t> max_downloads) : size(size) { share.max_downloads = max_downloads; }

    struct Request {
        std::string who;
        std::uint64_t first;
        std::uint64_t length;
        std::optional<DownloadId> download;  // nullopt: a free range
        Verdict verdict;
        DownloadRequestId id;
        bool open() const { return verdict != Verdict::Busy && verdict != Verdict::Ended; }
    };

    Request whole(const std::string& who) { return begin(who, false, 0, size); }
    Request range(const std::string& who, std::uint64_t first, std::uint64_t end) { return begin(who, true, first, end - first); }

    // Ends a request after `sent` bytes of it, from its first byte.
    std::optional<DownloadLedger::Ended> end(const Request& request, std::uint64_t sent) {
        got[request.who].add(request.first, sent);
        if (!request.download) return std::nullopt;
        return DownloadLedger(table, share).end(*request.download, request.id, visitor(request.who), {request.first, sent}, size);
    }
    void send(const Request& request) { end(request, request.length); }

    std::size_t have_all() const {
        std::size_t count = 0;
        for (const auto& [who, ranges] : got) count += ranges.covers(size);
        return count;
    }
    std::uint64_t count() const { return share.download_count + share.downloads_under_way; }

    const std::uint64_t size;
    Share share{.id = ShareId::make()};
    FakeDownloads table{share};
    std::map<std::string, ByteRanges> got;  // bytes received by visitor, counted or free

private:
    Request begin(const std::string& who, bool ranged, std::uint64_t first, std::uint64_t length) {
        auto id = DownloadRequestId::make();
        auto begun = DownloadLedger(table, share).begin(visitor(who), ranged, first == 0, id, NodeId::make(), {});
        Request request{who, first, length, std::nullopt, begun.verdict, id};
        if (begun.download) request.download = begun.download->id;
        return request;
    }
    Visitor& visitor(const std::string& who) {
        Visitor& visitor = visitors_[who];
        visitor.key = who;
        return visitor;
    }
    std::map<std::string, Visitor> visitors_;
};

}  // namespace

TEST(DownloadLedgerTest, AProbeAndTheRestAreOne) {
    Link link(100, 1);
    link.send(link.range("safari", 0, 2));
    EXPECT_EQ(link.count(), 0U);
    link.send(link.range("safari", 0, 100));
    EXPECT_EQ(link.share.download_count, 1U);
    EXPECT_EQ(link.range("safari", 50, 60).verdict, Verdict::Free);
    EXPECT_EQ(link.range("other", 50, 60).verdict, Verdict::Ended);
}

TEST(DownloadLedgerTest, SegmentsAtOnceAreOne) {
    Link link(100, 1);
    std::vector<Link::Request> segments{link.whole("aria2")};
    for (std::uint64_t first = 20; first < 100; first += 20) segments.push_back(link.range("aria2", first, first + 20));
    for (const auto& segment : segments) EXPECT_TRUE(segment.open());
    EXPECT_EQ(link.count(), 1U);
    link.end(segments[0], 20);
    for (std::size_t i = 1; i < segments.size(); ++i) link.send(segments[i]);
    EXPECT_EQ(link.share.download_count, 1U);
    EXPECT_EQ(link.share.downloads_under_way, 0U);
}

TEST(DownloadLedgerTest, EachRequestForTheWholeIsOneOfItsOwn) {
    Link link(100, 3);
    auto first = link.whole("anna"), second = link.whole("anna"), third = link.whole("anna");
    EXPECT_EQ(link.whole("anna").verdict, Verdict::Busy);
    link.end(first, 60);
    link.send(second);
    link.send(third);
    EXPECT_EQ(link.share.download_count, 2U);
    EXPECT_EQ(link.count(), 2U);
}

TEST(DownloadLedgerTest, WhileTheLastIsUnderWayTheShareIsBusyAndNotGone) {
    Link link(100, 1);
    auto holder = link.whole("holder");
    EXPECT_EQ(link.whole("other").verdict, Verdict::Busy);
    EXPECT_EQ(link.range("other", 1, 2).verdict, Verdict::Busy);
    link.end(holder, 99);
    EXPECT_EQ(link.whole("other").verdict, Verdict::Begins);
}

TEST(DownloadLedgerTest, BreakingOffAndGoingOnAddsUp) {
    Link link(100, 1);
    link.end(link.whole("anna"), 99);
    EXPECT_EQ(link.count(), 0U);
    link.send(link.range("anna", 99, 100));
    EXPECT_EQ(link.share.download_count, 1U);
}

TEST(DownloadLedgerTest, TwoHalvesOfTwoDownloadsAddUp) {
    Link link(100, 2);
    auto first = link.whole("anna");
    auto second = link.whole("anna");
    auto half = link.range("anna", 50, 100);
    link.send(half);
    link.end(second, 10);
    link.end(first, 60);
    EXPECT_EQ(link.share.download_count, 1U);
    EXPECT_EQ(link.count(), 1U);
}

TEST(DownloadLedgerTest, AnEmptyFileIsCompleteAtOnce) {
    Link link(0, 1);
    link.send(link.whole("anna"));
    EXPECT_EQ(link.share.download_count, 1U);
}

TEST(DownloadLedgerTest, ARequestThatOthersHaveEndedChangesNothing) {
    Link link(100, 1);
    auto request = link.whole("anna");
    link.table.remove(request.id);
    EXPECT_FALSE(link.end(request, 100));
    EXPECT_EQ(link.share.download_count, 0U);
}

// Property: for random sequences of requests, aborts and concurrent transfers, at most max_downloads visitors receive the whole file, no
// reservation leaks, and every counted download was sent completely.
TEST(DownloadLedgerTest, NoSequenceOfRequestsGetsTheFileForFree) {
    for (unsigned seed = 0; seed < 10'000; ++seed) {
        std::mt19937 random(seed);
        auto below = [&](std::uint64_t limit) { return std::uint64_t{random()} % limit; };
        std::uint64_t size = 1 + below(40);
        std::uint64_t most = 1 + below(2);
        Link link(size, most);
        std::vector<Link::Request> open;
        for (int step = 0; step < 40; ++step) {
            std::string who(1, static_cast<char>('a' + below(3)));
            if (open.empty() || below(2) == 0) {
                std::uint64_t first = below(size);
                auto request = below(3) == 0 ? link.whole(who) : link.range(who, first, first + 1 + below(size - first));
                if (request.open()) open.push_back(request);
            } else {
                auto chosen = open.begin() + static_cast<std::ptrdiff_t>(below(open.size()));
                link.end(*chosen, below(2) == 0 ? chosen->length : below(chosen->length + 1));
                open.erase(chosen);
            }
            ASSERT_LE(link.count(), most) << "seed " << seed;
            ASSERT_LE(link.have_all(), link.share.download_count + link.share.downloads_under_way) << "seed " << seed;
        }
        for (const auto& request : open) link.end(request, below(request.length + 1));
        ASSERT_EQ(link.share.downloads_under_way, 0U) << "seed " << seed;
        ASSERT_TRUE(link.table.rows.empty() && link.table.requests.empty()) << "seed " << seed;
        ASSERT_LE(link.have_all(), link.share.download_count) << "seed " << seed;
        ASSERT_LE(link.share.download_count, most) << "seed " << seed;
    }
}

}  // namespace ks::engine
