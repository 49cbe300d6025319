#include "adapters/nats/wire.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ks::nats {
namespace {

const NodeId node = NodeId::make();

EventDelivery full_delivery() {
    std::vector<std::pair<UserId, std::int64_t>> positions{{UserId::make(), 1}, {UserId::make(), std::int64_t{1} << 40}};
    std::sort(positions.begin(), positions.end());
    return {.type = "FileDeleted",
            .subject = SubjectId::make(),
            .message = R"({"type":"FileDeleted","data":{}})",
            .message_without_since = "",
            .at = from_millis(1'800'000'000'123),
            .recipients = {.users = {positions[0].first, positions[1].first},
                           .shares = {ShareId::make()},
                           .others = UserId::make(),
                           .everyone = true},
            .caused_by = {positions[1].first},
            .positions = positions,
            .fingerprint = 0xfedcba98,
            .coalescing_key = "upload 1",
            .version = 300};
}

std::vector<BusMessagePtr> list_of(std::vector<BusMessage> messages) {
    std::vector<BusMessagePtr> list;
    for (auto& message : messages) list.push_back(std::make_shared<const BusMessage>(std::move(message)));
    return list;
}

void expect_same(const EventDelivery& a, const EventDelivery& b) {
    EXPECT_EQ(a.type, b.type);
    EXPECT_EQ(a.subject, b.subject);
    EXPECT_EQ(a.message, b.message);
    EXPECT_EQ(a.message_without_since, b.message_without_since);
    EXPECT_EQ(a.at, b.at);
    EXPECT_EQ(a.recipients.users, b.recipients.users);
    EXPECT_EQ(a.recipients.shares, b.recipients.shares);
    EXPECT_EQ(a.recipients.others, b.recipients.others);
    EXPECT_EQ(a.recipients.everyone, b.recipients.everyone);
    EXPECT_EQ(a.caused_by, b.caused_by);
    EXPECT_EQ(a.positions, b.positions);
    EXPECT_EQ(a.fingerprint, b.fingerprint);
    EXPECT_EQ(a.coalescing_key, b.coalescing_key);
    EXPECT_EQ(a.version, b.version);
}

TEST(NatsWire, KeepsEveryField) {
    EventDelivery full = full_delivery(), bare{.message = "{}"};
    auto user = UserId::make();
    auto session = SessionId::make();
    auto batch = decode(
        encode(node, 300,
               list_of({full, bare, Revocation{user, session, std::nullopt}, RowChange{}, NodeMessage{node, node, 300, "subject", "body"}}),
               Texts::Included));
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->sender, node);
    EXPECT_EQ(batch->first, 300U);
    ASSERT_EQ(batch->messages.size(), 5U);
    expect_same(std::get<EventDelivery>(*batch->messages[0]), full);
    expect_same(std::get<EventDelivery>(*batch->messages[1]), bare);
    const auto& revocation = std::get<Revocation>(*batch->messages[2]);
    EXPECT_EQ(revocation.user_id, user);
    EXPECT_EQ(revocation.only, session);
    EXPECT_FALSE(revocation.except);
    EXPECT_TRUE(std::holds_alternative<RowChange>(*batch->messages[3]));
    const auto& to_node = std::get<NodeMessage>(*batch->messages[4]);
    EXPECT_EQ(to_node.to, node);
    EXPECT_EQ(to_node.from, node);
    EXPECT_EQ(to_node.call, 300U);
    EXPECT_EQ(to_node.subject, "subject");
    EXPECT_EQ(to_node.body, "body");
}

TEST(NatsWire, OmitsTheTextsOfJournaledEventsOnly) {
    EventDelivery journaled = full_delivery(), transient{.type = "UploadProgress", .message = "{}"};
    auto batch = decode(encode(node, 1, list_of({journaled, transient}), Texts::Omitted));
    ASSERT_TRUE(batch);
    const auto& bell = std::get<EventDelivery>(*batch->messages[0]);
    EXPECT_TRUE(bell.is_bell());
    EXPECT_EQ(bell.positions, journaled.positions);
    EXPECT_EQ(std::get<EventDelivery>(*batch->messages[1]).message, "{}");
}

TEST(NatsWire, ABatchMayBeEmpty) {
    auto batch = decode(encode(node, 7, {}, Texts::Included));
    ASSERT_TRUE(batch);
    EXPECT_TRUE(batch->messages.empty());
}

TEST(NatsWire, RefusesEachTruncationAndAnyExtraByte) {
    std::string payload = encode(node, 300, list_of({full_delivery(), Revocation{UserId::make(), {}, SessionId::make()}}), Texts::Included);
    for (std::size_t size = 0; size < payload.size(); ++size) EXPECT_FALSE(decode(std::string_view(payload).substr(0, size))) << size;
    EXPECT_FALSE(decode(payload + '\0'));
    EXPECT_TRUE(decode(payload));
}

TEST(NatsWire, RefusesOtherVersionsAndKinds) {
    std::string payload = encode(node, 1, list_of({RowChange{}}), Texts::Included);
    ASSERT_TRUE(decode(payload));
    std::string newer = payload, unknown = payload;
    ++newer.front();
    ++unknown.back();
    EXPECT_FALSE(decode(newer));
    EXPECT_FALSE(decode(unknown));
}

TEST(NatsWire, RefusesLengthsBeyondThePayload) {
    std::string header = encode(node, 1, {}, Texts::Included);
    header.pop_back();
    std::string huge = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
    EXPECT_FALSE(decode(header + huge));
    EXPECT_FALSE(decode(header + "\x01" + '\0' + huge));                // the type
    EXPECT_FALSE(decode(header + "\x7f" + std::string(0x7f, '\x03')));  // kinds that do not exist
    EXPECT_FALSE(decode(header + std::string(11, '\xff')));             // a number of more than 64 bits
}

TEST(NatsWire, RefusesPositionsOutOfOrder) {
    EventDelivery delivery = full_delivery();
    std::swap(delivery.positions[0], delivery.positions[1]);
    EXPECT_FALSE(decode(encode(node, 1, list_of({delivery}), Texts::Included)));
    delivery = full_delivery();
    delivery.positions[0].second = 0;
    EXPECT_FALSE(decode(encode(node, 1, list_of({delivery}), Texts::Included)));
}

TEST(NatsWire, SurvivesRandomChanges) {
    std::string payload = encode(node, 300, list_of({full_delivery(), full_delivery(), RowChange{}}), Texts::Included);
    std::mt19937 random(1);
    for (int run = 0; run < 20'000; ++run) {
        std::string changed = payload;
        for (unsigned changes = 1 + random() % 4; changes > 0; --changes) changed[random() % changed.size()] = static_cast<char>(random());
        auto batch = decode(changed);
        if (!batch) continue;
        for (const auto& message : batch->messages) {
            if (const auto* delivery = std::get_if<EventDelivery>(message.get())) {
                EXPECT_LE(delivery->recipients.users.size(), payload.size() / 16);
            }
        }
    }
}

}  // namespace
}  // namespace ks::nats
