#include "engine/turns.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace ks {

namespace {

constexpr auto longest_wait = std::chrono::seconds(10);
constexpr auto longest_word = std::chrono::seconds(5);
constexpr std::size_t most_kept = 4096;  // entries retained without a holder

}  // namespace

Turn::~Turn() {
    state_->source = nullptr;
    auto let_go = [&turns = turns_, id = id_, kept = std::move(kept)]() mutable { turns.let_go(id, std::move(kept)); };
    asio::post(turns_.core_, std::move(let_go));
}

void Turn::told() {
    state_->asked = false;
    auto tell = [&turns = turns_, id = id_] {
        if (auto found = turns.entries_.find(id); found != turns.entries_.end()) turns.wake(found->second);
    };
    asio::post(turns_.core_, std::move(tell));
}

void Turns::wake(Entry& entry) {
    for (asio::steady_timer* timer : entry.waiting) timer->cancel();
}

void Turns::let_go(FileId id, Turn::Kept kept) {
    auto found = entries_.find(id);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    entry.holder = nullptr;
    entry.kept = std::move(kept);
    wake(entry);
    bool idle = entry.waiting.empty();
    if (idle && (!entry.kept.told.last || entries_.size() > most_kept)) entries_.erase(found);
}

void Turns::end(const std::shared_ptr<Turn::State>& holder) {
    auto end = [holder] {
        holder->ends = true;
        if (holder->source) holder->source->interrupt();
    };
    asio::post(holder->core, std::move(end));
}

void Turns::forget(FileId id) {
    auto drop = [this, id] {
        auto found = entries_.find(id);
        if (found == entries_.end()) return;
        if (found->second.holder) {
            end(found->second.holder);
        } else if (found->second.waiting.empty()) {
            entries_.erase(found);
        }
    };
    asio::post(core_, std::move(drop));
}

awaitable<void> Turns::wait(FileId id, asio::steady_timer& deadline) {
    entries_[id].waiting.push_back(&deadline);
    boost::system::error_code ignored;
    co_await deadline.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    std::erase(entries_[id].waiting, &deadline);
}

awaitable<Result<Turn::Kept>> Turns::wait_for(FileId id, std::shared_ptr<Turn::State> state) {
    asio::steady_timer deadline(core_, longest_wait);
    while (auto holder = entries_[id].holder) {
        if (deadline.expiry() <= std::chrono::steady_clock::now()) {
            co_return fail(ErrorCode::Unavailable, "Another request is busy with this upload; try again shortly");
        }
        end(holder);
        co_await wait(id, deadline);
    }
    Entry& entry = entries_[id];
    entry.holder = std::move(state);
    co_return std::exchange(entry.kept, {});
}

awaitable<Result<std::unique_ptr<Turn>>> Turns::take(FileId id, ByteSource* source) {
    auto state = std::make_shared<Turn::State>(Turn::State{co_await asio::this_coro::executor, source});
    auto waiting = wait_for(id, state);
    KS_CO_TRY(auto kept, co_await asio::co_spawn(core_, std::move(waiting), asio::use_awaitable));
    std::unique_ptr<Turn> turn(new Turn(*this, id, std::move(state)));
    turn->kept = std::move(kept);
    co_return turn;
}

awaitable<bool> Turns::wait_for_word(FileId id) {
    auto found = entries_.find(id);
    if (found == entries_.end() || !found->second.holder) co_return true;
    auto holder = found->second.holder;
    asio::steady_timer deadline(core_, longest_word);
    auto ask = [holder] {
        holder->asked = true;
        if (holder->source) holder->source->interrupt();
    };
    asio::post(holder->core, std::move(ask));
    co_await wait(id, deadline);
    const Entry& entry = entries_[id];
    if (!entry.holder && !entry.kept.told.last && entry.waiting.empty()) entries_.erase(id);
    co_return true;
}

awaitable<void> Turns::ask(FileId id) {
    auto word = wait_for_word(id);
    co_await asio::co_spawn(core_, std::move(word), asio::use_awaitable);
}

}  // namespace ks
