#pragma once

#include "model/share.h"
#include "ports/tx.h"

#include <cstdint>
#include <optional>

namespace ks {

// A part of a file: what one request was sent.
struct SentRange {
    std::uint64_t first = 0;
    std::uint64_t length = 0;
};

// Counts the downloads of one share, in the transaction that it was made for.
//
// A download takes one of max_downloads when it begins. A request for the whole file is a download of its own; one for a range belongs to
// the download that its visitor has under way, or is free where the visitor has completed one in this visit, or else begins one. A download
// is complete when its requests, with those of the visitor's that broke off earlier in the visit, were sent every byte; it is over with its
// last request, and its place is given back where it is not complete then. So who has the whole file has paid for it, in whatever pieces
// it came.
class DownloadLedger {
public:
    DownloadLedger(DownloadTable& table, const Share& share) : table_(table), share_(share) {}

    enum class Verdict : std::uint8_t {
        Begins,
        Joins,  // one that is under way
        Free,   // after a complete one
        Busy,   // all that are left are under way: one of them may break off
        Ended
    };
    // May the visitor's request have content, and at whose expense? `ranged`: it asks for a range.
    Verdict judge(const Visitor& visitor, bool ranged);

    struct Begun {
        Verdict verdict = Verdict::Ended;
        std::optional<Download> download{};  // that the request belongs to; none where it is free or refused
        bool announces = false;              // its first request from the file's beginning
    };
    Begun begin(const Visitor& visitor, bool ranged, bool from_start, Time now);

    struct Ended {
        Download download;
        bool over = false;        // it was the last request
        bool completed = false;   // with this request
        bool given_back = false;  // over without being complete
    };
    // The request of a download ends, after it was sent `sent` of a file of `size` bytes. Changes the visitor, whom the caller stores.
    // Nothing where the download is not known (any more).
    std::optional<Ended> end(const DownloadId& id, Visitor& visitor, SentRange sent, std::uint64_t size);

private:
    DownloadTable& table_;
    const Share& share_;
};

}  // namespace ks
