#pragma once

#include "adapters/sql/connection.h"

#include <memory>
#include <unordered_map>

struct sqlite3;

namespace ks::sqlite {

class SqliteConnection final : public sql::SqlConnection {
public:
    enum class Access { Write, Read };

    // Opens the database; Access::Write creates it if absent, with mode 0600. ":memory:" has no file. Throws StoreFailure if it can't be
    // opened, is not a database, is corrupt or is read-only.
    SqliteConnection(const std::string& path, Access access);
    ~SqliteConnection() override;

    sql::Dialect dialect() const override { return sql::Dialect::Sqlite; }
    sql::Statement& prepare(std::string_view text) override;
    void execute(const std::string& text) override;

    void allow_writes(bool allowed) { may_write_ = allowed; }  // if false, prepare() throws for writing statements

    std::int64_t changes() const;  // total rows inserted, updated and deleted by this connection
    bool in_transaction() const;   // also false after an automatic rollback by SQLite, as on a full disk
    void roll_back() noexcept;     // no-op outside a transaction

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    struct Close {
        void operator()(sqlite3* handle) const;
    };

    void configure(Access access);

    bool may_write_ = true;
    std::unique_ptr<sqlite3, Close> handle_;
    std::unordered_map<std::string, std::unique_ptr<sql::Statement>, Hash, std::equal_to<>> statements_;
};

}  // namespace ks::sqlite
