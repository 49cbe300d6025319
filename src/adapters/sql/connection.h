#pragma once

#include "protocol/codes.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ks::sql {

// Failure of the database. Thrown through the transaction and caught by the store, which converts it to an Error. Only opening a store
// throws it to the caller.
struct StoreFailure : std::runtime_error {
    explicit StoreFailure(const std::string& what, ErrorCode code = ErrorCode::InternalError) : std::runtime_error(what), code(code) {}
    ErrorCode code;  // StorageFull, Unavailable (I/O error) or InternalError
};

// Prepared statement. Numbering follows SQL: $1 is parameter 1, the first column is 0. Every call except reset() may throw StoreFailure.
class Statement {
public:
    virtual ~Statement() = default;

    // bind_… copies the value.
    virtual void bind_int(int parameter, std::int64_t value) = 0;
    virtual void bind_text(int parameter, std::string_view value) = 0;
    virtual void bind_bytes(int parameter, std::string_view value) = 0;
    virtual void bind_null(int parameter) = 0;

    virtual bool step() = 0;                   // true: a row is available
    virtual std::int64_t changed() const = 0;  // rows inserted, updated or deleted; valid after step() returned false
    virtual void reset() noexcept = 0;         // ends the execution and clears the bindings

    virtual bool is_null(int column) const = 0;
    virtual std::int64_t int_at(int column) const = 0;
    virtual std::string_view string_at(int column) const = 0;  // text or bytes, valid until the next step
};

enum class Dialect : std::uint8_t { Sqlite, PostgreSql };

// Database connection. Not thread-safe: one thread at a time.
class SqlConnection {
public:
    virtual ~SqlConnection() = default;

    // The few statements that cannot be shared depend on it.
    virtual Dialect dialect() const = 0;

    // Returns the statement for `sql`, ready to bind. Owned and cached by the connection without eviction: texts must be few and constant.
    virtual Statement& prepare(std::string_view sql) = 0;

    // Executes one or more statements without parameters and rows.
    virtual void execute(const std::string& sql) = 0;
};

}  // namespace ks::sql
