#include "adapters/disk/descriptor.h"
#include "adapters/disk/disk_blobs.h"
#include "adapters/memory/memory_blobs.h"
#include "tests/contract/run.h"
#include "tests/contract/temp_dir.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <thread>

namespace ks {

namespace {

enum class BlobKind { Disk, Memory };

class BlobStoreTest : public testing::TestWithParam<BlobKind> {
protected:
    void SetUp() override { open_store(); }

    void open_store() {
        if (GetParam() == BlobKind::Disk) {
            blobs_ = std::make_unique<DiskBlobs>(dir_.path("blobs"), pool_);
        } else {
            blobs_ = std::make_unique<MemoryBlobs>();
        }
    }

    std::unique_ptr<BlobWriter> create(const FileId& id) {
        auto writer = run(blobs_->create(id));
        EXPECT_TRUE(writer) << writer.error().detail;
        return std::move(writer.value());
    }
    void put(const FileId& id, const std::vector<std::string>& chunks) {
        auto writer = create(id);
        for (const std::string& chunk : chunks) EXPECT_TRUE(run(writer->write(chunk)));
        auto finished = run(writer->finish());
        EXPECT_TRUE(finished) << finished.error().detail;
    }
    bool absent(const FileId& id) {
        auto reader = run(blobs_->open(id));
        return !reader && reader.error().code == ErrorCode::NotFound;
    }
    std::string part(BlobReader& reader, std::uint64_t offset, std::size_t size) {
        std::string bytes(size, '?');
        auto got = run(reader.read_at(offset, std::span(bytes)));
        EXPECT_TRUE(got);
        bytes.resize(*got);
        return bytes;
    }
    std::string content(const FileId& id) {
        auto reader = run(blobs_->open(id));
        return reader ? part(**reader, 0, (*reader)->size()) : "absent";
    }

    TempDir dir_;
    Offload pool_{3, 1'000};
    std::unique_ptr<BlobStore> blobs_;
};

}  // namespace

TEST_P(BlobStoreTest, ABlobIsAbsentUntilItIsWhole) {
    FileId id = FileId::make();
    EXPECT_TRUE(absent(id));
    auto writer = create(id);
    EXPECT_TRUE(absent(id));
    EXPECT_TRUE(run(writer->write("whole")));
    EXPECT_TRUE(absent(id));
    EXPECT_TRUE(run(writer->finish()));
    EXPECT_EQ(content(id), "whole");
    writer.reset();
    EXPECT_EQ(content(id), "whole");
}

TEST_P(BlobStoreTest, AnUnfinishedBlobStaysAbsentAndCanBeRemoved) {
    FileId id = FileId::make();
    auto writer = create(id);
    EXPECT_TRUE(run(writer->write("part")));
    writer.reset();
    EXPECT_TRUE(absent(id));
    EXPECT_TRUE(run(blobs_->remove(id)));
    EXPECT_TRUE(absent(id));
    put(id, {"again"});
    EXPECT_EQ(content(id), "again");
}

TEST_P(BlobStoreTest, ABlobIsWrittenByOneAtATime) {
    FileId id = FileId::make();
    auto writer = create(id);
    EXPECT_FALSE(run(blobs_->create(id)));
    EXPECT_TRUE(run(writer->write("first")));
    EXPECT_TRUE(run(writer->finish()));
    EXPECT_EQ(content(id), "first");
}

TEST_P(BlobStoreTest, WhatIsRemovedWhileItIsWrittenNeverAppears) {
    FileId id = FileId::make();
    auto writer = create(id);
    EXPECT_TRUE(run(writer->write("part")));
    EXPECT_TRUE(run(blobs_->remove(id)));
    EXPECT_TRUE(run(writer->write("more")));
    EXPECT_FALSE(run(writer->finish()));
    EXPECT_TRUE(absent(id));
}

TEST_P(BlobStoreTest, RemovingTwiceIsFine) {
    FileId id = FileId::make(), kept = FileId::make();
    put(id, {"a"});
    put(kept, {"b"});
    EXPECT_TRUE(run(blobs_->remove(id)));
    EXPECT_TRUE(absent(id));
    EXPECT_TRUE(run(blobs_->remove(id)));
    EXPECT_TRUE(run(blobs_->remove(FileId::make())));
    EXPECT_EQ(content(kept), "b");
}

TEST_P(BlobStoreTest, AReaderGoesOnWhenItsBlobIsRemoved) {
    FileId id = FileId::make();
    put(id, {"still here"});
    auto reader = run(blobs_->open(id));
    ASSERT_TRUE(reader);
    EXPECT_TRUE(run(blobs_->remove(id)));
    EXPECT_EQ(part(**reader, 0, 10), "still here");
}

TEST_P(BlobStoreTest, ChunksOfAnySizeComeBackAsOne) {
    FileId id = FileId::make();
    std::vector<std::string> chunks{std::string(5'000'000, 'a'), "", std::string("\0\n\xff", 3), std::string(262'144, 'b')};
    std::string expected;
    for (const std::string& chunk : chunks) expected += chunk;
    put(id, chunks);
    EXPECT_TRUE(content(id) == expected);
    FileId empty = FileId::make();
    put(empty, {});
    EXPECT_EQ(content(empty), "");
}

TEST_P(BlobStoreTest, ReadingFillsAsFarAsTheBlobReaches) {
    FileId id = FileId::make();
    put(id, {"0123456789"});
    auto opened = run(blobs_->open(id));
    ASSERT_TRUE(opened);
    BlobReader& reader = **opened;
    EXPECT_EQ(reader.size(), 10U);
    EXPECT_EQ(part(reader, 3, 4), "3456");
    EXPECT_EQ(part(reader, 8, 5), "89");
    EXPECT_EQ(part(reader, 10, 5), "");
    EXPECT_EQ(part(reader, 11, 5), "");
    EXPECT_EQ(part(reader, ~0ULL, 5), "");
    EXPECT_EQ(part(reader, 0, 0), "");
}

TEST_P(BlobStoreTest, ManyAreWrittenAtOnce) {
    std::vector<FileId> ids(64);
    for (auto& id : ids) id = FileId::make();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            for (std::size_t n = static_cast<std::size_t>(i); n < ids.size(); n += 4) put(ids[n], {ids[n].text(), "!"});
        });
    }
    for (auto& thread : threads) thread.join();
    for (const FileId& id : ids) EXPECT_EQ(content(id), id.text() + "!");
}

TEST_P(BlobStoreTest, CheckTellsThatItCanBeWrittenTo) {
    EXPECT_TRUE(run(blobs_->check()));
    EXPECT_TRUE(run(blobs_->check()));
}

INSTANTIATE_TEST_SUITE_P(Stores, BlobStoreTest, testing::Values(BlobKind::Disk, BlobKind::Memory),
                         [](const auto& info) { return info.param == BlobKind::Disk ? "Disk" : "Memory"; });

// What is the disk's own.

TEST(DiskBlobsTest, AFullDiskIsStorageFull) {
    auto full = Descriptor::open("/dev/full", O_WRONLY);
    ASSERT_TRUE(full);
    auto written = full->write("x");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::StorageFull);
    EXPECT_NE(written.error().detail.find("No space left"), std::string::npos);
}

