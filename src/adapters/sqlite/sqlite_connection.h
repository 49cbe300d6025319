#pragma once

#include "adapters/sql/connection.h"

#include <memory>
#include <unordered_map>

struct sqlite3;

namespace ks {

class SqliteConnection final : public SqlConnection {
public:
    enum class Access { Write, Read };

    // Opens the database, which Access::Write makes where there is none (readable by its owner alone), ":memory:" being one without a
    // file. Throws StoreFailure when that fails and when it is no database, is damaged or can't be written to.
    SqliteConnection(const std::string& path, Access access);
    ~SqliteConnection() override;

    Statement& prepare(std::string_view sql) override;
    void execute(const std::string& sql) override;

    void allow_writes(bool allowed) { may_write_ = allowed; }  // else prepare() throws for what would change something

    std::int64_t changes() const;  // rows inserted, updated and deleted so far
    bool in_transaction() const;   // false also after SQLite has rolled back on its own, as it does on a full disk
    void roll_back() noexcept;     // where there is a transaction

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
    std::unordered_map<std::string, std::unique_ptr<Statement>, Hash, std::equal_to<>> statements_;
};

}  // namespace ks
