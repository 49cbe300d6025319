#include "adapters/s3/object_stream.h"

#include "adapters/s3/failure.h"
#include "base/size.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace ks::s3 {

namespace {

constexpr std::size_t most_waiting = 256_KiB;
constexpr int most_failures = 5;
constexpr std::chrono::milliseconds first_pause{100};

}  // namespace

void Download::begin() {
    std::unique_lock lock(mutex_);
    if (rest_.length == 0 || running_) return;
    running_ = true;
    paused_ = false;
    failure_.reset();
    Request get = context_->client.get_request(key_, rest_);
    get.sink = shared_from_this();
    lock.unlock();
    auto ended = [self = shared_from_this()](Result<Response> response) { self->on_end(std::move(response)); };
    std::uint64_t number = context_->client.transport().send(std::move(get), std::move(ended));
    lock.lock();
    number_ = number;
}

void Download::cancel() {
    std::lock_guard lock(mutex_);
    if (running_) context_->client.transport().cancel(number_);
}

bool Download::receive(long status, std::string_view bytes) {
    std::unique_lock lock(mutex_);
    // Other bytes than those of the range: on_end() finds that it never arrived.
    if (status != 206) return true;
    if (arrived_.size() >= most_waiting) {
        paused_ = true;
        return false;
    }
    bytes = bytes.substr(0, rest_.length);
    arrived_ += bytes;
    rest_.offset += bytes.size();
    rest_.length -= bytes.size();
    wake(std::move(lock));
    return true;
}

void Download::on_end(Result<Response> response) {
    std::unique_lock lock(mutex_);
    running_ = false;
    if (rest_.length > 0) {
        if (!response) {
            failure_ = response.error();
        } else if (response->status >= 300) {
            failure_ = failure_of("GET", *response).value();
        } else {
            failure_ = unavailable("an object became shorter, or its range was not sent").value();
        }
    }
    wake(std::move(lock));
}

void Download::wake(std::unique_lock<std::mutex> lock) {
    Resume<void> waiting = std::exchange(waiting_, nullptr);
    lock.unlock();
    if (waiting) waiting();
}

awaitable<Result<std::size_t>> Download::read(std::span<char> out) {
    std::size_t filled = 0;
    while (filled < out.size()) {
        KS_CO_TRY(Next then, next());
        if (then == Next::End) break;
        if (then == Next::Wait) co_await wait_for_change();
        if (then == Next::Repeat) co_await pause_before_repeat();
        if (then != Next::Bytes) continue;
        std::size_t size = reading_.copy(out.data() + filled, out.size() - filled, position_);
        position_ += size;
        filled += size;
    }
    co_return filled;
}

Result<Download::Next> Download::next() {
    if (position_ < reading_.size()) return Next::Bytes;
    std::lock_guard lock(mutex_);
    if (!arrived_.empty()) {
        reading_.clear();
        reading_.swap(arrived_);
        position_ = 0;
        failures_ = 0;
        if (std::exchange(paused_, false)) context_->client.transport().resume(number_);
        return Next::Bytes;
    }
    if (rest_.length == 0) return Next::End;
    if (running_) return Next::Wait;
    bool is_final = failure_ && (failure_->code != ErrorCode::Unavailable || ++failures_ >= most_failures);
    if (is_final) return tl::unexpected(*failure_);
    return Next::Repeat;
}

awaitable<void> Download::wait_for_change() {
    auto start = [this](Resume<void> resume) {
        std::unique_lock lock(mutex_);
        waiting_ = std::move(resume);
        if (!arrived_.empty() || !running_) wake(std::move(lock));
    };
    return suspend<void>(std::move(start));
}

awaitable<void> Download::pause_before_repeat() {
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, first_pause * (1 << std::min(failures_, most_failures)));
    co_await timer.async_wait(asio::use_awaitable);
    begin();
}

}  // namespace ks::s3
