#pragma once

#include "adapters/sql/tables.h"
#include "adapters/sqlite/ballast.h"
#include "adapters/sqlite/job_queue.h"
#include "adapters/sqlite/sqlite_connection.h"

#include <thread>

namespace ks::sqlite {

struct SqliteOptions {
    std::string path;  // ":memory:": no file; destroyed with the store, reads run on the writer
    unsigned readers = 2;
    std::size_t queue_limit = 4096;  // maximum number of pending writes; the same for pending reads
    std::size_t batch_limit = 128;   // maximum number of transactions per commit
    Duration max_batch_delay{2};     // maximum delay of deferred writes
    sql::JournalLimits journal{};
};

// MetaStore on SQLite in WAL mode. One writer thread executes write transactions in order; pending ones share a commit and its fsync (group
// commit). Reads run on separate threads, each on a snapshot of the last commit. Thread-safe.
class SqliteStore final : public MetaStore {
public:
    // Opens or creates the database and migrates its schema. Throws StoreFailure.
    explicit SqliteStore(SqliteOptions options);
    ~SqliteStore() override;  // calls stop()

    void write(Work work, Done done) override;
    void write_deferred(Work work, Done done) override;
    void write_reclaiming_space(Work work, Done done) override;
    void read(Work work, Done done) override;
    void read_in_order(Work work, Done done) override;
    void on_commit(std::function<void(BusMessages)> listener) override;
    void stop() override;

private:
    void accept(JobQueue& queue, Job job);
    void run_writer();
    void run_reader(SqliteConnection& connection);
    void commit_batch(std::vector<Job> jobs);

    // Executes `jobs` in one commit. On an error none of them took effect. Otherwise `outcomes` has each result, and `published` the
    // messages of the successful ones.
    Result<void> commit_together(std::vector<Job>& jobs, std::vector<Result<void>>& outcomes, std::vector<BusMessagePtr>& published);
    // Returns false if a failed job may have changed something: the caller must roll back the whole batch.
    bool run_without_savepoints(std::vector<Job>& jobs, std::vector<Result<void>>& outcomes, std::vector<BusMessagePtr>& published);
    void run_in_savepoints(std::vector<Job>& jobs, std::vector<Result<void>>& outcomes, std::vector<BusMessagePtr>& published);
    Result<void> run_in_savepoint(Job& job, std::vector<BusMessagePtr>& published);
    Result<void> run_on_writer(Job& job, std::vector<BusMessagePtr>& published);

    const SqliteOptions options_;
    SqliteConnection writer_;
    int savepoint_batches_left_ = 0;  // number of batches to run with savepoints after a rollback: its cause may recur
    Ballast ballast_;
    std::vector<std::unique_ptr<SqliteConnection>> readers_;
    JobQueue writes_;
    JobQueue reads_;
    std::function<void(BusMessages)> listener_;
    std::vector<std::thread> threads_;
};

}  // namespace ks::sqlite
