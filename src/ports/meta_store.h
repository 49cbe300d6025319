#pragma once

#include "ports/tx.h"
#include "runtime/suspend.h"

#include <functional>
#include <memory>

namespace ks {

// Users, files, shares and the journal, transactionally.
class MetaStore {
public:
    using Work = std::function<Result<void>(Tx&)>;
    using Done = std::function<void(Result<void>)>;

    virtual ~MetaStore() = default;

    // Runs `work` in one transaction, durable before `done` is called, rolled back when `work` fails. Both are called on a thread of
    // the store. Many writers may share one commit; each sees those before it. `work` changes nothing but by the transaction: it may be
    // undone and run again. UNAVAILABLE when too many wait, STORAGE_FULL on a full disk.
    virtual void write(Work work, Done done) = 0;

    // The same for work that nobody waits for: it may be held back for a few milliseconds, to share the commit of others.
    virtual void write_later(Work work, Done done) { write(std::move(work), std::move(done)); }

    // The same for work that ends with less being kept: on a full disk a store may have something in reserve for it.
    virtual void make_room(Work work, Done done) { write(std::move(work), std::move(done)); }

    // The same for work that changes nothing.
    virtual void read(Work work, Done done) = 0;

    // Called with what the transactions of a commit announced, where that is something, in their order, before their `done`. Set before the
    // first write.
    virtual void on_announcement(std::function<void(Announcements)> listener) = 0;
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

// `work` is a function Tx& → Result<T>; the coroutine goes on where it was, with the outcome, after the commit.
template <class Work>
auto write(MetaStore& store, Work work) {
    return detail::transact(store, &MetaStore::write, std::move(work));
}
template <class Work>
auto make_room(MetaStore& store, Work work) {
    return detail::transact(store, &MetaStore::make_room, std::move(work));
}
template <class Work>
auto read(MetaStore& store, Work work) {
    return detail::transact(store, &MetaStore::read, std::move(work));
}

}  // namespace ks
