#include "adapters/postgres/postgres_connection.h"

#include "base/result.h"

#include <libpq-fe.h>

#include <algorithm>
#include <cerrno>
#include <endian.h>
#include <poll.h>
#include <vector>

namespace ks::postgres {

namespace {

constexpr Oid bytea_type = 17;
constexpr Oid bigint_type = 20;
constexpr Oid text_type = 25;
constexpr Oid inferred_type = 0;

// Limits of one statement, of one wait for a lock, and of a transaction between statements.
constexpr auto session_settings =
    "SET statement_timeout = '5s'; SET lock_timeout = '3s'; SET idle_in_transaction_session_timeout = '5s'; "
    "SET client_min_messages = warning";

std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

std::string encoded(std::int64_t value) {
    std::uint64_t bytes = htobe64(static_cast<std::uint64_t>(value));
    return {reinterpret_cast<const char*>(&bytes), sizeof bytes};
}

// Error codes: PostgreSQL documentation, appendix A.
FailureKind kind_of(std::string_view state) {
    // 23503: the row that a new one refers to was removed meanwhile; when it is run again, the transaction sees that.
    if (state == "40001" || state == "23503" || state == "40P01" || state == "55P03") return FailureKind::Collision;
    // 08: connection exceptions. 57P: shut down, crashed or starting. 25P03: idle in a transaction.
    if (state.starts_with("08") || state.starts_with("57P") || state == "25P03") return FailureKind::Lost;
    return FailureKind::Other;
}

ErrorCode code_of(std::string_view state) {
    if (state == "53100") return ErrorCode::StorageFull;
    if (state == "22021" || state == "22P05") return ErrorCode::InvalidRequest;  // text that is not UTF-8, or has a NUL
    if (state == "23503") return ErrorCode::InternalError;
    // 53: other resources are exhausted. 57014: timeout of the statement. 58030: I/O error.
    bool passes = state.starts_with("53") || state == "57014" || state == "58030" || kind_of(state) != FailureKind::Other;
    return passes ? ErrorCode::Unavailable : ErrorCode::InternalError;
}

// Throws sql::StoreFailure if the URL is malformed. The reason of libpq may quote the password.
void check(const std::string& url) {
    char* reason = nullptr;
    PQconninfoOption* options = PQconninfoParse(url.c_str(), &reason);
    PQfreemem(reason);
    if (!options) throw sql::StoreFailure("database.url is not a valid URL of PostgreSQL; it must be postgresql://USER@HOST/DATABASE");
    PQconninfoFree(options);
}

}  // namespace

void PostgresConnection::Close::operator()(pg_conn* handle) const { PQfinish(handle); }
void PostgresConnection::Clear::operator()(pg_result* result) const { PQclear(result); }

class PostgresStatement final : public sql::Statement {
public:
    PostgresStatement(PostgresConnection& db, std::string name, std::string_view text) : db_(db), name_(std::move(name)), sql_(text) {}

    void bind_int(int parameter, std::int64_t value) override { bind(parameter, bigint_type, encoded(value)); }
    void bind_text(int parameter, std::string_view value) override { bind(parameter, text_type, std::string(value)); }
    void bind_bytes(int parameter, std::string_view value) override { bind(parameter, bytea_type, std::string(value)); }
    void bind_null(int parameter) override { bind(parameter, inferred_type, std::nullopt); }

    bool step() override {
        if (!answer_) {
            execute();
            row_ = 0;
        } else {
            ++row_;
        }
        return row_ < PQntuples(answer_.get());
    }
    std::int64_t changed() const override { return std::atoll(PQcmdTuples(answer_.get())); }
    void reset() noexcept override {
        answer_.reset();
        values_.clear();
        types_.clear();
    }
    bool is_busy() const { return answer_ != nullptr; }

    bool is_null(int column) const override { return PQgetisnull(answer_.get(), row_, column) != 0; }
    std::int64_t int_at(int column) const override {
        std::string_view bytes = string_at(column);
        KS_ASSERT(bytes.empty() || PQftype(answer_.get(), column) == bigint_type);
        std::int64_t value = 0;
        for (char byte : bytes)
            value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << 8 | static_cast<unsigned char>(byte));
        return value;
    }
    std::string_view string_at(int column) const override {
        return {PQgetvalue(answer_.get(), row_, column), static_cast<std::size_t>(PQgetlength(answer_.get(), row_, column))};
    }

private:
    void bind(int parameter, Oid type, std::optional<std::string> value) {
        auto index = static_cast<std::size_t>(parameter) - 1;
        values_.resize(std::max(values_.size(), index + 1));
        types_.resize(values_.size());
        values_[index] = std::move(value);
        types_[index] = type;
    }

    void execute() {
        pg_conn* handle = db_.handle_.get();
        int count = static_cast<int>(values_.size());
        if (!is_prepared_) {
            db_.await_answer(PQsendPrepare(handle, name_.c_str(), sql_.c_str(), count, types_.data()) == 1);
            is_prepared_ = true;
        }
        std::vector<const char*> pointers;
        std::vector<int> lengths;
        for (const auto& value : values_) {
            pointers.push_back(value ? value->c_str() : nullptr);
            lengths.push_back(value ? static_cast<int>(value->size()) : 0);
        }
        const std::vector<int> formats(values_.size(), 1);
        answer_ =
            db_.await_answer(PQsendQueryPrepared(handle, name_.c_str(), count, pointers.data(), lengths.data(), formats.data(), 1) == 1);
    }

