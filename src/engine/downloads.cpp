#include "engine/downloads.h"

#include "engine/journal.h"

namespace ks::engine {

namespace {

void tell_change(Tx& tx, const Share& share, Time now) {
    append_event(tx, wire::ShareChanged{share.id, share.file_id}, event_context_of(tx, share), now);
}

void tell_start(Tx& tx, const ShareView& view, const Download& download, const Guest& guest, Time now) {
    wire::DownloadStarted event{view.file.id, view.file.filename, view.share.id, download.id, {}, guest.username, guest.client};
    if (download.visitor > 0) event.visitor = download.visitor;
    append_event(tx, std::move(event), {.owner = view.file.owner_id, .downloader = guest.user}, now);
}

void tell_end(Tx& tx, const Share& share, const Download& download, std::uint64_t bytes_sent, Time now) {
    wire::DownloadEnded event{share.id, share.file_id, download.id, download.visitor, download.complete, bytes_sent};
    append_event(tx, event, {.owner = share.owner_id}, now);
}

// Returns the visitor of a download that ends. A download in progress outlives an expired visit: the visitor is recreated, so that the
// bytes already sent still count.
Visitor visitor_of(Tx& tx, const ShareId& share, const Download& download, Time now) {
    auto visitor = tx.shares().find_visitor(share, download.visitor_key, now);
    if (visitor) return std::move(*visitor);
    return {.share_id = share, .key = download.visitor_key, .visit_started = now, .number = download.visitor};
}

// Ends a request, with its events. Returns whether the download is over.
bool end_request(Tx& tx, const Share& share, const Download& download, const DownloadRequestId& request, SentRange sent, std::uint64_t size,
                 Time now) {
    Visitor visitor = visitor_of(tx, share.id, download, now);
    auto ended = DownloadLedger(tx.downloads(), share).end(download.id, request, visitor, sent, size);
    if (!ended) return true;
    if (ended->completed || ended->given_back) tx.shares().put_visitor(visitor);
    if (ended->over) tell_end(tx, share, ended->download, ended->download.complete ? size : ended->download.sent.size(), now);
    if (ended->given_back) tell_change(tx, share, now);
    if (!ended->completed) return ended->over;
    auto counted = tx.shares().find(share.id);
    if (counted && counted->has_ended(now)) end_share(tx, *counted, now);
    return ended->over;
}

}  // namespace

awaitable<Result<DownloadTicket>> Downloads::begin(ShareView seen, Guest guest, ContentRequest request) {
    auto apply = [this, id = seen.share.id, guest, request](Tx& tx) -> Result<DownloadTicket> {
        auto share = tx.shares().lock(id);
        if (!share) return no_such_share();
        if (auto owner = tx.users().find(share->owner_id); !owner || owner->disabled) return no_such_share();
        Time now = clock_.now();
        KS_TRY(auto view, view_of(tx, std::move(*share)));
        if (view.share.state(now) == ShareState::Expired || (view.share.expires_at && *view.share.expires_at <= now))
            return share_is_gone();
        DownloadTicket ticket{std::move(view), guest.key()};
        const Share& found = ticket.view.share;
        if (guest.user == found.owner_id) {
            if (!request.head && request.from_start) {
                const File& file = ticket.view.file;
                append_event(tx, wire::DownloadStarted{file.id, file.filename}, {.owner = file.owner_id, .downloader = guest.user}, now);
            }
            return ticket;
        }
        DownloadLedger ledger(tx.downloads(), found);
        Visitor visitor = tx.shares().find_visitor(found.id, ticket.visitor_key, now).value_or(Visitor{found.id, ticket.visitor_key, now});
        auto verdict = ledger.judge(visitor, request.ranged);
        if (verdict == DownloadLedger::Verdict::Ended) return share_is_gone();
        if (verdict == DownloadLedger::Verdict::Busy) return share_is_busy();
        if (request.head) return ticket;
        visitor = visit(tx, found, ticket.view.file, guest, now);
        ticket.request = DownloadRequestId::make();
        auto begun = ledger.begin(visitor, request.ranged, request.from_start, ticket.request, node_, now);
        if (begun.verdict == DownloadLedger::Verdict::Busy) return share_is_busy();
        ticket.download = std::move(begun.download);
        if (begun.announces) tell_start(tx, ticket.view, *ticket.download, guest, now);
        if (begun.verdict == DownloadLedger::Verdict::Begins) tell_change(tx, found, now);
        return ticket;
    };
    co_return co_await write(store_, std::move(apply));
}

awaitable<Result<void>> Downloads::confirm_last_piece(DownloadRequestId request, SentRange range) {
    auto apply = [request, range](Tx& tx) -> Result<void> {
        if (tx.downloads().set_ending(request, range)) return {};
        return fail(ErrorCode::Conflict, "The download was interrupted; request it again");
    };
    co_return co_await write(store_, std::move(apply));
}

awaitable<Result<bool>> Downloads::end(DownloadTicket ticket, SentRange sent) {
    if (!ticket.download) co_return true;
    auto apply = [this, ticket, sent](Tx& tx) -> Result<bool> {
        auto share = tx.shares().lock(ticket.view.share.id);
        if (!share) return true;
        return end_request(tx, *share, *ticket.download, ticket.request, sent, ticket.view.file.size, clock_.now());
    };
    co_return co_await write(store_, std::move(apply));
}

int Downloads::settle(Tx& tx, const NodeId& node, int limit) {
    auto left = tx.downloads().requests_of(node, limit);
    for (const DownloadRequest& request : left) {
        auto seen = tx.downloads().find(request.download_id);
        auto share = seen ? tx.shares().lock(seen->share_id) : std::nullopt;
        auto download = share ? tx.downloads().find(request.download_id) : std::nullopt;
        auto file = download ? tx.files().find(share->file_id) : std::nullopt;
        if (file) {
            end_request(tx, *share, *download, request.id, request.ending.value_or(SentRange{}), file->size, clock_.now());
        } else {
            tx.downloads().remove(request.id);
        }
    }
    return static_cast<int>(left.size());
}

}  // namespace ks::engine
