#include "adapters/postgres/session.h"

#include "base/log.h"

#include <algorithm>
#include <random>
#include <thread>

namespace ks::postgres {

namespace {

constexpr int most_attempts = 5;
constexpr auto first_backoff = std::chrono::milliseconds(100);
constexpr auto longest_backoff = std::chrono::seconds(2);
constexpr auto outcome_patience = std::chrono::seconds(10);

// Half to all of `longest`, by chance: those that collided must not meet again.
std::chrono::microseconds jittered(std::chrono::microseconds longest) {
    thread_local std::minstd_rand random(std::random_device{}());
    return std::chrono::microseconds(std::uniform_int_distribution<std::int64_t>(longest.count() / 2, longest.count())(random));
}

Result<void> outcome_of(const sql::StoreFailure& failure) { return tl::unexpected(sql::error_of(failure)); }

}  // namespace

PostgresConnection& Session::connection() {
    if (connection_) return *connection_;
    if (Clock::now() < next_attempt_) throw sql::StoreFailure(reason_, ErrorCode::Unavailable);
    try {
        connection_ = std::make_unique<PostgresConnection>(url_);
    } catch (const sql::StoreFailure& failure) {
        if (reason_ != failure.what()) log::warning("connecting to the database failed", {{"reason", failure.what()}});
        reason_ = failure.what();
        backoff_ = std::clamp<Clock::duration>(backoff_ * 2, first_backoff, longest_backoff);
        next_attempt_ = Clock::now() + jittered(std::chrono::ceil<std::chrono::microseconds>(backoff_));
        throw;
    }
    backoff_ = {};
    reason_.clear();
    return *connection_;
}

Result<void> Session::write(const MetaStore::Work& work, std::vector<BusMessagePtr>& messages, const std::function<void()>& before_commit) {
    for (int attempt = 1;; ++attempt) {
        Result<void> outcome = try_write(work, messages, before_commit);
        if (outcome) return outcome;
        messages.clear();
        if (!should_retry(attempt)) return outcome;
    }
}

Result<void> Session::try_write(const MetaStore::Work& work, std::vector<BusMessagePtr>& messages,
                                const std::function<void()>& before_commit) {
    try {
        PostgresConnection& db = connection();
        std::string transaction = db.begin_write();
        KS_CHECK(sql::run_in_tx(db, journal_, work, messages));
        before_commit();
        commit(transaction);
        return {};
    } catch (const sql::StoreFailure& failure) {
        return outcome_of(failure);
    }
}

void Session::commit(const std::string& transaction) {
    try {
        connection_->commit();
    } catch (const sql::StoreFailure&) {
        if (connection_->failure() != FailureKind::Lost || !was_committed(transaction)) throw;
        connection_.reset();
    }
}

bool Session::was_committed(const std::string& transaction) {
    for (auto deadline = Clock::now() + outcome_patience; Clock::now() < deadline; std::this_thread::sleep_for(jittered(first_backoff))) {
        try {
            PostgresConnection db(url_);
            std::string status = db.query_text("SELECT pg_xact_status('" + transaction + "'::xid8)");
            if (status == "committed") return true;
            if (status == "aborted") return false;
        } catch (const sql::StoreFailure&) {  // still away
        }
    }
    // Not retried: the transaction may have been committed.
    connection_.reset();
    throw sql::StoreFailure("PostgreSQL: the connection was lost during a commit, and its outcome is unknown", ErrorCode::Unavailable);
}

bool Session::should_retry(int attempt) {
    if (!connection_) return false;
    FailureKind failure = connection_->failure();
    if (failure == FailureKind::Lost) {
        connection_.reset();
    } else {
        connection_->roll_back();
    }
    if (attempt == most_attempts || (failure != FailureKind::Collision && failure != FailureKind::Lost)) return false;
    if (failure == FailureKind::Collision) std::this_thread::sleep_for(jittered(std::chrono::milliseconds(5) * (1 << attempt)));
    return true;
}

Result<void> Session::read(const MetaStore::Work& work) {
    for (int attempt = 1;; ++attempt) {
        Result<void> outcome = try_read(work);
        // Only a lost connection is replaced now: the transaction of a result ends with end_read().
        bool failed = !outcome && connection_ && connection_->failure() != FailureKind::None;
        if (!failed || !should_retry(attempt)) return outcome;
    }
}

Result<void> Session::try_read(const MetaStore::Work& work) {
    try {
        PostgresConnection& db = connection();
        db.begin_read();
        std::vector<BusMessagePtr> discarded_messages;
        return sql::run_in_tx(db, journal_, work, discarded_messages);
    } catch (const sql::StoreFailure& failure) {
        return outcome_of(failure);
    }
}

void Session::end_read() noexcept {
    if (!connection_) return;
    connection_->roll_back();
    if (connection_->failure() == FailureKind::Lost) connection_.reset();
}

}  // namespace ks::postgres
