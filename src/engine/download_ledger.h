#pragma once

#include "model/share.h"
#include "ports/tx.h"

#include <cstdint>
#include <optional>

namespace ks::engine {

// Counts the downloads of one share. Valid only within the transaction it was constructed for.
//
// A download reserves one of max_downloads when it begins. A request for the whole file always begins a download. A range request joins the
// visitor's download in progress; it is free if the visitor has completed one in this visit; otherwise it begins one. A download is
// complete when its requests, together with the visitor's aborted ones earlier in the visit, were sent every byte. It is over with its last
// open request; if it is incomplete then, the reservation is released. Invariant: a visitor that received the whole file was counted,
// however the ranges were cut.
class DownloadLedger {
public:
    DownloadLedger(DownloadTable& table, const Share& share) : table_(table), share_(share) {}

    enum class Verdict : std::uint8_t {
        Begins,
        Joins,  // belongs to the visitor's download in progress
        Free,   // the visitor completed a download in this visit
        Busy,   // every remaining download is in progress; one may still abort
        Ended
    };
    // Returns whether the visitor's request may be served, and how it counts. Changes nothing. `ranged`: the request has a Range.
    Verdict judge(const Visitor& visitor, bool ranged);

    struct Begun {
        Verdict verdict = Verdict::Ended;
        std::optional<Download> download{};  // the download of the request; nullopt if free or refused
        bool announces = false;              // the download's first request from offset 0: the caller records DownloadStarted
    };
    // The request is recorded with the node that sends it, unless it is free or refused.
    Begun begin(const Visitor& visitor, bool ranged, bool from_start, const DownloadRequestId& request, const NodeId& node, Time now);

    struct Ended {
        Download download;
        bool over = false;        // no open request is left
        bool completed = false;   // this request completed it
        bool given_back = false;  // over but incomplete: the reservation was released
    };
    // Ends a request of a download that was sent the range `sent` of a file of `size` bytes. Modifies `visitor`; the caller must store it.
    // Returns nullopt if the request is unknown: other nodes have ended it.
    std::optional<Ended> end(const DownloadId& id, const DownloadRequestId& request, Visitor& visitor, SentRange sent, std::uint64_t size);

private:
    DownloadTable& table_;
    const Share& share_;
};

}  // namespace ks::engine