    PostgresConnection& db_;
    const std::string name_;
    const std::string sql_;
    bool is_prepared_ = false;
    std::vector<std::optional<std::string>> values_;
    std::vector<Oid> types_;
    PostgresConnection::Answer answer_;
    int row_ = 0;
};

PostgresConnection::PostgresConnection(const std::string& url, Duration answer_timeout) : answer_timeout_(answer_timeout) {
    check(url);
    // The last value of a keyword counts: the URL overrides what stands before it.
    const char* const keywords[] = {
        "application_name", "connect_timeout", "tcp_user_timeout", "target_session_attrs", "client_encoding", "dbname", nullptr};
    const char* const values[] = {"kingshare", "3", "3000", "read-write", "UTF8", url.c_str(), nullptr};
    handle_.reset(PQconnectdbParams(keywords, values, 1));
    if (PQstatus(handle_.get()) != CONNECTION_OK) throw_lost(trimmed(PQerrorMessage(handle_.get())));
    PQsetNoticeProcessor(
        handle_.get(), [](void*, const char*) {}, nullptr);
    execute(session_settings);
}

PostgresConnection::~PostgresConnection() { statements_.clear(); }

int PostgresConnection::server_version() const { return PQserverVersion(handle_.get()); }

sql::Statement& PostgresConnection::prepare(std::string_view text) {
    auto found = statements_.find(text);
    if (found == statements_.end()) {
        auto statement = std::make_unique<PostgresStatement>(*this, "s" + std::to_string(statements_.size()), text);
        found = statements_.emplace(text, std::move(statement)).first;
    }
    auto& statement = static_cast<PostgresStatement&>(*found->second);
    KS_ASSERT(!statement.is_busy());
    return statement;
}

void PostgresConnection::execute(const std::string& text) { await_answer(PQsendQuery(handle_.get(), text.c_str()) == 1); }

std::string PostgresConnection::query_text(const std::string& text) {
    Answer answer = await_answer(PQsendQuery(handle_.get(), text.c_str()) == 1);
    return PQntuples(answer.get()) > 0 ? PQgetvalue(answer.get(), 0, 0) : "";
}

std::string PostgresConnection::begin_write() {
    failure_ = FailureKind::None;
    reads_only_ = false;
    return query_text("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_current_xact_id()");
}

void PostgresConnection::begin_read() {
    failure_ = FailureKind::None;
    reads_only_ = true;
    execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

void PostgresConnection::commit() {
    Answer answer = await_answer(PQsendQuery(handle_.get(), "COMMIT") == 1);
    // COMMIT of a transaction with a failed statement succeeds as a rollback.
    if (std::string_view(PQcmdStatus(answer.get())) != "COMMIT") throw sql::StoreFailure("PostgreSQL: the transaction was rolled back");
}

void PostgresConnection::roll_back() noexcept {
    PGTransactionStatusType status = PQtransactionStatus(handle_.get());
    if (status == PQTRANS_IDLE || status == PQTRANS_UNKNOWN) return;
    try {
        execute("ROLLBACK");
    } catch (const sql::StoreFailure&) {  // failure() tells; the server rolls back when the connection ends
    }
}

PostgresConnection::Answer PostgresConnection::await_answer(bool sent) {
    if (!sent) throw_lost(trimmed(PQerrorMessage(handle_.get())));
    auto deadline = std::chrono::steady_clock::now() + answer_timeout_;
    Answer last, failed;
    while (true) {
        while (PQisBusy(handle_.get()) != 0) wait_for_input(deadline);
        Answer answer(PQgetResult(handle_.get()));
        if (!answer) break;
        ExecStatusType status = PQresultStatus(answer.get());
        bool is_good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
        (is_good ? last : failed) = std::move(answer);
    }
    if (failed) throw_failure(failed.get());
    return last;
}

void PostgresConnection::wait_for_input(std::chrono::steady_clock::time_point deadline) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) throw_lost("no answer for too long");
    pollfd input{.fd = PQsocket(handle_.get()), .events = POLLIN, .revents = 0};
    int ready = ::poll(&input, 1, static_cast<int>(left));
    if (ready < 0 && errno != EINTR) throw_lost("poll failed");
    if (ready > 0 && PQconsumeInput(handle_.get()) == 0) throw_lost(trimmed(PQerrorMessage(handle_.get())));
}

// The detail of an error holds values of the row: only its primary message is told.
void PostgresConnection::throw_failure(const pg_result* result) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (!state || PQstatus(handle_.get()) != CONNECTION_OK) throw_lost(trimmed(PQresultErrorMessage(result)));
    const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    // 25006: the statement writes, in a transaction that reads or on a server that has become a standby.
    if (std::string_view(state) == "25006" && !reads_only_) throw_lost(message ? message : "");
    failure_ = kind_of(state);
    throw sql::StoreFailure("PostgreSQL: " + std::string(message ? message : "unknown error") + " (" + state + ")", code_of(state));
}

void PostgresConnection::throw_lost(std::string reason) {
    failure_ = FailureKind::Lost;
    throw sql::StoreFailure("PostgreSQL: " + reason, ErrorCode::Unavailable);
}

}  // namespace ks::postgres
