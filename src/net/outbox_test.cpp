#include "net/outbox.h"

#include <gtest/gtest.h>

#include <array>

namespace ks::net {
namespace {

SharedBytes bytes(std::string_view text) { return SharedBytes(text); }

std::string waiting(const Outbox& outbox, std::size_t max_parts = 100) {
    std::vector<iovec> parts(max_parts);
    std::string text;
    auto count = outbox.fill(parts);
    for (std::size_t i = 0; i < count; ++i) text.append(static_cast<char*>(parts[i].iov_base), parts[i].iov_len);
    return text;
}

TEST(Outbox, LeavesInOrderInAnyPortions) {
    Outbox outbox;
    std::string all;
    for (int i = 0; i < 40; ++i) {
        outbox.push(bytes("frame" + std::to_string(i) + ";"), i % 3 ? "" : "key" + std::to_string(i));
        all += "frame" + std::to_string(i) + ";";
    }
    EXPECT_EQ(waiting(outbox), all);
    EXPECT_EQ(waiting(outbox, 2), "frame0;frame1;");
    for (std::size_t portion = 1; !outbox.empty(); portion = portion % 17 + 1) {
        auto some = std::min(portion, outbox.bytes());
        outbox.consume(some);
        all.erase(0, some);
        ASSERT_EQ(waiting(outbox), all);
        ASSERT_EQ(outbox.bytes(), all.size());
    }
    outbox.push(bytes("again"));
    EXPECT_EQ(waiting(outbox), "again");
}

TEST(Outbox, MergesWhatHasNotBegunToLeave) {
    Outbox outbox;
    EXPECT_FALSE(outbox.merge(bytes("x"), "k"));
    outbox.push(bytes("aaaa"), "k");
    outbox.push(bytes("bb"));
    EXPECT_TRUE(outbox.merge(bytes("AAAAAA"), "k"));
    EXPECT_FALSE(outbox.merge(bytes("?"), "other"));
    EXPECT_FALSE(outbox.merge(bytes("?"), ""));
    EXPECT_EQ(waiting(outbox), "AAAAAAbb");
    EXPECT_EQ(outbox.bytes(), 8u);
    outbox.consume(1);
    EXPECT_FALSE(outbox.merge(bytes("zz"), "k"));
    outbox.push(bytes("cc"), "k");
    EXPECT_TRUE(outbox.merge(bytes("dd"), "k"));
    EXPECT_EQ(waiting(outbox), "AAAAAbbdd");
}

TEST(Outbox, DropsWhatHasNotBegunToLeave) {
    for (std::string key : {"", "k"}) {
        Outbox outbox;
        outbox.push(bytes("first"), key);
        outbox.push(bytes("second"));
        outbox.consume(2);
        outbox.drop_unstarted();
        EXPECT_EQ(waiting(outbox), "rst");
        outbox.push(bytes("last"));
        EXPECT_EQ(waiting(outbox), "rstlast");
        outbox.consume(3);
        outbox.drop_unstarted();
        EXPECT_TRUE(outbox.empty());
        EXPECT_EQ(waiting(outbox), "");
    }
}

TEST(Outbox, SharesAndReleasesFrames) {
    auto shared = bytes("shared");
    Outbox one, two;
    one.push(shared);
    two.push(bytes("x"));
    two.push(shared);
    EXPECT_EQ(shared.owners(), 3u);
    one.consume(6);
    EXPECT_EQ(shared.owners(), 2u);
    two.consume(7);
    EXPECT_EQ(shared.owners(), 1u);
}

}  // namespace
}  // namespace ks::net
