#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"

namespace ks::sql {

namespace {

const std::string select_download =
    "SELECT id, share_id, visitor_key, visitor_number, open_requests, announced, complete, sent FROM downloads ";

Download download_of(Query& row) {
    Download download;
    std::string sent;
    row.read(download.id, download.share_id, download.visitor_key, download.visitor, download.open_requests, download.announced,
             download.complete, sent);
    download.sent = ByteRanges::parse(sent);
    return download;
}

std::optional<Download> one_download(Query&& query) { return query.next() ? std::optional(download_of(query)) : std::nullopt; }

}  // namespace

bool SqlDownloads::reserve(const ShareId& share, Time now) {
    static const std::string sql =
        "UPDATE shares SET downloads_under_way = downloads_under_way + 1 WHERE id = $1 AND ended_at IS NULL "
        "AND (expires_at IS NULL OR expires_at > $2) AND (max_downloads IS NULL OR download_count + downloads_under_way < max_downloads)";
    return Query(db_, sql, share, now).run() > 0;
}

void SqlDownloads::commit_reservation(const ShareId& share, bool counts) {
    Query(db_,
          "UPDATE shares SET downloads_under_way = downloads_under_way - 1, download_count = download_count + $2 "
          "WHERE id = $1 AND downloads_under_way > 0",
          share, counts)
        .run();
}

void SqlDownloads::insert(const Download& download) {
    Query(db_,
          "INSERT INTO downloads (id, share_id, visitor_key, visitor_number, open_requests, announced, complete, sent) "
          "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
          download.id, download.share_id, Bytes{download.visitor_key}, download.visitor, download.open_requests, download.announced,
          download.complete, Bytes{download.sent.encode()})
        .run();
}

std::optional<Download> SqlDownloads::find(const DownloadId& id) {
    static const std::string sql = select_download + "WHERE id = $1";
    return one_download(Query(db_, sql, id));
}

std::optional<Download> SqlDownloads::find_newest(const ShareId& share, const std::string& visitor_key) {
    static const std::string sql = select_download + "WHERE share_id = $1 AND visitor_key = $2 ORDER BY id DESC LIMIT 1";
    return one_download(Query(db_, sql, share, Bytes{visitor_key}));
}

void SqlDownloads::update(const Download& download) {
    Query(db_, "UPDATE downloads SET open_requests = $2, announced = $3, complete = $4, sent = $5 WHERE id = $1", download.id,
          download.open_requests, download.announced, download.complete, Bytes{download.sent.encode()})
        .run();
}

void SqlDownloads::remove(const DownloadId& id) { Query(db_, "DELETE FROM downloads WHERE id = $1", id).run(); }

std::vector<Download> SqlDownloads::list(int limit) {
    static const std::string sql = select_download + "ORDER BY id LIMIT $1";
    Query query(db_, sql, limit);
    std::vector<Download> downloads;
    while (query.next()) downloads.push_back(download_of(query));
    return downloads;
}

}  // namespace ks::sql
