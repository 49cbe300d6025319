#include "adapters/sql/query.h"
#include "adapters/sql/tables.h"

namespace ks::sql {

namespace {

const std::string select_download = "SELECT id, share_id, visitor_key, visitor_number, announced, complete, sent FROM downloads ";

Download download_of(Query& row) {
    Download download;
    std::string sent;
    row.read(download.id, download.share_id, download.visitor_key, download.visitor, download.announced, download.complete, sent);
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
          "INSERT INTO downloads (id, share_id, visitor_key, visitor_number, announced, complete, sent) "
          "VALUES ($1, $2, $3, $4, $5, $6, $7)",
          download.id, download.share_id, Bytes{download.visitor_key}, download.visitor, download.announced, download.complete,
          Bytes{download.sent.encode()})
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
    Query(db_, "UPDATE downloads SET announced = $2, complete = $3, sent = $4 WHERE id = $1", download.id, download.announced,
          download.complete, Bytes{download.sent.encode()})
        .run();
}

void SqlDownloads::remove(const DownloadId& id) { Query(db_, "DELETE FROM downloads WHERE id = $1", id).run(); }

void SqlDownloads::insert(const DownloadRequest& request) {
    Query(db_, "INSERT INTO download_requests (id, download_id, node_id) VALUES ($1, $2, $3)", request.id, request.download_id,
          request.node)
        .run();
}

bool SqlDownloads::remove(const DownloadRequestId& id) { return Query(db_, "DELETE FROM download_requests WHERE id = $1", id).run() > 0; }

bool SqlDownloads::set_ending(const DownloadRequestId& id, const SentRange& range) {
    return Query(db_, "UPDATE download_requests SET ending_first = $2, ending_length = $3 WHERE id = $1", id, range.first, range.length)
               .run() > 0;
}

bool SqlDownloads::has_requests(const DownloadId& id) {
    return Query(db_, "SELECT 1 FROM download_requests WHERE download_id = $1 LIMIT 1", id).next();
}

std::vector<DownloadRequest> SqlDownloads::requests_of(const NodeId& node, int limit) {
    Query query(db_, "SELECT id, download_id, node_id, ending_first, ending_length FROM download_requests WHERE node_id = $1 LIMIT $2",
                node, limit);
    std::vector<DownloadRequest> requests;
    while (query.next()) {
        DownloadRequest& request = requests.emplace_back();
        std::optional<std::uint64_t> first, length;
        query.read(request.id, request.download_id, request.node, first, length);
        if (first && length) request.ending = {*first, *length};
    }
    return requests;
}

}  // namespace ks::sql