TEST(DiskBlobsTest, ABlobLiesByTheEndOfItsIdAndIsItsOwnersAlone) {
    TempDir dir;
    Offload pool(1, 10);
    DiskBlobs blobs(dir.path("blobs"), pool);
    FileId id = *FileId::parse("0190f5e0-0000-7000-8000-00000000abcd");
    auto writer = run(blobs.create(id));
    ASSERT_TRUE(writer);
    EXPECT_TRUE(std::filesystem::exists(dir.path("blobs/incoming/" + id.text())));
    ASSERT_TRUE(run((*writer)->finish()));
    EXPECT_FALSE(std::filesystem::exists(dir.path("blobs/incoming/" + id.text())));
    struct stat file {
    }, folder{};
    ASSERT_EQ(::stat(dir.path("blobs/ab/cd/" + id.text()).c_str(), &file), 0);
    ASSERT_EQ(::stat(dir.path("blobs/ab").c_str(), &folder), 0);
    EXPECT_EQ(file.st_mode & 0777, 0600U);
    EXPECT_EQ(folder.st_mode & 0777, 0700U);
}

TEST(DiskBlobsTest, BlobsOutliveTheProcess) {
    TempDir dir;
    Offload pool(1, 10);
    FileId id = FileId::make();
    {
        DiskBlobs blobs(dir.path("blobs"), pool);
        auto writer = run(blobs.create(id));
        ASSERT_TRUE(run((*writer)->write("kept")));
        ASSERT_TRUE(run((*writer)->finish()));
    }
    DiskBlobs blobs(dir.path("blobs/"), pool);
    auto reader = run(blobs.open(id));
    ASSERT_TRUE(reader);
    EXPECT_EQ((*reader)->size(), 4U);
}

TEST(DiskBlobsTest, AFolderThatCannotBeUsedIsRefused) {
    Offload pool(1, 10);
    EXPECT_THROW(DiskBlobs("/proc/no/such/place", pool), std::runtime_error);
    EXPECT_THROW(DiskBlobs("/dev/null", pool), std::runtime_error);
}

}  // namespace ks
