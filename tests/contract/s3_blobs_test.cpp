#include "adapters/s3/blob_upload.h"
#include "base/crypto.h"
#include "tests/contract/blob_bytes.h"
#include "tests/contract/faulty_proxy.h"
#include "tests/contract/run.h"
#include "tests/contract/s3_service.h"

#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <random>

namespace ks::contract {
namespace {

using Fault = FaultyProxy::Fault;
using s3::S3Blobs;

constexpr std::uint64_t part_size = 8_MiB;  // of the first hundred

// Bytes without a period that a mistake of offsets could hide behind.
std::string random_content(std::size_t size) {
    std::string bytes(size, '\0');
    std::mt19937_64 random(size);
    for (char& c : bytes) c = static_cast<char>(random());
    return bytes;
}

class S3BlobsTest : public testing::Test {
protected:
    void SetUp() override {
        if (const std::string& missing = S3Service::get().missing(); !missing.empty()) GTEST_SKIP() << missing;
        location_ = S3Service::get().new_location();
    }

    // A store in the test's place of the bucket, like that of another node.
    std::unique_ptr<S3Blobs> open_store(const FaultyProxy* proxy = nullptr) {
        s3::Location location = location_;
        if (proxy) location.authority = proxy->endpoint().substr(std::string("http://").size());
        return std::make_unique<S3Blobs>(location, S3Service::credentials(), pool_);
    }

    Result<void> write_pieces(BlobWriter& writer, std::string_view bytes) {
        while (!bytes.empty()) {
            KS_CHECK(write(writer, bytes.substr(0, 1_MiB)));
            bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 1_MiB));
        }
        return {};
    }

    // Leaves the bytes durable and unfinished.
    void leave(S3Blobs& blobs, const FileId& id, std::string_view bytes) {
        auto writer = blobs.create(id);
        ASSERT_TRUE(write_pieces(*writer, bytes));
        ASSERT_TRUE(run(writer->sync()));
    }

    void resume_and_finish(S3Blobs& blobs, const FileId& id, std::uint64_t size, std::string_view rest) {
        auto writer = run(blobs.resume(id, size));
        ASSERT_TRUE(writer) << writer.error().detail;
        auto written = write_pieces(**writer, rest);
        ASSERT_TRUE(written) << written.error().detail;
        auto finished = run((*writer)->finish(nullptr));
        ASSERT_TRUE(finished) << finished.error().detail;
    }

    std::string content(S3Blobs& blobs, const FileId& id) {
        auto reader = run(blobs.open(id));
        if (!reader) return "absent: " + reader.error().detail;
        std::string bytes((*reader)->size(), '\0');
        auto stream = (*reader)->stream(0, bytes.size());
        auto size = run(stream->read(bytes));
        return size ? bytes.substr(0, *size) : "broken: " + size.error().detail;
    }

    // The number of objects and multipart uploads in the test's place.
    std::size_t leftovers(const FileId& id) {
        s3::Client client(location_, S3Service::credentials());
        auto root = run(client.list(id.text(), "", "")).value();
        auto checkpoints = run(client.list(s3::checkpoint_folder(id), "", "")).value();
        return root.objects.size() + checkpoints.objects.size() + run(client.list_uploads(id.text())).value().size();
    }

