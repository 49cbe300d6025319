#include "tests/contract/store_test.h"

#include <algorithm>

namespace ks::contract {

namespace {

class UploadsTest : public StoreTest {
protected:
    Upload add_upload(const User& owner, UploadKind kind, std::uint64_t reserved = 0, Time expires_at = noon) {
        Upload upload{.id = FileId::make(), .owner_id = owner.id, .kind = kind, .filename = "a.txt", .content_type = "text/plain"};
        upload.metadata = "filename YS50eHQ=";
        upload.reserved = reserved;
        upload.created_at = noon;
        upload.expires_at = expires_at;
        write([&](Tx& tx) { tx.uploads().insert(upload); });
        return upload;
    }
};

}  // namespace

TEST_P(UploadsTest, AnUploadIsKeptAsItIs) {
    User anna = add_user("anna");
    Upload upload = add_upload(anna, UploadKind::Partial, 7, noon + std::chrono::hours(1));
    auto found = read([&](Tx& tx) { return tx.uploads().find(upload.id); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->owner_id, anna.id);
    EXPECT_EQ(found->kind, UploadKind::Partial);
    EXPECT_EQ(found->filename, "a.txt");
    EXPECT_EQ(found->content_type, "text/plain");
    EXPECT_EQ(found->metadata, "filename YS50eHQ=");
    EXPECT_EQ(found->total, std::nullopt);
    EXPECT_EQ(found->received, 0U);
    EXPECT_EQ(found->reserved, 7U);
    EXPECT_FALSE(found->finished);
    EXPECT_EQ(found->created_at, noon);
    EXPECT_EQ(found->expires_at, noon + std::chrono::hours(1));
    EXPECT_FALSE(read([](Tx& tx) { return tx.uploads().find(FileId::make()); }));
}

TEST_P(UploadsTest, WhatChangesIsUpdated) {
    User anna = add_user("anna");
    Upload upload = add_upload(anna, UploadKind::Resumable, 7), other = add_upload(anna, UploadKind::Resumable, 7);
    upload.total = 10;
    upload.received = 10;
    upload.reserved = 0;
    upload.expires_at = noon + std::chrono::hours(2);
    write([&](Tx& tx) { tx.uploads().update(upload); });
    read([&](Tx& tx) {
        auto found = tx.uploads().find(upload.id);
        EXPECT_EQ(found->total, 10U);
        EXPECT_EQ(found->received, 10U);
        EXPECT_EQ(found->reserved, 0U);
        EXPECT_FALSE(found->finished);
        EXPECT_EQ(found->expires_at, noon + std::chrono::hours(2));
        EXPECT_EQ(tx.uploads().find(other.id)->reserved, 7U);
    });
    EXPECT_TRUE(write([&](Tx& tx) { return tx.uploads().remove(upload.id); }));
    EXPECT_FALSE(write([&](Tx& tx) { return tx.uploads().remove(upload.id); }));
}

TEST_P(UploadsTest, WhatHasBecomeAFileIsFinishedAndReservesNothing) {
    User anna = add_user("anna");
    Upload upload = add_upload(anna, UploadKind::Simple, 7, noon + std::chrono::hours(1)), other = add_upload(anna, UploadKind::Simple, 7);
    write([&](Tx& tx) { tx.uploads().promote(upload.id, UploadKind::Final, 10); });
    read([&](Tx& tx) {
        auto found = tx.uploads().find(upload.id);
        EXPECT_EQ(found->kind, UploadKind::Final);
        EXPECT_EQ(found->received, 10U);
        EXPECT_EQ(found->reserved, 0U);
        EXPECT_TRUE(found->finished);
        EXPECT_EQ(found->metadata, upload.metadata);
        EXPECT_EQ(found->expires_at, noon + std::chrono::hours(1));
        auto untouched = tx.uploads().find(other.id);
        EXPECT_EQ(untouched->kind, UploadKind::Simple);
        EXPECT_FALSE(untouched->finished);
    });
}

TEST_P(UploadsTest, ResumableOnesExpireAndRequestsDoNot) {
    User anna = add_user("anna");
    Upload late = add_upload(anna, UploadKind::Resumable, 0, noon), early = add_upload(anna, UploadKind::Partial, 0, noon - Duration(1));
    add_upload(anna, UploadKind::Resumable, 0, noon + Duration(1));
    add_upload(anna, UploadKind::Simple, 0, Time{});
    write([&](Tx& tx) {
        EXPECT_EQ(ids_of(tx.uploads().lock_expired(noon, 10)), (std::vector{early.id, late.id}));
        EXPECT_EQ(ids_of(tx.uploads().lock_expired(noon, 1)), std::vector{early.id});
    });
}

TEST_P(UploadsTest, ThoseOfANodeAreFoundUntilItIsDone) {
    User anna = add_user("anna");
    NodeId node = NodeId::make();
    Upload first = add_upload(anna, UploadKind::Simple), second = add_upload(anna, UploadKind::Resumable, 5);
    add_upload(anna, UploadKind::Resumable);
    auto of_node = [&](int limit) { return write([&](Tx& tx) { return tx.uploads().lock_of_node(node, limit).size(); }); };
    EXPECT_EQ(of_node(10), 0U);
    first.node = second.node = node;
    write([&](Tx& tx) { tx.uploads().update(first), tx.uploads().update(second); });
    EXPECT_EQ(of_node(10), 2U);
    EXPECT_EQ(of_node(1), 1U);
    EXPECT_TRUE(write([&](Tx& tx) { return tx.uploads().promote(first.id, UploadKind::Final, 1); }));
    EXPECT_FALSE(write([&](Tx& tx) { return tx.uploads().promote(FileId::make(), UploadKind::Final, 1); }));
    read([&](Tx& tx) {
        EXPECT_EQ(tx.uploads().count_under_way(), 1U);
        EXPECT_EQ(tx.uploads().find(second.id)->node, node);
        EXPECT_FALSE(tx.uploads().find(first.id)->node);
        EXPECT_EQ(tx.uploads().list(anna.id).size(), 3U);
    });
}

TEST_P(UploadsTest, TheyGoWithTheirOwner) {
    User anna = add_user("anna"), ben = add_user("ben");
    Upload gone = add_upload(anna, UploadKind::Resumable), kept = add_upload(ben, UploadKind::Resumable);
    write([&](Tx& tx) { tx.users().remove(anna.id); });
    EXPECT_FALSE(read([&](Tx& tx) { return tx.uploads().find(gone.id); }));
    EXPECT_TRUE(read([&](Tx& tx) { return tx.uploads().find(kept.id); }));
}

TEST_P(UploadsTest, UsageIsCountedFromTheRows) {
    User anna = add_user("anna"), ben = add_user("ben");
    add_file(anna, "a", 100);
    add_file(anna, "b", 20);
    add_file(ben, "c", 5000);
    Upload unfinished = add_upload(anna, UploadKind::Resumable, 7), finished = add_upload(anna, UploadKind::Resumable);
    unfinished.received = 3;
    Usage usage = write([&](Tx& tx) {
        tx.uploads().update(unfinished);
        tx.uploads().promote(finished.id, finished.kind, 100);
        Usage counted = tx.users().count_usage(anna.id);
        tx.users().set_usage(anna.id, counted);
        return counted;
    });
    EXPECT_EQ(usage.files, 120U);
    EXPECT_EQ(usage.uploads, 3U);
    EXPECT_EQ(usage.reserved, 7U);
    read([&](Tx& tx) {
        EXPECT_EQ(tx.users().find(anna.id)->used_bytes, 123U);
        EXPECT_EQ(tx.users().find(anna.id)->reserved_bytes, 7U);
        EXPECT_EQ(tx.users().find(ben.id)->used_bytes, 0U);
        EXPECT_EQ(tx.users().count_usage(UserId::make()).used(), 0U);
    });
}

KS_FOR_EVERY_STORE(UploadsTest);

}  // namespace ks::contract
