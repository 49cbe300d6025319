#include "adapters/s3/checkpoint.h"

#include "adapters/s3/part_layout.h"

#include <gtest/gtest.h>

namespace ks::s3 {
namespace {

TEST(Checkpoint, ComesBackAsItWas) {
    BlobState state{.upload_id = "x/+=\"", .etags = {"\"a\"", "b"}, .tails = {{10, "k1"}, {12, "k2"}}};
    auto read = parse_blob_state(to_json(state));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->upload_id, state.upload_id);
    EXPECT_EQ(read->etags, state.etags);
    ASSERT_EQ(read->tails.size(), 2U);
    EXPECT_EQ(read->tails[1].end, 12U);
    EXPECT_EQ(read->tails[1].key, "k2");
    EXPECT_TRUE(parse_blob_state(to_json({})));
}

TEST(Checkpoint, RefusesDamage) {
    for (const char* json : {"", "{", "{}", "[]", R"({"upload_id":""})", R"({"upload_id":1,"etags":[],"tails":[]})",
                             R"({"upload_id":"","etags":[1],"tails":[]})", R"({"upload_id":"","etags":[],"tails":[{"key":"a"}]})",
                             R"({"upload_id":"","etags":[],"tails":[{"end":-1,"key":"a"}]})",
                             R"({"upload_id":"","etags":[],"tails":[{"end":2,"key":"a"},{"end":2,"key":"b"}]})"}) {
        EXPECT_FALSE(parse_blob_state(json)) << json;
    }
}

TEST(Checkpoint, ItsKeyNamesTheSizeAndATailsDoesNot) {
    FileId id = FileId::make();
    EXPECT_EQ(size_of_checkpoint(checkpoint_key(id, 1234)), 1234U);
    EXPECT_FALSE(size_of_checkpoint(new_tail_key(id, 1234)));
    EXPECT_TRUE(checkpoint_key(id, 1).starts_with(checkpoint_folder(id)));
    EXPECT_TRUE(new_tail_key(id, 1).starts_with(checkpoint_folder(id)));
    EXPECT_NE(new_tail_key(id, 1), new_tail_key(id, 1));
}

TEST(PartLayout, CoversABlobWithoutGaps) {
    PartLayout layout(1'000);
    std::uint64_t end = 0;
    for (unsigned number = 1; number <= 1'000; ++number) {
        EXPECT_EQ(layout.begin_of(number), end);
        EXPECT_GE(layout.size_of(number), smallest_part);
        EXPECT_LE(layout.size_of(number), 64_MiB);
        end += layout.size_of(number);
    }
    EXPECT_EQ(end, std::uint64_t{39'200} << 20);
    EXPECT_EQ(layout.size_of(1'001), 0U);
}

}  // namespace
}  // namespace ks::s3
