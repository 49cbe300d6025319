#include "engine/download_ledger.h"

namespace ks::engine {

DownloadLedger::Verdict DownloadLedger::judge(const Visitor& visitor, bool ranged) {
    if (ranged && table_.find_newest(share_.id, visitor.key)) return Verdict::Joins;
    if (ranged && visitor.downloaded) return Verdict::Free;
    if (share_.ended_at || (share_.max_downloads && share_.download_count >= *share_.max_downloads)) return Verdict::Ended;
    return share_.limit_reached() ? Verdict::Busy : Verdict::Begins;
}

DownloadLedger::Begun DownloadLedger::begin(const Visitor& visitor, bool ranged, bool from_start, const DownloadRequestId& request,
                                            const NodeId& node, Time now) {
    Begun begun{.verdict = judge(visitor, ranged)};
    if (begun.verdict == Verdict::Joins) {
        begun.download = table_.find_newest(share_.id, visitor.key);
        begun.announces = from_start && !begun.download->announced;
        begun.download->announced |= from_start;
        if (begun.announces) table_.update(*begun.download);
    } else if (begun.verdict == Verdict::Begins && !table_.reserve(share_.id, now)) {
        begun.verdict = Verdict::Busy;  // a concurrent request reserved the last download since the share was read
    } else if (begun.verdict == Verdict::Begins) {
        begun.announces = from_start;
        begun.download = Download{DownloadId::make(), share_.id, visitor.key, visitor.number, from_start};
        table_.insert(*begun.download);
    }
    if (begun.download) table_.insert(DownloadRequest{request, begun.download->id, node});
    return begun;
}

std::optional<DownloadLedger::Ended> DownloadLedger::end(const DownloadId& id, const DownloadRequestId& request, Visitor& visitor,
                                                         SentRange sent, std::uint64_t size) {
    auto found = table_.find(id);
    if (!found || !table_.remove(request)) return std::nullopt;
    Ended ended{.download = std::move(*found)};
    Download& download = ended.download;
    download.sent.add(sent.first, sent.length);
    if (!download.complete) {
        ByteRanges of_the_visit = visitor.sent;
        of_the_visit.add(download.sent);
        if (of_the_visit.covers(size)) {
            download.complete = ended.completed = visitor.downloaded = true;
            visitor.sent = {};
            table_.commit_reservation(share_.id, true);
        }
    }
    ended.over = !table_.has_requests(id);
    if (!ended.over) {
        table_.update(download);
        return ended;
    }
    table_.remove(id);
    if (!download.complete) {
        ended.given_back = true;
        visitor.sent.add(download.sent);
        table_.commit_reservation(share_.id, false);
    }
    return ended;
}

}  // namespace ks::engine
