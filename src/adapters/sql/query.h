#pragma once

#include "adapters/sql/connection.h"
#include "base/clock.h"
#include "base/id.h"

#include <concepts>
#include <limits>
#include <optional>
#include <vector>

namespace ks::sql {

// String to bind as bytea; plain strings are bound as text.
struct Bytes {
    std::string_view value;
};

// SELECT that locks its rows until the end of the transaction against other writers. SQLite has a single writer and needs no locks.
class LockingSelect {
public:
    // `option`: " SKIP LOCKED" omits the rows that others have locked, instead of waiting.
    explicit LockingSelect(const std::string& select, std::string_view option = {})
        : plain_(select), locking_((select + " FOR NO KEY UPDATE").append(option)) {}

    const std::string& in(const SqlConnection& db) const { return db.dialect() == Dialect::PostgreSql ? locking_ : plain_; }

private:
    const std::string plain_;
    const std::string locking_;
};

// One execution of a prepared statement: binds the values, iterates the rows, resets on destruction.
class Query {
public:
    template <class... Values>
    Query(SqlConnection& db, std::string_view sql, const Values&... values) : statement_(db.prepare(sql)) {
        (put(values), ...);
    }
    ~Query() { statement_.reset(); }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    bool next() { return statement_.step(); }

    // Executes to completion. Returns the number of rows changed.
    std::int64_t run() {
        while (next()) continue;
        return statement_.changed();
    }

    // Reads the columns of the current row, starting with the first.
    template <class... Targets>
    void read(Targets&... targets) {
        int column = 0;
        (take(column++, targets), ...);
    }

private:
    void put(std::int64_t value) { statement_.bind_int(++parameter_, value); }
    void put(std::unsigned_integral auto value) {
        constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
        put(static_cast<std::int64_t>(std::min<std::uint64_t>(value, most)));
    }
    void put(int value) { put(std::int64_t{value}); }
    void put(bool value) { put(std::int64_t{value}); }
    void put(Time value) { put(to_millis(value)); }
    void put(std::string_view text) { statement_.bind_text(++parameter_, text); }
    void put(const std::string& text) { put(std::string_view(text)); }
    void put(Bytes bytes) { statement_.bind_bytes(++parameter_, bytes.value); }
    template <class Tag>
    void put(const Id<Tag>& id) {
        put(Bytes{id.raw()});
    }
    template <class Value>
    void put(const std::optional<Value>& value) {
        if (value) {
            put(*value);
        } else {
            statement_.bind_null(++parameter_);
        }
    }
    template <class Value>
    void put(const std::vector<Value>& values) {
        for (const Value& value : values) put(value);
    }

    template <std::integral Number>
    void take(int column, Number& target) {
        target = static_cast<Number>(statement_.int_at(column));
    }
    void take(int column, Time& target) { target = from_millis(statement_.int_at(column)); }
    void take(int column, std::string& target) { target = statement_.string_at(column); }
    template <class Tag>
    void take(int column, Id<Tag>& target) {
        target = Id<Tag>::from(statement_.string_at(column));
    }
    template <class Value>
    void take(int column, std::optional<Value>& target) {
        if (statement_.is_null(column)) {
            target.reset();
        } else {
            take(column, target.emplace());
        }
    }

    Statement& statement_;
    int parameter_ = 0;
};

}  // namespace ks::sql
