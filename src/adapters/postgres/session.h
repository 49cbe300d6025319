#pragma once

#include "adapters/postgres/postgres_connection.h"
#include "adapters/sql/sql_tx.h"
#include "ports/meta_store.h"

namespace ks::postgres {

// Runs transactions on a connection of its own: again if they collide with others, and on a new connection if the old one was lost. Not
// thread-safe; calls block.
class Session {
public:
    // Connects with the first transaction.
    Session(std::string url, sql::JournalLimits journal) : url_(std::move(url)), journal_(journal) {}

    // Runs `work` in a transaction and commits it. Appends its messages to `messages`, which must be empty. Calls `before_commit`
    // immediately before each COMMIT, while the transaction still holds its locks. Errors: of `work`; UNAVAILABLE while the server can't
    // be reached, after five collisions, and if the outcome of a COMMIT stays unknown; STORAGE_FULL.
    Result<void> write(const MetaStore::Work& work, std::vector<BusMessagePtr>& messages, const std::function<void()>& before_commit);

    // Runs `work` on a snapshot; a statement that writes fails. The snapshot is held until end_read().
    Result<void> read(const MetaStore::Work& work);
    void end_read() noexcept;

private:
    using Clock = std::chrono::steady_clock;

    PostgresConnection& connection();  // throws sql::StoreFailure UNAVAILABLE, for some time without another attempt
    Result<void> try_write(const MetaStore::Work& work, std::vector<BusMessagePtr>& messages, const std::function<void()>& before_commit);
    Result<void> try_read(const MetaStore::Work& work);
    void commit(const std::string& transaction);
    bool was_committed(const std::string& transaction);  // after a lost COMMIT; throws sql::StoreFailure if unknown
    bool should_retry(int attempt);                      // after a failure; rolls back or drops the connection

    const std::string url_;
    const sql::JournalLimits journal_;
    std::unique_ptr<PostgresConnection> connection_;
    Clock::duration backoff_{};
    Clock::time_point next_attempt_{};
    std::string reason_{};  // of the last failure to connect
};

}  // namespace ks::postgres