    Offload pool_{2, 1'000};
    s3::Location location_;
};

TEST_F(S3BlobsTest, AnotherNodeGoesOnAroundTheBoundsOfParts) {
    std::string whole = random_content(2 * part_size + 3);
    auto one = open_store();
    auto other = open_store();
    for (std::uint64_t size : {part_size - 1, part_size, part_size + 1, 2 * part_size, 2 * part_size + 3}) {
        SCOPED_TRACE(size);
        FileId id = FileId::make();
        leave(*one, id, std::string_view(whole).substr(0, size));
        resume_and_finish(*other, id, size, std::string_view(whole).substr(size));
        EXPECT_TRUE(content(*one, id) == whole);
        EXPECT_EQ(leftovers(id), 1U);
    }
}

TEST_F(S3BlobsTest, BytesThatWereNotSyncedAreDropped) {
    auto one = open_store();
    FileId id = FileId::make();
    std::string whole = random_content(part_size + 500);
    {
        auto writer = one->create(id);
        ASSERT_TRUE(write_pieces(*writer, std::string_view(whole).substr(0, 100)));
        ASSERT_TRUE(run(writer->sync()));
        // A whole part with other bytes is sent, but no checkpoint names it.
        ASSERT_TRUE(write_pieces(*writer, std::string(part_size, 'x')));
    }
    auto other = open_store();
    resume_and_finish(*other, id, 100, std::string_view(whole).substr(100));
    EXPECT_TRUE(content(*other, id) == whole);
    EXPECT_EQ(leftovers(id), 1U);
}

TEST_F(S3BlobsTest, ManySmallSyncsMakeOneBlob) {
    auto blobs = open_store();
    FileId id = FileId::make();
    std::string whole = random_content(150);
    leave(*blobs, id, whole.substr(0, 1));
    for (std::size_t size = 1; size < whole.size(); ++size) {
        auto writer = run(blobs->resume(id, size));
        ASSERT_TRUE(writer) << writer.error().detail;
        ASSERT_TRUE(write(**writer, whole.substr(size, 1)));
        ASSERT_TRUE(run((*writer)->sync()));
    }
    resume_and_finish(*blobs, id, whole.size(), "");
    EXPECT_TRUE(content(*blobs, id) == whole);
    EXPECT_EQ(leftovers(id), 1U);
}

TEST_F(S3BlobsTest, ALargeBlobThatWasFinishedInVainIsGoneOnWith) {
    auto blobs = open_store();
    FileId id = FileId::make();
    std::string whole = random_content(2 * part_size + 70'000);
    leave(*blobs, id, whole);
    resume_and_finish(*blobs, id, whole.size(), "");
    std::uint64_t size = part_size + 1'000;
    resume_and_finish(*blobs, id, size, whole.substr(size) + "more");
    EXPECT_TRUE(content(*blobs, id) == whole + "more");
    EXPECT_EQ(leftovers(id), 1U);
}

TEST_F(S3BlobsTest, RemovalLeavesNothing) {
    auto blobs = open_store();
    FileId id = FileId::make();
    leave(*blobs, id, random_content(part_size + 1));
    EXPECT_EQ(leftovers(id), 3U);  // the upload, a checkpoint, its tail
    auto unfinished = run(blobs->list_unfinished());
    ASSERT_TRUE(unfinished);
    ASSERT_EQ(unfinished->size(), 1U);
    EXPECT_EQ(unfinished->front().size, part_size + 1);
    ASSERT_TRUE(run(blobs->remove(id)));
    EXPECT_EQ(leftovers(id), 0U);
    EXPECT_FALSE(run(blobs->resume(id, part_size + 1)));
    EXPECT_TRUE(run(blobs->list_unfinished()).value().empty());
}

TEST_F(S3BlobsTest, AWriterOfAnotherNodeThatGoesOnDoesNoHarm) {
    auto one = open_store();
    auto other = open_store();
    FileId id = FileId::make();
    std::string whole = random_content(2 * part_size + 1'000);
    std::string_view bytes = whole;
    leave(*one, id, bytes.substr(0, 1'000));
    auto stale = run(one->resume(id, 1'000)).value();
    auto current = run(other->resume(id, 1'000)).value();
    ASSERT_TRUE(write_pieces(*stale, bytes.substr(1'000, 2'000)));
    ASSERT_TRUE(run(stale->sync()));
    ASSERT_TRUE(write_pieces(*current, bytes.substr(1'000, part_size)));
    ASSERT_TRUE(run(current->sync()));
    ASSERT_TRUE(write_pieces(*stale, bytes.substr(3'000, part_size)));
    ASSERT_TRUE(run(stale->sync()));
    auto next = run(other->resume(id, part_size + 1'000));
    ASSERT_TRUE(next);
    ASSERT_TRUE(write_pieces(**next, bytes.substr(part_size + 1'000)));
    ASSERT_TRUE(run((*next)->finish(nullptr)));
    EXPECT_TRUE(content(*one, id) == whole);
    EXPECT_FALSE(run(current->finish(piece("late"))));
}

TEST_F(S3BlobsTest, PartsAreCopiedOrSentAsTheirSizesPermit) {
    auto blobs = open_store();
    std::vector<BlobInfo> parts;
    std::string whole;
    for (std::size_t size : {std::size_t{7}, part_size + 500, 5_MiB, std::size_t{3}, 2 * part_size}) {
        FileId id = FileId::make();
        std::string bytes = random_content(size);
        leave(*blobs, id, bytes);
        parts.push_back({id, size});
        whole += bytes;
    }
    FileId id = FileId::make();
    auto made = run(blobs->concatenate(id, parts));
    ASSERT_TRUE(made) << made.error().detail;
    EXPECT_TRUE(content(*blobs, id) == whole);
    for (const BlobInfo& part : parts) ASSERT_TRUE(run(blobs->remove(part.id)));
    EXPECT_TRUE(content(*blobs, id) == whole);
}

TEST_F(S3BlobsTest, ShortMemoryStoresEarly) {
    auto context = std::make_shared<s3::StoreContext>(location_, S3Service::credentials(), pool_, 100'000);
    FileId id = FileId::make();
    std::string whole = random_content(part_size + 2'000'000);
    auto upload = std::make_shared<s3::BlobUpload>(context, id, context->claims->claim(id));
    for (std::string_view rest = whole; !rest.empty();) {
        std::string_view bytes = rest.substr(0, 400'000);
        rest.remove_prefix(bytes.size());
        bool appended = upload->append_without_io(bytes) || run(upload->append(piece(bytes)));
        ASSERT_TRUE(appended);
    }
    EXPECT_GT(leftovers(id), 5U);
    ASSERT_TRUE(run(upload->finish()));
    auto blobs = open_store();
    EXPECT_TRUE(content(*blobs, id) == whole);
    EXPECT_EQ(leftovers(id), 1U);
}

TEST_F(S3BlobsTest, TheServerRefusesABodyThatIsNotTheOneThatWasSigned) {
    s3::Client client(location_, S3Service::credentials());
    auto body = std::make_shared<const std::string>("body");
    auto refused = run(client.put("key", body, hex(sha256("another"))));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
    auto found = run(client.head("key"));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::NotFound);
}

TEST_F(S3BlobsTest, WrongKeysAreUnavailableAndNotTold) {
    S3Blobs blobs(location_, {"test:tester", "wrong secret"}, pool_);
    auto checked = run(blobs.check());
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::Unavailable);
    auto opened = run(blobs.open(FileId::make()));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Unavailable);
    for (const Error& error : {checked.error(), opened.error()}) {
        for (const std::string& secret : {std::string("wrong secret"), std::string("tester"), location_.authority}) {
            EXPECT_EQ((error.message + error.detail).find(secret), std::string::npos) << error.detail;
        }
    }
}

// Each request fails twice before it succeeds, in another way each time.
TEST_F(S3BlobsTest, TemporaryFailuresAreRepeated) {
    std::mutex mutex;
    std::map<std::string, int> seen;
    auto fault_of = [&](std::string_view head) {
        std::lock_guard lock(mutex);
        std::string line(head.substr(0, head.find('\r')));
        constexpr Fault faults[] = {Fault::Refuse, Fault::Cut, Fault::None, Fault::LoseAnswer, Fault::DamageBody, Fault::None};
        int& count = seen[line];
        if (count == 0) count = line.starts_with("P") && seen.size() % 2 ? 3 : 0;
        return faults[count++ % 6];
    };
    FaultyProxy proxy(S3Service::get().endpoint(), fault_of);
    auto blobs = open_store(&proxy);
    FileId id = FileId::make();
    std::string whole = random_content(2 * part_size + 10);
    leave(*blobs, id, std::string_view(whole).substr(0, part_size + 5));
    resume_and_finish(*blobs, id, part_size + 5, std::string_view(whole).substr(part_size + 5));
    auto direct = open_store();
    EXPECT_TRUE(content(*direct, id) == whole);
    ASSERT_TRUE(run(blobs->remove(id)));
    EXPECT_EQ(leftovers(id), 0U);
}

TEST_F(S3BlobsTest, ABrokenDownloadGoesOnWhereItEnded) {
    auto direct = open_store();
    FileId id = FileId::make();
    std::string whole = random_content(2'000'000);
    leave(*direct, id, whole);
    resume_and_finish(*direct, id, whole.size(), "");
    FaultyProxy proxy(S3Service::get().endpoint(), [](std::string_view head) {
        return head.find("bytes=0-") == std::string_view::npos ? Fault::CutAnswer : Fault::None;
    });
    auto blobs = open_store(&proxy);
    EXPECT_TRUE(content(*blobs, id) == whole);
    EXPECT_GT(proxy.requests(), 4);
}

TEST_F(S3BlobsTest, AServerThatStaysAwayIsUnavailable) {
    FaultyProxy proxy(S3Service::get().endpoint(), [](std::string_view) { return Fault::Refuse; });
    auto blobs = open_store(&proxy);
    auto opened = run(blobs->open(FileId::make()));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Unavailable);
    EXPECT_TRUE(opened.error().retry_after);
    EXPECT_EQ(opened.error().detail.find("127.0.0.1"), std::string::npos);
    EXPECT_EQ(proxy.requests(), 5);
}

TEST_F(S3BlobsTest, AnOpenDownloadHoldsLittleAndIsEndedByStop) {
    auto blobs = open_store();
    FileId id = FileId::make();
    std::string whole = random_content(3 * part_size);
    leave(*blobs, id, whole);
    resume_and_finish(*blobs, id, whole.size(), "");
    auto reader = run(blobs->open(id)).value();
    auto stream = reader->stream(1, whole.size());
    std::string bytes(1'000'000, '\0');
    ASSERT_EQ(run(stream->read(bytes)).value(), bytes.size());
    EXPECT_TRUE(bytes == whole.substr(1, bytes.size()));
    blobs->stop();
    std::string rest(whole.size(), '\0');
    auto got = run(stream->read(rest));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace ks::contract
