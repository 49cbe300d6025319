#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"
#include "base/unicode.h"

#include <charconv>

namespace ks::sql {

namespace {

const std::string select_file = "SELECT id, owner_id, filename, size, content_type, sha256, created_at FROM files ";

File file_of(Query& row) {
    File file;
    row.read(file.id, file.owner_id, file.filename, file.size, file.content_type, file.sha256, file.created_at);
    return file;
}

// Longer than any filename, even decomposed; databases limit the length of a LIKE pattern.
constexpr std::size_t longest_query = 4096;

std::string containing(std::string_view text) {
    std::string pattern = "%";
    for (char c : text) {
        if (c == '%' || c == '_' || c == '!') pattern += '!';
        pattern += c;
    }
    return pattern + "%";
}

// Always contains the pattern, so that every variant has the same parameters; "%" matches all names.
std::string list_sql(FileSort sort, bool descending, bool from_start) {
    std::string column = sort == FileSort::CreatedAt ? "created_at" : sort == FileSort::Filename ? "filename_key" : "size";
    std::string order = descending ? " DESC" : " ASC";
    std::string sql = select_file + "WHERE owner_id = $1 AND filename_key LIKE $2 ESCAPE '!'";
    if (!from_start) sql += " AND (" + column + ", id) " + (descending ? "<" : ">") + " ($4, $5)";
    return sql + " ORDER BY " + column + order + ", id" + order + " LIMIT $3";
}

}  // namespace

std::int64_t key_as_number(const std::string& key) {
    std::int64_t number = 0;
    std::from_chars(key.data(), key.data() + key.size(), number);
    return number;
}

void SqlFiles::insert(const File& file) {
    Query(db_,
          "INSERT INTO files (id, owner_id, filename, filename_key, size, content_type, sha256, created_at, filename_key_version) "
          "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)",
          file.id, file.owner_id, file.filename, fold_case(file.filename), file.size, file.content_type, Bytes{file.sha256},
          file.created_at)
        .run();
}

std::optional<File> SqlFiles::find(const FileId& id) {
    static const std::string sql = select_file + "WHERE id = $1";
    Query query(db_, sql, id);
    return query.next() ? std::optional(file_of(query)) : std::nullopt;
}

std::optional<File> SqlFiles::lock(const FileId& id) {
    static const LockingSelect select(select_file + "WHERE id = $1");
    Query query(db_, select.in(db_), id);
    return query.next() ? std::optional(file_of(query)) : std::nullopt;
}

void SqlFiles::rename(const FileId& id, const std::string& filename) {
    Query(db_, "UPDATE files SET filename = $2, filename_key = $3, filename_key_version = 1 WHERE id = $1", id, filename,
          fold_case(filename))
        .run();
}

int SqlFiles::refresh_name_keys(int limit) {
    std::vector<std::pair<FileId, std::string>> stale;
    {
        static const LockingSelect select("SELECT id, filename FROM files WHERE filename_key_version = 0 LIMIT $1");
        Query query(db_, select.in(db_), limit);
        while (query.next()) {
            auto& [id, filename] = stale.emplace_back();
            query.read(id, filename);
        }
    }
    for (const auto& [id, filename] : stale) rename(id, filename);
    return static_cast<int>(stale.size());
}

bool SqlFiles::remove(const FileId& id) { return Query(db_, "DELETE FROM files WHERE id = $1", id).run() > 0; }

std::vector<File> SqlFiles::list(const UserId& owner, const std::string& query, FileSort sort, bool descending, const Page& page) {
    std::vector<File> files;
    if (query.size() > longest_query || !is_storable(query)) return files;
    std::string sql = list_sql(sort, descending, page.after_id.empty());
    std::string pattern = containing(fold_case(query));
    auto collect = [&files](Query&& rows) {
        while (rows.next()) files.push_back(file_of(rows));
    };
    if (page.after_id.empty()) {
        collect(Query(db_, sql, owner, pattern, page.limit));
    } else if (sort == FileSort::Filename) {
        collect(Query(db_, sql, owner, pattern, page.limit, page.after_key, Bytes{page.after_id}));
    } else {
        collect(Query(db_, sql, owner, pattern, page.limit, key_as_number(page.after_key), Bytes{page.after_id}));
    }
    return files;
}

std::uint64_t SqlFiles::count_empty(const UserId& owner) {
    Query query(db_, "SELECT COUNT(*) FROM files WHERE owner_id = $1 AND size = 0", owner);
    std::uint64_t count = 0;
    if (query.next()) query.read(count);
    return count;
}

std::vector<FileId> SqlFiles::list_ids(const UserId& owner) {
    Query query(db_, "SELECT id FROM files WHERE owner_id = $1 ORDER BY created_at, id", owner);
    std::vector<FileId> ids;
    while (query.next()) query.read(ids.emplace_back());
    return ids;
}

std::vector<File> SqlFiles::all(const std::optional<FileId>& after, int limit) {
    static const std::string sql = select_file + "WHERE id > $1 ORDER BY id LIMIT $2";
    Query query(db_, sql, Bytes{after ? after->raw() : std::string_view()}, limit);
    std::vector<File> files;
    while (query.next()) files.push_back(file_of(query));
    return files;
}

void SqlFiles::schedule_blob_deletion(const FileId& id) {
    Query(db_, "INSERT INTO blob_deletions (id) VALUES ($1) ON CONFLICT (id) DO NOTHING", id).run();
}

void SqlFiles::clear_blob_deletion(const FileId& id) { Query(db_, "DELETE FROM blob_deletions WHERE id = $1", id).run(); }

std::vector<FileId> SqlFiles::blob_deletions(int limit, const std::optional<FileId>& after) {
    Query query(db_, "SELECT id FROM blob_deletions WHERE id > $1 ORDER BY id LIMIT $2", Bytes{after ? after->raw() : std::string_view()},
                limit);
    std::vector<FileId> ids;
    while (query.next()) query.read(ids.emplace_back());
    return ids;
}

}  // namespace ks::sql
