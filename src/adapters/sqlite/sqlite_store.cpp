#include "adapters/sqlite/sqlite_store.h"

#include "adapters/sql/migrate.h"
#include "adapters/sql/notify.h"
#include "adapters/sql/query.h"
#include "adapters/sql/sql_tx.h"

namespace ks::sqlite {

namespace {

constexpr int careful_batches = 64;

void run(sql::SqlConnection& db, std::string_view text) { sql::Query(db, text).run(); }

}  // namespace

SqliteStore::SqliteStore(SqliteOptions options)
    : options_(std::move(options)),
      writer_(options_.path, SqliteConnection::Access::Write),
      ballast_(options_.path),
      writes_(options_.queue_limit, options_.max_batch_delay),
      reads_(options_.queue_limit) {
    try {
        sql::migrate(writer_, embedded_files());
    } catch (const sql::StoreFailure& failure) {
        throw sql::StoreFailure("cannot use the database " + options_.path + ": " + failure.what(), failure.code);
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

void SqliteStore::on_commit(std::function<void(BusMessages)> listener) { listener_ = std::move(listener); }

void SqliteStore::write(Work work, Done done) { accept(writes_, {.work = std::move(work), .done = std::move(done)}); }

void SqliteStore::write_deferred(Work work, Done done) {
    accept(writes_, {.work = std::move(work), .done = std::move(done), .can_wait = true});
}

void SqliteStore::write_reclaiming_space(Work work, Done done) {
    accept(writes_, {.work = std::move(work), .done = std::move(done), .reclaims_space = true});
}

void SqliteStore::read(Work work, Done done) {
    if (readers_.empty()) return read_in_order(std::move(work), std::move(done));
    accept(reads_, {.work = std::move(work), .done = std::move(done), .reads = true});
}

void SqliteStore::read_in_order(Work work, Done done) {
    accept(writes_, {.work = std::move(work), .done = std::move(done), .reads = true});
}

void SqliteStore::accept(JobQueue& queue, Job job) {
    if (queue.push(job)) return;
    Error busy = fail(ErrorCode::Unavailable, "The server is overloaded; try again shortly").value();
    busy.retry_after = std::chrono::seconds(1);
    sql::notify(job.done, tl::unexpected(std::move(busy)));
}

void SqliteStore::run_reader(SqliteConnection& connection) {
    while (true) {
        auto jobs = reads_.take(1);
        if (jobs.empty()) return;
        std::vector<BusMessagePtr> discarded_messages;
        Result<void> outcome;
        try {
            run(connection, "BEGIN");
            outcome = sql::run_in_tx(connection, options_.journal, jobs.front().work, discarded_messages);
        } catch (const sql::StoreFailure& failure) {
            outcome = tl::unexpected(sql::error_of(failure));
        }
        connection.roll_back();
        sql::notify(jobs.front().done, std::move(outcome));
    }
}

void SqliteStore::run_writer() {
    while (true) {
        auto jobs = writes_.take(options_.batch_limit);
        if (jobs.empty()) return;
        commit_batch(std::move(jobs));
        ballast_.reserve();
    }
}

void SqliteStore::commit_batch(std::vector<Job> jobs) {
    std::vector<Result<void>> outcomes;
    std::vector<BusMessagePtr> published;
    Result<void> committed = commit_together(jobs, outcomes, published);
    if (committed && !published.empty()) sql::notify(listener_, published);
    std::vector<Job> again;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        Result<void> outcome = committed ? std::move(outcomes[i]) : committed;
        bool full = !outcome && outcome.error().code == ErrorCode::StorageFull;
        if (full && jobs[i].reclaims_space && (!again.empty() || ballast_.exit_with_error())) {
            again.push_back(std::move(jobs[i]));
        } else {
            sql::notify(jobs[i].done, std::move(outcome));
        }
    }
    if (!again.empty()) commit_batch(std::move(again));
}

Result<void> SqliteStore::commit_together(std::vector<Job>& jobs, std::vector<Result<void>>& outcomes,
                                          std::vector<BusMessagePtr>& published) {
    try {
        run(writer_, "BEGIN IMMEDIATE");
        if (savepoint_batches_left_ > 0) {
            --savepoint_batches_left_;
            run_in_savepoints(jobs, outcomes, published);
        } else if (!run_without_savepoints(jobs, outcomes, published)) {
            writer_.roll_back();
            if (jobs.size() == 1) return {};
            savepoint_batches_left_ = careful_batches;
            outcomes.clear();
            published.clear();
            run(writer_, "BEGIN IMMEDIATE");
            run_in_savepoints(jobs, outcomes, published);
        }
        run(writer_, "COMMIT");
        return {};
    } catch (const sql::StoreFailure& failure) {
        writer_.roll_back();
        return tl::unexpected(sql::error_of(failure));
    }
}

// Runs the jobs without savepoints: a savepoint costs as much as a small job, and a failing job has usually changed nothing. That holds
// only for errors returned by the job: after a database failure a statement may be half done.
bool SqliteStore::run_without_savepoints(std::vector<Job>& jobs, std::vector<Result<void>>& outcomes,
                                         std::vector<BusMessagePtr>& published) {
    for (Job& job : jobs) {
        std::int64_t before = writer_.changes();
        outcomes.push_back(run_on_writer(job, published));
        if (outcomes.back()) continue;
        ErrorCode code = outcomes.back().error().code;
        bool database_failed = code == ErrorCode::InternalError || code == ErrorCode::StorageFull || code == ErrorCode::Unavailable;
        if (writer_.changes() != before || database_failed) return false;
    }
    return true;
}

void SqliteStore::run_in_savepoints(std::vector<Job>& jobs, std::vector<Result<void>>& outcomes, std::vector<BusMessagePtr>& published) {
    for (Job& job : jobs) outcomes.push_back(run_in_savepoint(job, published));
}

Result<void> SqliteStore::run_in_savepoint(Job& job, std::vector<BusMessagePtr>& published) {
    run(writer_, "SAVEPOINT job");
    Result<void> outcome = run_on_writer(job, published);
    if (!outcome && !writer_.in_transaction()) {
        // SQLite has rolled back the whole transaction, including the preceding jobs.
        throw sql::StoreFailure(outcome.error().detail, outcome.error().code);
    }
    if (!outcome) run(writer_, "ROLLBACK TO job");
    run(writer_, "RELEASE job");
    return outcome;
}

Result<void> SqliteStore::run_on_writer(Job& job, std::vector<BusMessagePtr>& published) {
    if (!job.reads) return sql::run_in_tx(writer_, options_.journal, job.work, published);
    std::vector<BusMessagePtr> discarded_messages;
    writer_.allow_writes(false);
    Result<void> outcome = sql::run_in_tx(writer_, options_.journal, job.work, discarded_messages);
    writer_.allow_writes(true);
    return outcome;
}

}  // namespace ks::sqlite
