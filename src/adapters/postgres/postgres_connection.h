#pragma once

#include "adapters/sql/connection.h"
#include "base/clock.h"

#include <chrono>
#include <memory>
#include <unordered_map>

struct pg_conn;
struct pg_result;

namespace ks::postgres {

// Consequence of a failed call for the transaction.
enum class FailureKind : std::uint8_t {
    None,
    Collision,  // with another transaction (deadlock, lock timeout, removed row): may succeed when it is run again
    Lost,       // the connection, and with it the transaction unless COMMIT was sent
    Other,
};

// Connection to PostgreSQL by libpq. Parameters and results are in binary format. Not thread-safe; calls block.
class PostgresConnection final : public sql::SqlConnection {
public:
    // Connects within three seconds to the server of a postgresql:// URL. A call without an answer for `answer_timeout` loses the
    // connection. Throws sql::StoreFailure: UNAVAILABLE if the server can't be reached.
    explicit PostgresConnection(const std::string& url, Duration answer_timeout = std::chrono::seconds(8));
    ~PostgresConnection() override;

    sql::Dialect dialect() const override { return sql::Dialect::PostgreSql; }
    sql::Statement& prepare(std::string_view text) override;
    void execute(const std::string& text) override;

    // Executes statements without parameters. Returns the first value of the last one as text, "" if it is null or absent.
    std::string query_text(const std::string& text);

    std::string begin_write();  // READ COMMITTED; returns the id of the transaction
    void begin_read();          // read-only, on a snapshot
    void commit();              // throws if the server rolls the transaction back
    void roll_back() noexcept;  // no-op outside a transaction

    FailureKind failure() const { return failure_; }  // of the last failed call since begin_…()
    int server_version() const;                       // 150004: 15.4

private:
    friend class PostgresStatement;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    struct Close {
        void operator()(pg_conn* handle) const;
    };
    struct Clear {
        void operator()(pg_result* result) const;
    };
    using Answer = std::unique_ptr<pg_result, Clear>;

    Answer await_answer(bool sent);  // of the last statement sent; throws sql::StoreFailure on any error
    void wait_for_input(std::chrono::steady_clock::time_point deadline);
    [[noreturn]] void throw_failure(const pg_result* result);
    [[noreturn]] void throw_lost(std::string reason);

    const Duration answer_timeout_;
    FailureKind failure_ = FailureKind::None;
    bool reads_only_ = false;  // the transaction
    std::unique_ptr<pg_conn, Close> handle_;
    std::unordered_map<std::string, std::unique_ptr<sql::Statement>, Hash, std::equal_to<>> statements_;
};

}  // namespace ks::postgres
