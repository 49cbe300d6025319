#pragma once

#include "adapters/postgres/commit_order.h"
#include "adapters/postgres/session_pool.h"

#include <atomic>

namespace ks::postgres {

struct PostgresOptions {
    std::string url;  // postgresql://…
    unsigned writers = 6;
    unsigned readers = 4;
    std::size_t queue_limit = 4096;  // maximum number of pending writes; the same for pending reads
    sql::JournalLimits journal{};
};

// MetaStore on PostgreSQL 15 or newer. Every transaction has a connection of a pool to itself; writes and reads have separate ones, so that
// writers of a busy stream don't delay sign-ins. Thread-safe.
//
// Isolation: writes are READ COMMITTED and lock the rows that they decide by, in the order of Tx. Reads see a snapshot.
// Availability: while the server is away, transactions fail with UNAVAILABLE and connections are retried with backoff.
class PostgresStore final : public MetaStore {
public:
    // Migrates the schema, one process at a time. Throws sql::StoreFailure if the server can't be reached or can't be used.
    explicit PostgresStore(PostgresOptions options);
    ~PostgresStore() override;  // calls stop()

    void write(Work work, Done done) override;
    void read(Work work, Done done) override;
    void read_in_order(Work work, Done done) override;
    bool is_shared() const override { return true; }
    void on_commit(std::function<void(BusMessages)> listener) override;
    void stop() override;

private:
    void push(SessionPool& pool, SessionPool::Job job, Done done);
    void run_write(Session& session, const Work& work, Done done);

    std::function<void(BusMessages)> listener_;
    CommitOrder order_;
    WriteBarrier barrier_;
    std::atomic<bool> is_stopped_ = false;
    SessionPool readers_;
    SessionPool writers_;
};

}  // namespace ks::postgres
