#include "adapters/disk/file_descriptor.h"
#include "adapters/disk/disk_blobs.h"
#include "adapters/memory/memory_blobs.h"
#include "tests/contract/blob_bytes.h"
#include "tests/contract/run.h"
#include "tests/contract/s3_service.h"
#include "tests/contract/temp_dir.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <map>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace ks::contract {

namespace {

enum class BlobKind { Disk, Memory, S3 };

class BlobStoreTest : public testing::TestWithParam<BlobKind> {
protected:
    void SetUp() override { open_store(); }

    void open_store() {
        if (GetParam() == BlobKind::Disk) {
            blobs_ = std::make_unique<disk::DiskBlobs>(dir_.path("blobs"), pool_);
        } else if (GetParam() == BlobKind::Memory) {
            blobs_ = std::make_unique<memory::MemoryBlobs>();
        } else {
            const S3Service& service = S3Service::get();
            if (!service.missing().empty()) GTEST_SKIP() << service.missing();
            blobs_ = std::make_unique<s3::S3Blobs>(service.new_location(), S3Service::credentials(), pool_);
        }
    }

    void put(const FileId& id, const std::vector<std::string>& chunks) {
        auto writer = blobs_->create(id);
        for (const std::string& chunk : chunks) EXPECT_TRUE(write(*writer, chunk));
        auto finished = run(writer->finish(nullptr));
        EXPECT_TRUE(finished) << finished.error().detail;
    }
    // Leaves an unfinished blob with these durable bytes.
    void leave(const FileId& id, const std::string& bytes) {
        auto writer = blobs_->create(id);
        EXPECT_TRUE(write(*writer, bytes));
        EXPECT_TRUE(run(writer->sync()));
    }
    Result<void> resume_with(const FileId& id, std::uint64_t size, const std::string& bytes) {
        auto writer = run(blobs_->resume(id, size));
        if (!writer) return tl::unexpected(writer.error());
        return run((*writer)->finish(piece(bytes)));
    }
    bool absent(const FileId& id) {
        auto reader = run(blobs_->open(id));
        return !reader && reader.error().code == ErrorCode::NotFound;
    }
    // Reads up to `size` bytes of the stream with one call.
    static std::string next(BlobStream& stream, std::size_t size) {
        std::string bytes(size, '?');
        auto got = run(stream.read(std::span(bytes)));
        EXPECT_TRUE(got);
        bytes.resize(got.value_or(0));
        return bytes;
    }
    static std::string part(const BlobReader& reader, std::uint64_t offset, std::size_t size) {
        return next(*reader.stream(offset, size), size);
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
    auto writer = blobs_->create(id);
    EXPECT_TRUE(absent(id));
    EXPECT_TRUE(write(*writer, "whole"));
    EXPECT_TRUE(absent(id));
    EXPECT_TRUE(run(writer->finish(nullptr)));
    EXPECT_EQ(content(id), "whole");
    writer.reset();
    EXPECT_EQ(content(id), "whole");
}

TEST_P(BlobStoreTest, AnUnfinishedBlobStaysAbsentAndCanBeRemoved) {
    FileId id = FileId::make();
    auto writer = blobs_->create(id);
    EXPECT_TRUE(write(*writer, "part"));
    writer.reset();
    EXPECT_TRUE(absent(id));
    EXPECT_TRUE(run(blobs_->remove(id)));
    EXPECT_TRUE(absent(id));
    put(id, {"again"});
    EXPECT_EQ(content(id), "again");
}

TEST_P(BlobStoreTest, ABlobIsWrittenByOneAtATime) {
    FileId id = FileId::make();
    auto writer = blobs_->create(id);
    EXPECT_TRUE(write(*writer, "first"));
    EXPECT_FALSE(write(*blobs_->create(id), "second"));
    EXPECT_TRUE(run(writer->finish(nullptr)));
    EXPECT_EQ(content(id), "first");
}

TEST_P(BlobStoreTest, WhatIsRemovedWhileItIsWrittenNeverAppears) {
    FileId id = FileId::make();
    auto writer = blobs_->create(id);
    EXPECT_TRUE(write(*writer, "part"));
    EXPECT_TRUE(run(blobs_->remove(id)));
    EXPECT_TRUE(write(*writer, "more"));
    EXPECT_FALSE(run(writer->finish(nullptr)));
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
    const BlobReader& reader = **opened;
    EXPECT_EQ(reader.size(), 10U);
    EXPECT_EQ(part(reader, 3, 4), "3456");
    EXPECT_EQ(part(reader, 8, 5), "89");
    EXPECT_EQ(part(reader, 10, 5), "");
    EXPECT_EQ(part(reader, 11, 5), "");
    EXPECT_EQ(part(reader, ~0ULL, 5), "");
    EXPECT_EQ(part(reader, 0, 0), "");
}

TEST_P(BlobStoreTest, AStreamReadsItsRangeInOrderAndNoFurther) {
    FileId id = FileId::make();
    put(id, {"0123456789"});
    auto reader = run(blobs_->open(id));
    ASSERT_TRUE(reader);
    auto stream = (*reader)->stream(2, 6);
    auto other = (*reader)->stream(0, ~0ULL);
    EXPECT_EQ(next(*stream, 4), "2345");
    EXPECT_EQ(next(*other, 3), "012");
    EXPECT_EQ(next(*stream, 4), "67");
    EXPECT_EQ(next(*stream, 4), "");
    EXPECT_EQ(next(*other, 20), "3456789");
    EXPECT_EQ(next(*other, 20), "");
}

TEST_P(BlobStoreTest, AStreamOutlivesItsReaderAndItsBlob) {
    FileId id = FileId::make();
    put(id, {"0123456789"});
    auto stream = run(blobs_->open(id)).value()->stream(5, 5);
    EXPECT_TRUE(run(blobs_->remove(id)));
    EXPECT_EQ(next(*stream, 5), "56789");
}

TEST_P(BlobStoreTest, ANativeFileHasTheContent) {
    FileId id = FileId::make();
    put(id, {"0123456789"});
    auto reader = run(blobs_->open(id));
    ASSERT_TRUE(reader);
    std::optional<int> file = (*reader)->native_file();
    if (!file) GTEST_SKIP() << "the store has no local files";
    std::string bytes(4, '?');
    EXPECT_EQ(::pread(*file, bytes.data(), bytes.size(), 3), 4);
    EXPECT_EQ(bytes, "3456");
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

TEST_P(BlobStoreTest, TheLastPieceMayBeTheOnlyOne) {
    FileId id = FileId::make();
    auto writer = blobs_->create(id);
    ASSERT_TRUE(run(writer->finish(piece("all of it"))));
    EXPECT_EQ(content(id), "all of it");
}

TEST_P(BlobStoreTest, WhatWasSyncedIsGoneOnWith) {
    FileId id = FileId::make();
    leave(id, "0123456789");
    EXPECT_TRUE(absent(id));
    ASSERT_TRUE(resume_with(id, 10, "abc"));
    EXPECT_EQ(content(id), "0123456789abc");
}

TEST_P(BlobStoreTest, WhatIsBeyondTheResumedSizeIsDropped) {
    FileId id = FileId::make(), from_start = FileId::make(), never_begun = FileId::make();
    leave(id, "0123456789");
    ASSERT_TRUE(resume_with(id, 4, "abc"));
    EXPECT_EQ(content(id), "0123abc");
    leave(from_start, "0123456789");
    ASSERT_TRUE(resume_with(from_start, 0, "abc"));
    EXPECT_EQ(content(from_start), "abc");
    ASSERT_TRUE(resume_with(never_begun, 0, "abc"));
    EXPECT_EQ(content(never_begun), "abc");
}

TEST_P(BlobStoreTest, WhatWasFinishedInVainIsGoneOnWith) {
    FileId id = FileId::make();
    put(id, {"0123456789"});
    auto writer = run(blobs_->resume(id, 5));
    ASSERT_TRUE(writer);
    EXPECT_TRUE(absent(id));
    ASSERT_TRUE(run((*writer)->finish(piece("abc"))));
    EXPECT_EQ(content(id), "01234abc");
}

TEST_P(BlobStoreTest, LostBytesAreAFault) {
    FileId id = FileId::make();
    leave(id, "0123");
    EXPECT_FALSE(run(blobs_->resume(id, 5)));
    EXPECT_FALSE(run(blobs_->resume(FileId::make(), 5)));
}

TEST_P(BlobStoreTest, PartsBecomeOneBlobAndStay) {
    FileId whole = FileId::make(), again = FileId::make(), a = FileId::make(), b = FileId::make(), empty = FileId::make();
    leave(a, std::string(300'000, 'a'));
    leave(b, "the end");
    leave(empty, "");
    std::vector<BlobInfo> parts{{a, 300'000}, {empty, 0}, {b, 7}};
    ASSERT_TRUE(run(blobs_->concatenate(whole, parts)));
    EXPECT_TRUE(content(whole) == std::string(300'000, 'a') + "the end");
    parts = {{b, 7}, {a, 300'000}};
    ASSERT_TRUE(run(blobs_->concatenate(again, parts)));
    EXPECT_TRUE(content(again) == "the end" + std::string(300'000, 'a'));
    EXPECT_TRUE(GetParam() == BlobKind::S3 || absent(a));
    parts = {{a, 300'000}, {FileId::make(), 1}};
    EXPECT_FALSE(run(blobs_->concatenate(FileId::make(), parts)));
}

TEST_P(BlobStoreTest, FinishedBlobsAreListedInOrder) {
    std::map<FileId, std::uint64_t> expected;
    for (int i = 0; i < 150; ++i) {
        FileId id = FileId::make();
        // Older ids are stored in other folders.
        id.bytes[2] = static_cast<std::uint8_t>(id.bytes[2] - i % 3);
        put(id, {std::string(static_cast<std::size_t>(i), 'x')});
        expected[id] = static_cast<std::uint64_t>(i);
    }
    FileId unfinished = FileId::make();
    leave(unfinished, "part");
    std::map<FileId, std::uint64_t> found;
    std::optional<FileId> last;
    while (true) {
        auto stretch = run(blobs_->list(last));
        ASSERT_TRUE(stretch);
        if (stretch->empty()) break;
        for (const BlobInfo& blob : *stretch) {
            EXPECT_TRUE(!last || *last < blob.id);
            last = blob.id;
            found[blob.id] = blob.size;
        }
    }
    EXPECT_EQ(found, expected);
    auto begun = run(blobs_->list_unfinished()).value();
    ASSERT_EQ(begun.size(), 1u);
    EXPECT_EQ(begun[0].id, unfinished);
    EXPECT_EQ(begun[0].size, 4u);
}

TEST_P(BlobStoreTest, CheckTellsThatItCanBeWrittenTo) {
    EXPECT_TRUE(run(blobs_->check()));
    EXPECT_TRUE(run(blobs_->check()));
}

// A call that hung would keep its coroutine, and with it the server, from ending.
TEST_P(BlobStoreTest, AStoppedStoreEndsEachCall) {
    FileId id = FileId::make(), late = FileId::make();
    put(id, {"kept"});
    auto writer = blobs_->create(late);
    EXPECT_TRUE(write(*writer, "late"));
    blobs_->stop();
    auto finished = run(writer->finish(nullptr));
    EXPECT_TRUE(finished || finished.error().code == ErrorCode::Unavailable);
    auto reader = run(blobs_->open(id));
    EXPECT_TRUE(reader ? part(**reader, 0, 4) == "kept" : reader.error().code == ErrorCode::Unavailable);
    blobs_->stop();
}

INSTANTIATE_TEST_SUITE_P(Stores, BlobStoreTest, testing::Values(BlobKind::Disk, BlobKind::Memory, BlobKind::S3), [](const auto& info) {
    return info.param == BlobKind::Disk ? "Disk" : info.param == BlobKind::Memory ? "Memory" : "S3";
});

// Tests of the disk adapter only.

TEST(DiskBlobsTest, AFullDiskIsStorageFull) {
    auto full = disk::FileDescriptor::open("/dev/full", O_WRONLY);
    ASSERT_TRUE(full);
    auto written = full->write("x");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::StorageFull);
    EXPECT_NE(written.error().detail.find("No space left"), std::string::npos);
}

TEST(DiskBlobsTest, ABlobLiesByTheFrontOfItsIdAndIsItsOwnersAlone) {
    TempDir dir;
    Offload pool(1, 10);
    disk::DiskBlobs blobs(dir.path("blobs"), pool);
    FileId id = *FileId::parse("0190f5e0-0000-7000-8000-00000000abcd");
    auto writer = blobs.create(id);
    ASSERT_TRUE(write(*writer, "x"));
    EXPECT_TRUE(std::filesystem::exists(dir.path("blobs/incoming/" + id.text())));
    ASSERT_TRUE(run(writer->finish(nullptr)));
    EXPECT_FALSE(std::filesystem::exists(dir.path("blobs/incoming/" + id.text())));
    struct stat file {
    }, folder{};
    ASSERT_EQ(::stat(dir.path("blobs/0190f5/" + id.text()).c_str(), &file), 0);
    ASSERT_EQ(::stat(dir.path("blobs/0190f5").c_str(), &folder), 0);
    EXPECT_EQ(file.st_mode & 0777, 0600U);
    EXPECT_EQ(folder.st_mode & 0777, 0700U);
}

TEST(DiskBlobsTest, BlobsOutliveTheProcess) {
    TempDir dir;
    Offload pool(1, 10);
    FileId id = FileId::make();
    {
        disk::DiskBlobs blobs(dir.path("blobs"), pool);
        ASSERT_TRUE(run(blobs.create(id)->finish(piece("kept"))));
    }
    disk::DiskBlobs blobs(dir.path("blobs/"), pool);
    auto reader = run(blobs.open(id));
    ASSERT_TRUE(reader);
    EXPECT_EQ((*reader)->size(), 4U);
}

TEST(DiskBlobsTest, AFolderThatCannotBeUsedIsRefused) {
    Offload pool(1, 10);
    EXPECT_THROW(disk::DiskBlobs("/proc/no/such/place", pool), std::runtime_error);
    EXPECT_THROW(disk::DiskBlobs("/dev/null", pool), std::runtime_error);
}

}  // namespace ks::contract
