#pragma once

#include "adapters/sql/tables.h"
#include "adapters/sqlite/ballast.h"
#include "adapters/sqlite/job_queue.h"
#include "adapters/sqlite/sqlite_connection.h"

#include <thread>

namespace ks {

struct SqliteOptions {
    std::string path;  // ":memory:": a database without a file, which ends with the store; what reads then runs with what writes
    unsigned readers = 2;
    std::size_t queue_limit = 4096;  // transactions that wait to write; the same for those that read
    std::size_t batch_limit = 128;   // transactions that share a commit
    Duration moment{2};              // how long one waits for others that can
    JournalLimits journal{};
};

// Transactions run one after the other on one thread; those that wait share a commit and its sync of the disk. Readers have threads of
// their own and see what was committed when they began.
class SqliteStore final : public MetaStore {
public:
    // Opens or makes the database and brings its schema up to date. Throws StoreFailure when that can't be done.
    explicit SqliteStore(SqliteOptions options);
    ~SqliteStore() override;

    // Finishes the transactions that were accepted; what comes after is turned away. To be called before that which their work, their
    // `done` and the listener use ends; the destructor does the same.
    void stop();

    void write(Work work, Done done) override;
    void write_later(Work work, Done done) override;
    void make_room(Work work, Done done) override;
    void read(Work work, Done done) override;
    void on_announcement(std::function<void(Announcements)> listener) override;

private:
    void accept(JobQueue& queue, Job job);
    void run_writer();
    void run_reader(SqliteConnection& connection);
    void settle(std::vector<Job> jobs);

    // One commit for all of `jobs`. An error: none of them happened. Else `outcomes` says which did, and they alone announced.
    Result<void> commit_together(std::vector<Job>& jobs, std::vector<Result<void>>& outcomes, std::vector<AnnouncementPtr>& announced);
    // False when one failed that may have changed something: all of it has to be undone.
    bool run_plainly(std::vector<Job>& jobs, std::vector<Result<void>>& outcomes, std::vector<AnnouncementPtr>& announced);
    void run_in_savepoints(std::vector<Job>& jobs, std::vector<Result<void>>& outcomes, std::vector<AnnouncementPtr>& announced);
    Result<void> run_in_savepoint(Job& job, std::vector<AnnouncementPtr>& announced);
    Result<void> run_on_writer(Job& job, std::vector<AnnouncementPtr>& announced);

    const SqliteOptions options_;
    SqliteConnection writer_;
    int careful_ = 0;  // batches to run with savepoints, since one had to be undone: whoever caused that may do it again
    Ballast ballast_;
    std::vector<std::unique_ptr<SqliteConnection>> readers_;
    JobQueue writes_;
    JobQueue reads_;
    std::function<void(Announcements)> listener_;
    std::vector<std::thread> threads_;
};

}  // namespace ks
