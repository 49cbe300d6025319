#pragma once

#include "ports/tx.h"
#include "runtime/suspend.h"

#include <functional>
#include <memory>

namespace ks {

// Transactional store of users, files, shares and the journal. Thread-safe.
class MetaStore {
public:
    using Work = std::function<Result<void>(Tx&)>;
    using Done = std::function<void(Result<void>)>;

    virtual ~MetaStore() = default;

    // Runs `work` in one transaction: durable before `done` is called, rolled back if `work` fails. Calls both on a thread of the store.
    // Many writers may share one commit; each sees the writes before it. `work` may be rolled back and retried, so it must not have side
    // effects outside the transaction. Errors: UNAVAILABLE if too many writes are queued, STORAGE_FULL if the disk is full.
    virtual void write(Work work, Done done) = 0;

    // Like write(), for work without a waiting caller: may be delayed by a few milliseconds to share another commit.
    virtual void write_deferred(Work work, Done done) { write(std::move(work), std::move(done)); }

    // Like write(), for work that frees space: on a full disk a store may use reserved space for it.
    virtual void write_reclaiming_space(Work work, Done done) { write(std::move(work), std::move(done)); }

    // Like write(), for work that changes nothing. Runs on a snapshot of some commit: it may miss writes that are queued, and see one whose
    // messages are still on their way to the listener.
    virtual void read(Work work, Done done) = 0;

    // Like read(), in the order of the writes: `work` sees every write accepted before, and `done` is called after theirs, when the
    // listener has got the messages of all that `work` saw. For readers that compare the result with the messages, or publish messages that
    // must follow those of an earlier write. Costs a place in the queue of the writes.
    virtual void read_in_order(Work work, Done done) = 0;

    // Returns whether other processes may use the same data at the same time.
    virtual bool is_shared() const { return false; }

    // Sets the listener for messages. It is called for every commit that has any, with all of them in order, before the `done` of the
    // transactions. Must be set before the first write.
    virtual void on_commit(std::function<void(BusMessages)> listener) = 0;

    // Completes the accepted transactions, each with its listener and `done`, and rejects new ones (UNAVAILABLE). Must be called before
    // anything used by those is destroyed. Idempotent.
    virtual void stop() = 0;
};

namespace detail {

template <class Work, class Outcome = std::invoke_result_t<Work, Tx&>>
awaitable<Outcome> transact(MetaStore& store, void (MetaStore::*how)(MetaStore::Work, MetaStore::Done), Work work) {
    auto start = [&store, how, work = std::move(work)](std::function<void(Outcome)> resume) {
        auto outcome = std::make_shared<std::optional<Outcome>>();
        MetaStore::Work in_tx = [outcome, work](Tx& tx) -> Result<void> {
            *outcome = work(tx);
            if (!**outcome) return tl::unexpected((*outcome)->error());
            return {};
        };
        MetaStore::Done done = [outcome, resume = std::move(resume)](Result<void> committed) {
            resume(committed ? std::move(**outcome) : Outcome(tl::unexpected(std::move(committed.error()))));
        };
        (store.*how)(std::move(in_tx), std::move(done));
    };
    return suspend<Outcome>(std::move(start));
}

}  // namespace detail

// `work` is a function Tx& → Result<T>. The coroutine resumes on its executor, after the commit, with the result.
template <class Work>
auto write(MetaStore& store, Work work) {
    return detail::transact(store, &MetaStore::write, std::move(work));
}
template <class Work>
auto write_reclaiming_space(MetaStore& store, Work work) {
    return detail::transact(store, &MetaStore::write_reclaiming_space, std::move(work));
}
template <class Work>
auto read(MetaStore& store, Work work) {
    return detail::transact(store, &MetaStore::read, std::move(work));
}
template <class Work>
auto read_in_order(MetaStore& store, Work work) {
    return detail::transact(store, &MetaStore::read_in_order, std::move(work));
}

}  // namespace ks
