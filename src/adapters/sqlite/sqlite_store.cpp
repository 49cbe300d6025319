#include "adapters/sqlite/sqlite_store.h"

#include "adapters/sql/migrate.h"
#include "adapters/sql/query.h"
#include "adapters/sql/sql_tx.h"
#include "base/log.h"

namespace ks {

namespace {

constexpr int careful_batches = 64;

void run(SqlConnection& db, std::string_view sql) { Query(db, sql).run(); }

// Exceptions of a listener are logged and dropped: the commit has happened already.
template <class Listener, class... Values>
void tell(const Listener& listener, Values&&... values) {
    try {
        if (listener) listener(std::forward<Values>(values)...);
    } catch (const std::exception& exception) {
        log::error("store listener threw", {{"reason", exception.what()}});
    }
}

}  // namespace

SqliteStore::SqliteStore(SqliteOptions options)
    : options_(std::move(options)),
      writer_(options_.path, SqliteConnection::Access::Write),
      ballast_(options_.path),
      writes_(options_.queue_limit, options_.moment),
      reads_(options_.queue_limit) {
    try {
        migrate(writer_, embedded_files());
    } catch (const StoreFailure& failure) {
        throw StoreFailure("cannot use the database " + options_.path + ": " + failure.what(), failure.code);
    }
    for (unsigned i = 0; i < options_.readers && options_.path != ":memory:"; ++i) {
        readers_.push_back(std::make_unique<SqliteConnection>(options_.path, SqliteConnection::Access::Read));
    }
    threads_.emplace_back([this] { run_writer(); });
    for (auto& reader : readers_) threads_.emplace_back([this, &reader] { run_reader(*reader); });
}

SqliteStore::~SqliteStore() { stop(); }

void SqliteStore::stop() {
    writes_.stop();
    reads_.stop();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void SqliteStore::on_announcement(std::function<void(Announcements)> listener) { listener_ = std::move(listener); }

void SqliteStore::write(Work work, Done done) { accept(writes_, {.work = std::move(work), .done = std::move(done)}); }

void SqliteStore::write_later(Work work, Done done) {
    accept(writes_, {.work = std::move(work), .done = std::move(done), .can_wait = true});
}

void SqliteStore::make_room(Work work, Done done) {
    accept(writes_, {.work = std::move(work), .done = std::move(done), .makes_room = true});
}

void SqliteStore::read(Work work, Done done) {
    accept(readers_.empty() ? writes_ : reads_, {.work = std::move(work), .done = std::move(done), .reads = true});
}

void SqliteStore::accept(JobQueue& queue, Job job) {
    if (queue.push(job)) return;
    Error busy = fail(ErrorCode::Unavailable, "The server is busy; try again shortly").value();
    busy.retry_after = std::chrono::seconds(1);
    tell(job.done, tl::unexpected(std::move(busy)));
}

void SqliteStore::run_reader(SqliteConnection& connection) {
    while (true) {
        auto jobs = reads_.take(1);
        if (jobs.empty()) return;
        std::vector<AnnouncementPtr> nobody_hears;
        Result<void> outcome;
        try {
            run(connection, "BEGIN");
            outcome = run_in_tx(connection, options_.journal, jobs.front().work, nobody_hears);
        } catch (const StoreFailure& failure) {
            outcome = tl::unexpected(error_of(failure));
        }
        connection.roll_back();
        tell(jobs.front().done, std::move(outcome));
    }
}

void SqliteStore::run_writer() {
    while (true) {
        auto jobs = writes_.take(options_.batch_limit);
        if (jobs.empty()) return;
        settle(std::move(jobs));
        ballast_.take();
    }
}

void SqliteStore::settle(std::vector<Job> jobs) {
    std::vector<Result<void>> outcomes;
    std::vector<AnnouncementPtr> announced;
    Result<void> committed = commit_together(jobs, outcomes, announced);
    if (committed && !announced.empty()) tell(listener_, announced);
    std::vector<Job> again;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        Result<void> outcome = committed ? std::move(outcomes[i]) : committed;
        bool full = !outcome && outcome.error().code == ErrorCode::StorageFull;
        if (full && jobs[i].makes_room && (!again.empty() || ballast_.give_up())) {
            again.push_back(std::move(jobs[i]));
        } else {
            tell(jobs[i].done, std::move(outcome));
        }
    }
    if (!again.empty()) settle(std::move(again));
}

Result<void> SqliteStore::commit_together(std::vector<Job>& jobs, std::vector<Result<void>>& outcomes,
                                          std::vector<AnnouncementPtr>& announced) {
    try {
        run(writer_, "BEGIN IMMEDIATE");
        if (careful_ > 0) {
            --careful_;
            run_in_savepoints(jobs, outcomes, announced);
        } else if (!run_plainly(jobs, outcomes, announced)) {
            writer_.roll_back();
            if (jobs.size() == 1) return {};
            careful_ = careful_batches;
            outcomes.clear();
            announced.clear();
            run(writer_, "BEGIN IMMEDIATE");
            run_in_savepoints(jobs, outcomes, announced);
        }
        run(writer_, "COMMIT");
        return {};
    } catch (const StoreFailure& failure) {
        writer_.roll_back();
        return tl::unexpected(error_of(failure));
    }
}

// Runs the jobs without savepoints: a savepoint costs as much as a small job, and a failing job has usually changed nothing. That holds
// only for errors returned by the job: after a database failure a statement may be half done.
bool SqliteStore::run_plainly(std::vector<Job>& jobs, std::vector<Result<void>>& outcomes, std::vector<AnnouncementPtr>& announced) {
    for (Job& job : jobs) {
        std::int64_t before = writer_.changes();
        outcomes.push_back(run_on_writer(job, announced));
        if (outcomes.back()) continue;
        ErrorCode code = outcomes.back().error().code;
        bool database_failed = code == ErrorCode::InternalError || code == ErrorCode::StorageFull || code == ErrorCode::Unavailable;
        if (writer_.changes() != before || database_failed) return false;
    }
    return true;
}

void SqliteStore::run_in_savepoints(std::vector<Job>& jobs, std::vector<Result<void>>& outcomes, std::vector<AnnouncementPtr>& announced) {
    for (Job& job : jobs) outcomes.push_back(run_in_savepoint(job, announced));
}

Result<void> SqliteStore::run_in_savepoint(Job& job, std::vector<AnnouncementPtr>& announced) {
    run(writer_, "SAVEPOINT job");
    Result<void> outcome = run_on_writer(job, announced);
    if (!outcome && !writer_.in_transaction()) {
        // SQLite has rolled back the whole transaction, including the preceding jobs.
        throw StoreFailure(outcome.error().detail, outcome.error().code);
    }
    if (!outcome) run(writer_, "ROLLBACK TO job");
    run(writer_, "RELEASE job");
    return outcome;
}

Result<void> SqliteStore::run_on_writer(Job& job, std::vector<AnnouncementPtr>& announced) {
    if (!job.reads) return run_in_tx(writer_, options_.journal, job.work, announced);
    std::vector<AnnouncementPtr> nobody_hears;
    writer_.allow_writes(false);
    Result<void> outcome = run_in_tx(writer_, options_.journal, job.work, nobody_hears);
    writer_.allow_writes(true);
    return outcome;
}

}  // namespace ks
