#include "engine/upload_locks.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace ks::engine {

namespace {

constexpr auto lock_timeout = std::chrono::seconds(10);
constexpr auto flush_timeout = std::chrono::seconds(5);
constexpr std::size_t most_saved = 4096;  // entries retained without a holder

}  // namespace

UploadLock::~UploadLock() {
    state_->source = nullptr;
    auto release = [&locks = locks_, id = id_, saved = std::move(saved)]() mutable { locks.release(id, std::move(saved)); };
    asio::post(locks_.loop_, std::move(release));
}

void UploadLock::flush_done() {
    state_->flush_requested = false;
    auto notify_waiters = [&locks = locks_, id = id_] {
        if (auto found = locks.entries_.find(id); found != locks.entries_.end()) locks.notify(found->second);
    };
    asio::post(locks_.loop_, std::move(notify_waiters));
}

void UploadLocks::notify(Entry& entry) {
    for (asio::steady_timer* timer : entry.waiting) timer->cancel();
}

void UploadLocks::release(FileId id, UploadLock::SavedState saved) {
    auto found = entries_.find(id);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    entry.holder = nullptr;
    entry.saved = std::move(saved);
    notify(entry);
    bool idle = entry.waiting.empty();
    if (idle && (!entry.saved.progress.last || entries_.size() > most_saved)) entries_.erase(found);
}

void UploadLocks::preempt(const std::shared_ptr<UploadLock::State>& holder) {
    auto end = [holder] {
        holder->preempted = true;
        if (holder->source) holder->source->interrupt();
    };
    asio::post(holder->loop, std::move(end));
}

void UploadLocks::forget(FileId id) {
    auto drop = [this, id] {
        auto found = entries_.find(id);
        if (found == entries_.end()) return;
        if (found->second.holder) {
            preempt(found->second.holder);
        } else if (found->second.waiting.empty()) {
            entries_.erase(found);
        }
    };
    asio::post(loop_, std::move(drop));
}

awaitable<void> UploadLocks::wait(FileId id, asio::steady_timer& deadline) {
    entries_[id].waiting.push_back(&deadline);
    boost::system::error_code ignored;
    co_await deadline.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    std::erase(entries_[id].waiting, &deadline);
}

awaitable<Result<UploadLock::SavedState>> UploadLocks::wait_for(FileId id, std::shared_ptr<UploadLock::State> state) {
    asio::steady_timer deadline(loop_, lock_timeout);
    while (auto holder = entries_[id].holder) {
        if (deadline.expiry() <= std::chrono::steady_clock::now()) {
            co_return fail(ErrorCode::Unavailable, "Another request is using this upload; try again shortly");
        }
        preempt(holder);
        co_await wait(id, deadline);
    }
    Entry& entry = entries_[id];
    entry.holder = std::move(state);
    co_return std::exchange(entry.saved, {});
}

awaitable<Result<std::unique_ptr<UploadLock>>> UploadLocks::acquire(FileId id, ByteSource* source) {
    auto state = std::make_shared<UploadLock::State>(UploadLock::State{co_await asio::this_coro::executor, source});
    auto waiting = wait_for(id, state);
    KS_CO_TRY(auto saved, co_await asio::co_spawn(loop_, std::move(waiting), asio::use_awaitable));
    std::unique_ptr<UploadLock> turn(new UploadLock(*this, id, std::move(state)));
    turn->saved = std::move(saved);
    co_return turn;
}

awaitable<void> UploadLocks::wait_for_flush(FileId id) {
    auto found = entries_.find(id);
    if (found == entries_.end() || !found->second.holder) co_return;
    auto holder = found->second.holder;
    asio::steady_timer deadline(loop_, flush_timeout);
    auto request = [holder] {
        holder->flush_requested = true;
        if (holder->source) holder->source->interrupt();
    };
    asio::post(holder->loop, std::move(request));
    co_await wait(id, deadline);
    const Entry& entry = entries_[id];
    if (!entry.holder && !entry.saved.progress.last && entry.waiting.empty()) entries_.erase(id);
}

awaitable<void> UploadLocks::request_flush(FileId id) {
    auto word = wait_for_flush(id);
    co_await asio::co_spawn(loop_, std::move(word), asio::use_awaitable);
}

}  // namespace ks::engine
