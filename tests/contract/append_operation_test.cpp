// Appends to resumable uploads, also when the blob store fails.
#include "adapters/local_bus/local_bus.h"
#include "adapters/memory/memory_blobs.h"
#include "engine/resumable_uploads.h"
#include "tests/contract/store_test.h"

#include <future>

namespace ks::contract {

namespace {

// Blobs in memory; a chosen write fails as on a disk with errors.
class FailingBlobs final : public BlobStore {
public:
    int next_failure = 0;  // the n-th write from now fails; 0: none

    std::unique_ptr<BlobWriter> create(FileId id) override { return std::make_unique<Writer>(*this, blobs_.create(id)); }
    awaitable<Result<std::unique_ptr<BlobWriter>>> resume(FileId id, std::uint64_t size) override {
        KS_CO_TRY(auto writer, co_await blobs_.resume(id, size));
        co_return std::make_unique<Writer>(*this, std::move(writer));
    }
    awaitable<Result<void>> concatenate(FileId id, std::vector<BlobInfo> parts) override {
        return blobs_.concatenate(id, std::move(parts));
    }
    awaitable<Result<std::unique_ptr<BlobReader>>> open(FileId id) override { return blobs_.open(id); }
    awaitable<Result<void>> remove(FileId id) override { return blobs_.remove(id); }
    awaitable<Result<void>> check() override { return blobs_.check(); }
    awaitable<Result<std::optional<std::uint64_t>>> available_bytes() override { return blobs_.available_bytes(); }
    awaitable<Result<std::vector<BlobInfo>>> list(std::optional<FileId> after) override { return blobs_.list(after); }
    awaitable<Result<std::vector<BlobInfo>>> list_unfinished() override { return blobs_.list_unfinished(); }
    void stop() override { blobs_.stop(); }

private:
    class Writer final : public BlobWriter {
    public:
        Writer(FailingBlobs& store, std::unique_ptr<BlobWriter> writer) : store_(store), writer_(std::move(writer)) {}
        void write(BufferPtr piece, std::function<void(Result<void>)> done) override {
            if (store_.next_failure > 0 && --store_.next_failure == 0) return done(storage_unavailable("Input/output error"));
            writer_->write(std::move(piece), std::move(done));
        }
        awaitable<Result<void>> sync() override { return writer_->sync(); }
        awaitable<Result<void>> finish(BufferPtr last) override { return writer_->finish(std::move(last)); }

    private:
        FailingBlobs& store_;
        const std::unique_ptr<BlobWriter> writer_;
    };

    memory::MemoryBlobs blobs_;
};

class Body final : public ByteSource {
public:
    explicit Body(std::string bytes, std::function<void()> before = {}) : bytes_(std::move(bytes)), before_(std::move(before)) {}
    awaitable<Result<std::size_t>> read_some(std::span<char> out) override {
        if (before_ && at_ == 0) before_();
        std::size_t size = bytes_.copy(out.data(), out.size(), at_);
        at_ += size;
        co_return size;
    }
    void interrupt() override {}

private:
    const std::string bytes_;
    const std::function<void()> before_;  // called before the first byte
    std::size_t at_ = 0;
};

class AppendOperationTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        anna_ = {.user_id = add_user("anna", 10'000'000).id};
        types_.emplace(blobs_, magic_);
        reaper_.emplace(store(), blobs_);
        engine::UploadSettings settings{.progress_interval = std::chrono::milliseconds(200), .expire_unfinished = std::chrono::hours(24)};
        uploads_.emplace(
            engine::UploadParts{store(), blobs_, *reaper_, bus_, clock_, digests_, *types_, loop_of_this_thread(), node_, settings});
        resumable_.emplace(*uploads_);
    }

    Upload create(std::uint64_t total) {
        engine::NewUpload request{.filename = "film", .content_type = "video/mp4", .total = total};
        return run(resumable_->create(anna_, std::move(request))).value();
    }
    Result<Upload> append(const Upload& upload, std::uint64_t offset, std::string bytes, std::optional<engine::Checksum> checksum = {}) {
        engine::AppendRequest request{.offset = offset, .length = bytes.size(), .checksum = std::move(checksum)};
        Body body(std::move(bytes));
        return run(resumable_->append(anna_, upload.id, std::move(request), body));
    }
    // In the order of the writes: a reservation is released in the background.
    User owner() {
        auto look = [id = anna_.user_id](Tx& tx) -> Result<User> { return *tx.users().find(id); };
        return run(read_in_order(store(), look)).value();
    }
    std::optional<File> file_of(const Upload& upload) {
        return read([&](Tx& tx) { return tx.files().find(upload.id); });
    }
    std::string content_of(const Upload& upload) {
        auto blob = run(blobs_.open(upload.id)).value();
        std::string bytes(blob->size(), '\0');
        EXPECT_EQ(run(blob->stream(0, bytes.size())->read(bytes)).value(), bytes.size());
        return bytes;
    }

