#include "adapters/sql/migrate.h"

#include "adapters/sql/query.h"

#include <algorithm>
#include <charconv>
#include <regex>
#include <vector>

namespace ks::sql {

namespace {

constexpr std::string_view folder = "migrations/";

struct Migration {
    std::int64_t version = 0;
    std::string_view name;
    std::string_view sql;
};

std::vector<Migration> migrations_among(std::span<const EmbeddedFile> files) {
    std::vector<Migration> found;
    for (const EmbeddedFile& file : files) {
        if (!file.path.starts_with(folder) || !file.path.ends_with(".sql")) continue;
        Migration migration{.name = file.path.substr(folder.size()), .sql = file.content};
        std::from_chars(migration.name.data(), migration.name.data() + migration.name.size(), migration.version);
        if (migration.version <= 0) throw StoreFailure("migration " + std::string(migration.name) + " has no number");
        found.push_back(migration);
    }
    std::sort(found.begin(), found.end(), [](const Migration& a, const Migration& b) { return a.version < b.version; });
    return found;
}

// PostgreSQL sorts a text column by the collation of the database, unless the column has one of its own. SQLite compares bytes.
std::string in_dialect(const SqlConnection& db, std::string_view sql) {
    static const std::regex text_type(R"(\btext\b)");
    std::string text(sql);
    return db.dialect() == Dialect::PostgreSql ? std::regex_replace(text, text_type, "text COLLATE \"C\"") : text;
}

void apply(SqlConnection& db, const Migration& migration) {
    db.execute("BEGIN");
    try {
        db.execute(in_dialect(db, migration.sql));
        Query(db, "INSERT INTO schema_migrations (version, name) VALUES ($1, $2)", migration.version, migration.name).run();
        db.execute("COMMIT");
    } catch (const StoreFailure& failure) {
        try {
            db.execute("ROLLBACK");
        } catch (const StoreFailure&) {  // rolled back already
        }
        throw StoreFailure("migration " + std::string(migration.name) + " failed: " + failure.what(), failure.code);
    }
}

}  // namespace

void migrate(SqlConnection& db, std::span<const EmbeddedFile> files) {
    db.execute("CREATE TABLE IF NOT EXISTS schema_migrations (version bigint PRIMARY KEY, name text NOT NULL)");
    std::int64_t reached = 0;
    {
        Query query(db, "SELECT COALESCE(MAX(version), 0) FROM schema_migrations");
        query.next();
        query.read(reached);
    }
    auto migrations = migrations_among(files);
    std::int64_t newest = migrations.empty() ? 0 : migrations.back().version;
    if (reached > newest) {
        throw StoreFailure("the database has schema version " + std::to_string(reached) + " and this kingshare knows versions up to " +
                           std::to_string(newest) + "; run the newer kingshare that made it");
    }
    for (const Migration& migration : migrations) {
        if (migration.version > reached) apply(db, migration);
    }
}

}  // namespace ks::sql
