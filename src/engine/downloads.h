#pragma once

#include "base/clock.h"
#include "engine/download_ledger.h"
#include "engine/share_view.h"
#include "engine/visits.h"
#include "ports/meta_store.h"

#include <optional>
#include <string>

namespace ks {

// A request for the content of a share.
struct ContentRequest {
    bool ranged = false;      // a part of the file
    bool from_start = false;  // its first byte is the file's
    bool head = false;        // no content will be sent, so nothing counts
};

// A request that may be answered with content.
struct DownloadTicket {
    ShareView view;
    std::string visitor_key{};
    std::optional<Download> download{};  // that it belongs to; none for what is not counted (the owner, HEAD, a free range)
};

// Downloads of shares, from their first byte to their end. Thread: any; each call is one transaction.
class Downloads {
public:
    Downloads(MetaStore& store, const Clock& clock) : store_(store), clock_(clock) {}

    // Before the first byte: a visit, and DownloadStarted and ShareChanged where a download begins. GONE when the share has ended or none
    // is left, UNAVAILABLE while all that are left are under way.
    awaitable<Result<DownloadTicket>> begin(ShareView view, Guest guest, ContentRequest request);

    // After the last byte, or when the transfer broke off; once for each ticket with a download, whatever became of it. `sent`: what was
    // handed to the network. DownloadEnded with the download's last request, ShareChanged where its place is given back, ShareExpired after
    // the last download that the share allows. Returns whether the download is over.
    awaitable<Result<bool>> end(DownloadTicket ticket, SentRange sent);

    // At start: ends the downloads that the last process had under way.
    awaitable<Result<void>> recover();

private:
    MetaStore& store_;
    const Clock& clock_;
};

}  // namespace ks
