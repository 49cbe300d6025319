#include "adapters/postgres/postgres_store.h"

#include "adapters/sql/migrate.h"
#include "adapters/sql/notify.h"

namespace ks::postgres {

namespace {

constexpr int oldest_server = 150'000;
constexpr auto longest_migration = std::chrono::hours(24);

// Key of the advisory lock: "kingshar" in ASCII.
constexpr auto lock_migrations = "SELECT pg_advisory_lock(x'6b696e6773686172'::bigint)";

void check_server(PostgresConnection& db) {
    if (db.server_version() < oldest_server)
        throw sql::StoreFailure("the server is PostgreSQL " + std::to_string(db.server_version() / 10'000) + "; it must be 15 or newer");
    std::string encoding = db.query_text("SHOW server_encoding");
    if (encoding != "UTF8")
        throw sql::StoreFailure("the database has the encoding " + encoding + "; it must be created with ENCODING 'UTF8'");
}

// Closing the connection releases the lock.
void prepare_database(const std::string& url) {
    try {
        PostgresConnection db(url, longest_migration);
        check_server(db);
        db.execute("SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0");
        db.execute(lock_migrations);
        sql::migrate(db, embedded_files());
    } catch (const sql::StoreFailure& failure) {
        throw sql::StoreFailure(std::string("cannot use the database: ") + failure.what(), failure.code);
    }
}

Result<void> with_retry_after(Result<void> outcome) {
    if (!outcome && outcome.error().code == ErrorCode::Unavailable && !outcome.error().retry_after)
        outcome.error().retry_after = std::chrono::seconds(1);
    return outcome;
}

Result<void> overloaded() { return fail(ErrorCode::Unavailable, "The server is overloaded; try again shortly"); }

const std::string& prepared(const std::string& url) {
    prepare_database(url);
    return url;
}

}  // namespace

PostgresStore::PostgresStore(PostgresOptions options)
    : barrier_(options.queue_limit),
      readers_(options.readers, options.queue_limit, prepared(options.url), options.journal),
      writers_(options.writers, options.queue_limit, options.url, options.journal) {}

PostgresStore::~PostgresStore() { stop(); }

// The writers first: reads wait for their transactions.
void PostgresStore::stop() {
    is_stopped_ = true;
    writers_.stop();
    readers_.stop();
}

void PostgresStore::on_commit(std::function<void(BusMessages)> listener) { listener_ = std::move(listener); }

void PostgresStore::write(Work work, Done done) {
    std::uint64_t write = barrier_.begin();
    Done ended = [this, write, done = std::move(done)](Result<void> outcome) {
        sql::notify(done, std::move(outcome));
        barrier_.end(write);
    };
    auto job = [this, work = std::move(work), ended](Session& session) { run_write(session, work, ended); };
    push(writers_, std::move(job), std::move(ended));
}

void PostgresStore::run_write(Session& session, const Work& work, Done done) {
    std::vector<BusMessagePtr> messages;
    std::optional<std::uint64_t> ticket;
    auto take_ticket = [&] {
        if (ticket) order_.complete(*ticket, [] {});  // of a commit that failed
        ticket.reset();
        if (!messages.empty()) ticket = order_.take_ticket();
    };
    Result<void> outcome = with_retry_after(session.write(work, messages, take_ticket));
    if (!ticket) return done(std::move(outcome));
    auto tell = [this, messages = std::move(messages), outcome = std::move(outcome), done = std::move(done)] {
        if (outcome) sql::notify(listener_, BusMessages(messages));
        done(outcome);
    };
    order_.complete(*ticket, std::move(tell));
}

void PostgresStore::read(Work work, Done done) {
    auto job = [work = std::move(work), done](Session& session) {
        sql::notify(done, with_retry_after(session.read(work)));
        session.end_read();
    };
    push(readers_, std::move(job), std::move(done));
}

void PostgresStore::read_in_order(Work work, Done done) {
    if (is_stopped_) return sql::notify(done, with_retry_after(overloaded()));
    auto job = [this, work = std::move(work), done](Session& session) {
        Result<void> outcome = with_retry_after(session.read(work));
        // Every commit that the snapshot shows has an earlier ticket.
        order_.complete(order_.take_ticket(), [done, outcome = std::move(outcome)] { sql::notify(done, outcome); });
        session.end_read();
    };
    auto start = [this, job = std::move(job), done] { push(readers_, job, done); };
    if (!barrier_.after_begun(std::move(start))) sql::notify(done, with_retry_after(overloaded()));
}

void PostgresStore::push(SessionPool& pool, SessionPool::Job job, Done done) {
    if (!pool.push(job)) sql::notify(done, with_retry_after(overloaded()));
}

}  // namespace ks::postgres
