#pragma once

#include "net/shared_bytes.h"

#include <sys/uio.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace ks::net {

// What is queued for one socket: shared frames, and how much of the first has left. Knows no limit of its own: bytes() is for the one
// who does, and below 4 GiB. A single frame without a key costs no allocation; an empty outbox owns nothing.
class Outbox {
public:
    Outbox();
    ~Outbox();

    bool empty() const { return bytes_ == 0; }
    std::size_t bytes() const { return bytes_; }  // that have not left

    // `key` is for merge(); empty: this frame is never replaced. Frames are not empty.
    void push(SharedBytes frame, std::string_view key = {});
    // Puts the frame in the place of the queued one of that key. False: there is none, or it has begun to leave.
    bool merge(const SharedBytes& frame, std::string_view key);
    // Forgets all but a frame of which a part has left.
    void drop_unstarted();

    // Points `parts` at what is to leave next, as many as there are or fit. Returns how many.
    std::size_t fill(std::span<iovec> parts) const;
    void consume(std::size_t bytes);  // have left

private:
    struct Queue;

    SharedBytes first_;             // stands before the queue; has no key
    std::unique_ptr<Queue> queue_;  // null when empty
    std::uint32_t bytes_ = 0;
    std::uint32_t sent_ = 0;  // of the frame in front
};

}  // namespace ks::net
