#pragma once

#include "base/clock.h"
#include "engine/download_ledger.h"
#include "engine/nodes.h"
#include "engine/share_view.h"
#include "engine/visits.h"
#include "ports/meta_store.h"

#include <optional>
#include <string>

namespace ks::engine {

// A request for the content of a share.
struct ContentRequest {
    bool ranged = false;      // has a Range
    bool from_start = false;  // begins at offset 0
    bool head = false;        // HEAD: no content is sent, nothing is counted
};

// Permission to send content for a request. Pass it to Downloads::end() afterwards.
struct DownloadTicket {
    ShareView view;
    std::string visitor_key{};
    std::optional<Download> download{};  // nullopt if not counted: the owner, HEAD, a free range
    DownloadRequestId request{};         // of `download`
};

// Accounts for the downloads of shares, from first byte to end. Thread: any; begin() and end() are one transaction each.
class Downloads final : public NodeWork {
public:
    Downloads(MetaStore& store, const Clock& clock, NodeId node) : store_(store), clock_(clock), node_(node) {}

    // Call before the first byte. Records a visit, and DownloadStarted and ShareChanged if a download begins. GONE if the share
    // has ended or has no download left, UNAVAILABLE while every remaining download is in progress.
    awaitable<Result<DownloadTicket>> begin(ShareView view, Guest guest, ContentRequest request);

    // Whether confirm_last_piece() must be called before the last piece of each request: other nodes settle its downloads if they take this
    // one for dead.
    bool is_settled_by_others() const { return store_.is_shared(); }

    // From now on `range` counts as sent. CONFLICT if other nodes have ended the request.
    awaitable<Result<void>> confirm_last_piece(DownloadRequestId request, SentRange range);

    // Call after the last byte or an abort, exactly once per ticket with a download. `sent` is the range handed to the network.
    // Records DownloadEnded with the download's last request, ShareChanged if its reservation is released, ShareExpired after the share's
    // last download. Returns whether the download is over.
    awaitable<Result<bool>> end(DownloadTicket ticket, SentRange sent);

    // Ends its requests, with as much sent as is known: nothing, or all if the last piece may have been sent.
    int settle(Tx& tx, const NodeId& node, int limit) override;

private:
    MetaStore& store_;
    const Clock& clock_;
    const NodeId node_;  // this process
};

}  // namespace ks::engine
