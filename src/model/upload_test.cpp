#include "model/upload.h"

#include <gtest/gtest.h>

namespace ks {

namespace {

Upload at(std::uint64_t received, std::optional<std::uint64_t> total) {
    return {.id = FileId::make(), .kind = UploadKind::Resumable, .total = total, .received = received};
}

ErrorCode code_of(const Result<void>& result) { return result ? ErrorCode::InternalError : result.error().code; }

}  // namespace

TEST(UploadTest, BytesGoWhereTheUploadStands) {
    EXPECT_TRUE(check_append(at(5, 10), 5, 5));
    EXPECT_TRUE(check_append(at(5, 10), 5, std::nullopt));
    EXPECT_TRUE(check_append(at(5, std::nullopt), 5, ~0ULL));
    EXPECT_TRUE(check_append(at(10, 10), 10, 0));
    EXPECT_EQ(code_of(check_append(at(5, 10), 4, 1)), ErrorCode::Conflict);
    EXPECT_EQ(code_of(check_append(at(5, 10), 6, 1)), ErrorCode::Conflict);
    EXPECT_EQ(code_of(check_append(at(5, 10), 5, 6)), ErrorCode::TooLarge);
    EXPECT_EQ(code_of(check_append(at(5, 10), 5, ~0ULL)), ErrorCode::TooLarge);
}

TEST(UploadTest, ALengthIsSaidOnce) {
    Upload upload = at(5, std::nullopt);
    EXPECT_FALSE(upload.complete());
    EXPECT_EQ(code_of(settle_total(upload, 4)), ErrorCode::InvalidRequest);
    EXPECT_TRUE(settle_total(upload, 5));
    EXPECT_TRUE(upload.complete());
    EXPECT_TRUE(settle_total(upload, 5));
    EXPECT_EQ(code_of(settle_total(upload, 6)), ErrorCode::InvalidRequest);
}

TEST(UploadTest, KindsHaveNames) {
    for (auto kind : {UploadKind::Simple, UploadKind::Resumable, UploadKind::Partial, UploadKind::Final}) {
        EXPECT_EQ(upload_kind_named(name_of(kind)), kind);
    }
    EXPECT_FALSE(upload_kind_named("other"));
}

}  // namespace ks
