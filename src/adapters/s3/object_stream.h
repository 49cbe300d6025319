#pragma once

#include "adapters/s3/store_context.h"
#include "ports/blob_store.h"

namespace ks::s3 {

// Bytes of one object on their way from the transport to a reader: one ranged GET, paused while 256 KiB wait beside those that are being
// read. A connection that breaks is replaced by a request for the rest. Thread: read() on one loop at a time.
class Download final : public BodySink, public std::enable_shared_from_this<Download> {
public:
    // `start`: bytes at hand, followed by `rest`.
    Download(StoreContextPtr context, std::string key, std::string start, Range rest)
        : context_(std::move(context)), key_(std::move(key)), reading_(std::move(start)), rest_(rest) {}

    void begin();
    void cancel();
    awaitable<Result<std::size_t>> read(std::span<char> out);

    bool receive(long status, std::string_view bytes) override;

private:
    enum class Next { Bytes, End, Wait, Repeat };

    Result<Next> next();
    awaitable<void> wait_for_change();
    awaitable<void> pause_before_repeat();
    void on_end(Result<Response> response);
    void wake(std::unique_lock<std::mutex> lock);

    const StoreContextPtr context_;
    const std::string key_;

    // Of the reader.
    std::string reading_;
    std::size_t position_ = 0;  // in reading_
    int failures_ = 0;          // since the last byte

    std::mutex mutex_;
    std::string arrived_;  // guarded by mutex_, as are the following
    Range rest_;           // not arrived yet
    bool running_ = false;
    bool paused_ = false;
    std::uint64_t number_ = 0;  // of the running request
    std::optional<Error> failure_;
    Resume<void> waiting_;
};

// A stream that ends its download with it.
class ObjectStream final : public BlobStream {
public:
    explicit ObjectStream(std::shared_ptr<Download> download) : download_(std::move(download)) { download_->begin(); }
    ~ObjectStream() override { download_->cancel(); }

    awaitable<Result<std::size_t>> read(std::span<char> out) override { return download_->read(out); }

private:
    const std::shared_ptr<Download> download_;
};

}  // namespace ks::s3
