#pragma once

#include "protocol/wire.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ks {

// The database failed. It unwinds the transaction it happens in and ends at the store's edge; only what opens a store lets it through.
struct StoreFailure : std::runtime_error {
    explicit StoreFailure(const std::string& what, ErrorCode code = ErrorCode::InternalError) : std::runtime_error(what), code(code) {}
    ErrorCode code;  // StorageFull, Unavailable where the disk fails, or InternalError for all the rest
};

// A prepared statement. Parameters and columns are counted as the database does: $1 is parameter 1, the first column is 0.
// Everything may throw StoreFailure but reset().
class Statement {
public:
    virtual ~Statement() = default;

    // Values are copied.
    virtual void bind_int(int parameter, std::int64_t value) = 0;
    virtual void bind_text(int parameter, std::string_view value) = 0;
    virtual void bind_bytes(int parameter, std::string_view value) = 0;
    virtual void bind_null(int parameter) = 0;

    virtual bool step() = 0;                   // true: there is a row
    virtual std::int64_t changed() const = 0;  // rows inserted, updated or deleted, once step() has returned false
    virtual void reset() noexcept = 0;         // ends the execution, forgets the values

    virtual bool is_null(int column) const = 0;
    virtual std::int64_t int_at(int column) const = 0;
    virtual std::string_view string_at(int column) const = 0;  // text or bytes, valid until the next step
};

// One connection, used by one thread at a time.
class SqlConnection {
public:
    virtual ~SqlConnection() = default;

    // The statement of that text, ready for values. It is the connection's and is kept, so texts are few and fixed.
    virtual Statement& prepare(std::string_view sql) = 0;

    // Runs statements that take no values and give no rows.
    virtual void execute(const std::string& sql) = 0;
};

}  // namespace ks