    const std::string film_ = std::string(262'144, 'a') + std::string(100'000, 'b');  // two writes, the second by finish()
    FailingBlobs blobs_;
    local_bus::LocalBus bus_;
    ManualClock clock_{noon};
    Offload digests_{0, 16};
    Offload magic_{0, 16};
    const NodeId node_ = NodeId::make();
    Actor anna_;
    std::optional<engine::ContentTypes> types_;
    std::optional<engine::BlobReaper> reaper_;
    std::optional<engine::Uploads> uploads_;
    std::optional<engine::ResumableUploads> resumable_;
};

}  // namespace

TEST_P(AppendOperationTest, TheLastByteMakesAFile) {
    Upload upload = create(film_.size());
    auto appended = append(upload, 0, film_);
    ASSERT_TRUE(appended);
    EXPECT_TRUE(appended->finished);
    EXPECT_EQ(file_of(upload)->sha256, sha256(film_));
    EXPECT_EQ(content_of(upload), film_);
    EXPECT_EQ(owner().used_bytes, film_.size());
    EXPECT_EQ(owner().reserved_bytes, 0U);
}

TEST_P(AppendOperationTest, TheRowNamesTheNodeOnlyWhileARequestIsUnderWay) {
    Upload upload = create(film_.size());
    ASSERT_TRUE(append(upload, 0, film_.substr(0, 1000)));
    read([&](Tx& tx) { EXPECT_FALSE(tx.uploads().find(upload.id)->node); });
    ASSERT_TRUE(append(upload, 1000, film_.substr(1000)));
    read([&](Tx& tx) { EXPECT_EQ(tx.uploads().count_under_way(), 0U); });
}

TEST_P(AppendOperationTest, AnAppendWhoseNodeWasTakenForDeadChangesNothing) {
    Upload upload = create(film_.size());
    engine::AppendRequest request{.length = film_.size()};
    // Other nodes settle its work while the body arrives. Not on the loop of this thread, which is about to read it.
    auto settle = [&] { write([&](Tx& tx) { uploads_->settle(tx, node_, 10); }); };
    Body body(film_, [&] { std::async(std::launch::async, settle).get(); });
    auto appended = run(resumable_->append(anna_, upload.id, request, body));
    EXPECT_FALSE(appended);
    EXPECT_FALSE(file_of(upload));
    EXPECT_EQ(owner().reserved_bytes, 0U);
    EXPECT_EQ(owner().used_bytes, 0U);
}

TEST_P(AppendOperationTest, AFailedWriteMakesNoFileThoughEveryByteArrived) {
    Upload upload = create(film_.size());
    blobs_.next_failure = 1;
    auto appended = append(upload, 0, film_);
    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().code, ErrorCode::Unavailable);
    EXPECT_FALSE(file_of(upload));
    EXPECT_EQ(owner().used_bytes, 0U);
    EXPECT_EQ(owner().reserved_bytes, 0U);
    EXPECT_EQ(run(resumable_->find(anna_, upload.id)).value().received, 0U);
    ASSERT_TRUE(append(upload, 0, film_));
    EXPECT_EQ(content_of(upload), film_);
}

TEST_P(AppendOperationTest, WhatArrivedBeforeABreakStays) {
    Upload upload = create(film_.size());
    ASSERT_TRUE(append(upload, 0, film_.substr(0, 300'000)));
    EXPECT_EQ(owner().used_bytes, 300'000U);
    EXPECT_EQ(owner().reserved_bytes, 0U);
    ASSERT_TRUE(append(upload, 300'000, film_.substr(300'000)));
    EXPECT_EQ(file_of(upload)->sha256, sha256(film_));
}

TEST_P(AppendOperationTest, BytesWithAnotherChecksumAreDropped) {
    Upload upload = create(film_.size());
    ASSERT_TRUE(append(upload, 0, film_.substr(0, 10)));
    engine::Checksum wrong{HashKind::Sha256, sha256("other bytes")};
    auto appended = append(upload, 10, film_.substr(10), wrong);
    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().code, ErrorCode::ChecksumMismatch);
    EXPECT_EQ(owner().used_bytes, 10U);
    EXPECT_EQ(owner().reserved_bytes, 0U);
    ASSERT_TRUE(append(upload, 10, film_.substr(10)));
    EXPECT_EQ(file_of(upload)->sha256, sha256(film_));
}

KS_FOR_EVERY_STORE(AppendOperationTest);

}  // namespace ks::contract
