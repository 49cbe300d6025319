#include "base/size.h"
#include "engine/upload_writer.h"

#include "engine/journal.h"

#include <algorithm>
#include <atomic>
#include <bit>

namespace ks::engine {

namespace {

// Total buffer budget of all uploads; exceeded only when every piece is at its minimum size.
constexpr std::size_t most_bytes = 4_MiB;
constexpr std::size_t largest_piece = 256_KiB;
constexpr std::size_t smallest_piece = 16_KiB;

std::atomic<std::size_t> intakes{0};  // in the process

// Returns a power of two: large aligned writes are cheaper in the page cache.
std::size_t piece_size() {
    return std::clamp(std::bit_floor(most_bytes / (2 * std::max<std::size_t>(intakes, 1))), smallest_piece, largest_piece);
}

// Below this size hashing inline is cheaper than a switch to another thread.
constexpr std::size_t inline_hash_bytes = 32_KiB;

void hash(Offload& digests, const std::shared_ptr<Hashes>& hashes, const BufferPtr& piece, TaskGroup& tasks) {
    if (!hashes->whole && !hashes->checked) return;
    if (piece->bytes().size() <= inline_hash_bytes) return hashes->update(piece->bytes());
    auto work = [hashes, piece]() -> Result<void> {
        hashes->update(piece->bytes());
        return {};
    };
    offload(digests, std::move(work), tasks.add());
}

}  // namespace

tl::unexpected<Error> too_large(std::uint64_t limit) {
    return fail(ErrorCode::TooLarge, "File too large: the limit is " + std::to_string(limit) + " bytes");
}

void Progress::publish(std::uint64_t received) {
    if (silent_) return;
    // The expected size may be an underestimate.
    std::uint64_t total = expected_ ? std::max(expected_, received) : 0;
    auto now = Steady::now();
    if (total == received || received < state_.furthest || (state_.last && now - *state_.last < parts_.settings.progress_interval)) return;
    state_.last = now;
    state_.furthest = received;
    double progress = total ? static_cast<double>(received) / static_cast<double>(total) : 0;
    publish_now(parts_.bus, wire::UploadProgress{id_, progress, received, total}, {.owner = owner_}, parts_.clock.now(), id_.text());
}

void Hashes::update(std::string_view bytes) {
    if (whole) whole->update(bytes);
    if (checked) checked->update(bytes);
}

UploadWriter::UploadWriter(const UploadParts& parts, std::unique_ptr<BlobWriter> blob, std::uint64_t received, Hashes hashes,
                           QuotaReservation& reservation, Progress progress)
    : parts_(parts),
      blob_(std::move(blob)),
      reservation_(reservation),
      progress_(std::move(progress)),
      hashes_(std::make_shared<Hashes>(std::move(hashes))),
      received_(received) {
    ++intakes;
}

UploadWriter::~UploadWriter() { --intakes; }

awaitable<Result<UploadWriter::ReadStatus>> UploadWriter::read_from(ByteSource& source, std::uint64_t enough, std::uint64_t limit) {
    for (std::uint64_t taken = 0; taken < enough;) {
        if (!filling_) filling_ = std::make_shared<Buffer>(next_piece_size());
        KS_CO_TRY(std::size_t size, co_await source.read_some(filling_->room()));
        if (size == 0) co_return ReadStatus::End;
        if (size > limit - std::min(limit, received_)) co_return too_large(limit);
        if (!reservation_.covers(size)) KS_CO_CHECK(co_await reservation_.grow_to(size));
        reservation_.use(size);
        filling_->add(size);
        received_ += size;
        taken += size;
        progress_.publish(received_);
        if (filling_->full()) KS_CO_CHECK(co_await flush_buffer());
    }
    co_return ReadStatus::Enough;
}

// One byte more than the remaining bytes, so that they don't fill the piece: finish() writes the last piece.
std::size_t UploadWriter::next_piece_size() const {
    if (progress_.expected() <= received_) return piece_size();
    return std::clamp<std::uint64_t>(progress_.expected() - received_ + 1, smallest_piece, piece_size());
}

awaitable<Result<void>> UploadWriter::wait_for_pending() {
    if (!storing_) co_return Result<void>{};
    auto stored = co_await storing_->wait();
    storing_.reset();
    if (!stored) broken_ = true;
    co_return stored;
}

awaitable<Result<void>> UploadWriter::flush_buffer() {
    KS_CO_CHECK(co_await wait_for_pending());
    std::swap(filling_, under_way_);
    if (filling_ && filling_->capacity() != piece_size()) filling_.reset();
    if (filling_) filling_->clear();
    storing_.emplace();
    hash(parts_.digests, hashes_, under_way_, *storing_);
    blob_->write(under_way_, storing_->add());
    co_return Result<void>{};
}

awaitable<Result<void>> UploadWriter::flush() {
    if (filling_ && !filling_->empty()) KS_CO_CHECK(co_await flush_buffer());
    co_return co_await wait_for_pending();
}

awaitable<Result<void>> UploadWriter::sync() {
    KS_CO_CHECK(co_await flush());
    auto synced = co_await blob_->sync();
    if (!synced) broken_ = true;
    co_return synced;
}

awaitable<Result<void>> UploadWriter::finish() {
    KS_CO_CHECK(co_await wait_for_pending());
    std::shared_ptr<Buffer> last = std::move(filling_);
    if (last) {
        TaskGroup hashing;
        hash(parts_.digests, hashes_, last, hashing);
        KS_CO_CHECK(co_await hashing.wait());
    }
    auto finished = co_await blob_->finish(last);
    if (!finished) broken_ = true;
    co_return finished;
}

}  // namespace ks::engine
