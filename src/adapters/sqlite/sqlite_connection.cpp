#include "adapters/sqlite/sqlite_connection.h"

#include "base/result.h"

#include <sqlite3.h>

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace ks::sqlite {

namespace {

[[noreturn]] void throw_failure(sqlite3* handle, int code) {
    int system = handle ? sqlite3_system_errno(handle) : 0;
    // SQLITE_FULL does not cover an exceeded disk quota (EDQUOT): SQLite reports it as an I/O error.
    bool fails = (code & 0xff) == SQLITE_IOERR;
    bool no_room = (fails || (code & 0xff) == SQLITE_CANTOPEN) && (system == ENOSPC || system == EDQUOT);
    bool full = (code & 0xff) == SQLITE_FULL || no_room;
    std::string what = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    what = "SQLite: " + what + " (" + std::to_string(code) + ")";
    throw sql::StoreFailure(what, full ? ErrorCode::StorageFull : fails ? ErrorCode::Unavailable : ErrorCode::InternalError);
}

class SqliteStatement final : public sql::Statement {
public:
    SqliteStatement(sqlite3* handle, std::string_view text) : handle_(handle) {
        int code = sqlite3_prepare_v3(handle, text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
        if (code != SQLITE_OK) throw_failure(handle, code);
        // SQLite treats "$2" as a parameter name; indices follow the order of first occurrence.
        for (int parameter = 1; parameter <= sqlite3_bind_parameter_count(statement_); ++parameter) {
            indices_.push_back(sqlite3_bind_parameter_index(statement_, ("$" + std::to_string(parameter)).c_str()));
        }
    }
    ~SqliteStatement() override { sqlite3_finalize(statement_); }

    void bind_int(int parameter, std::int64_t value) override { check(sqlite3_bind_int64(statement_, index(parameter), value)); }
    void bind_text(int parameter, std::string_view value) override {
        check(sqlite3_bind_text64(statement_, index(parameter), start_of(value), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
    }
    void bind_bytes(int parameter, std::string_view value) override {
        check(sqlite3_bind_blob64(statement_, index(parameter), start_of(value), value.size(), SQLITE_TRANSIENT));
    }
    void bind_null(int parameter) override { check(sqlite3_bind_null(statement_, index(parameter))); }

    bool step() override {
        int code = sqlite3_step(statement_);
        if (code == SQLITE_ROW) return true;
        if (code != SQLITE_DONE) throw_failure(handle_, code);
        changed_ = sqlite3_changes64(handle_);
        return false;
    }
    std::int64_t changed() const override { return changed_; }
    void reset() noexcept override {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
    bool is_busy() const { return sqlite3_stmt_busy(statement_) != 0; }
    bool writes() const { return sqlite3_stmt_readonly(statement_) == 0; }

    bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    std::int64_t int_at(int column) const override { return sqlite3_column_int64(statement_, column); }
    std::string_view string_at(int column) const override {
        auto start = static_cast<const char*>(sqlite3_column_blob(statement_, column));
        return {start ? start : "", static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }

private:
    // An empty view may have a null pointer, which would bind NULL.
    static const char* start_of(std::string_view value) { return value.empty() ? "" : value.data(); }
    int index(int parameter) const { return indices_.at(static_cast<std::size_t>(parameter) - 1); }
    void check(int code) {
        if (code != SQLITE_OK) throw_failure(handle_, code);
    }

    sqlite3* handle_;
    sqlite3_stmt* statement_ = nullptr;
    std::vector<int> indices_;
    std::int64_t changed_ = 0;
};

// SQLite would create the file world-readable. The WAL and the shared-memory file inherit its mode.
void make_private_file(const std::string& path) {
    int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) throw sql::StoreFailure(std::string(std::generic_category().message(errno)));
    ::close(descriptor);
}

}  // namespace

void SqliteConnection::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

SqliteConnection::SqliteConnection(const std::string& path, Access access) {
    // Memory statistics would take a process-wide mutex for each allocation.
    [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    try {
        if (access == Access::Write && path != ":memory:") make_private_file(path);
        sqlite3* handle = nullptr;
        int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
        handle_.reset(handle);
        if (code != SQLITE_OK) throw_failure(handle, code);
        if (sqlite3_db_readonly(handle, "main") == 1) throw sql::StoreFailure("the file is not writable");
        configure(access);
    } catch (const sql::StoreFailure& failure) {
        throw sql::StoreFailure("cannot open the database " + path + ": " + failure.what(), failure.code);
    }
}

SqliteConnection::~SqliteConnection() { statements_.clear(); }

void SqliteConnection::configure(Access access) {
    sqlite3_busy_timeout(handle_.get(), 5'000);
    execute("PRAGMA foreign_keys = ON");
    execute("PRAGMA temp_store = MEMORY");
    // No mmap: an I/O error in a mapped page raises SIGBUS, and each connection's mapping counts towards the process's memory.
    execute("PRAGMA mmap_size = 0");
    if (access == Access::Read) {
        execute("PRAGMA cache_size = -1024");
        execute("PRAGMA query_only = ON");
    } else {
        execute("PRAGMA cache_size = -2048");
        execute("PRAGMA journal_mode = WAL");
        execute("PRAGMA synchronous = FULL");
        execute("PRAGMA journal_size_limit = 67108864");
    }
    execute("SELECT COUNT(*) FROM sqlite_schema");  // first read of the file: fails here if it is not a database
}

sql::Statement& SqliteConnection::prepare(std::string_view text) {
    auto found = statements_.find(text);
    if (found == statements_.end()) {
        auto statement = std::make_unique<SqliteStatement>(handle_.get(), text);
        found = statements_.emplace(text, std::move(statement)).first;
    }
    auto& statement = static_cast<SqliteStatement&>(*found->second);
    KS_ASSERT(!statement.is_busy());
    if (!may_write_ && statement.writes()) throw sql::StoreFailure("a transaction that only reads runs " + std::string(text));
    return statement;
}

void SqliteConnection::execute(const std::string& text) {
    int code = sqlite3_exec(handle_.get(), text.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw_failure(handle_.get(), code);
}

std::int64_t SqliteConnection::changes() const { return sqlite3_total_changes64(handle_.get()); }

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

void SqliteConnection::roll_back() noexcept {
    if (in_transaction()) sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace ks::sqlite
